"""Watching with a recogniser that tells brightness apart, whose answers are known."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.errors import ConfigError, DatasetError
from foretell.tools.decoding.video import Video
from foretell.tools.recognition.perceiver import OVERLAP, ClipActions
from foretell.tools.recognition.recognizer import LabelSet, Probabilities, load_labels
from foretell.tools.recognition.vote import ClipGrid, resampled
from foretell.tools.watching.sampling import fit_around
from foretell.types import Clip, Event, Interval
from tests.tools.memory_video import MemoryVideo

SETS = (LabelSet("verb", ("wait", "cut")), LabelSet("noun", ("board", "bread", "knife")))


@dataclass
class BrightnessRecognizer:
    """Holds that who is seen in a bright clip cuts bread, as surely as it is bright."""

    frames_per_clip: int = 8
    clips_at_once: int = 3
    side: int = 32
    name: str = "brightness"
    id: str = "brightness@1"
    label_sets: tuple[LabelSet, ...] = SETS
    seen: list[Clip] = field(default_factory=list[Clip])

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        self.seen += clips
        bright = np.array([np.mean([frame.data.mean() for frame in clip]) for clip in clips]) / 255
        dark = 1 - bright
        return [np.stack([dark, bright], 1), np.stack([dark, bright * 0.9, bright * 0.1], 1)]


def bright_between(start: float, end: float) -> MemoryVideo:
    def draw(seconds: float) -> NDArray[np.uint8]:
        return np.full((32, 32, 3), 255 if start <= seconds < end else 0, np.uint8)

    return MemoryVideo(Interval(0.0, 20.0), draw)


def actions_of(video: Video, recognizer: BrightnessRecognizer | None = None) -> list[Event]:
    return list(ClipActions(recognizer or BrightnessRecognizer()).perceive(video, None))


def test_an_action_is_told_from_what_is_around_it() -> None:
    events = actions_of(bright_between(8.0, 14.0))
    assert [(event.text, event.interval) for event in events] == [
        ("wait board", Interval(0.0, 8.0)),
        ("cut bread", Interval(8.0, 14.0)),
        ("wait board", Interval(14.0, 20.0)),
    ]
    assert {(event.kind, event.source) for event in events} == {("action", "recognizer:brightness")}


def test_the_distributions_are_kept_beside_the_winner() -> None:
    _, cut, _ = actions_of(bright_between(8.0, 14.0))
    assert [(one.slot, one.label) for one in cut.labels] == [
        ("verb", "cut"),
        ("verb", "wait"),
        ("noun", "bread"),
        ("noun", "board"),
        ("noun", "knife"),
    ]
    told = {one.label: one.probability for one in cut.labels}
    assert told["cut"] + told["wait"] == pytest.approx(1.0)
    assert told["bread"] == pytest.approx(0.9 * told["cut"])
    assert cut.confidence == pytest.approx(told["cut"] * told["bread"])
    assert told["cut"] == pytest.approx(0.75 + 0.5 / 6, abs=0.05)


def test_no_more_than_five_labels_of_a_slot_are_kept() -> None:
    many = LabelSet("action", tuple(f"action {number}" for number in range(9)))

    class Undecided(BrightnessRecognizer):
        def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
            return [np.full((len(clips), 9), 1 / 9)]

    (event,) = actions_of(bright_between(0, 0), Undecided(label_sets=(many,)))
    assert event.text == "action 0"
    assert [one.label for one in event.labels] == [f"action {number}" for number in range(5)]


def test_clips_overlap_and_share_frames() -> None:
    recognizer = BrightnessRecognizer()
    actions_of(bright_between(8.0, 14.0), recognizer)
    assert [len(clip) for clip in recognizer.seen] == [8] * 17
    first, second = recognizer.seen[:2]
    assert [frame.pts_seconds for frame in first] == pytest.approx(np.arange(0.25, 4, 0.5))
    assert all(one is two for one, two in zip(first[2:], second[:-2], strict=True))


def test_a_video_shorter_than_a_clip_is_one_clip() -> None:
    recognizer = BrightnessRecognizer()
    video = MemoryVideo(Interval(5.0, 5.5))
    assert [event.interval for event in actions_of(video, recognizer)] == [Interval(5.0, 5.5)]
    assert [len(clip) for clip in recognizer.seen] == [8]


def test_a_single_picture_is_one_clip() -> None:
    (event,) = actions_of(MemoryVideo(Interval(0.0, 0.0)))
    assert (event.interval, event.text) == (Interval(0.0, 0.0), "wait board")


def test_a_damaged_file_gives_actions_as_far_as_it_goes() -> None:
    video = MemoryVideo(Interval(0.0, 20.0), breaks_at_seconds=9.0)
    assert [event.interval for event in actions_of(video)] == [Interval(0.0, 9.0)]


@given(st.floats(0, 20), st.floats(0, 20), st.integers(1, 6))
def test_watching_goes_on_where_it_was_interrupted(start: float, end: float, overlap: int) -> None:
    video = bright_between(start, end)
    actions = ClipActions(BrightnessRecognizer(), overlap=overlap)
    events = list(actions.perceive(video, None))
    assert events[0].interval.start == 0.0
    assert events[-1].interval.end == 20.0
    for count, event in enumerate(events, start=1):
        assert list(actions.perceive(video, event.interval.end)) == events[count:]


def test_a_long_action_is_given_minute_by_minute() -> None:
    video = MemoryVideo(Interval(0.0, 250.0))
    actions = ClipActions(BrightnessRecognizer())
    events = list(actions.perceive(video, None))
    assert [event.interval.end for event in events] == pytest.approx([60, 120, 180, 240, 250])
    assert {event.text for event in events} == {"wait board"}
    for count, event in enumerate(events, start=1):
        assert list(actions.perceive(video, event.interval.end)) == events[count:]


def test_memory_does_not_grow_with_the_video() -> None:
    drawn: list[int] = []
    freed: list[int] = []
    most = [0]

    def draw(seconds: float) -> NDArray[np.uint8]:
        picture = np.zeros((32, 32, 3), np.uint8)
        drawn.append(1)
        weakref.finalize(picture, freed.append, 1)
        most[0] = max(most[0], len(drawn) - len(freed))
        return picture

    @dataclass
    class Forgetful(BrightnessRecognizer):
        def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
            self.seen.clear()
            return super().recognize(clips)

    frames_per_part, recognizer = 2, Forgetful()
    assert actions_of(MemoryVideo(Interval(0.0, 600.0), draw), recognizer)
    clips_held = 4 * recognizer.clips_at_once
    assert len(drawn) == 600 * frames_per_part
    assert most[0] <= frames_per_part * (clips_held + 2 * OVERLAP)


def test_settings_say_what_changes_the_actions() -> None:
    recognizer = BrightnessRecognizer()
    assert ClipActions(recognizer).settings == "brightness@1; 4 in 4 s"
    assert (
        ClipActions(recognizer, clip_seconds=2.5, overlap=2).settings == "brightness@1; 2 in 2.5 s"
    )


def test_settings_out_of_range() -> None:
    with pytest.raises(ConfigError, match=r"clip_seconds must be positive and finite, got 0"):
        ClipActions(BrightnessRecognizer(), clip_seconds=0)
    with pytest.raises(ConfigError, match=r"overlap must be 1 or more, got 0"):
        ClipActions(BrightnessRecognizer(), overlap=0)


def test_parts_are_equal_and_cover_the_video() -> None:
    grid = ClipGrid.over(Interval(1.0, 11.5), 4.0, 4, 16)
    assert (len(grid.parts), grid.reach) == (11, 4)
    assert (grid.parts[0].start, grid.parts[-1].end) == (1.0, 11.5)
    assert [part.duration for part in grid.parts] == pytest.approx([10.5 / 11] * 11)


def test_few_frames_are_repeated_and_many_thinned() -> None:
    assert resampled([1, 2, 3], 6) == [1, 1, 2, 2, 3, 3]
    assert resampled([1, 2, 3, 4], 2) == [1, 3]


def test_frames_are_decoded_just_large_enough() -> None:
    assert fit_around(1920, 1080, 224) == (398, 224)
    assert fit_around(160, 90, 224) == (160, 90)
    with pytest.raises(ValueError, match="width and height must be positive, got 0 x 4"):
        fit_around(0, 4, 224)
    with pytest.raises(ValueError, match="min_side must be 2 or more, got 1"):
        fit_around(4, 4, 1)


def test_labels_from_a_file_with_one_action_a_line(tmp_path: Path) -> None:
    file = tmp_path / "actions.txt"
    file.write_text("cut  bread\n\n wash a cup\n")
    assert load_labels(str(file)) == LabelSet("action", ("cut bread", "wash a cup"))
    file.write_text("cut\nwash\ncut\n")
    with pytest.raises(DatasetError, match="holds 'cut' more than once; write each action once"):
        load_labels(str(file))
