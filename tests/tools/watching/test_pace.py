"""Looking costs as much as is shown, however long a frame stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from foretell.tools.captioning.perceiver import ClipCaptions
from foretell.tools.decoding.video import open_video
from foretell.tools.localization.frame_scorer import equal_parts, parts_of
from foretell.tools.pictures.perceivers import Motion
from foretell.tools.watching.pace import HELD_SECONDS, Pace
from foretell.tools.watching.watch import thumbnails
from foretell.types import Clip, Interval
from tests.tools.clips import regular, write_clip
from tests.tools.made_sounds import tones, write_sounding
from tests.tools.memory_video import MemoryVideo

DAY = 86_400.0


@dataclass(frozen=True)
class Timed(MemoryVideo):
    """A drawn video whose frames begin at these times."""

    begun: Sequence[float] = ()

    def frame_times(self) -> list[float]:
        return list(self.begun)


class Counting:
    """A captioner that tells how many frames differ in each clip."""

    name, id, frames_per_clip, clips_at_once = "counting", "counting", 2, 4

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        return [f"{len({frame.pts_seconds for frame in clip})} frames" for clip in clips]


@pytest.fixture(scope="module")
def gap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    times = [*regular(40), *regular(40, start_ms=4000 + round(DAY) * 1000)]
    return write_clip(tmp_path_factory.mktemp("clips") / "gap.mkv", times)


def test_a_video_without_long_pauses_keeps_its_own_time() -> None:
    video = Timed(Interval(0.5, 30.0), begun=[0.5, 10.0, 20.0])
    pace = Pace.of(video)
    assert pace == Pace(video.interval)
    assert [pace.on_clock(at) for at in (0.5, 1.0 / 3.0, 30.0)] == [0.5, 1.0 / 3.0, 30.0]
    assert parts_of(video, 0.7).tolist() == equal_parts(video.interval, 0.7).tolist()


def test_a_frame_that_stays_counts_ten_seconds() -> None:
    pace = Pace.of(Timed(Interval(0.0, DAY + 50.0), begun=[0.0, 4.0, DAY, DAY + 1.0]))
    assert pace.interval == Interval(0.0, 4.0 + HELD_SECONDS + 1.0 + HELD_SECONDS)
    assert pace.times_on_clock([3.0, 4.0, 13.9, 14.0, 15.5, 25.0]) == pytest.approx(
        [3.0, 4.0, 13.9, DAY, DAY + 1.5, DAY + 50.0]
    )


def captions(video: object) -> Iterator[tuple[float, float, str]]:
    for event in ClipCaptions(Counting(), 2.0).perceive(video, None):  # type: ignore[arg-type]
        yield event.interval.start, event.interval.end, event.text


def test_a_gap_of_a_day_is_described_as_often_as_its_frames_ask(gap: Path) -> None:
    with open_video(gap, isolate=False) as video:
        told = list(captions(video))
        assert len(told) == 9
        assert told[0] == (0.0, 2.0, "2 frames")
        assert max(end for _, end, _ in told) == pytest.approx(DAY + 8.0)
        assert len(list(thumbnails(video))) == 7
        assert list(Motion().perceive(video, None)) == []
        assert len(parts_of(video, 0.5)) < 50


def test_one_picture_is_described_for_as_long_as_it_is_heard(tmp_path: Path) -> None:
    file = write_sounding(tmp_path / "still.mkv", [(0.0, tones(30.0, []))], seconds=0.1)
    with open_video(file, isolate=False) as video:
        told = list(captions(video))
    assert [start for start, _, _ in told] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert told[-1][1] == pytest.approx(30.0, abs=0.05)
