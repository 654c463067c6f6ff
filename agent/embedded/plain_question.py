"""Puts a question into plain order, so that one way of reading does for all."""

from __future__ import annotations

import re

from foretell.memory.words.word_book import AUXILIARIES, DETERMINERS, QUESTION_WORDS
from foretell.patterns import LazyPattern
from foretell.tools.texts.sentences import without_asides
from foretell.tools.texts.time_words import read_time_words

_ASKS = "|".join((*QUESTION_WORDS, *AUXILIARIES))
_FRONTED = LazyPattern(
    r"^(?P<place>(?:at|by|in|inside|near|on|outside|under|with) "
    rf"(?:{'|'.join(sorted(DETERMINERS))})\b[^,?]+), "
    rf"(?P<asks>(?:{_ASKS})\b.+)$",
    re.IGNORECASE,
)
_WEARER = LazyPattern(r"(?<![\w.])C(?![\w.+#'])")
"""Ego4D's name for whoever wears the camera."""
_UNTIL_WHEN = LazyPattern(r"^(?:until|till|since) when\b", re.IGNORECASE)
_STOPS = LazyPattern(
    r"\bafter (?P<who>[\w ]*?)\b(?:stop(?:s|ped|ping)?|finish(?:es|ed|ing)?|(?:is|was) done)"
    r" (?P<deed>\w+ing\b)",
    re.IGNORECASE,
)
_NOT = LazyPattern(rf"^(?P<before>(?:{'|'.join(AUXILIARIES)})\b[\w' ]*?) not\b", re.IGNORECASE)


def without_punctuation(text: str) -> str:
    """Returns the words of a question in lower case, with a space between each two."""
    return " ".join(re.sub(r"[^\w' ]+", " ", text.lower()).split())


def in_plain_order(text: str) -> str:
    """Returns a question with its place behind it, and "after he stops" told as the last time."""
    text = _UNTIL_WHEN.sub("when", _WEARER.sub("the wearer", text))
    text = _STOPS.sub(r"after the last time \g<who>is \g<deed>", text)
    fronted = _FRONTED.match(text)
    if fronted is None or _names_time(fronted["place"]):
        return text
    return f"{fronted['asks'].rstrip('?!. ')} {fronted['place']}?"


def _names_time(place: str) -> bool:
    time = read_time_words(place)
    return bool(time.within or time.part or time.anchor or time.follows_up)


def without_denial(text: str) -> tuple[str, bool]:
    """Returns "does he have a pen" of "does he not have a pen?", and whether it was denied.

    "Doesn't he have a pen?" denies nothing: whoever asks so takes it that he has.
    """
    found = _NOT.match(without_asides(text))
    if found is None:
        return text, False
    return f"{found['before']}{found.string[found.end() :]}", _NOT.match(text) is not None
