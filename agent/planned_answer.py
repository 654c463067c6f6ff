"""Runs the planner on one question, and checks what it says before anybody sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from foretell.agent.evidence import Checked, check_citations, check_marks
from foretell.agent.final_answer import LiveText, question_message, read_final_answer
from foretell.agent.finished_answer import Asking
from foretell.agent.messages import Message
from foretell.agent.planner_events import Finished, PlannerEvent, TextDelta, ToolStarted
from foretell.agent.planner_factory import PlannerFactory
from foretell.agent.trajectory import Meter
from foretell.errors import ContextOverflow, NoTools
from foretell.memory.store import Store
from foretell.types import UNGROUNDED, Answer, VideoInfo

NO_CALLS = "the model called no tool, so that it was shown the timeline in one call"

TOO_LONG = (
    "the conversation was more than the model reads at once, so that it was shown the timeline in "
    "one call"
)


def planned_answer(
    factory: PlannerFactory,
    store: Store,
    question: str,
    videos: Sequence[VideoInfo],
    *,
    history: Sequence[Message] = (),
    choices: Sequence[str] = (),
    stream: bool = False,
    shown_timeline: Callable[[Meter], Answer],
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
        shown_timeline: Answers in one call, where a chat model calls no tool and cites nothing.

    Raises:
        ModelError: If the model or its endpoint fails.
        LimitExceeded: If steps, tokens or seconds run out without an answer.
    """
    asking = Asking(store, videos, factory.model, Meter(factory.price), time.perf_counter())
    planner = factory.planner(videos, asking.meter, self_check=not stream)
    checks = check_marks if factory.embedded else check_citations
    words = _Words(
        lambda text: checks(text, store, videos), is_chat_model=not factory.embedded, stream=stream
    )
    finished, why = Finished("", ()), NO_CALLS
    asked = [*history, question_message(question, choices, videos)]
    try:
        for event in planner.run(asked, stream=stream):
            yield from words.after(event)
            if isinstance(event, Finished):
                finished = event
            elif not isinstance(event, TextDelta):
                yield event
    except (ContextOverflow, NoTools) as error:
        if not _has_events(store, videos):
            raise
        why = TOO_LONG if isinstance(error, ContextOverflow) else NO_CALLS
    final = finished.final or read_final_answer(finished.text, choices)
    checked = checks(final.text, store, videos)
    has_ground = factory.embedded or checked.evidence or finished.steps
    if has_ground or not _has_events(store, videos):
        yield from words.rest()
        ungrounded = not (factory.embedded or checked.evidence)
        notes = (UNGROUNDED,) if ungrounded else ()
        yield asking.answer(final, checked, steps=finished.steps, notes=notes)
        return
    answer = shown_timeline(asking.meter)
    if stream:
        yield TextDelta(answer.text)
    seconds = time.perf_counter() - asking.began
    yield replace(answer, seconds=seconds, notes=(why, *answer.notes))


def _has_events(store: Store, videos: Sequence[VideoInfo]) -> bool:
    return any(sum(store.event_counts(video.content_hash).values()) for video in videos)


class _Words:
    """The words of an answer as they can be shown.

    Those of a chat model that neither called a tool nor cites anything yet are held back, as
    another answer may take their place.

    Args:
        check: Checks what a text cites.
        is_chat_model: Whether it is a chat model that speaks.
        stream: Whether words are shown as they come.
    """

    def __init__(
        self, check: Callable[[str], Checked], *, is_chat_model: bool, stream: bool
    ) -> None:
        self._check = check
        self._is_grounded = not is_chat_model
        self._stream = stream
        self._live = LiveText(self._finished, is_chat_model=is_chat_model)
        self._held = ""
        self._reply = ""

    def after(self, event: PlannerEvent) -> Iterator[TextDelta]:
        """Yields what can be shown once an event has come."""
        if isinstance(event, TextDelta):
            if event.reply != self._reply:
                self._held = ""
            self._reply = event.reply
            self._held += self._live.feed(event.text, event.reply)
        else:
            last = event.text if self._stream and isinstance(event, Finished) else None
            self._held += self._live.rest(last)
        if isinstance(event, ToolStarted):
            self._is_grounded = True
        if self._is_grounded:
            yield from self.rest()

    def rest(self) -> Iterator[TextDelta]:
        """Yields what was held back."""
        held, self._held = self._held, ""
        if held:
            yield TextDelta(held)

    def _finished(self, text: str) -> str:
        checked = self._check(text)
        self._is_grounded = self._is_grounded or bool(checked.evidence)
        return checked.text
