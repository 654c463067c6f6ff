"""How facts are told: in order of time, each value once, and resting on all that is cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from foretell.tools.querying.answers import answer_query
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, TimelineQuery
from foretell.tools.querying.telling import MAX_LISTED, QueryAnswer
from foretell.tools.texts.marks import as_labels
from foretell.types import Coverage, Event, EventKind, Interval, Timeline, VideoInfo

AGAIN = ("a cup", "a knife", "a bowl", "a cup")
MANY = tuple(f"thing {number}" for number in range(3 * MAX_LISTED))


def timeline(texts: Sequence[str], kind: EventKind, source: str) -> Timeline:
    """Returns a timeline that shows each text for a second longer than the one before."""
    events: list[Event] = []
    start = 0.0
    for number, text in enumerate(texts, 1):
        events.append(Event(Interval(start, start + number), kind, text, source, id=number))
        start += number
    whole = Interval(0.0, start)
    info = VideoInfo("made.mp4", "made", whole, 640, 360, "h264", has_audio=True)
    return Timeline(info, tuple(events), coverage=(Coverage(source, (kind,), (whole,)),))


def cited(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\[e(\d+)\]", as_labels(text))]


def asked(operator: Operator, subject: Subject, texts: Sequence[str]) -> QueryAnswer:
    kind: EventKind = "object" if subject == "object" else "screen_text"
    return answer_query(TimelineQuery(subject, operator), timeline(texts, kind, "seen"))


@pytest.mark.parametrize("operator", ["what", "list", "count", "how often"])
def test_things_are_told_by_when_they_are_first_seen(operator: Operator) -> None:
    answer = asked(operator, "object", AGAIN)
    assert cited(answer.text) == [1, 2, 3]
    assert [event.id for event in answer.events] == [1, 2, 3]


def test_texts_are_told_by_when_they_are_first_seen() -> None:
    answer = asked("what", "screen text", ("EXIT", "Room 12", "EXIT"))
    assert cited(answer.text) == [1, 2]


@pytest.mark.parametrize("operator", ["exists", "when", "what", "count", "how long", "list"])
@pytest.mark.parametrize("texts", [MANY, ("a cup",) * MAX_LISTED + ("a knife", *MANY)])
def test_what_is_cited_is_what_the_answer_rests_on(
    operator: Operator, texts: Sequence[str]
) -> None:
    for subject in ("object", "screen text"):
        answer = asked(operator, subject, texts)
        assert cited(answer.text)
        assert {*cited(answer.text)} <= {event.id for event in answer.events}


@pytest.mark.parametrize(("operator", "number"), [("longest", len(MANY)), ("shortest", 1)])
def test_the_longest_rests_on_itself_alone(operator: Operator, number: int) -> None:
    answer = asked(operator, "screen text", MANY)
    assert cited(answer.text) == [event.id for event in answer.events] == [number]


def test_lengths_that_are_left_out_are_counted() -> None:
    answer = asked("how long", "screen text", MANY)
    assert answer.text.endswith(f"and {len(MANY) - MAX_LISTED} more.")


def test_a_list_that_was_asked_for_is_long() -> None:
    assert len(cited(asked("list", "object", MANY).text)) == len(MANY)


def test_the_sound_of_a_stretch_is_told_by_voices() -> None:
    voices = timeline(("speech",), "voice", "voice activity")
    answer = answer_query(TimelineQuery("sound", "exists", within=Interval(0.0, 1.0)), voices)
    assert (answer.status, cited(answer.text)) == ("answered", [1])
