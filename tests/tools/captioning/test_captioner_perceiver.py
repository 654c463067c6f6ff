"""A video is described one stretch after the other, while the next ones are decoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.memory.store import Store
from foretell.tools.captioning.captioners import CachedCaptioner
from foretell.tools.captioning.perceiver import ClipCaptions
from foretell.tools.decoding.video import DecodeMode, Video, open_video
from foretell.tools.watching.profile import Profile
from foretell.tools.watching.watch import watch
from foretell.types import Clip, Event, EventKind, Frame, Interval, VideoInfo
from tests.tools.made_captioner import LevelCaptioner
from tests.tools.memory_video import MemoryVideo


def lighter(seconds: float) -> NDArray[np.uint8]:
    """A picture that grows ten levels lighter a second."""
    return np.full((32, 32, 3), int(10 * seconds), np.uint8)


VIDEO = MemoryVideo(Interval(0.0, 9.0), lighter)


def seen(perceiver: ClipCaptions, video: Video = VIDEO, since: float | None = None) -> list[Event]:
    return list(perceiver.perceive(video, since))


def test_each_stretch_is_described_by_frames_spread_over_it() -> None:
    captioner = LevelCaptioner()
    events = seen(ClipCaptions(captioner, 2.0))
    assert [(e.interval.start, e.interval.end) for e in events] == [
        (0.0, 2.0),
        (2.0, 4.0),
        (4.0, 6.0),
        (6.0, 8.0),
        (8.0, 9.0),
    ]
    assert [e.text for e in events][:2] == ["levels [5, 15]", "levels [25, 35]"]
    assert events[-1].text == "levels [82, 87]"
    assert {(e.kind, e.source) for e in events} == {("caption", "captioner:levels")}
    assert captioner.batches == [3, 2]


def test_where_a_captioner_says_nothing_there_is_no_event() -> None:
    events = seen(ClipCaptions(LevelCaptioner(silent_below=30.0), 2.0))
    assert [e.interval.start for e in events] == [4.0, 6.0, 8.0]


@given(st.integers(0, 60), st.sampled_from([0.5, 1.0, 2.0, 20.0]))
def test_after_an_interruption_it_goes_on_the_same(tenths: int, step: float) -> None:
    perceiver = ClipCaptions(LevelCaptioner(), step)
    whole = seen(perceiver)
    since = tenths / 6
    assert seen(perceiver, since=since) == [e for e in whole if e.interval.end >= since]


def test_a_broken_file_is_described_up_to_where_it_breaks() -> None:
    broken = MemoryVideo(Interval(0.0, 9.0), lighter, breaks_at_seconds=4.0, damage="broken")
    assert [e.interval.end for e in seen(ClipCaptions(LevelCaptioner(), 2.0), broken)] == [2.0, 4.0]


def test_the_last_picture_of_a_broken_file_is_not_described_again_and_again() -> None:
    class Stale(MemoryVideo):
        """Gives its last frame for all later times, and says that those behind it are lost."""

        def frames(
            self,
            times_seconds: Sequence[float] | None = None,
            *,
            mode: DecodeMode = "exact",
            size: tuple[int, int] | None = None,
            within: Interval | None = None,
        ) -> Iterator[Frame]:
            shown = [min(time, 3.9) for time in times_seconds or ()]
            for frame in super().frames(shown, size=size):
                yield replace(frame, lost_from_seconds=4.0)

    broken = Stale(Interval(0.0, 9.0), lighter, damage="broken")
    assert [e.interval.end for e in seen(ClipCaptions(LevelCaptioner(), 2.0), broken)] == [2.0, 4.0]


class Given:
    """A perceiver of given segments, two of which overlap."""

    source = "given"
    settings = "1"

    def sees(self, video: VideoInfo) -> tuple[EventKind, ...]:
        return ("action",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        for start, end in ((1.0, 3.0), (2.0, 4.0), (6.0, 7.0)):
            yield Event(Interval(start, end), "action", "stirs", self.source)


def test_segments_of_another_track_are_described() -> None:
    perceiver = ClipCaptions(LevelCaptioner(), segments=Given())
    events = seen(perceiver)
    assert [(e.interval.start, e.interval.end) for e in events] == [(1, 3), (2, 4), (6, 7)]
    assert [e.text for e in events] == ["levels [15, 25]", "levels [25, 35]", "levels [62, 67]"]
    assert perceiver.settings == "levels 1; each of given 1"
    assert seen(perceiver, since=4.0) == events[1:]


def test_memory_does_not_grow_with_the_video() -> None:
    described, furthest = [0], [0]

    def draw(seconds: float) -> NDArray[np.uint8]:
        furthest[0] = max(furthest[0], int(seconds) - described[0])
        return lighter(seconds % 20)

    class Slow(LevelCaptioner):
        def caption(self, clips: Sequence[Clip]) -> list[str]:
            described[0] += len(clips)
            return super().caption(clips)

    long = MemoryVideo(Interval(0.0, 300.0), draw)
    assert len(seen(ClipCaptions(Slow(), 1.0), long)) == 300
    assert furthest[0] <= 2 * 3 + 1


def test_no_clip_is_described_twice(tmp_path: Path) -> None:
    asked = LevelCaptioner()
    kept = CachedCaptioner(asked, tmp_path / "new" / "captions.sqlite")
    still = MemoryVideo(Interval(0.0, 9.0), lambda seconds: lighter(seconds > 4))
    first = seen(ClipCaptions(kept, 1.0), still)
    assert [e.text for e in first] == ["levels [0, 0]"] * 4 + ["levels [10, 10]"] * 5
    assert sum(asked.batches) == 2
    again = CachedCaptioner(asked, tmp_path / "new" / "captions.sqlite")
    assert seen(ClipCaptions(again, 3.0), still)[0].text == "levels [0, 0]"
    assert (again.id, again.name, again.frames_per_clip) == ("levels 1", "levels", 2)
    asked.id = "levels 2"
    before = sum(asked.batches)
    seen(ClipCaptions(again, 1.0), still)
    assert sum(asked.batches) == before + 2


def test_a_file_that_cannot_keep_captions(tmp_path: Path) -> None:
    (tmp_path / "captions.sqlite").mkdir()
    kept = CachedCaptioner(LevelCaptioner(), tmp_path / "captions.sqlite")
    assert seen(ClipCaptions(kept)) == seen(ClipCaptions(LevelCaptioner()))


def test_a_file_of_captions_that_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "captions.sqlite"
    moving = MemoryVideo(Interval(0.0, 200.0), lambda seconds: lighter(seconds / 10))
    first = ClipCaptions(CachedCaptioner(LevelCaptioner(clips_at_once=200), file), 1.0)
    assert len(seen(first, moving)) == 200
    content = bytearray(file.read_bytes())
    content[4096:] = b"x" * len(content[4096:])
    file.write_bytes(content)
    again = ClipCaptions(CachedCaptioner(LevelCaptioner(clips_at_once=200), file), 1.0)
    assert len(seen(again, moving)) == 200
    assert (tmp_path / "captions.sqlite.set-aside").read_bytes() == content


def test_pictures_that_follow_faster_are_another_clip(tmp_path: Path) -> None:
    asked = LevelCaptioner()
    kept = CachedCaptioner(asked, tmp_path / "captions.sqlite")
    picture = lighter(1.0)

    def clip(*times: float) -> Clip:
        return [Frame(picture, time) for time in times]

    kept.caption([clip(0.0, 1.0), clip(0.0, 9.0)])
    assert asked.batches == [2]
    kept.caption([clip(30.0, 31.0), clip(60.00001, 69.0)])
    assert asked.batches == [2]


def test_a_real_clip_is_described_and_its_seconds_are_told(videos: Path, tmp_path: Path) -> None:
    profile = Profile()
    perceiver, clip = ClipCaptions(LevelCaptioner(), 2.0), videos / "kitchen_pancake_flip.mkv"

    def opened(path: Path, digest: str) -> Video:
        return open_video(path, content_hash=digest)

    with Store.open(tmp_path) as store:
        watched = watch(clip, store, [perceiver], opened, profile=profile)
        again = watch(clip, store, [perceiver], opened)
    assert [e.interval.start for e in watched.timeline.of_kind("caption")] == [0, 2, 4, 6, 8, 10]
    spent = {part.phase: part.seconds for part in profile.seconds()}
    assert min(spent["open"], spent["decode"], spent["store"]) > 0.0
    assert again.reused
