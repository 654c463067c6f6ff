"""Reads what a question asks for, without a language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from foretell.agent.embedded.asked_things import ThingsAsked, read_things
from foretell.agent.embedded.people import read_actor, read_speaker
from foretell.agent.embedded.plain_question import in_plain_order, without_denial
from foretell.memory.words.word_book import COLOURS, MODALS, NUMBERS, PLACES
from foretell.memory.words.wording import content_words
from foretell.patterns import LazyPattern
from foretell.tools.querying.query import TimelineQuery
from foretell.tools.querying.question_queries import read_query
from foretell.tools.texts.clauses import Clause
from foretell.tools.texts.how_often import HowOften, read_how_often
from foretell.tools.texts.sentences import Sentence, read_phrase, read_sentence, without_asides
from foretell.tools.texts.time_words import (
    Order,
    Place,
    Relation,
    Share,
    Stretch,
    TimeWords,
    read_time_words,
)
from foretell.tools.texts.turns import Extreme, read_turn

QuestionKind = Literal[
    "when", "count", "duration", "yes_no", "why", "what", "about", "before_or_after", "overview",
    "compare", "forecast", "plan",
]  # fmt: skip
_ANYBODY = (
    r"(?:person|people|man|woman|men|women|camera wearer|wearer|he|she|they|it|c|everyone|"
    r"everybody|somebody|someone)"
)
_OVERVIEW = LazyPattern(
    r"^(?:(?:please )?(?:sum|wrap) (?:it |this |that |the \w+ )?up\b|recap\b|tl;? ?dr\b|"
    r"give (?:me )?(?:the|a) (?:gist|recap|synopsis|summary)|narrate\b|describe what\b)|"
    r"^what (?:is|are|was|were|does|do|did) (?:the )?"
    rf"{_ANYBODY} (?:do|doing)\W*(?:in (?:the|this) \w+)?$|"
    r"^what (?:do|can) (?:i|we|you) see\W*$|^can (?:i|we|you) see (?:any|some)thing\W*$|"
    r"^what is (?:it|the (?:picture|video|clip|first frame|last frame)) like\W*$|"
    rf"^what (?:is|was|has been) (?:being )?done(?: by (?:the )?{_ANYBODY})?$|"
    r"\b(?:summar\w*|overview|overall|synopsis|chapters?|outline|table of contents|"
    r"main (?:events?|steps?|activit\w*)|"
    r"what(?:'s| is) (?:this|the|it) (?:video|clip|recording)? ?(?:about|showing)|"
    r"what (?:happens|is happening|happened|goes on|is going on)(?: in (?:the|this|it)\b.*)?\??$|"
    r"describe (?:the|this) (?:video|clip|recording))",
    re.IGNORECASE,
)
_CHAPTERS = LazyPattern(r"\bchapters?\b|\boutline\b|\btable of contents\b", re.IGNORECASE)
_POINTS = LazyPattern(
    rf"\b(?P<count>\d|an?|{'|'.join(NUMBERS)}) (?:short |main |key )?"
    r"(?:sentences?|points?|bullets?|bullet points?|lines?|steps?|parts?)\b",
    re.IGNORECASE,
)
_FORECAST = LazyPattern(
    r"^(?:what|which)\b.*\b(?:will|going to|gonna|about to|likely to)\b|"
    r"^(?:predict|anticipate|forecast|foresee)\b",
    re.IGNORECASE,
)
_PLAN = LazyPattern(
    r"^how (?:(?:do|can|could|would|should|shall) (?:i|we|you|one)|to)\b.*?"
    r"\b(?P<deed>(?:get|go|come|make|finish|complete|prepare|cook|bake|build|reach)\b.+)|"
    r"^(?:what|which) (?:are )?(?:the )?(?:\w+ )?steps\b.*?\b(?:to|for|towards)\b (?P<steps>.+)|"
    r"^plan\b (?:the )?(?:steps )?(?:(?:to|for|towards) )?(?P<plan>.+)",
    re.IGNORECASE,
)
_PLAN_PASSIVE = LazyPattern(rf"^how (?:{'|'.join(MODALS)})\b.*\bbe \w+", re.IGNORECASE)
_ON_THE_WAY = LazyPattern(
    r"^(?:get|go|come)\b.*?\bto\b ?|,? (?:from|out of|with) (?:here|there|this|that|these|now)$",
    re.IGNORECASE,
)
Most = Literal["times", "time"]
_MOST: dict[Most, LazyPattern] = {
    "time": LazyPattern(r"\b(?:mostly|mainly|most of the time|for the longest)\b", re.IGNORECASE),
    "times": LazyPattern(
        r"\b(?:the )?most (?:often|frequently|times)\b|\b(?:the )?most(?=\W*$)", re.IGNORECASE
    ),
}
_SEVERAL = LazyPattern(
    rf"\b(?P<end>first|last|final) (?P<count>[2-9]|{'|'.join(NUMBERS)}) "
    r"(?:things?|actions?|activities|deeds?|events?|moments?|steps?)\b",
    re.IGNORECASE,
)
_PARTS: dict[Place, Share] = {
    "beginning": Share(0.0, 0.2), "middle": Share(1 / 3, 2 / 3), "end": Share(0.8, 1.0),
}  # fmt: skip
"""What counts as a part of a video: people call a fifth at either end so."""
_MORE_OFTEN = LazyPattern(r"\b(?:more|less) (?:often|frequently)\b", re.IGNORECASE)
_ASKS_WHY = LazyPattern(r"^(?:why|what is the (?:reason|purpose)|for what)\b", re.IGNORECASE)
Detail = Literal["colour", "number", "place"]
_ASKS_FOR: dict[Detail, tuple[LazyPattern, ...]] = {
    "colour": (
        LazyPattern(r"\b(?:what|which)\b", re.IGNORECASE),
        LazyPattern(r"\bcolou?rs?\b", re.IGNORECASE),
    ),
    "number": (LazyPattern(r"\bhow many\b(?! times\b)", re.IGNORECASE),),
    "place": (LazyPattern(r"\bwhere\b(?! in the (?:video|clip)\b)", re.IGNORECASE),),
}
"""What a question holds that asks for a detail, one behind the other."""
_COLOUR_OF = LazyPattern(r"\b(?:the )?colou?rs?\b(?: of\b)?", re.IGNORECASE)
_TELLS: dict[Detail, LazyPattern] = {
    "colour": LazyPattern(rf"\b(?:{'|'.join(sorted(COLOURS))})\b", re.IGNORECASE),
    "number": LazyPattern(rf"\d|\b(?:{'|'.join(NUMBERS)})\b", re.IGNORECASE),
    "place": LazyPattern(rf"\b(?:{'|'.join(sorted(PLACES))})\b", re.IGNORECASE),
}
_BETWEEN = LazyPattern(
    r"^(?P<main>.*?)\b(?:in )?between (?P<first>.+?\w) and (?P<last>(?:the |when |\w+ing )?.+)$",
    re.IGNORECASE,
)
_COMPARE = LazyPattern(
    r"\bcompare\b.*\b(?:start|beginning)\b.*\bend(?:ing)?\b|\b(?:difference|changed?|different)\b.*"
    r"\bbetween\b.*\b(?:start|beginning)\b.*\bend\b",
    re.IGNORECASE,
)
_DURATION = LazyPattern(
    rf"\b(?:\d+(?:[.,]\d+)?|half an?|an?|{'|'.join(NUMBERS)})"
    r"[- ](?:second|minute|hour|day|week)s?\b",
    re.IGNORECASE,
)
_BEFORE_OR_AFTER = LazyPattern(
    r"^(?:and )?(?:is|are|was|were|do|does|did|has|have)\b(?P<one>.+?)\b"
    r"(?:before or after|after or before)\b(?P<other>.+)$",
    re.IGNORECASE,
)
_ABOUT = LazyPattern(
    r"^(?:please )?(?:tell|say|show|list|give)(?: me| us)?(?: something| everything| more| all)?"
    r"(?: you know)? (?:about|on|with) (?!it$|this$|that$|the video$|the clip$)(?P<thing>.+)$",
    re.IGNORECASE,
)
_BEGINS = frozenset({"start", "begin", "try"})
"""Verbs that say no more than the deed behind them."""
_SPENDS = frozenset({"spend", "take"})
"""Verbs that ask how long the deed behind them lasts."""
_USES = frozenset({"use", "involve", "feature"})
"""Verbs that ask whether a thing is there at all."""
_THERE = LazyPattern(r"\bthere\b", re.IGNORECASE)
_LASTS = frozenset({"last", "take", "go"})
"""Verbs that ask how long something lasts, which is then the subject: "the pouring"."""
_EMPTY_VERBS = frozenset({"come", "do", "happen"})
"""Verbs that ask what is seen without saying anything of it."""
_TURN_OF: dict[Order | None, int] = {"first": 1, "last": -1}
_KINDS: dict[str, QuestionKind] = {
    "when": "when", "how many": "count", "how long": "duration",
    "how much time": "duration", "how many times": "count", "why": "why",
    "yes or no": "yes_no",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SummaryForm:
    """How a summary is wanted.

    Attributes:
        points: How many points; None for as many as it takes.
        chapters: Whether each part is to be named with its times.
    """

    points: int | None = None
    chapters: bool = False


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
        turn: Which of several is wanted: 3 for the third, -2 for the last but one; 1 and -1 where
            `order` is told; None where all are.
        anchor_turn: The same of the anchor.
        extreme: Whether the longest or the shortest of several is wanted, or None.
        how_often: How often it claims that something happens; None where it claims nothing.
        alternatives: Of which of two or more deeds the order is asked, declarative and active.
        within: The time that the question names, or None.
        follows_up: Whether the anchor is what was spoken of before ("and after that?").
        sentence: The question in one form without its time words ("what does the person take").
        statement: The question in one form with its time words.
        state: Whether what is asked is how something is, and not what somebody does.
        query: What of the timeline's structure it asks for, or None.
        actor: Who is asked about by name, such as "man x"; empty where that is anybody.
        attribute: What is asked of a thing, such as its brand; empty where nothing is.
        verb: What is done, in its base form; empty where that is nothing in particular.
        between: The two moments between which it asks, as "close the cabinet"; empty without.
        form: How a summary is wanted.
        most: Whether what is done the most times or the most time is asked for; else None.
        more_often: Whether it is asked which of several happens more often.
        things: Which things are to be named by their kind, or None.
        asks_who: Whether whoever acts is asked for.
        several: How many of the first are wanted, or, negative, of the last; 0 where none are.
        speaker: Whose words are asked for, by name; empty where anybody's are.
        denied: Whether it asks if something does not happen; `focus` is what does not.
    """

    text: str
    kind: QuestionKind
    focus: str
    anchor: str = ""
    anchor_focus: str = ""
    anchor_sentence: str = ""
    relation: Relation | None = None
    order: Order | None = None
    turn: int | None = None
    anchor_turn: int | None = None
    extreme: Extreme | None = None
    how_often: HowOften | None = None
    alternatives: tuple[str, ...] = ()
    within: Stretch | None = None
    follows_up: bool = False
    sentence: str = ""
    statement: str = ""
    query: TimelineQuery | None = None
    between: tuple[str, ...] = ()
    form: SummaryForm = SummaryForm()
    state: bool = False
    verb: str = ""
    actor: str = ""
    attribute: str = ""
    most: Most | None = None
    more_often: bool = False
    things: ThingsAsked | None = None
    asks_who: bool = False
    several: int = 0
    denied: bool = False
    speaker: str = ""

    @property
    def wants_all(self) -> bool:
        """Whether all that match count, and not what matches best."""
        return (
            self.kind in ("when", "count", "duration", "about")
            or self.turn is not None
            or self.anchor_turn is not None
            or self.extreme is not None
            or self.how_often is not None
            or self.most is not None
            or self.asks_who
            or self.several != 0
        )

    @property
    def of_focus(self) -> bool:
        """Whether it asks when, how often or whether something happens, and names what."""
        asks = self.kind in ("when", "count", "duration", "yes_no") or self.wants_all
        return asks and bool(content_words(self.focus))


