"""Reads from an English sentence which moment it is about: beside another, in a part, at a time.

The one reader of time words: of questions to the planner, of questions with choices and of what is
to be located.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from foretell.memory.words.inflections import finite_verb, is_gerund, participle_verb
from foretell.memory.words.word_book import (
    AUXILIARIES,
    BE,
    BEEN,
    DETERMINERS,
    DO,
    NUMBERS,
    PRONOUNS,
    QUESTION_WORDS,
)
from foretell.patterns import LazyPattern
from foretell.tools.texts.spoken_times import (
    DASHES,
    POINT,
    TOLD,
    is_told,
    may_name_time,
    read_ends,
    read_point,
)
from foretell.types import Interval

Relation = Literal["before", "after", "during"]
Place = Literal["beginning", "middle", "end"]
Order = Literal["first", "last"]
_RELATIONS: dict[str, Relation] = {
    "before": "before", "prior to": "before", "previous to": "before", "until": "before",
    "till": "before", "by the time": "before",
    "after": "after", "once": "after", "as soon as": "after", "following": "after",
    "subsequent to": "after", "upon": "after", "on": "after", "having": "after",
    "while": "during", "whilst": "during", "during": "during", "when": "during", "as": "during",
    "at the same time as": "during", "at the same time that": "during",
}  # fmt: skip
_LATER = (
    r"after (?:that|this|which|some time|a (?:bit|minute|moment|second|time|while)|"
    rf"(?:a few|several|some|\d+|{'|'.join(NUMBERS)}) (?:minute|moment|second)s?)\b"
)
_WORDS = "|".join(sorted(map(re.escape, _RELATIONS), key=len, reverse=True))
_RELATION = LazyPattern(
    rf"\b(?:(?:right|just|immediately|directly|shortly|soon)\s+)?(?!{_LATER})(?P<word>{_WORDS})\b\s*",
    re.IGNORECASE,
)
_THEN = LazyPattern(
    rf"\s*(?:[,;]\s*|\b(?:and|who|which)\s+)*\b(?:then|afterwards?|followed by|{_LATER})\b[\s,]*|"
    r"\s*[.!?;]\s+(?=\w)",
    re.IGNORECASE,
)
_NOT_OF_TIME = LazyPattern(
    r"\b(?:a|all the|worth) while\b|"
    r"\b(?:all at once|once (?:again|in|more|upon))\b|"
    r"\b(?:now and|since|until) then\b|"
    rf"\b(?:{'|'.join((*BE, *sorted(BEEN)))}) followed by\b|"
    r"\b(?P<each>\w+) after (?:(?P=each)|another|the other)\b|\bafter all\b|"
    r"\b(?:ask|chase|go|look|run)(?:s|es|ed|ing|ning)? after\b(?! \w+(?<!th)ing\b)|"
    r"\b(?:chasing|named|ran|went) after\b(?! \w+(?<!th)ing\b)|"
    r"\b(?:before and after|after and before)\b|\b(?:as|ever|like|never|than) before\b|"
    r"\bbefore (?:him|me|them|us|"
    r"(?:a|an|her|his|the|their) (?:altar|audience|camera|crowd|judges?|jury|mirror))\b|"
    r"\b(?:dr|jr|mr|mrs|ms|prof|sr|st|vs|[a-z])\.|\bno\.(?= \d)|"
    r"\b(?:as (?:if|long|many|much|though|well)|(?:just|same|such) as)\b",
    re.IGNORECASE,
)
"""Ordinary words that look like time words, or like the end of a sentence."""
_SPOKEN_OF = LazyPattern(
    r"\b(?:(?:right |just |immediately |directly |shortly |soon )?"
    r"(?P<word>after|before|while|during)"
    rf" (?:that|this|it|then|those|these)\b(?=\W*$|,|\s+(?:{'|'.join(QUESTION_WORDS)})\b)|"
    r"(?:next\b(?! to\b)|then|afterwards?|later|subsequently)\b)",
    re.IGNORECASE,
)
_PLACES: dict[str, Place] = {
    "start": "beginning", "beginning": "beginning", "outset": "beginning",
    "middle": "middle",
    "end": "end", "ending": "end", "close": "end",
}  # fmt: skip
_OF_VIDEO = r"(?:\s+of\s+(?:the|this)\s+(?:video|clip|film|movie|recording))?"
_PLACE = LazyPattern(
    r"\b(?:at|near|in|by|towards?)\s+(?:the\s+)(?:very\s+)?"
    rf"(?P<place>{'|'.join(_PLACES)})\b{_OF_VIDEO}|"
    r"\bhow (?:does|did|do)\s+(?:the|this)\s+(?:video|clip|film|movie|recording)\s+"
    r"(?P<verb>start|begin|open|end|finish|close)\b",
    re.IGNORECASE,
)
_ORDERS: dict[str, Order] = {
    "first": "first", "firstly": "first", "initially": "first", "originally": "first",
    "last": "last", "lastly": "last", "final": "last", "finally": "last",
}  # fmt: skip
_PART_OF_ORDER: dict[str, Place] = {"first": "beginning", "last": "end"}
_ORDER_OF_PART: dict[str, Order] = {"beginning": "first", "end": "last"}
_ORDER = LazyPattern(
    r"\b(?:(?:is|was) )?(?:for )?the (?P<thing>first|last|final) (?:thing|time)\b(?: that| when)?|"
    rf"\b(?:at )?(?P<word>{'|'.join(_ORDERS)})(?:\s+of all)?\b",
    re.IGNORECASE,
)
_FILM = r"(?:video|clip|film|movie|recording)"
_TIME = rf"(?:the\s+)?(?P<time>{TOLD})(?:\s+(?:mark|point)\b)?"
_AT = LazyPattern(
    rf"(?:\b(?:at|around|near|about|by)\s+|@\s*)(?:time\s+|timestamp\s+)?{_TIME}"
    rf"(?:\s+in(?:to)?(?:\s+the\s+{_FILM})?\b)?",
    re.IGNORECASE,
)
_BETWEEN = LazyPattern(
    rf"\b(?:between|from)\s+(?P<a>{POINT})\s*(?:and|to|until|till|[{DASHES}])\s*(?P<b>{POINT})",
    re.IGNORECASE,
)
_FROM = LazyPattern(
    rf"\b(?:after|since|from|past)\s+(?:the\s+first\s+)?{_TIME}(?:\s+on(?:wards?)?\b)?",
    re.IGNORECASE,
)
_UNTIL = LazyPattern(rf"\b(?:before|until|till|up to)\s+{_TIME}", re.IGNORECASE)
_IN = r"(?:\b(?:at|during|for|in|over|throughout|within)\s+|\A)(?:the\s+)?(?:very\s+)?"
_FIRST = LazyPattern(
    rf"{_IN}(?P<end>first|opening|last|final|closing)\s+(?P<time>{TOLD}|second|minute)(?!\w)",
    re.IGNORECASE,
)
_TURNS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
_TURN = rf"(?P<turn>{'|'.join(_TURNS)}|\d{{1,4}}(?:st|nd|rd|th))"
_NTH = LazyPattern(rf"{_IN}{_TURN}\s+(?P<unit>second|minute)\b(?!\s+(?:mark|point))", re.IGNORECASE)
_SHARES = {"half": 2, "third": 3, "quarter": 4}
_SHARE = LazyPattern(
    rf"{_IN}(?P<turn>{'|'.join(list(_TURNS)[:4])}|last|final|middle)\s+(?P<share>{'|'.join(_SHARES)})\b"
    rf"(?:\s+of\s+(?:the|this)\s+{_FILM})?",
    re.IGNORECASE,
)
LATEST_SECONDS = 360_000.0
"""What ends a stretch that is open: 100 hours, longer than any video."""
_AROUND_SECONDS = 1.0
"""How far a moment that is named reaches to either side."""
_ASKED_BEFORE_WHEN = frozenset(
    {"find", "know", "locate", "me", "moment", "moments", "part", "parts", "point", "say", "scene",
     "see", "show", "tell", "time", "times", "us"}
)  # fmt: skip
"""Words before a "when" that tells which moment is looked for."""
_COMMA = LazyPattern(r"\s*,\s*")
_WORD = LazyPattern(r"[\w']+")


@dataclass(frozen=True, slots=True)
class Share:
    """A stretch of a video told as shares of its length, in [0, 1]."""

    start: float
    end: float


Stretch = Interval | Share


@dataclass(frozen=True, slots=True)
class TimeWords:
    """A sentence taken apart by its time words.

    Attributes:
        main: The sentence without them; what begins it ("after the rain, what...") is taken away.
        anchor: The other moment that it names, such as "the dog jumps"; empty where it names none.
        relation: How the sentence stands to the anchor in time, None without one.
        place: Which part of the video it names, None where it names none.
        order: Whether the first or the last of several is meant.
        within: The stretch that it names, in seconds or as shares of the video, or None; seconds
            that are negative count back from the end.
        follows_up: Whether the anchor is what was spoken of before ("and after that?").
        word: The time word as it is written, in lower case; empty without an anchor.
    """

    main: str
    anchor: str = ""
    relation: Relation | None = None
    place: Place | None = None
    order: Order | None = None
    within: Stretch | None = None
    follows_up: bool = False
    word: str = ""

    @property
    def part(self) -> Place | None:
        """The part of the video that is meant, "first" and "last" read as its ends."""
        return self.place or _PART_OF_ORDER.get(self.order or "")

    @property
    def turn(self) -> Order | None:
        """Whether the first or the last is meant, the ends of the video read as such."""
        return self.order or _ORDER_OF_PART.get(self.place or "")


def read_time_words(text: str) -> TimeWords:
    """Reads which moment an English sentence asks about or tells of.

    The first word that joins two clauses divides sentence and anchor ("what does he do after the
    dog jumps"); where it begins the sentence, the anchor ends at a comma or at the question. Words
    that only look like time words, as in "looks after the child", divide nothing, and a sentence
    in another language names no moment.
    """
    bare = " ".join(text.split()).rstrip("?!. ")
    within, bare = _named_time(bare)
    if within is not None:
        bare = bare.strip(" ,")
    place, bare = _place(bare)
    main, anchor, word = divide_at_time_word(bare)
    relation = _RELATIONS.get(word)
    follows_up = False
    if relation is None and (spoken := _SPOKEN_OF.search(main)):
        follows_up = True
        relation = _RELATIONS[(spoken["word"] or "after").lower()]
        main = _without(main, spoken)
    order, main = _order(main)
    return TimeWords(main, anchor, relation, place, order, within, follows_up, word)


def on_the_clock(within: Stretch, video: Interval) -> Interval:
    """Returns a named time on the clock of a video: "the last minute" counts from its end."""
    if isinstance(within, Share):
        length = video.duration
        return Interval(video.start + within.start * length, video.start + within.end * length)
    if within.start >= 0.0:
        return within
    return Interval(max(video.start, video.end + within.start), max(video.start, video.end))


def relation_of(word: str) -> Relation | None:
    """Returns how what stands before a time word lies to what follows it, in time."""
    return _RELATIONS.get(word)


def split_in_order(text: str) -> Iterator[str]:
    """Yields the events that a text tells one after the other, divided by "then" and full stops."""
    start = 0
    for found in (*_time_words(_THEN, text), None):
        part = text[start : found.start() if found else None].strip()
        start = found.end() if found else start
        if part:
            yield part


def clock_seconds(clock: str) -> float:
    """Returns the seconds of "75", "1:15", "0:01:15.5" or "-3".

    Raises:
        ValueError: If it is none of these.
    """
    sign = -1.0 if clock.startswith("-") else 1.0
    parts = [float(part) for part in clock.removeprefix("-").split(":")]
    return sign * sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def _named_time(bare: str) -> tuple[Stretch | None, str]:
    """Returns the stretch that a sentence names, in times or shares, and the rest of it."""
    in_numbers = _IN_NUMBERS if may_name_time(bare) else ()
    for pattern, stretch_of in (*in_numbers, (_SHARE, _share)):
        for found in pattern.finditer(bare):
            stretch = stretch_of(found)
            if stretch is not None:
                return stretch, _without(bare, found)
    return None, bare


def _between(found: re.Match[str]) -> Interval | None:
    points = (found["a"], found["b"])
    if not any(map(is_told, points)) and not all(point[0].isdigit() for point in points):
        return None
    return _interval(*read_ends(*points).ends)


def _around(found: re.Match[str]) -> Interval | None:
    at = read_point(found["time"])
    return _interval(max(0.0, at - _AROUND_SECONDS), at + _AROUND_SECONDS)


def _since(found: re.Match[str]) -> Interval | None:
    return _interval(read_point(found["time"]), LATEST_SECONDS)


def _up_to(found: re.Match[str]) -> Interval | None:
    return _interval(0.0, read_point(found["time"]))


def _at_an_end(found: re.Match[str]) -> Interval | None:
    told = found["time"]
    seconds = read_point(told if is_told(told) else f"1 {told}")
    ends = found["end"].lower() in ("last", "final", "closing")
    return _interval(-seconds, 0.0) if ends else _interval(0.0, seconds)


def _nth(found: re.Match[str]) -> Interval | None:
    """Returns the stretch of "the second minute": from one minute to two."""
    unit = 60.0 if found["unit"][0] in "mM" else 1.0
    turn = found["turn"].lower()
    number = _TURNS.get(turn) or int(turn[:-2])
    return _interval((number - 1) * unit, number * unit) if number else None


def _share(found: re.Match[str]) -> Share | None:
    """Returns the stretch of "the second half", as shares of the whole."""
    parts = _SHARES[found["share"].lower()]
    turn = found["turn"].lower()
    if turn == "middle":
        return Share(1 / 3, 2 / 3) if parts == 3 else None
    number = _TURNS.get(turn, parts)
    return Share((number - 1) / parts, number / parts) if number <= parts else None


def _interval(start: float, end: float) -> Interval | None:
    """Returns a stretch; None where its ends are beyond any clock, or turned round."""
    return Interval(start, end) if start <= end <= LATEST_SECONDS else None


_IN_NUMBERS: tuple[tuple[LazyPattern, Callable[[re.Match[str]], Stretch | None]], ...] = (
    (_BETWEEN, _between),
    (_NTH, _nth),
    (_AT, _around),
    (_FROM, _since),
    (_UNTIL, _up_to),
    (_FIRST, _at_an_end),
)
"""How each way of naming a stretch by a time is read, in the order in which they are tried."""


def _place(bare: str) -> tuple[Place | None, str]:
    """Returns the part of the video that is named, and the sentence without it."""
    found = _PLACE.search(bare)
    if found is None:
        return None, bare
    if found["verb"]:
        ends = found["verb"].lower() in ("end", "finish", "close")
        return "end" if ends else "beginning", _without(bare, found)
    return _PLACES[found["place"].lower()], _without(bare, found)


def _order(main: str) -> tuple[Order | None, str]:
    """Returns whether the first or the last is meant, and the sentence without that word."""
    found = _ORDER.search(main)
    if found is None:
        return None, main
    return _ORDERS[(found["thing"] or found["word"]).lower()], _without(main, found)


def _without(text: str, found: re.Match[str]) -> str:
    rest = f"{text[: found.start()].rstrip(' ,')} {text[found.end() :].lstrip(' ,')}"
    return " ".join(rest.split())


def divide_at_time_word(bare: str) -> tuple[str, str, str]:
    """Returns (the main clause, the anchor, the time word that joins them) of a text.

    Anchor and time word are empty where no time word joins two clauses.
    """
    for found in _time_words(_RELATION, bare):
        word = " ".join(found["word"].lower().split())
        before, after = bare[: found.start()].strip(), bare[found.end() :].strip()
        if not after or not _joins(word, before, after):
            continue
        if not before:
            main, anchor = _fronted(after)
        elif before.endswith(",") and "," in after:  # "what, after the rain, do they do"
            anchor, rest = _COMMA.split(after, 1)
            main = f"{before.rstrip(' ,')} {rest}"
        else:
            main, anchor = before.rstrip(" ,"), after
        if main and anchor and not _is_spoken_of(anchor):
            return main, anchor, word
    return bare, "", ""


def _joins(word: str, before: str, after: str) -> bool:
    """Whether a word joins a clause of time to what stands around it."""
    following = _WORD.findall(after.lower())
    if not following:
        return False
    next_word = following[0]
    last = _last_word(before)
    match word:
        case "when":
            return last not in _ASKED_BEFORE_WHEN if before else _asks_behind_comma(after)
        case "as":
            return next_word in PRONOUNS | DETERMINERS and _has_verb(following[1:8])
        case "on" | "upon":
            return not before and is_gerund(next_word)
        case "having":
            return not before and participle_verb(next_word) is not None
        case "once":
            subject = next_word in PRONOUNS | DETERMINERS | {"all", "everything", "everybody"}
            return (not before or subject) and next_word != "a"
        case "following":
            return not before or finite_verb(last) is not None or last.endswith("ly")
        case _:
            return True


def _asks_behind_comma(text: str) -> bool:
    """Whether a question follows a comma: "the phone rings, what do they do"."""
    return any(_asks(_WORD.findall(text[comma.end() :].lower())) for comma in _COMMA.finditer(text))


def _has_verb(words: list[str]) -> bool:
    return any(
        word in AUXILIARIES or (finite_verb(word) is not None and word != finite_verb(word))
        for word in words
    )


def _last_word(text: str) -> str:
    found = _WORD.findall(text.lower())
    return found[-1] if found else ""


def _fronted(after: str) -> tuple[str, str]:
    """Divides "the rain stops, what do they do" into (what is asked, the anchor)."""
    commas = [*_COMMA.finditer(after)]
    for comma in commas:
        if _asks(_WORD.findall(after[comma.end() :].lower())):
            return after[comma.end() :], after[: comma.start()]
    if commas:
        return after[commas[0].end() :], after[: commas[0].start()]
    found = [*_WORD.finditer(after)]
    for place, word in enumerate(found[1:], start=1):
        following = [one[0].lower() for one in found[place:]]
        if _begins_question(following):
            return after[word.start() :], after[: word.start()].strip()
    return "", after


def _asks(words: list[str]) -> bool:
    return bool(words) and words[0] in (*QUESTION_WORDS, *AUXILIARIES)


def _begins_question(words: list[str]) -> bool:
    """Whether a question may begin here without a comma: "what", "does the", never "is"."""
    if words[0] in QUESTION_WORDS:
        return len(words) > 1 and words[0] not in ("who", "which", "when", "where", "whose")
    return words[0] in DO and len(words) > 1 and words[1] in PRONOUNS | DETERMINERS


def _is_spoken_of(anchor: str) -> bool:
    return re.fullmatch(r"(?:that|this|it|then|those|these)\W*", anchor, re.IGNORECASE) is not None


def _time_words(pattern: LazyPattern, text: str) -> Iterator[re.Match[str]]:
    ordinary = [found.span() for found in _NOT_OF_TIME.finditer(text)]
    for found in pattern.finditer(text):
        if not any(found.start() < end and start < found.end() for start, end in ordinary):
            yield found
