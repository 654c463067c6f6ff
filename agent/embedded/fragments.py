"""Answers and completes what is asked in a few words about the event that was spoken of last."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.plain_question import without_punctuation
from foretell.agent.embedded.question import tells
from foretell.agent.messages import Message, last_question, last_with_evidence
from foretell.memory.words.inflections import stem
from foretell.memory.words.wording import words
from foretell.patterns import LazyPattern
from foretell.tools.texts.marks import time_mark
from foretell.tools.texts.sentences import read_phrase
from foretell.tools.texts.time_words import read_time_words
from foretell.types import Evidence

_ROLES: Mapping[str, LazyPattern] = {
    role: LazyPattern(rf"(?:and )?(?:{form})$")
    for role, form in {
        "means": r"(?:with|using) what|what with|by what means",
        "doer": r"by whom|who by|who|who (?:does|did|is doing) (?:it|that|so)",
        "place": r"where(?: to| from| exactly)?|(?:to|from|into|onto|in|on|at) (?:where|what)|"
        r"where (?:does|did|is) (?:it|that)(?: happen(?:ing)?)?",
    }.items()
}
_WHICH = LazyPattern(r"(?:and )?(?:(?:with|in) )?(?:which|what|whose) (?P<thing>\w+)$")
_TOLD_BESIDE = frozenset({"hand", "colour", "color", "foot", "side"})
"""What a few words ask of an event: whether it tells it or not, nothing else is meant."""
_PLACE = LazyPattern(
    r"\b(?:at|beside|from|in|inside|into|near|on|onto|out of|outside|to|towards|under)\b",
    re.IGNORECASE,
)
_MEANS = LazyPattern(r"\b(?:with|using|by)\b", re.IGNORECASE)
_BESIDE = LazyPattern(
    r"(?:and )?(?:what (?:about|is|was) )?(?:the )?(?:(?:one|thing|step) )?"
    r"(?P<side>before|after|previous|next|following)(?: (?:one|thing|step))?(?: (?:that|it))?$"
)
_SIDES = {"before": "before", "previous": "before"}
_BARE = LazyPattern(r"(?:and )?(?P<asks>how often|how many times|when)(?: exactly)?$")
_AND = LazyPattern(r"^(?:and|what about|how about)\b", re.IGNORECASE)
_DOES_THAT = LazyPattern(
    r"\b(?:do|does|did) (?:(?:he|she|they|it|the \w+) )?do (?:that|it|this|so)\b(?: again)?"
)


def answer_to_fragment(question: str, history: Sequence[Message]) -> DraftAnswer | None:
    """Returns what the event that was spoken of tells of a role; None for any other question.

    Args:
        question: What was asked: "with what?", "where to?", "which hand?".
        history: What was said before.
    """
    said, spoken = without_punctuation(question), _spoken(history)
    if spoken is None:
        return None
    role = next((role for role, form in _ROLES.items() if form.match(said)), "")
    which = _WHICH.match(said)
    if not role and not (which and _is_of(which["thing"], spoken)):
        return None
    told = f"{spoken.quote.rstrip('. ')}{time_mark(spoken.interval)}."
    if _told(role, which["thing"] if which else "", spoken.quote):
        return DraftAnswer(told)
    return DraftAnswer(f"What was spoken of does not tell it: {told}", status="unknown")


def completed(question: str, history: Sequence[Message]) -> str:
    """Returns a question with what was spoken of put in: "how often does he wash the cup?"."""
    said, spoken = without_punctuation(question), _spoken(history)
    if at_time := _of_another_time(question, history):
        return at_time
    if spoken is None:
        return question
    if beside := _BESIDE.match(said):
        return f"What happens {_SIDES.get(beside['side'], 'after')} that?"
    deed = read_phrase(spoken.quote)
    if not deed.verb or deed.verb == "be":
        return question
    if bare := _BARE.match(said):
        return f"{bare['asks']} does the person {deed.text}?"
    asked = _DOES_THAT.search(said)
    if asked is None:
        return question
    return f"{said[: asked.start()]}does the person {deed.text}{said[asked.end() :]}?"


def _of_another_time(question: str, history: Sequence[Message]) -> str:
    """Returns the last question with another time: "what does he do in the last minute?"."""
    before = last_question(history)
    said = _AND.sub("", question).strip()
    time = read_time_words(said)
    if not before or time.main or not (time.within or time.place):
        return ""
    return f"{read_time_words(before).main} {said}"


def _spoken(history: Sequence[Message]) -> Evidence | None:
    """Returns what the last answer with evidence rested on first."""
    last = last_with_evidence(history)
    return last.evidence[0] if last else None


def _is_of(thing: str, spoken: Evidence) -> bool:
    """Whether a thing can only be meant of the event that was spoken of."""
    return thing in _TOLD_BESIDE or stem(thing) in {*map(stem, words(spoken.quote))}


def _told(role: str, thing: str, quote: str) -> bool:
    """Whether an event tells a role, or which thing it is."""
    match role:
        case "means":
            return _MEANS.search(quote) is not None
        case "doer":
            return True
        case "place":
            return _PLACE.search(quote) is not None
        case _ if thing in ("colour", "color"):
            return tells("colour", quote)
        case _:
            return stem(thing) in {*map(stem, words(quote))}
