"""Reads which of several times is meant: the third, the 17th, the last but one, the longest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from foretell.patterns import LazyPattern

Extreme = Literal["longest", "shortest"]
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20,
}  # fmt: skip
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,4}}(?:st|nd|rd|th))"
_TIMES = r"(?:time|occasion|occurrence|instance|repetition)"
_BEFORE_LAST = rf"(?P<ordinal>{ORDINAL}|next)[- ](?:to[- ](?:the[- ])?)?last|penultimate"
_BUT_LAST = r"last but (?P<but>one|two|three)|(?P<last>last|final)"
_TURN = LazyPattern(
    r"\b(?:for |on )?(?:the |its |his |her |their )?(?:very )?"
    rf"(?:(?P<back>{_BEFORE_LAST})|{_BUT_LAST}|(?P<turn>{ORDINAL}))"
    rf"(?: (?:and last|ever))? {_TIMES}\b(?! (?:lapse|frame|stamp))(?: (?:that|when|in which|of))?",
    re.IGNORECASE,
)
_EXTREME = LazyPattern(
    rf"\b(?:for |on )?the (?P<which>longest|shortest)(?: {_TIMES}\b(?: that\b)?|(?=\W*$))",
    re.IGNORECASE,
)
_NAMED = LazyPattern(r"(?:what|when|which|where) (?:is|was)", re.IGNORECASE)
_EACH = LazyPattern(
    r"^(?:list|show|tell|give|name|find)(?: me| us)? "
    rf"(?:every|each|all(?: of)?(?: the)?) (?:single )?{_TIMES}s?\b(?: (?:that|when|in which|of))?",
    re.IGNORECASE,
)
_BUT = {"one": -2, "two": -3, "three": -4}


@dataclass(frozen=True, slots=True)
class Turn:
    """Which of the times that something happens a sentence means.

    Attributes:
        rest: The sentence without the words that tell it.
        number: 1 for the first, -1 for the last, -2 for the one before; None where all are meant.
        extreme: Whether the longest or the shortest is meant; None where no length is.
        asks_when: Whether a list of all the times is asked for, which `rest` puts as "when".
    """

    rest: str
    number: int | None = None
    extreme: Extreme | None = None
    asks_when: bool = False


def read_turn(text: str) -> Turn:
    """Returns which time of several a sentence means: "when does it ring for the third time".

    A bare "first" or "last" before anything else, as in "the last slide", is left to others.
    """
    if each := _EACH.match(text):
        return Turn(f"when {text[each.end() :].strip()}", asks_when=True)
    if found := _TURN.search(text):
        return Turn(_without(text, found), _number(found))
    if found := _EXTREME.search(text):
        extreme: Extreme = "longest" if found["which"].lower() == "longest" else "shortest"
        return Turn(_without(text, found), None, extreme)
    return Turn(text)


def ordinal(word: str) -> int:
    """Returns the number of "third" or "17th"."""
    return ORDINALS.get(word.lower()) or int(word[:-2])


def _number(found: re.Match[str]) -> int:
    if found["back"]:
        word = found["ordinal"]
        return -2 if word is None or word.lower() == "next" else -ordinal(word)
    if found["but"]:
        return _BUT[found["but"].lower()]
    return -1 if found["last"] else ordinal(found["turn"])


def _without(text: str, found: re.Match[str]) -> str:
    """Returns a sentence without its turn; "what is the third time that" asks when."""
    before = text[: found.start()].rstrip()
    if _NAMED.fullmatch(before):
        before = "when"
    return " ".join(f"{before} {text[found.end() :]}".replace(" ?", "?").split())