def read_question(text: str) -> Question:
    """Returns what `text` asks for; anything not understood is a "what" about all its words."""
    several = _several(text)
    plain_text, denied = without_denial(in_plain_order(_SEVERAL.sub("things", text)))
    most = _most(text)
    asked = _MOST[most].sub("", plain_text) if most else plain_text
    claim = read_how_often(without_asides(asked))
    turned = read_turn(claim.rest)
    plain = turned.number in (None, *_TURN_OF.values()) and read_time_words(claim.rest).turn
    named = turned.rest != claim.rest and not plain
    sentence = read_sentence(turned.rest if named else claim.rest)
    time, clause = sentence.time, _asked_clause(sentence.clause)
    special = _of_two_moments(text, sentence) or _of_task(text, sentence, clause)
    if special is not None and most is None:
        return special
    anchor_text = read_time_words(plain_text).anchor
    of_anchor = bool(named and time.anchor and read_turn(anchor_text).number)
    kind = _kind(sentence)
    turn = turned.number if named and not of_anchor else _TURN_OF.get(time.turn)
    if time.order is None and _part(time, kind):
        turn = None
    things = None if time.relation or time.turn or most else read_things(text, sentence.clause)
    return Question(
        text,
        kind,
        focus="" if _asks_any_deed(clause, several) else clause.text,
        anchor=time.anchor,
        anchor_focus=sentence.anchor.text if sentence.anchor else "",
        anchor_sentence=sentence.anchor.statement if sentence.anchor else "",
        relation=time.relation,
        order=time.turn,
        turn=turn,
        anchor_turn=turned.number if of_anchor else None,
        extreme=turned.extreme,
        how_often=claim if claim.least is not None else None,
        alternatives=_alternatives(text.rstrip("?!. "), clause) if time.turn else (),
        within=time.within or _part(time, kind),
        follows_up=time.follows_up,
        sentence=clause.text if clause.asks.startswith("how long") else clause.question,
        statement=sentence.text,
        query=None if things or several else read_query(text),
        state=clause.verb == "be" and _THERE.search(text) is None,
        verb="" if clause.verb in ("be", *_EMPTY_VERBS) else clause.verb,
        attribute=_attribute(text, clause),
        actor=read_actor(text),
        most=most,
        more_often=_MORE_OFTEN.search(text) is not None,
        things=things,
        asks_who=clause.asks == "who" and clause.asks_who,
        several=several,
        denied=denied,
        speaker=read_speaker(plain_text),
    )


