"""Writes the embedded planner's answers, in the words of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from foretell.agent.embedded.choosing import choose
from foretell.agent.embedded.denials import nothing, with_known
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.found import detailed, direct, lasted
from foretell.agent.embedded.frequency import most_frequent, not_compared
from foretell.agent.embedded.in_time import (
    all_of_actor,
    at_the_ends,
    before_or_after,
    between,
    compared,
    focused,
    in_order,
    relative,
    several_at_the_end,
    within,
)
from foretell.agent.embedded.question import QuestionKind
from foretell.agent.embedded.question_state import QuestionState, events_in_order
from foretell.agent.embedded.quoting import (
    TELLING,
    all_hits,
    listed,
    quoted,
)
from foretell.agent.embedded.summary import summarised
from foretell.agent.embedded.told_things import told_things
from foretell.memory.words.wording import content_words, words
from foretell.plans import NO_PLAN
from foretell.tools.querying.facts import facts_of
from foretell.tools.texts.sentences import without_asides
from foretell.tools.texts.text_cleaning import capitalised
from foretell.types import AnswerStatus, Hit, VideoInfo

_DENIES = frozenset({"never", "not"})
_ONLY_DONE = (
    "The timeline tells what is done and shown, not what is not; ask for it without the denial."
)


def compose(state: QuestionState) -> DraftAnswer:
    """Answers the question, or says that the timeline holds no answer."""
    question = state.question
    if state.choices:
        return choose(state)
    if question.query is not None and (told := state.query_answers()):
        return _queried(state, told)
    if (told_of_several := _of_several(state)) is not None:
        return told_of_several
    if of_its_kind := _OF_KIND.get(question.kind):
        return of_its_kind(state)
    return _of_a_time(state) or direct(
        state, state.ranked("focus", question.focus) or detailed(state)
    )


def _of_a_time(state: QuestionState) -> DraftAnswer | None:
    """Answers what is asked of a time, of an order or of no deed at all; None for all else."""
    question = state.question
    if question.between:
        return between(state)
    if question.within is not None:
        return focused(state) if question.of_focus else within(state)
    if question.alternatives:
        return in_order(state)
    if question.several and question.relation is None:
        return several_at_the_end(state)
    if question.relation is not None:
        return relative(state)
    if not content_words(question.focus):
        return lasted(state) or all_of_actor(state) or at_the_ends(state)
    return None


def _of_several(state: QuestionState) -> DraftAnswer | None:
    """Answers what no single event tells: what is not done, or is done most; None for all else."""
    question = state.question
    denies = not _DENIES.isdisjoint(words(without_asides(question.text)))
    if question.kind in ("what", "when", "count") and denies:
        return DraftAnswer(_ONLY_DONE, status="unknown")
    if question.more_often:
        return not_compared()
    if question.most and question.kind == "what" and not (question.within or question.relation):
        return most_frequent(state)
    return told_things(state, question.things) if question.things else None


def _queried(state: QuestionState, told: Mapping[str, str]) -> DraftAnswer:
    """Answers with what going through each video told."""
    statuses = {text.partition(": ")[0] for text in told.values()}
    several = len(state.videos) > 1
    lines: list[str] = []
    for name, text in told.items():
        video = state.videos[int(name.rpartition("-")[2]) - 1]
        words = text.partition(": ")[2] + _who_says(state, video, state.seen[name])
        lines.append(f"{video.name}: {words}" if several else words)
    hits = tuple(hit for name in told for hit in state.seen[name])
    status: AnswerStatus = "absent" if "absent" in statuses else "unknown"
    if "answered" in statuses:
        status = "answered"
    return DraftAnswer("\n".join(lines), rests_on=hits, status=status)


def _who_says(state: QuestionState, video: VideoInfo, hits: Sequence[Hit]) -> str:
    """Returns what is known of whether the one says it who is asked about by name."""
    name = state.question.speaker.casefold()
    if not name or not any(hit.event.kind == "speech" for hit in hits):
        return ""
    speakers = facts_of("speaker", state.scorer.timeline(video))
    told = {hit.event.id for hit in hits}
    by = [one for one in speakers if told & {event.id for event in one.events}]
    if any(name in one.value.casefold() for one in by):
        return ""
    if by:
        return f" {state.question.speaker} is not named beside it, but {by[0].value}."
    return " Who says it, is not told."


def _summary(state: QuestionState) -> DraftAnswer:
    """Tells what happens in each video, or that nobody looked, with what is known instead."""
    hits = all_hits(state)
    if any(hit.event.kind in TELLING for hit in hits):
        return summarised(state)
    return with_known(nothing(state), "What is known", hits)


def _about(state: QuestionState) -> DraftAnswer:
    """Lists all that tells of a thing, in order of time."""
    hits = events_in_order(state.ranked("focus", state.question.focus))
    return listed("The timeline tells", hits) if hits else nothing(state)


def _foreseen(state: QuestionState) -> DraftAnswer:
    """Returns the likeliest future of each video after what was seen last, or why there is none."""
    if not state.seen:
        return nothing(state)
    lines: list[str] = []
    for name, hits in state.seen.items():
        likeliest = state.replies[name].splitlines()[0]
        lines.append(f"{likeliest}. Seen last: {quoted(hits[-1])}" if hits else likeliest)
    return DraftAnswer("\n".join(lines))


def _planned(state: QuestionState) -> DraftAnswer:
    """Returns the likeliest plan from what each video shows, and what it rests on."""
    if not state.seen:
        return nothing(state)
    lines: list[str] = []
    known = False
    for name, hits in state.seen.items():
        steps, *grounds = [
            line for line in state.replies[name].splitlines() if not line.startswith(("Or: ", "[e"))
        ]
        shown = " ".join(quoted(hit, capital=True) for hit in hits[-1:])
        seen = [f"The start: {shown}"] if hits else []
        known |= steps != NO_PLAN
        lines.append(" ".join([f"{steps}.", *seen, *(f"{capitalised(line)}." for line in grounds)]))
    return DraftAnswer("\n".join(lines), status="answered" if known else "unknown")


_OF_KIND: Mapping[QuestionKind, Callable[[QuestionState], DraftAnswer]] = {
    "overview": _summary,
    "forecast": _foreseen,
    "plan": _planned,
    "compare": compared,
    "about": _about,
    "before_or_after": before_or_after,
}
"""What answers a question by its kind alone."""
