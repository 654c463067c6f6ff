"""Reads what a question asks for, without a language model."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from foretell.memory.words.word_book import COLOURS, MODALS, NUMBERS, PLACES
from foretell.tools.querying.query import TimelineQuery
from foretell.tools.querying.question_queries import read_query
from foretell.tools.texts.clauses import Clause
from foretell.tools.texts.sentences import Sentence, read_phrase, read_sentence
from foretell.tools.texts.time_words import Order, Relation
from foretell.types import Interval

QuestionKind = Literal[
    "when", "count", "duration", "yes_no", "why", "what", "overview", "compare", "forecast", "plan"
]
_OVERVIEW = re.compile(
    r"\b(?:summar\w*|overview|overall|main (?:events?|steps?|activit\w*)|"
    r"what(?:'s| is) (?:this|the|it) (?:video|clip|recording)? ?(?:about|showing)|"
    r"what (?:happens|is happening|happened|goes on|is going on)(?: in (?:the|this|it)\b.*)?\??$|"
    r"describe (?:the|this) (?:video|clip|recording))",
    re.IGNORECASE,
)
_FORECAST = re.compile(
    r"^(?:what|which)\b.*\b(?:will|going to|gonna|about to|likely to)\b|"
    r"^(?:predict|anticipate|forecast|foresee)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"^how (?:(?:do|can|could|would|should|shall) (?:i|we|you|one)|to)\b.*?"
    r"\b(?P<deed>(?:get|go|come|make|finish|complete|prepare|cook|bake|build|reach)\b.+)|"
    r"^(?:what|which) (?:are )?(?:the )?(?:\w+ )?steps\b.*?\b(?:to|for|towards)\b (?P<steps>.+)|"
    r"^plan\b (?:the )?(?:steps )?(?:(?:to|for|towards) )?(?P<plan>.+)",
    re.IGNORECASE,
)
_PLAN_PASSIVE = re.compile(rf"^how (?:{'|'.join(MODALS)})\b.*\bbe \w+", re.IGNORECASE)
_ON_THE_WAY = re.compile(
    r"^(?:get|go|come)\b.*?\bto\b ?|,? (?:from|out of|with) (?:here|there|this|that|these|now)$",
    re.IGNORECASE,
)
_ASKS_WHY = re.compile(r"^(?:why|what is the (?:reason|purpose)|for what)\b", re.IGNORECASE)
Detail = Literal["colour", "number", "place"]
_ASKS_FOR: dict[Detail, re.Pattern[str]] = {
    "colour": re.compile(r"\b(?:what|which)\b.*\bcolou?rs?\b", re.IGNORECASE),
    "number": re.compile(r"\bhow many\b(?! times\b)", re.IGNORECASE),
    "place": re.compile(r"\bwhere\b(?! in the (?:video|clip)\b)", re.IGNORECASE),
}
_COLOUR_OF = re.compile(r"\b(?:the )?colou?rs?\b(?: of\b)?", re.IGNORECASE)
_TELLS: dict[Detail, re.Pattern[str]] = {
    "colour": re.compile(rf"\b(?:{'|'.join(sorted(COLOURS))})\b", re.IGNORECASE),
    "number": re.compile(rf"\d|\b(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE),
    "place": re.compile(rf"\b(?:{'|'.join(sorted(PLACES))})\b", re.IGNORECASE),
}
_BETWEEN = re.compile(
    r"^(?P<main>.*?)\b(?:in )?between (?P<first>.+?\w) and (?P<last>(?:the |when |\w+ing )?.+)$",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\bcompare\b.*\b(?:start|beginning)\b.*\bend(?:ing)?\b|\b(?:difference|changed?|different)\b.*"
    r"\bbetween\b.*\b(?:start|beginning)\b.*\bend\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    rf"\b(?:\d+(?:[.,]\d+)?|half an?|an?|{'|'.join(NUMBERS)})"
    r"[- ](?:second|minute|hour|day|week)s?\b",
    re.IGNORECASE,
)
_LASTS = frozenset({"last", "take", "go"})
"""Verbs that ask how long something lasts, which is then the subject: "the pouring"."""
_EMPTY_VERBS = frozenset({"come", "do", "happen"})
"""Verbs that ask what is seen without saying anything of it."""
_KINDS: dict[str, QuestionKind] = {
    "when": "when", "how many": "count", "how long": "duration",
    "how much time": "duration", "how many times": "count", "why": "why",
    "yes or no": "yes_no",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks for, the same however it is put.

    Attributes:
        text: The question as asked.
        kind: What sort of answer is wanted.
        focus: What to look for, declarative and active ("take the milk"); may be empty.
        anchor: The other moment that the question names, as it is written, or empty.
        anchor_focus: What to look for of the anchor ("open the fridge"), or empty.
        anchor_sentence: The anchor as a statement ("opening the fridge"), or empty.
        relation: How the answer stands to the anchor in time, or None without one.
        order: Whether the first or the last of several is wanted, or None.
        alternatives: Of which of two or more deeds the order is asked, declarative and active.
        within: The time that the question names, or None.
        follows_up: Whether the anchor is what was spoken of before ("and after that?").
        sentence: The question in one form without its time words ("what does the person take").
        statement: The question in one form with its time words.
        query: What of the timeline's structure it asks for, or None.
        between: The two moments between which it asks, as "close the cabinet"; empty without.
    """

    text: str
    kind: QuestionKind
    focus: str
    anchor: str = ""
    anchor_focus: str = ""
    anchor_sentence: str = ""
    relation: Relation | None = None
    order: Order | None = None
    alternatives: tuple[str, ...] = ()
    within: Interval | None = None
    follows_up: bool = False
    sentence: str = ""
    statement: str = ""
    query: TimelineQuery | None = None
    between: tuple[str, ...] = ()


