"""Names the things of a kind that the timeline tells of, in the order of their first mention."""

from __future__ import annotations

from foretell.agent.embedded.asked_things import ThingsAsked
from foretell.agent.embedded.denials import nothing
from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.people import by_another
from foretell.agent.embedded.question_state import QuestionState, events_in_order
from foretell.agent.embedded.quoting import all_told
from foretell.memory.words.inflections import stem
from foretell.memory.words.kinds import of_kind
from foretell.memory.words.wording import meanings
from foretell.patterns import LazyPattern
from foretell.tools.querying.facts import things_told
from foretell.tools.querying.telling import MAX_LISTED
from foretell.tools.texts.marks import event_mark
from foretell.tools.texts.sentences import read_phrase
from foretell.types import Hit

_MEANS = LazyPattern(r"\b(?:with|using) (?:(?:a |an |the )?(?:bit|pair|piece) of )?(?P<it>.+)")


def told_things(state: QuestionState, asked: ThingsAsked) -> DraftAnswer | None:
    """Returns the things that are asked for, or says that none is told; None where any would do.

    Captions tell of things and do not count them: how many there are stays unknown.
    """
    first: dict[str, tuple[str, Hit]] = {}
    for hit in events_in_order(_with_deed(state, asked)):
        for thing in _things(state, asked, hit.event.text):
            first.setdefault(stem(thing), (thing, hit))
    if not first:
        return nothing(state) if asked.kind else None
    named = [f"{thing}{event_mark(hit.event.id)}" for thing, hit in first.values()]
    more = len(named) - MAX_LISTED
    text = ", ".join(named[:MAX_LISTED]) + (f" and {more} more" if more > 0 else "")
    told = tuple({hit.event.id: hit for _, hit in first.values()}.values())
    if asked.counted:
        lead = "Nobody has counted them; the captions tell of"
        return DraftAnswer(f"{lead}: {text}.", rests_on=told, status="unknown")
    return DraftAnswer(f"The captions tell of: {text}.", rests_on=told)


def _with_deed(state: QuestionState, asked: ThingsAsked) -> list[Hit]:
    """Returns what tells of the deed that is asked about, or all that tells what happens."""
    hits = [
        hit
        for hit in state.inside(all_told(state))
        if hit.event.kind != "speech" and not by_another(state.question.actor, hit.event.text)
    ]
    return state.telling(asked.deed, hits) if asked.deed else hits


def _things(state: QuestionState, asked: ThingsAsked, text: str) -> list[str]:
    """Returns the things in a text that are asked for, without those that the question names."""
    known = meanings(state.question.text)
    if asked.kind:
        clause = read_phrase(text)
        things = of_kind(asked.kind, f"{clause.subject} {clause.rest}")
        return [thing for thing in things if not meanings(thing) <= known]
    means = _MEANS.search(text)
    if asked.by_means:
        things = things_told(means["it"])[:1] if means else []
    else:
        things = things_told(text)[:1]
    return [thing for thing in things if not meanings(thing) & known]
