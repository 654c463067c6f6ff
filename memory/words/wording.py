"""What words mean without a model: those that carry meaning, their stems and everyday synonyms."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from foretell.memory.words.inflections import base_form, stem
from foretell.memory.words.word_book import (
    FUNCTION_WORDS,
    OPPOSED_VERBS,
    OPPOSITES,
    SYNONYMS,
    VERBS,
)
from foretell.patterns import LazyPattern

_WORD = LazyPattern(r"[^\W_]+(?:'[^\W_]+)?")
_DENIAL = LazyPattern(
    r"\b(?:not|never|cannot|nobody|no ?one|nothing|none|neither|nor|without|no|"
    r"\w+n['\N{RIGHT SINGLE QUOTATION MARK}]t)\b"
    r"(?P<denied>[^.,;:!?]*?)(?=[.,;:!?]|\b(?:but|and|while|because|so)\b|$)",
    re.IGNORECASE,
)
_BY_STEM = {stem(word): stem(line.split()[0]) for line in SYNONYMS for word in line.split()}


def words(text: str) -> list[str]:
    """Returns the words of `text` in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def content_words(text: str) -> tuple[str, ...]:
    """Returns the words of `text` that carry its meaning, in lower case, each once."""
    return tuple(dict.fromkeys(word for word in words(text) if word not in FUNCTION_WORDS))


def meaning(word: str) -> str:
    """Returns what `word` shares with its inflections and its everyday synonyms."""
    return _BY_STEM.get(stem(word), stem(word))


def meanings(text: str) -> frozenset[str]:
    """Returns the meanings of the content words of a text."""
    return frozenset(meaning(word) for word in content_words(text))


def denied_words(text: str) -> frozenset[str]:
    """Returns the meanings of what a text denies: "drinks", "milk" of "nobody drinks the milk".

    A denial reaches from its word to the end of the clause.
    """
    return frozenset(
        meaning(word) for found in _DENIAL.finditer(text) for word in content_words(found["denied"])
    )


def denies(text: str, query: str) -> bool:
    """Whether a text denies something of a query while it speaks of all of it."""
    asked = meanings(query)
    return bool(asked & denied_words(text)) and asked <= meanings(text)


def _opposes(query: Sequence[str], text: Collection[str]) -> bool:
    """Whether a text tells the opposite verb of one in a query, and that one nowhere."""
    opposed = [(word, other) for word in query if (other := OPPOSED_VERBS.get(base_form(word)))]
    if not opposed:
        return False
    told = {meaning(word) for word in text}
    return any(meaning(other) in told and meaning(word) not in told for word, other in opposed)


def contradicts(query: str, text: str) -> bool:
    """Whether a text tells the opposite of a query: "turns on the tap" of "turn off".

    A text that denies something that the query names does so, too, but where the query does as
    well.
    """
    if denied_words(text) & meanings(query) - denied_words(query):
        return True
    query_words, text_words = words(query), frozenset(words(text))
    if _opposes(query_words, text_words):
        return True
    return any(
        base_form(verb) in VERBS and OPPOSITES[small] in text_words and small not in text_words
        for verb, small in pairwise(query_words)
        if small in OPPOSITES
    )