def read_question(text: str) -> Question:
    """Returns what `text` asks for; anything not understood is a "what" about all its words."""
    sentence = read_sentence(text)
    time, clause = sentence.time, sentence.clause
    if _COMPARE.search(text):
        return Question(text, "compare", "", statement=sentence.text)
    if time.within is None and (between := _between(text)):
        return Question(text, "what", "", statement=sentence.text, between=between)
    if clause.asks in ("how long", "how much time") and clause.verb in _LASTS and clause.subject:
        clause = replace(read_phrase(clause.subject), asks=clause.asks)
    if not time.anchor and time.within is None:
        if _FORECAST.search(time.main):
            return Question(text, "forecast", "", statement=sentence.text)
        if goal := _goal(time.main, clause):
            return Question(text, "plan", goal, statement=sentence.text)
        if _OVERVIEW.search(time.main) and not (time.relation or time.place or time.order):
            return Question(text, "overview", "", statement=sentence.text)
    return Question(
        text,
        _kind(sentence),
        focus="" if clause.verb in _EMPTY_VERBS and not clause.rest else clause.text,
        anchor=time.anchor,
        anchor_focus=sentence.anchor.text if sentence.anchor else "",
        anchor_sentence=sentence.anchor.statement if sentence.anchor else "",
        relation=time.relation,
        order=time.turn,
        alternatives=_alternatives(clause) if time.turn else (),
        within=time.within,
        follows_up=time.follows_up,
        sentence=clause.question,
        statement=sentence.text,
        query=read_query(text),
    )


def _between(text: str) -> tuple[str, ...]:
    """Returns the two moments of "between opening the tap and closing it", or nothing."""
    found = _BETWEEN.match(text.strip().rstrip("?!. "))
    if found is None:
        return ()
    first, last = read_phrase(found["first"]).text, read_phrase(found["last"]).text
    return (first, last) if first and last else ()


def _kind(sentence: Sentence) -> QuestionKind:
    """Returns the sort of answer by what begins the question."""
    if _ASKS_WHY.search(sentence.time.main):
        return "why"
    return _KINDS.get(sentence.clause.asks, "what")


def _goal(main: str, clause: Clause) -> str:
    """Returns what the steps are to lead to, if they are asked for; else nothing."""
    if plan := _PLAN.search(main):
        return _ON_THE_WAY.sub("", plan[plan.lastgroup or 0]).strip()
    if _PLAN_PASSIVE.search(main) and not clause.subject:  # "how can a cake be made from here"
        return _ON_THE_WAY.sub("", clause.text).strip()
    return ""


def _alternatives(clause: Clause) -> tuple[str, ...]:
    """Returns the deeds of "which happens first, opening the fridge or closing the tap"."""
    deeds_text = clause.rest if clause.verb in _EMPTY_VERBS else clause.text
    deeds = [read_phrase(part) for part in deeds_text.split(" or ")]
    if len(deeds) < 2 or not all(deed.verb not in ("", "be") for deed in deeds):
        return ()
    return tuple(deed.text for deed in deeds)


def detail_asked(question: str) -> Detail | None:
    """Returns the detail that a question asks for: a colour, how many there are, or where."""
    return next((detail for detail, pattern in _ASKS_FOR.items() if pattern.search(question)), None)


def thing_asked(focus: str) -> str:
    """Returns the words for what a detail is asked of."""
    return " ".join(_COLOUR_OF.sub(" ", focus).split())


def tells(detail: Detail, text: str) -> bool:
    """Whether a word of a text is such a detail, of whatever thing."""
    return _TELLS[detail].search(text) is not None


def names_duration(text: str) -> bool:
    """Whether a text tells how long something lasts: "for 3 minutes"."""
    return _DURATION.search(text) is not None
