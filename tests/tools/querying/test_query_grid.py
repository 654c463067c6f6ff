"""Each operator on each kind of thing, anywhere in made timelines: right, or unknown."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from foretell.memory.tracks import seconds_of
from foretell.tools.querying.answers import answer_query
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, Part, TimelineQuery
from foretell.tools.querying.telling import MAX_LISTED, MOST_LISTED, QueryAnswer
from foretell.types import Interval
from tests.tools.querying.made_timelines import Truth, made_timeline

OPERATORS: tuple[Operator, ...] = get_args(Operator)
PARTS: tuple[Part | None, ...] = (None, None, *get_args(Part))
Told = tuple[Interval, float]
"""When a fact is, and when the event begins that tells it."""


def truths(truth: Truth) -> Iterator[tuple[Subject, str, list[Told]]]:
    """Yields each kind of thing, the source that tells it and what is true of it."""

    def spans(intervals: list[Interval]) -> list[Told]:
        return [(one, one.start) for one in intervals]

    yield "shot", "scenes", spans(truth.shots)
    yield "cut", "scenes", [(Interval(at, at), at) for at in truth.cuts]
    yield "camera", "scenes", spans([one for one, _ in truth.camera])
    yield "colour", "scenes", spans([one for one, _ in truth.colours])
    yield "light", "scenes", spans([one for one, _ in truth.lights])
    yield "slide", "slides", spans(truth.slides)
    yield "arrival", "motion", spans(truth.stays)
    yield "presence", "motion", spans(truth.stays)
    yield "departure", "motion", [(Interval(o.end, o.end), o.start) for o in truth.stays]
    yield "speech", "subtitles:a.srt", spans([one for one, _ in truth.said])
    yield "screen text", "screen_text", spans([one for one, _ in truth.shown])
    yield "action", "captions:a", spans([one for one, _ in truth.deeds])


def window(chance: random.Random, length: int) -> tuple[Interval | None, Part | None]:
    """Returns a stretch in seconds, a part of the video, or neither."""
    if chance.random() < 0.3:
        start = chance.randrange(length - 5)
        return Interval(start, start + chance.randrange(2, 20)), None
    return None, chance.choice(PARTS)


def holds(at: Interval, one: Interval) -> bool:
    return at.start <= one.start <= at.end if one.duration == 0.0 else one.overlaps(at)


def seconds_told(answer: QueryAnswer) -> float:
    found = re.search(r"(\d+\.\d) s", answer.text)
    return float(found[1]) if found else -1.0


def assert_right(query: TimelineQuery, answer: QueryAnswer, expected: list[Told]) -> None:
    spans = [one for one, _ in expected]
    begins = [begin for _, begin in expected]
    told = [event.interval.start for event in answer.events]
    match query.operator:
        case "exists":
            assert answer.text.startswith("Yes")
        case "count" | "how often":
            assert re.match(rf"There (?:is|are) {len(expected)} ", answer.text)
        case "when":
            assert told == begins[:MAX_LISTED]
        case "list":
            assert told == begins[:MOST_LISTED]
        case "what":
            assert told
            assert {*told} <= {*begins}
            assert told[0] == begins[0]
        case "how long":
            assert seconds_told(answer) == pytest.approx(seconds_of(spans), abs=0.06)
        case "longest":
            assert seconds_told(answer) == pytest.approx(max(o.duration for o in spans), abs=0.06)
        case "shortest":
            assert seconds_told(answer) == pytest.approx(min(o.duration for o in spans), abs=0.06)


@pytest.mark.parametrize("seed", range(60))
def test_each_operator_on_each_kind(seed: int) -> None:
    timeline, truth = made_timeline(seed)
    chance = random.Random(seed)
    for subject, source, facts in truths(truth):
        for operator in OPERATORS:
            within, part = window(chance, truth.length)
            query = TimelineQuery(subject, operator, within=within, part=part)
            at = query.window(timeline.video.interval)
            expected = [one for one in facts if holds(at, one[0])] if source in truth.looked else []
            answer = answer_query(query, timeline)
            if expected:
                assert answer.status == "answered", query
                assert_right(query, answer, expected)
            elif source not in truth.looked:
                assert answer.status == "unknown" or _told_otherwise(answer), query
            else:
                assert not answer.text.startswith("Yes"), query
                assert answer.status != "answered" or _told_otherwise(answer), query


def _told_otherwise(answer: QueryAnswer) -> bool:
    """Whether it is said that there is none, with what is there instead."""
    return answer.text.startswith(("None", "No")) or "slide" in answer.text.lower()


@pytest.mark.parametrize("seed", range(60))
def test_each_turn_of_each_kind(seed: int) -> None:
    timeline, truth = made_timeline(seed)
    for subject, source, facts in truths(truth):
        for turn in (1, 2, 5, -1, -2):
            answer = answer_query(TimelineQuery(subject, "when", turn=turn), timeline)
            place = turn - 1 if turn > 0 else turn
            if source in truth.looked and -len(facts) <= place < len(facts):
                assert [event.interval.start for event in answer.events] == [facts[place][1]]
            else:
                assert answer.status != "answered" or answer.text.startswith("No"), (subject, turn)