def _most(text: str) -> Most | None:
    """Returns whether what is done the most times or the most time is asked for; None if not."""
    return next((what for what, pattern in _MOST.items() if pattern.search(text)), None)


def _asks_any_deed(clause: Clause, several: int) -> bool:
    """Whether a clause asks for what happens, whatever it is."""
    return (clause.verb in _EMPTY_VERBS and not clause.rest) or (
        several != 0 and clause.verb in ("", "be", *_EMPTY_VERBS)
    )


def _several(text: str) -> int:
    """Returns 3 of "the first three things", -3 of the last three; 0 where there are none."""
    found = _SEVERAL.search(text)
    if found is None:
        return 0
    word = found["count"].lower()
    count = int(word) if word.isdigit() else NUMBERS[word]
    return count if found["end"].lower() == "first" else -count


def _part(time: TimeWords, kind: QuestionKind) -> Share | None:
    """Returns the part of the video in which something is counted, or that is its middle."""
    part = _PARTS.get(time.place) if time.place else None
    return part if kind in ("count", "duration") or time.place == "middle" else None


def _asked_clause(clause: Clause) -> Clause:
    """Returns what is looked for: of "how long does the pouring take" the pouring alone."""
    lasting = clause.asks in ("how long", "how much time")
    if lasting and clause.verb in _LASTS and clause.subject == "it" and clause.rest:
        return replace(read_phrase(clause.rest.removeprefix("to ")), asks=clause.asks)
    if lasting and clause.verb in _LASTS and clause.subject:
        return replace(read_phrase(clause.subject), asks=clause.asks)
    if (lasting and clause.verb in _SPENDS) or (clause.verb in _BEGINS and clause.rest):
        return replace(read_phrase(clause.rest.removeprefix("to ")), asks=clause.asks)
    if clause.verb in _USES and clause.rest and clause.asks in ("yes or no", "when"):
        return Clause(asks=clause.asks, rest=clause.rest)
    return clause


