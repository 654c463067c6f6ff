"""Reads words with typing errors as the words that a timeline holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher

from foretell.memory.words.word_book import AUXILIARIES, FUNCTION_WORDS, QUESTION_WORDS, VERBS
from foretell.memory.words.wording import meaning, words
from foretell.patterns import LazyPattern

_NEAR = 0.74
"""Likeness of two words from which one may be the other mistyped: two letters swapped in four."""
_SHORTEST = 3
"""Letters below which a word is too short to be told from another."""
_WORD = LazyPattern(r"[^\W\d_]+")
_FIRST = (*QUESTION_WORDS, *AUXILIARIES)
_COMMON = ("happens", "many", "much", "often", "people", "person", "times", "video")
"""Words of questions that are often mistyped, beside those of the timeline."""
_NEAR_VERB = 0.85
"""The same for verbs that the timeline does not hold, of which there are hundreds."""


def corrected(
    question: str, held: Collection[str], known: AbstractSet[str]
) -> tuple[str, dict[str, str]]:
    """Returns a question with words read as they were meant, and which were read as what.

    A word is read anew only where it is no word at all, and one of a timeline, or a common verb,
    begins with the same letter and is near. What begins the question may be a question word.

    Args:
        question: As it was typed.
        held: The words of the timeline, in lower case.
        known: Words that people write, in lower case.
    """
    read: dict[str, str] = {}
    place = 0

    def as_meant(found: re.Match[str]) -> str:
        nonlocal place
        word = found[0].lower()
        first, place = place < 2, place + 1
        meant = _meant(word, held, known, first=first)
        if meant == word:
            return found[0]
        read[found[0]] = meant
        return meant

    return _WORD.sub(as_meant, question), read


def _meant(word: str, held: Collection[str], known: AbstractSet[str], *, first: bool) -> str:
    opens = first and word not in _FIRST and word not in VERBS
    near = _nearest(word, _FIRST) if opens else None
    if near is not None and (word not in known or len(word) < len(near)):
        return near
    if len(word) < _SHORTEST or word in held or word in FUNCTION_WORDS or word in known:
        return word
    if meaning(word) in {meaning(other) for other in held}:  # another form of a word that is there
        return word
    return (
        _nearest(word, _COMMON) or _nearest(word, held) or _nearest(word, VERBS, _NEAR_VERB) or word
    )


def _nearest(word: str, others: Collection[str], least: float = _NEAR) -> str | None:
    """Returns the word that is nearest, if it is near; of equals the first in the alphabet."""
    near = [
        (_likeness(word, other), other)
        for other in others
        if other[:1] == word[:1] and abs(len(other) - len(word)) <= 2
    ]
    best = max(near, key=lambda one: (one[0], [-ord(letter) for letter in one[1]]), default=None)
    return best[1] if best is not None and best[0] >= least else None


def _likeness(word: str, other: str) -> float:
    if sorted(word) == sorted(other):  # letters swapped
        return 1.0
    return SequenceMatcher(None, word, other, autojunk=False).ratio()


def words_of(texts: Collection[str]) -> frozenset[str]:
    """Returns the words of some texts, in lower case."""
    return frozenset(word for text in texts for word in words(text))
