from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell import ranking
from foretell.errors import ConfigError
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_localizer import FrameLocalizer, FrameLocalizerSettings
from foretell.tools.localization.frame_scorer import FrameScores
from foretell.tools.localization.moment_judge import MomentJudge, with_context
from foretell.tools.localization.sub_events import split_query
from foretell.tools.localization.tfvtg import GroundingCurve, ground
from foretell.types import Event, Interval
from tests.tools.colour_model import COLOURS, ColourModel
from tests.tools.synthetic_clips import HEIGHT, WIDTH, Drawing, opened

SHOWN = ["red"] * 8 + ["green"] * 4 + ["blue"] * 6 + ["green"] * 2
"""What each second of the clip is coloured with."""


class SilentText:
    """Finds one moment for every query, told from that of the frames by its reason."""

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        for query in queries:
            yield LocateResult((LocatedMoment(query.whole, 0.5),), reply=f"text: {query.text}")


class Sceptic:
    """A judge that believes what begins late, and notes what it was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[Interval, Interval]] = []

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        self.shown.append((moment, context))
        return moment.start / video.info.interval.end


class Believer:
    """A judge that believes everything."""

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        return 1.0


def _drawing(colour: str) -> Drawing:
    return np.full((HEIGHT, WIDTH, 3), COLOURS[colour], np.uint8)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("colours") / "clip.mp4"
    frames = [_drawing(colour) for colour in SHOWN for _ in range(5)]
    opened(path, frames, frames_per_second=5).close()
    return path


@pytest.fixture
def video(path: Path) -> Iterator[Video]:
    with open_video(path, isolate=False) as video:
        yield video


SCORER = FrameFeatureScorer(ColourModel())
SHARP = FrameLocalizerSettings(curve=GroundingCurve(smoothing_seconds=0.0, extent=0.0))


def _query(text: str, video: str = "clip", label: str = "") -> MomentQuery:
    return MomentQuery(text, video, text, Interval(0.0, 20.0), label=label)


def _localizer(path: Path, judge: MomentJudge | None = None) -> FrameLocalizer:
    def open_by_name(name: str) -> Video | None:
        return open_video(path, isolate=False) if name == "clip" else None

    return FrameLocalizer(SCORER, open_by_name, SilentText(), judge=judge, settings=SHARP)


def test_moments_are_found_in_frames(path: Path) -> None:
    caption = Event(Interval(13.0, 14.0), "caption", "all is blue", "captions:made")
    queries = [_query("When is it blue?"), _query("it is red")]
    blue, red = _localizer(path).locate(queries, {"clip": [caption]})
    assert blue.moments[0].interval == Interval(12.0, 18.0)
    assert blue.moments[0].score == pytest.approx(1.0, abs=0.05)
    assert blue.moments[0].events == (caption,)
    assert red.moments[0].interval == Interval(0.0, 8.0)
    assert red.moments[0].events == ()


def test_parts_of_a_query_stand_in_their_order(path: Path) -> None:
    after, before = _localizer(path).locate(
        [_query("it is green after it is blue"), _query("it is green before it is blue")], {}
    )
    assert after.moments[0].interval == Interval(18.0, 20.0)
    assert before.moments[0].interval == Interval(8.0, 12.0)


def test_what_cannot_be_looked_at_is_found_in_text_in_its_place(path: Path) -> None:
    queries = [_query("blue"), _query("blue", video="gone"), _query("red")]
    found = list(_localizer(path).locate(queries, {}))
    assert [one.reply for one in found] == ["", "text: blue", ""]
    assert found[1].moments[0].interval == Interval(0.0, 20.0)


def test_a_judge_ranks_anew_and_may_find_that_nothing_happens(path: Path) -> None:
    judge = Sceptic()
    green, red = _localizer(path, judge).locate([_query("it is green"), _query("it is red")], {})
    assert green.moments[0].interval == Interval(18.0, 20.0)
    assert all(moment.score >= 0.5 for moment in green.moments)
    assert green.moments[0].score == pytest.approx(0.9)
    assert red.none
    assert red.reason == "no frame of the video shows it"
    assert (Interval(8.0, 12.0), Interval(6.0, 14.0)) in judge.shown
    assert (Interval(18.0, 20.0), Interval(17.0, 20.0)) in judge.shown


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_judge_sees_the_same_moments_however_many_are_given(path: Path, limit: int) -> None:
    settings = FrameLocalizerSettings(curve=SHARP.curve, limit=limit)
    localizer = FrameLocalizer(
        SCORER,
        lambda name: open_video(path, isolate=False),
        SilentText(),
        judge=Sceptic(),
        settings=settings,
    )
    (green,) = localizer.locate([_query("it is green")], {})
    assert green.moments[0].interval == Interval(18.0, 20.0)
    assert len(green.moments) <= limit


@pytest.mark.parametrize("seconds", [0.4, 6.0])
def test_what_a_video_shows_throughout_happens_all_the_time(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "red.mp4"
    opened(path, [_drawing("red")] * round(5 * seconds), frames_per_second=5).close()
    localizer = FrameLocalizer(
        SCORER, lambda name: open_video(path, isolate=False), SilentText(), judge=Believer()
    )
    for query in ("it is red", "it is red and then it is red", "it is red while it is red"):
        (found,) = localizer.locate([_query(query)], {})
        assert [one.interval for one in found.moments] == [Interval(0.0, seconds)]


def test_how_far_looking_is_is_told(path: Path) -> None:
    told: list[float] = []
    localizer = FrameLocalizer(
        FrameFeatureScorer(ColourModel()),
        lambda name: open_video(path, isolate=False),
        SilentText(),
        on_progress=told.append,
    )
    list(localizer.locate([_query("it is red"), _query("it is blue")], {}))
    assert told == [0.8, 1.0]


def test_context_is_half_a_moment_on_both_sides_within_the_video() -> None:
    whole = Interval(0.0, 20.0)
    assert with_context(Interval(8.0, 12.0), whole) == Interval(6.0, 14.0)
    assert with_context(Interval(0.5, 4.5), whole) == Interval(0.0, 6.5)
    assert with_context(Interval(18.0, 21.0), whole) == Interval(16.5, 21.0)


def test_windows_stand_out_from_a_floor() -> None:
    borders = np.arange(11.0)
    likeness = np.array([[0.1, 0.1, 0.3, 0.3, 0.1, 0.1, 0.1, 0.26, 0.1, 0.1]])
    scores = FrameScores(borders, likeness)
    settings = GroundingCurve(smoothing_seconds=0.0, extent=0.0)
    found = ground(scores, split_query("a dog runs"), settings)
    assert found[0].interval == Interval(2, 4)
    assert Interval(7, 8) in [one.interval for one in found]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    high = GroundingCurve(floor=0.28, smoothing_seconds=0.0, extent=0.0)
    assert ground(scores, split_query("a dog runs"), high)[0].interval == Interval(2, 4)
    thrice = FrameScores(borders, likeness.repeat(3, axis=0))
    none = GroundingCurve(floor=0.5)
    assert ground(thrice, split_query("a dog runs and then it sits"), none) == []


@pytest.mark.parametrize("floor", [None, 0.2])
@pytest.mark.parametrize("level", [0.31, 0.1 + 0.2, 1 / 3, 1.0])
def test_an_even_curve_is_the_whole_video(level: float, floor: float | None) -> None:
    for parts in (1, 2, 20):
        scores = FrameScores(np.arange(parts + 1.0), np.full((2, parts), level))
        found = ground(scores, split_query("a dog runs"), GroundingCurve(floor=floor))
        assert [one.interval for one in found] == [Interval(0, parts)]
        assert found[0].score == pytest.approx(level)
    assert ground(scores, split_query("a dog runs"), GroundingCurve(floor=1.0)) == []


@given(
    cosines=st.lists(st.lists(st.floats(-1, 1), min_size=12, max_size=12), min_size=3, max_size=3),
    query=st.sampled_from(["it runs", "it sits after it runs", "it runs, then sits"]),
    floor=st.none() | st.floats(-1, 1),
)
def test_the_surest_come_first(cosines: list[list[float]], query: str, floor: float | None) -> None:
    scores = FrameScores(np.arange(13.0), np.array(cosines))
    found = ground(scores, split_query(query), GroundingCurve(floor=floor))
    assert ranking.order([one.score for one in found]).tolist() == list(range(len(found)))
    assert all(0.0 <= one.score <= 1.0 for one in found)
    assert found or floor is not None


def test_the_score_is_that_of_what_is_asked() -> None:
    whole, runs = [0.2] * 2 + [0.3] * 4 + [0.2] * 2, [0.1] * 2 + [0.4] * 2 + [0.1] * 4
    sits = [0.1] * 4 + [0.6] * 2 + [0.1] * 2
    scores = FrameScores(np.arange(9.0), np.array([whole, runs, sits]))
    sharp = GroundingCurve(smoothing_seconds=0.0, extent=0.0)
    after = ground(scores, split_query("it sits after it runs"), sharp)[0]
    assert after.interval == Interval(4, 6)
    assert after.score == pytest.approx(0.6)
    in_order = ground(scores, split_query("it runs and then it sits"), sharp)[0]
    assert in_order.interval == Interval(2, 6)
    assert in_order.score == pytest.approx(0.3)


def test_the_whole_sentence_stays_a_candidate_beside_its_parts() -> None:
    whole, early, late = [0.1] * 8 + [0.4] * 2, [0.4] + [0.1] * 9, [0.1] * 4 + [0.4] + [0.1] * 5
    scores = FrameScores(np.arange(11.0), np.array([whole, early, late]))
    sharp = GroundingCurve(smoothing_seconds=0.0, extent=0.0)
    found = ground(scores, split_query("it sits after it runs"), sharp)
    assert found[0].interval == Interval(4, 5)
    assert Interval(8, 10) in [one.interval for one in found]


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"limit must be 1 or more, got 0"):
        FrameLocalizerSettings(limit=0)
    with pytest.raises(ConfigError, match=r"min_probability must be 0 to 1, got 2"):
        FrameLocalizerSettings(min_probability=2)
    with pytest.raises(ConfigError, match=r"smoothing_seconds must be 0 or more, got -1"):
        GroundingCurve(smoothing_seconds=-1)
    with pytest.raises(ConfigError, match=r"extent must be 0 to 1, got 2"):
        GroundingCurve(extent=2)
