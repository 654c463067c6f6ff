from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.localization.action_detector import ActionDetector
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.localizer import DeferredLocalizer
from foretell.tools.localization.settings import T3ALSettings
from foretell.types import Event, Interval
from tests.tools.colour_model import COLOURS, ColourModel
from tests.tools.synthetic_clips import HEIGHT, WIDTH, opened

SCORER = FrameFeatureScorer(ColourModel())
SETTINGS = T3ALSettings(learning_rate=1e-3, steps=5, agreement=None)
SHOWN = ["red"] * 8 + ["green"] * 4 + ["blue"] * 6 + ["green"] * 2
"""What each second of the clip is coloured with."""
CAPTION = Event(Interval(3.0, 4.0), "caption", "all is red", "captions:made")


class SilentText:
    """Finds one moment for every query, told from that of the frames by its reply."""

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        for query in queries:
            yield LocateResult((LocatedMoment(query.whole, 0.5),), reply=f"text: {query.text}")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("colours") / "clip.mp4"
    drawn = [np.full((HEIGHT, WIDTH, 3), COLOURS[colour], np.uint8) for colour in SHOWN]
    opened(path, [frame for frame in drawn for _ in range(5)], frames_per_second=5).close()
    return path


def query(text: str, video: str = "clip", label: str = "") -> MomentQuery:
    return MomentQuery(text, video, text, Interval(0.0, 20.0), label=label)


def detector(path: Path, labels: Sequence[str], told: list[float] | None = None) -> ActionDetector:
    def open_by_name(name: str) -> Video | None:
        return open_video(path, isolate=False) if name == "clip" else None

    tell = None if told is None else told.append
    return ActionDetector(SCORER, open_by_name, SilentText(), labels, SETTINGS, on_progress=tell)


def test_instances_are_those_of_the_class_that_the_video_shows(path: Path) -> None:
    asked = [query("x", label="red"), query("green"), query("blue", video="gone")]
    red, green, gone = detector(path, ["red", "green"]).locate(asked, {"clip": [CAPTION]})
    assert [moment.interval for moment in red.moments] == [Interval(0.0, 8.0)]
    assert red.moments[0].events == (CAPTION,)
    assert red.moments[0].score > 0.9
    assert green.none
    assert green.reason == "the video shows 'red'"
    assert (red.source, green.source, gone.source) == ("colours", "colours", "")
    assert gone.reply == "text: blue"


def test_what_is_found_does_not_depend_on_the_other_queries(path: Path) -> None:
    asked = [query("red", label="red"), query("green", label="green")]
    together = list(detector(path, list(COLOURS)).locate(asked, {}))
    apart = [one for each in asked for one in detector(path, list(COLOURS)).locate([each], {})]
    assert apart == together
    assert together[1].none


def test_a_query_that_is_no_class_is_one_beside_the_others(path: Path) -> None:
    asked = [query("When is it all red?"), query("GREEN"), query("it is green")]
    own, known, other = detector(path, ["green", "blue"]).locate(asked, {})
    assert [moment.interval for moment in own.moments] == [Interval(0.0, 8.0)]
    assert [moment.interval.start for moment in known.moments] == [8.0, 18.0]
    assert other.reason == "the video shows 'green'"


def test_progress_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.mp4"
    opened(path, [np.full((HEIGHT, WIDTH, 3), 90, np.uint8)] * 20, frames_per_second=5).close()
    told: list[float] = []
    list(detector(path, ["red"], told).locate([query("red")], {}))
    assert told[-1] == 1.0


def test_what_stands_in_for_frames_is_made_when_it_is_asked() -> None:
    made: list[str] = []

    def make() -> SilentText:
        made.append("text")
        return SilentText()

    localizer = DeferredLocalizer(make)
    assert made == []
    for _ in range(2):
        (found,) = localizer.locate([query("red")], {})
        assert found.reply == "text: red"
    assert made == ["text"]
