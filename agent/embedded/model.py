"""The planner that needs no language model.

It reads the question's kind, calls the same tools as any model would, judges what they gave with
the embedder, and answers in the words of the timeline.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from foretell.agent.embedded.composer import compose
from foretell.agent.embedded.confidence import calibrated
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.fragments import answer_to_fragment, completed
from foretell.agent.embedded.looking import (
    FIND,
    LOOK,
    find_calls,
    look_calls,
    with_looks,
    with_moments,
)
from foretell.agent.embedded.question import read_question
from foretell.agent.embedded.question_state import QuestionState, next_calls
from foretell.agent.embedded.relevance import TELLING_KINDS, RelevanceScorer
from foretell.agent.embedded.small_talk import answer_to_talk
from foretell.agent.messages import (
    Asked,
    FinalAnswer,
    Message,
    Replied,
    ToolCall,
    ToolResult,
    last_question,
    last_with_evidence,
)
from foretell.tools.texts.time_words import read_time_words
from foretell.types import SHOWN_KINDS, Hit, Interval, VideoInfo

_LOOKING = (LOOK, FIND)
_AT_ONCE_SECONDS = 0.05
"""Seconds after which an event follows at once on another: a frame."""


@dataclass(frozen=True, slots=True)
class EmbeddedPlanner:
    """Answers questions about videos without a language model.

    Attributes:
        scorer: Scores events against a query.
        videos: The videos at hand, in the order of the tools' numbers.
        searches_frames: Whether `find_moment` looks at frames.
    """

    scorer: RelevanceScorer
    videos: tuple[VideoInfo, ...]
    searches_frames: bool = False

    def reply(self, messages: Sequence[Message], offered: Collection[str]) -> Replied:
        """Returns the next tool calls, or the answer once nothing more is to be looked up.

        Frames are looked at last, where the timeline does not answer.

        Args:
            messages: The conversation so far.
            offered: Names of the tools that may be called.
        """
        begin = _begin_of_turn(messages)
        asked = next(message for message in messages[begin:] if isinstance(message, Asked))
        talk = None if asked.choices else _answer_to_talk(asked.question, messages[:begin])
        if talk is not None:
            return _answered(talk)
        state = self._state(messages)
        if calls := _possible(next_calls(state), offered):
            return Replied("", tuple(calls))
        draft = compose(state)
        found = find_calls(state, draft) if self.searches_frames else []
        if calls := _possible([*found, *look_calls(state, draft)], offered):
            return Replied("", tuple(calls))
        draft = with_looks(state, with_moments(state, draft))
        if state.read_as:
            read = ", ".join(f'"{typed}" as "{meant}"' for typed, meant in state.read_as.items())
            draft = replace(draft, text=f"Reading {read}: {draft.text}")
        return _answered(draft)

    def _state(self, messages: Sequence[Message]) -> QuestionState:
        """Collects what this turn asks and what its tools have given."""
        begin = _begin_of_turn(messages)
        turn = messages[begin:]
        asked = next(message for message in turn if isinstance(message, Asked))
        replies = {m.call_id: m for m in turn if isinstance(m, ToolResult)}
        answered = [
            (call["name"], call["id"], replies[call["id"]])
            for message in turn
            if isinstance(message, Replied)
            for call in message.tool_calls
            if call["id"] in replies
        ]
        whole = completed(asked.question, messages[:begin])
        question, read_as = self.scorer.corrected(whole, self.videos)
        return QuestionState(
            question=read_question(question),
            read_as=read_as,
            choices=asked.choices,
            videos=self.videos,
            spoken_of=_spoken_of(messages[:begin]),
            seen={name: _shown(reply) for tool, name, reply in answered if tool not in _LOOKING},
            replies={name: reply.text for _, name, reply in answered},
            scorer=self.scorer,
            looks=tuple(h for tool, _, reply in answered for h in _looks(tool, reply)),
        )


def _answer_to_talk(question: str, history: Sequence[Message]) -> DraftAnswer | None:
    """Returns the answer to what needs no look at the timeline; None where it does."""
    return answer_to_talk(question, history) or answer_to_fragment(question, history)


def _begin_of_turn(messages: Sequence[Message]) -> int:
    """Returns the place behind the last answer."""
    answers = (index for index, message in enumerate(messages) if _is_answer(message))
    return 1 + max(answers, default=-1)


def _possible(calls: Sequence[ToolCall], offered: Collection[str]) -> list[ToolCall]:
    return [call for call in calls if call["name"] in offered]


def _shown(reply: ToolResult) -> tuple[Hit, ...]:
    """Returns what a lookup tells of the video, without what was answered to other questions."""
    return tuple(hit for hit in reply.hits or () if hit.event.kind in TELLING_KINDS)


def _looks(tool: str, reply: ToolResult) -> list[Hit]:
    """Returns what was seen in frames for this question."""
    hits = reply.hits or () if tool in _LOOKING else ()
    return [hit for hit in hits if hit.event.kind not in SHOWN_KINDS]


def _is_answer(message: Message) -> bool:
    return isinstance(message, Replied) and not message.tool_calls


def _spoken_of(history: Sequence[Message]) -> tuple[str, Interval] | None:
    """Returns the video that the last answer with evidence rested on first, and the span of it.

    Where a time was asked about, what follows at once on the first is part of the span.
    """
    last = last_with_evidence(history)
    if last is None:
        return None
    of_a_time = read_time_words(last_question(history)).within is not None
    first, *others = last.evidence
    span = first.interval
    for one in others if of_a_time else ():
        follows = 0.0 <= one.interval.start - span.end <= _AT_ONCE_SECONDS
        if one.video == first.video and follows:
            span = Interval(span.start, one.interval.end)
    return first.video, span


def _answered(draft: DraftAnswer) -> Replied:
    told = draft.confidence
    if told is not None and draft.choice is None:
        told = calibrated(told)
    confidence = None if told is None else round(told, 2)
    return Replied(
        draft.text, final=FinalAnswer(draft.text, draft.choice, confidence, draft.status)
    )