def _attribute(text: str, clause: Clause) -> str:
    """Returns "brand" of "what brand is the milk", but no colour, number or place."""
    asked = clause.asks in ("what", "which") and clause.verb == "be" and not clause.asks_who
    return clause.thing if asked and detail_asked(text) is None else ""


def _of_two_moments(text: str, sentence: Sentence) -> Question | None:
    """Returns a question that compares or lies between moments, or is about one thing."""
    bare = text.strip().rstrip("?!. ")
    if _COMPARE.search(text):
        return Question(text, "compare", "", statement=sentence.text)
    if sentence.time.within is None and (between := _between(bare)):
        return Question(text, "what", "", statement=sentence.text, between=between)
    if order := _BEFORE_OR_AFTER.match(bare):
        deeds = (read_phrase(order["one"]).text, read_phrase(order["other"]).text)
        return Question(text, "before_or_after", "", statement=sentence.text, alternatives=deeds)
    if about := _ABOUT.match(bare):
        focus = read_phrase(about["thing"]).text
        return Question(text, "about", focus, sentence=focus, statement=sentence.text)
    return None


def _of_task(text: str, sentence: Sentence, clause: Clause) -> Question | None:
    """Returns a question for a forecast, a plan or a summary."""
    time = sentence.time
    if time.anchor or time.within is not None:
        return None
    if _FORECAST.search(time.main):
        return Question(text, "forecast", "", statement=sentence.text)
    if goal := _goal(time.main, clause):
        return Question(text, "plan", goal, statement=sentence.text)
    if _OVERVIEW.search(time.main) and not (time.relation or time.place or time.order):
        form = _summary_form(text)
        return Question(text, "overview", "", statement=sentence.text, form=form)
    return None


