"""Thousands of questions of made timelines: right, or said to be unknown; never wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from foretell.tools.querying.answers import answer_query
from foretell.tools.querying.question_queries import read_query
from foretell.tools.querying.telling import MAX_LISTED, QueryAnswer
from foretell.tools.texts.marks import as_labels
from foretell.types import Interval, Timeline
from tests.tools.querying.made_timelines import (
    COLOURS,
    SAID,
    SHOWN,
    Truth,
    made_timeline,
)

SEEDS = range(60)
Check = Callable[[QueryAnswer, Timeline], bool]
Asked = tuple[str, str, Check]
"""A question, the source that must have looked, and whether an answer to it is right."""


def counted(count: int) -> Check:
    def right(answer: QueryAnswer, timeline: Timeline) -> bool:
        if count == 0:
            return answer.status != "answered" or answer.text.startswith(("None", "No"))
        found = re.match(r"There (?:is|are) (\d+) ", answer.text)
        return found is not None and int(found[1]) == count

    return right


def at(starts: list[float]) -> Check:
    """The answer rests on events, or tells instants, that begin just then."""

    def right(answer: QueryAnswer, timeline: Timeline) -> bool:
        if not starts:
            return answer.status != "answered" or answer.text.startswith("No")
        told = sorted({event.interval.start for event in answer.events})
        return answer.status == "answered" and told == sorted(set(starts))[:MAX_LISTED]

    return right


def yes(truth: bool) -> Check:
    def right(answer: QueryAnswer, timeline: Timeline) -> bool:
        return answer.text.startswith("Yes") if truth else not answer.text.startswith("Yes")

    return right


def lasts(seconds: float) -> Check:
    def right(answer: QueryAnswer, timeline: Timeline) -> bool:
        return f"{seconds:.1f} s" in answer.text

    return right


def within(intervals: list[tuple[Interval, str]], start: float, end: float, text: str) -> bool:
    return any(one.overlaps(Interval(start, end)) and text in told for one, told in intervals)


def questions(truth: Truth) -> Iterator[Asked]:
    """Yields every subject with every operator that a person would ask it by."""
    yield from of_shots(truth)
    yield from of_pictures(truth)
    yield from of_texts(truth)
    yield from of_people(truth)
    yield "How long is the video?", "", lasts(float(truth.length))


def of_shots(truth: Truth) -> Iterator[Asked]:
    yield "How many cuts are there?", "scenes", counted(len(truth.cuts))
    if truth.cuts or not truth.slides:
        yield "When does the scene change?", "scenes", at(truth.cuts)
    yield "When is the last cut?", "scenes", at(truth.cuts[-1:])
    yield "How many shots are there?", "scenes", counted(len(truth.shots))
    yield "Are there any cuts?", "scenes", yes(bool(truth.cuts))
    if truth.shots:
        longest = max(one.duration for one in truth.shots)
        yield "What is the longest shot?", "scenes", lasts(longest)
        yield "List the scenes.", "scenes", at([one.start for one in truth.shots])
        yield "When is the second shot?", "scenes", at([o.start for o in truth.shots[1:2]])


def of_pictures(truth: Truth) -> Iterator[Asked]:
    half = truth.length / 2
    for colour in COLOURS:
        there = [one.start for one, told in truth.colours if told == colour]
        yield f"When is the picture {colour}?", "scenes", at(there)
        seen = within(truth.colours, half, truth.length, colour)
        yield f"Is the picture {colour} in the second half?", "scenes", yes(seen)
    for light in ("bright", "dark"):
        there = [one.start for one, told in truth.lights if told == light]
        yield f"When is the picture {light}?", "scenes", at(there)
    moves = [o.start for o, told in truth.camera if told[:2] != "is"]
    yield "Does the camera move?", "scenes", yes(bool(moves))
    yield "When does the camera move?", "scenes", at(moves)
    pans = [o.start for o, told in truth.camera if told.startswith("pans")]
    yield "Does the camera pan to the left?", "scenes", yes(bool(pans))
    yield "How many slides are there?", "slides", counted(len(truth.slides))
    for place, one in enumerate(truth.slides[:3], start=1):
        yield f"When does slide {place} appear?", "slides", at([one.start])
        yield f"How long is slide {place} shown?", "slides", lasts(one.duration)


def of_texts(truth: Truth) -> Iterator[Asked]:
    for text in SAID:
        word = text.split()[-1]
        there = [one.start for one, told in truth.said if word in told]
        yield f"When is {word} mentioned?", "subtitles:a.srt", at(there)
        yield f'Does anybody say "{text}"?', "subtitles:a.srt", yes(bool(there))
    yield "How many sentences are said?", "subtitles:a.srt", counted(len(truth.said))
    if truth.said:
        yield "Quote the first sentence.", "subtitles:a.srt", at([truth.said[0][0].start])
        yield (
            "What is the last thing that is said?",
            "subtitles:a.srt",
            at([truth.said[-1][0].start]),
        )
    for text in SHOWN:
        there = [one.start for one, told in truth.shown if told == text]
        yield f'When does the text "{text}" appear?', "screen_text", at(there)


def of_people(truth: Truth) -> Iterator[Asked]:
    if truth.stays:
        yield "How many people come in?", "motion", counted(len(truth.stays))
        yield "When does the first visitor arrive?", "motion", at([truth.stays[0].start])
        longest = max(one.duration for one in truth.stays)
        yield "Who stays the longest?", "motion", lasts(longest)
    if truth.deeds:
        yield "List all actions in order.", "captions:a", at([o.start for o, _ in truth.deeds])
        longest = max(one.duration for one, _ in truth.deeds)
        yield "What is the longest action?", "captions:a", lasts(longest)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_answer_is_right_or_unknown(seed: int) -> None:
    timeline, truth = made_timeline(seed)
    for question, source, right in questions(truth):
        query = read_query(question)
        assert query is not None, question
        answer = answer_query(query, timeline)
        if source and source not in truth.looked:
            other = "Nobody wrote down" in answer.text or "slide 1 is shown" in answer.text.lower()
            assert answer.status == "unknown" or other, question
        else:
            assert right(answer, timeline), (question, answer)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_cited_is_there(seed: int) -> None:
    timeline, truth = made_timeline(seed)
    ids = {event.id for event in timeline}
    for question, _, _ in questions(truth):
        query = read_query(question)
        assert query is not None
        answer = answer_query(query, timeline)
        cited = {int(number) for number in re.findall(r"\[e(\d+)\]", as_labels(answer.text))}
        assert cited <= {event.id for event in answer.events} <= ids
