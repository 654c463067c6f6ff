"""Runs the planner on one question, and checks what it says before anybody sees it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from foretell.agent.evidence import check_citations, check_marks
from foretell.agent.final_answer import LiveText, question_message, read_final_answer
from foretell.agent.messages import Message
from foretell.agent.planner_events import Finished, PlannerEvent, TextDelta
from foretell.agent.planner_factory import PlannerFactory
from foretell.agent.trajectory import Meter
from foretell.memory.store import Store
from foretell.memory.tracks import seconds_by_kind
from foretell.types import SHOWN_KINDS, Answer, AnswerStatus, EventKind, Evidence, VideoInfo


def planned_answer(
    factory: PlannerFactory,
    store: Store,
    question: str,
    videos: Sequence[VideoInfo],
    *,
    history: Sequence[Message] = (),
    choices: Sequence[str] = (),
    stream: bool = False,
) -> Iterator[PlannerEvent | Answer]:
    """Gives what the planner does on the way, its words as far as they are checked, and its answer.

    Args:
        factory: Makes the planner.
        store: Holds the events that a citation has to name.
        question: In plain words.
        videos: Those it is about.
        history: What was said before, oldest first.
        choices: Answers to choose from.
        stream: Whether words are given as they come.

    Raises:
        ModelError: If the model or its endpoint fails.
        LimitExceeded: If steps, tokens or seconds run out without an answer.
    """
    began = time.perf_counter()
    meter = Meter(factory.price)
    planner = factory.planner(videos, meter, self_check=not stream)
    finished = Finished("", ())
    check = check_marks if factory.embedded else check_citations
    live = LiveText(
        lambda text: check(text, store, videos).text, is_chat_model=not factory.embedded
    )
    for event in planner.run([*history, question_message(question, choices)], stream=stream):
        if isinstance(event, TextDelta):
            words = live.feed(event.text, event.reply)
        else:
            words = live.rest(event.text if stream and isinstance(event, Finished) else None)
        if words:
            yield TextDelta(words)
        if isinstance(event, Finished):
            finished = event
        elif not isinstance(event, TextDelta):
            yield event
    final = finished.final or read_final_answer(finished.text, choices)
    checked = check(final.text, store, videos)
    yield Answer(
        text=checked.text,
        choice=final.choice,
        evidence=checked.evidence,
        confidence=final.confidence,
        model=factory.model,
        trajectory=finished.steps,
        usage=meter.usage(),
        seconds=time.perf_counter() - began,
        dropped_citations=checked.dropped,
        status=final.status or _status(final.choice, checked.evidence),
        searched=_searched(store, videos),
    )


def _status(choice: int | None, evidence: Sequence[Evidence]) -> AnswerStatus:
    """Returns the status of an answer whose model named none: without evidence, it is unknown."""
    return "answered" if evidence or choice is not None else "unknown"


def _searched(store: Store, videos: Sequence[VideoInfo]) -> dict[EventKind, float]:
    """Returns the seconds of some videos that were looked at for each kind of event."""
    looked = [seconds_by_kind(store.coverage(video.content_hash)) for video in videos]
    totals: dict[EventKind, float] = {
        kind: sum(one[kind] for one in looked) for kind in SHOWN_KINDS
    }
    return {kind: total for kind, total in totals.items() if total}
