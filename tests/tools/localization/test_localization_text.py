"""Moments found in the text of timelines."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell import ranking
from foretell.errors import ConfigError
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.moments import LocateResult, MomentQuery
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.sub_events import SubEvents, combine, split_query
from foretell.tools.localization.text_localizer import TextLocalizer
from foretell.tools.localization.windows import (
    ScoredInterval,
    best_windows,
    draw_curve,
    smooth,
    stretches_above,
)
from foretell.types import Event, Interval

KITCHEN = (
    "opens the cabinet", "picks a cup", "opens the tap", "closes the tap", "opens the fridge",
    "picks a bottle of milk", "closes the fridge", "pours the milk", "pours the milk",
)  # fmt: skip


def shown(*texts: str, seconds: float = 2.0) -> tuple[Event, ...]:
    return tuple(
        Event(Interval(n * seconds, (n + 1) * seconds), "caption", text, "captions:made")
        for n, text in enumerate(texts)
    )


def located(
    query: str, events: tuple[Event, ...], end: float = 18.0, **settings: float | bool | int
) -> LocateResult:
    localizer = TextLocalizer(HashEmbedder(), LocalizerSettings(**settings))  # type: ignore[arg-type]
    (found,) = localizer.locate([MomentQuery("q", "v", query, Interval(0.0, end))], {"v": events})
    return found


def test_neighbours_that_show_it_make_one_moment() -> None:
    found = located("pours the milk", shown(*KITCHEN))
    assert found.moments[0].interval == Interval(14.0, 18.0)
    assert [event.text for event in found.moments[0].events] == ["pours the milk"] * 2
    assert not found.none


@pytest.mark.parametrize(
    ("active", "other"),
    [
        ("When does somebody pour the milk?", "When is the milk poured?"),
        ("When does somebody pour the milk?", "Find the moment when the milk is being poured"),
        ("When does he close the fridge?", "At what time was the fridge closed?"),
        (
            "When does he close the tap after opening the tap?",
            "After the tap is opened, when is the tap closed?",
        ),
        (
            "When does he open the tap before opening the fridge?",
            "Before the fridge is opened, when has the tap been opened?",
        ),
    ],
)
def test_a_question_is_located_however_it_is_put(active: str, other: str) -> None:
    found = located(active, shown(*KITCHEN))
    assert found.moments
    assert located(other, shown(*KITCHEN)) == found


def test_what_nobody_does_is_nowhere() -> None:
    found = located("drinks the milk", shown(*KITCHEN))
    assert found.none
    assert found.reason == "nothing in the timeline shows it"


def test_an_empty_timeline_says_so() -> None:
    assert located("pours", ()).reason == "the timeline holds nothing that has a time"


def test_what_is_certain_to_happen_is_given_a_best_guess() -> None:
    found = located("a quantum rocket", shown(*KITCHEN), may_be_absent=False)
    assert len(found.moments) >= 1


@given(st.lists(st.sampled_from([*KITCHEN, "taps"]), min_size=4, max_size=20), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_moment_counts_as_surer_than_one_before_it(
    texts: list[str], may_be_absent: bool
) -> None:
    found = located(
        "opens the tap", shown(*texts), end=40.0, may_be_absent=may_be_absent, extent=0.5, limit=9
    )
    scores = [moment.score for moment in found.moments]
    assert scores == sorted(scores, reverse=True)


def test_the_order_that_is_asked_for_decides() -> None:
    events = shown("opens the tap", "closes the tap", "washes a cup", "opens the tap")
    found = located("opens the tap after washes a cup", events, end=8.0)
    assert found.moments[0].interval == Interval(6.0, 8.0)


def test_events_in_order_are_spanned_as_a_whole() -> None:
    found = located("opens the fridge and then pours the milk", shown(*KITCHEN))
    assert found.moments[0].interval.start == 8.0
    assert found.moments[0].interval.end >= 16.0


def test_an_event_of_the_whole_video_tells_no_moment() -> None:
    whole = Event(Interval(0.0, 18.0), "scene", "pours the milk", "scenes")
    found = located("pours the milk", (whole, *shown(*KITCHEN)))
    assert found.moments[0].interval == Interval(14.0, 18.0)


def test_ten_hours_are_searched() -> None:
    texts = ["walks along the street"] * 9000
    texts[5000:5003] = ["pours the milk"] * 3
    found = located("pours the milk", shown(*texts, seconds=4.0), end=36_000.0)
    assert found.moments[0].interval == Interval(20_000.0, 20_012.0)


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("When is the milk poured?", SubEvents("single", ("pour the milk",), (0,))),
        ("When does he pour the milk?", SubEvents("single", ("pour the milk",), (0,))),
        ("pours the milk", SubEvents("single", ("pours the milk",), (0,))),
        ("He jumps. He falls.", SubEvents("sequential", ("He jumps", "He falls"), (0, 1))),
        ("opens it, then leaves", SubEvents("sequential", ("opens it", "leaves"), (0, 1))),
        ("eats after cooking", SubEvents("sequential", ("cooking", "eats"), (1,))),
        ("After cooking, he eats", SubEvents("sequential", ("cooking", "he eats"), (1,))),
        ("cooks before eating", SubEvents("sequential", ("cooks", "eating"), (0,))),
        ("sings while cooking", SubEvents("simultaneous", ("sings", "cooking"), (0,))),
        ("???", SubEvents("single", ("???",), (0,))),
    ],
)
def test_time_words_take_a_query_apart(query: str, events: SubEvents) -> None:
    assert split_query(query) == events


@pytest.mark.parametrize(
    "query",
    [
        "After a while she stands up",
        "the dog barks once and runs away",
        "all at once the lights go out",
        "a man, who is wearing red, opens the door",
        "Mr. Smith enters",
        "the numbers of No. 5 are shown",
        "people jump in one after another",
        "the nurse looks after the child",
        "the dog runs after something",
        "a man as well as a woman dance",
        "She combs her hair before the mirror",
        "Before and after pictures of a room",
        "a dog is followed by a cat",
        "he looks up now and then",
        "In the kitchen, he eats",
    ],
)
def test_ordinary_words_are_no_time_words(query: str) -> None:
    assert split_query(query) == SubEvents("single", (query,), (0,))


@pytest.mark.parametrize(
    ("query", "parts", "asked"),
    [
        ("He speaks for a while, then walks off", ("He speaks for a while", "walks off"), (0, 1)),
        ("He waits, after a few seconds he goes", ("He waits", "he goes"), (0, 1)),
        ("Dr. Ito sits. She reads! It rains", ("Dr. Ito sits", "She reads", "It rains"), (0, 1, 2)),
        ("a man runs, he jumps, he falls", ("a man runs", "he jumps", "he falls"), (0, 1, 2)),
        ("a man sits, who then stands", ("a man sits", "stands"), (0, 1)),
        ("he leaves once she sits", ("she sits", "he leaves"), (1,)),
        ("Once he sits, she stands", ("he sits", "she stands"), (1,)),
        ("he looks up after falling", ("falling", "he looks up"), (1,)),
        ("a cat followed by a dog", ("a cat", "a dog"), (0, 1)),
    ],
)
def test_events_are_told_in_their_order(
    query: str, parts: tuple[str, ...], asked: tuple[int, ...]
) -> None:
    assert split_query(query) == SubEvents("sequential", parts, asked)


def test_sub_events_stand_as_told() -> None:
    early, late = ScoredInterval(Interval(0, 2), 1.0), ScoredInterval(Interval(4, 6), 0.5)
    both = SubEvents("sequential", ("a", "b"), (0, 1))
    assert combine(both, [[late, early], [early, late]], 3) == [
        ScoredInterval(Interval(0, 6), 0.5 / 0.5 * 2 * 0.5)
    ]
    at_once = SubEvents("simultaneous", ("a", "b"), (0,))
    assert combine(at_once, [[early], [late]], 3) == []
    assert combine(at_once, [[late], [late]], 3)[0].interval == Interval(4, 6)


def test_many_sub_events_are_put_together_in_no_time() -> None:
    starts = range(0, 90, 3)
    windows = [
        [ScoredInterval(Interval(start + n, start + n + 1), 1.0 - n / 4) for n in range(3)]
        for start in starts
    ]
    events = SubEvents("sequential", tuple(map(str, starts)), tuple(range(len(starts))))
    assert combine(events, windows, 1) == [ScoredInterval(Interval(0, 88), 1.0)]


def test_the_whole_video_is_a_possible_window() -> None:
    curve = draw_curve([Interval(0, 1), Interval(1, 2)], np.array([0.5, 0.5]), Interval(0, 2))
    best = best_windows(curve, extent=0.5, limit=1, overlap=0.3)
    assert best[0].interval == Interval(0, 2)
    assert best[0].score == pytest.approx(0.5)


def test_a_curve_knows_what_nothing_covers() -> None:
    curve = draw_curve([Interval(1, 2), Interval(3, 3)], np.array([0.2, 0.4]), Interval(0, 5))
    assert curve.borders.tolist() == [0, 1, 2, 3, 3.5, 5]
    assert curve.seen.tolist() == [0, 1, 0, 0.5, 0]
    assert smooth(curve, 1.0).values[[0, 2, 4]].tolist() == [0, 0, 0]
    assert smooth(curve, 0.0) is curve


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0, 1))
def test_windows_lie_inside_and_apart(values: list[float], extent: float) -> None:
    video = Interval(0, len(values))
    intervals = [Interval(n, n + 1) for n in range(len(values))]
    curve = draw_curve(intervals, np.array(values), video)
    found = best_windows(curve, extent=extent, limit=5, overlap=0.3)
    assert all(0 <= one.interval.start < one.interval.end <= video.end for one in found)
    assert all(a.score >= b.score - ranking.PRECISION for a, b in itertools.pairwise(found))


def test_gaps_are_bridged_up_to_a_length() -> None:
    scored = [(Interval(0, 1), 1.0), (Interval(1.5, 2), 0.8), (Interval(4, 5), 0.9)]
    assert stretches_above(scored, share=0.75, gap_seconds=1.0) == [Interval(0, 2), Interval(4, 5)]
    assert stretches_above([], share=0.75, gap_seconds=1.0) == []


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"extent": 2.0}, r"extent must be 0 to 1, got 2.0"),
        ({"gap_seconds": -1.0}, "gap_seconds must be 0 or more, got -1.0"),
        ({"limit": 0}, "limit must be 1 or more, got 0"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, float], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        LocalizerSettings(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "truth"),
    [
        ("picks up the milk", Interval(22.0, 24.0)),
        ("pours the milk", Interval(36.0, 41.0)),
        ("drinks the milk", None),
    ],
)
def test_real_captions_of_a_kitchen(data_root: Path, query: str, truth: Interval | None) -> None:
    import json

    file = data_root / "videos" / "ego_kitchen_milk_41s.lavila_captions.json"
    texts = [text.removeprefix("#C C ") for text in json.loads(file.read_text()).values()]
    localizer = TextLocalizer(SentenceEmbedder())
    asked = MomentQuery("q", "v", query, Interval(0.0, 41.1))
    (found,) = localizer.locate([asked], {"v": shown(*texts)})
    assert found.none if truth is None else found.moments[0].interval.overlaps(truth)