def _between(bare: str) -> tuple[str, ...]:
    """Returns the two moments of "between opening the tap and closing it", or nothing."""
    found = _BETWEEN.match(bare)
    if found is None:
        return ()
    one, other = read_phrase(found["first"]), read_phrase(found["last"])
    if other.rest in ("it", "them"):
        other = replace(other, rest=one.rest)
    first, last = one.text, other.text
    return (first, last) if first and last else ()


def _summary_form(text: str) -> SummaryForm:
    """Returns how many points or which chapters a summary is wanted in."""
    found = _POINTS.search(text)
    word = found["count"].lower() if found else ""
    points = int(word) if word.isdigit() else NUMBERS.get(word) or (1 if found else None)
    return SummaryForm(points, chapters=_CHAPTERS.search(text) is not None)


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


def _alternatives(text: str, clause: Clause) -> tuple[str, ...]:
    """Returns the deeds of "which happens first, opening the fridge or closing the tap"."""
    deeds_text = clause.rest if clause.verb in _EMPTY_VERBS else clause.text
    behind_comma = text.partition(", ")[2]
    deeds_text = behind_comma if " or " in behind_comma else deeds_text
    deeds = [read_phrase(part) for part in deeds_text.split(" or ")]
    if len(deeds) < 2 or not all(deed.verb not in ("", "be") for deed in deeds):
        return ()
    return tuple(deed.text for deed in deeds)


def detail_asked(question: str) -> Detail | None:
    """Returns the detail that a question asks for: a colour, how many there are, or where."""
    return next((one for one, wanted in _ASKS_FOR.items() if _in_turn(wanted, question)), None)


def _in_turn(patterns: Sequence[LazyPattern], text: str) -> bool:
    """Whether a text holds what matches each pattern, each behind the one before."""
    place = 0
    for pattern in patterns:
        found = pattern.search(text, place)
        if found is None:
            return False
        place = found.end()
    return True


def thing_asked(focus: str) -> str:
    """Returns the words for what a detail is asked of."""
    return " ".join(_COLOUR_OF.sub(" ", focus).split())


def tells(detail: Detail, text: str) -> bool:
    """Whether a word of a text is such a detail, of whatever thing."""
    return _TELLS[detail].search(text) is not None


def names_duration(text: str) -> bool:
    """Whether a text tells how long something lasts: "for 3 minutes"."""
    return _DURATION.search(text) is not None
