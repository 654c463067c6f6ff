"""Decides when and where the embedded planner looks at frames again, and tells what was seen.

It looks where the timeline holds no answer, or where what it would quote leaves out the colour, the
number or the place that is asked for. What the timeline answers is never looked at, and neither is
what pictures without a clock cannot tell: when, how often, what comes next.

It searches frames where a question asks when something happens and no event tells of it. Some
frames are always most like the words, which need not show it: the answer says no more than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.found import is_whole, when_of
from foretell.agent.embedded.question import detail_asked, tells
from foretell.agent.embedded.question_state import QuestionState, stretch_beside, stretches_at_end
from foretell.agent.frame_inspector import look_prefix
from foretell.agent.messages import ToolCall
from foretell.memory.words.wording import content_words
from foretell.tools.texts.marks import event_mark
from foretell.tools.texts.time_words import on_the_clock
from foretell.types import Event, Hit, Interval, VideoInfo

LOOK = "look_at"
MAX_LOOKS = 2
"""Looks of one question, each of which costs seconds or a request."""
MIN_SECONDS = 2.0
"""The shortest stretch that is looked at."""
Place = tuple[VideoInfo, Interval]
FIND = "find_moment"
_NAME = "moment"


def look_calls(state: QuestionState, draft: DraftAnswer) -> list[ToolCall]:
    """Returns the looks still to be taken, `MAX_LOOKS` in all; none where the draft answers."""
    if not _lacks(state, draft):
        return []
    calls = [
        ToolCall(
            name=LOOK,
            args={
                "start": at.start,
                "end": at.end,
                "question": state.question.text,
                "video": state.number(video),
            },
            id=f"look-{place}",
            type="tool_call",
        )
        for place, (video, at) in enumerate(_places(state, draft)[:MAX_LOOKS], start=1)
    ]
    return [call for call in calls if call["id"] not in state.replies]


def with_looks(state: QuestionState, draft: DraftAnswer) -> DraftAnswer:
    """Answers with what was seen, if it was looked at all; says so where looking failed."""
    tried = [reply for name, reply in state.replies.items() if name.startswith("look-")]
    if not tried:
        return draft
    if not state.looks:
        return replace(draft, text=f"{draft.text} Looking again failed: {tried[0]}")
    seen = [_answered(hit.event, state.question.text) for hit in state.looks]
    words = " ".join(f"{event.text.rstrip('. ')}{event_mark(event.id)}." for event in seen)
    text = f"Looked at the frames: {words}"
    if not state.choices:
        return DraftAnswer(text)
    chosen = state.scorer.choose(state.question.text, state.choices, seen)
    place = chosen.choice or 0
    return DraftAnswer(f"{state.choices[place]}. {text}", place, chosen.confidence)


def _answered(look: Event, question: str) -> Event:
    """Returns a look with the answer alone as its text."""
    return replace(look, text=look.text.removeprefix(look_prefix(question)))


def _lacks(state: QuestionState, draft: DraftAnswer) -> bool:
    """Whether frames may tell what the timeline does not."""
    kind, detail = state.question.kind, detail_asked(state.question.text)
    if kind in ("when", "forecast", "plan") or (kind == "count" and detail is None):
        return False
    if detail is None:
        return not draft.rests_on
    return not any(tells(detail, hit.event.text) for hit in draft.rests_on)


def _places(state: QuestionState, draft: DraftAnswer) -> list[Place]:
    """Returns where an answer may be seen, the likeliest first."""
    question = state.question
    if question.within is not None:
        named = [(v, on_the_clock(question.within, v.interval)) for v in state.videos]
        return [(video, at) for video, at in named if at.overlaps(video.interval)]
    if draft.rests_on:
        return _apart(draft.rests_on[:1])
    if question.relation is not None:
        beside = stretch_beside(state)
        return [beside] if beside else []
    if question.order is not None and not content_words(question.focus):
        return stretches_at_end(state, question.order)
    if shown := state.shown_things():
        return _apart(shown[:1])
    likeliest = _apart([hit for hit in state.seen.get("focus", ()) if not is_whole(hit)])
    return likeliest or [(video, video.interval) for video in state.videos]


def _apart(hits: Sequence[Hit]) -> list[Place]:
    """Returns the stretches of hits, each long enough to be looked at, that overlap none before."""
    kept: list[Place] = []
    for hit in hits:
        at = _widened(hit.event.interval)
        digest = hit.video.content_hash
        if not any(one.content_hash == digest and at.overlaps(other) for one, other in kept):
            kept.append((hit.video, at))
    return kept


def _widened(at: Interval) -> Interval:
    missing = max(0.0, MIN_SECONDS - at.duration) / 2
    return Interval(at.start - missing, at.end + missing)


def find_calls(state: QuestionState, draft: DraftAnswer) -> list[ToolCall]:
    """Returns the search of frames that is still to be made; none where the draft answers."""
    question = state.question
    if question.kind != "when" or state.choices or draft.rests_on or _NAME in state.replies:
        return []
    arguments = {"description": question.text}
    return [ToolCall(name=FIND, args=arguments, id=_NAME, type="tool_call")]


def with_moments(state: QuestionState, draft: DraftAnswer) -> DraftAnswer:
    """Answers with the moments that were found in frames, or says why there are none."""
    if _NAME not in state.replies:
        return draft
    if not state.looks:
        return replace(draft, text=f"{draft.text} {state.replies[_NAME]}")
    return when_of(state.looks)
