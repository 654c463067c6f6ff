"""What captions and actions tell of real files that are damaged or cut off: all that decodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from foretell.tools.captioning.perceiver import ClipCaptions
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.recognition.perceiver import ClipActions
from foretell.tools.recognition.recognizer import LabelSet, Probabilities
from foretell.tools.watching.perceiver import Perceiver
from foretell.types import Clip, Event, Interval
from tests.tools.clips import damage, number_in, regular, write_clip
from tests.tools.made_captioner import LevelCaptioner

FAST_START = {"movflags": "faststart"}


@dataclass
class NumberReader(LevelCaptioner):
    """Says which numbered pictures a clip shows."""

    def _told(self, clip: Clip) -> str:
        return " ".join(str(number_in(frame.data)) for frame in clip)


@dataclass
class Undecided:
    """Cannot tell what is done."""

    frames_per_clip: int = 8
    clips_at_once: int = 3
    side: int = 32
    name: str = "undecided"
    id: str = "undecided@1"
    label_sets: tuple[LabelSet, ...] = (LabelSet("action", ("wait", "cut")),)

    def recognize(self, clips: Sequence[Clip]) -> list[Probabilities]:
        assert {len(clip) for clip in clips} == {8}
        return [np.full((len(clips), 2), 0.5)]


def opened(path: Path, isolate: bool = False) -> Video:
    return open_video(path, isolate=isolate, content_hash="known")


def told(perceiver: Perceiver, video: Video) -> list[Event]:
    """All that a perceiver tells; wherever it is interrupted, it goes on the same."""
    events = list(perceiver.perceive(video, None))
    for count, event in enumerate(events, start=1):
        ending = [one for one in events if one.interval.end >= event.interval.end]
        rest = list(perceiver.perceive(video, event.interval.end))
        assert rest in (ending, events[count:])
    return events


def covered(events: Sequence[Event]) -> list[tuple[float, float]]:
    """The stretches that events cover, those that touch as one, to a tenth of a second."""
    stretches: list[tuple[float, float]] = []
    for event in events:
        start, end = event.interval.start, event.interval.end
        if stretches and abs(stretches[-1][1] - start) < 1e-6:
            start, _ = stretches.pop()
        stretches.append((start, end))
    return [(round(start, 1), round(end, 1)) for start, end in stretches]


def steady(path: Path, *lost: Interval) -> Path:
    """A clip of 20 s, ten pictures a second, of which stretches cannot be decoded."""
    return damage(write_clip(path, regular(200), muxer=FAST_START), *lost)


@pytest.mark.parametrize("isolate", [False, True])
def test_what_follows_a_damaged_place_is_described(tmp_path: Path, isolate: bool) -> None:
    with opened(steady(tmp_path / "clip.mp4", Interval(6.0, 12.0)), isolate) as video:
        events = told(ClipCaptions(NumberReader(), 2.0), video)
        assert "60 bad packets" in (video.damage or "")
    assert covered(events) == [(0.0, 6.0), (12.0, 20.0)]
    assert [event.text for event in events][:4] == ["5 15", "25 35", "45 55", "125 135"]


def test_a_stretch_of_which_half_is_damaged_is_described_by_the_other(tmp_path: Path) -> None:
    with opened(steady(tmp_path / "clip.mp4", Interval(5.0, 13.0))) as video:
        events = told(ClipCaptions(NumberReader(), 2.0), video)
    assert [event.text for event in events][2:4] == ["45", "135"]
    assert covered(events) == [(0.0, 6.0), (12.0, 20.0)]


def test_no_stretch_is_left_out_for_less_than_a_second_of_damage(tmp_path: Path) -> None:
    with opened(steady(tmp_path / "clip.mp4", Interval(6.0, 7.0))) as video:
        assert covered(told(ClipCaptions(NumberReader(), 0.5), video)) == [(0.0, 20.0)]
        assert covered(told(ClipActions(Undecided()), video)) == [(0.0, 20.0)]


def test_actions_are_told_on_both_sides_of_a_damaged_place(tmp_path: Path) -> None:
    with opened(steady(tmp_path / "clip.mp4", Interval(6.0, 12.0))) as video:
        assert covered(told(ClipActions(Undecided()), video)) == [(0.0, 6.0), (12.0, 20.0)]


def test_actions_are_told_where_less_than_a_clip_is_left(tmp_path: Path) -> None:
    lost = Interval(2.0, 8.0), Interval(10.0, 19.0)
    with opened(steady(tmp_path / "clip.mp4", *lost)) as video:
        expected = [(0.0, 2.0), (8.0, 10.0), (19.0, 20.0)]
        assert covered(told(ClipActions(Undecided()), video)) == expected


def test_nothing_is_told_of_what_is_behind_the_last_picture(tmp_path: Path) -> None:
    with opened(steady(tmp_path / "clip.mp4", Interval(12.0, 20.0))) as video:
        assert covered(told(ClipCaptions(NumberReader(), 2.0), video)) == [(0.0, 12.0)]
        assert covered(told(ClipActions(Undecided()), video)) == [(0.0, 12.0)]


def slides(path: Path) -> Path:
    """A clip of 20 pictures, one every 3 s."""
    steps = regular(20, 3000)
    return write_clip(path, steps, keyframe_every=1, size=(192, 128), muxer=FAST_START)


def test_slides_that_were_cut_off_are_told_to_their_end(tmp_path: Path) -> None:
    whole = slides(tmp_path / "whole.mkv").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) * 17 // 20])  # the encoder's bytes hang on the cores
    with opened(cut) as video:
        assert "it may have been cut off" in (video.damage or "")
        end = round(video.info.interval.end, 1)
        assert end > 50.0
        assert covered(told(ClipCaptions(NumberReader(), 2.0), video)) == [(0.0, end)]
        assert covered(told(ClipActions(Undecided()), video)) == [(0.0, end)]


def test_one_damaged_slide_costs_only_its_time(tmp_path: Path) -> None:
    with opened(damage(slides(tmp_path / "slides.mp4"), Interval(30.0, 33.0))) as video:
        end = round(video.info.interval.end, 1)
        captions = told(ClipCaptions(NumberReader(), 1.0), video)
        assert covered(captions) == [(0.0, 30.0), (33.0, end)]
        assert captions[29].text == "9 9"
        ((first, lost), (found, last)) = covered(told(ClipActions(Undecided()), video))
        assert (first, last) == (0.0, end)
        assert (lost, found) == pytest.approx((30.0, 33.0), abs=1.0)
