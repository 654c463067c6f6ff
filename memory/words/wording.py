"""What words mean without a model: those that carry meaning, their stems and everyday synonyms."""

from __future__ import annotations

import re
from itertools import pairwise

from foretell.memory.words.inflections import base_form, stem
from foretell.memory.words.word_book import FUNCTION_WORDS, OPPOSITES, SYNONYMS, VERBS

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
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


def contradicts(query: str, text: str) -> bool:
    """Whether a text tells the opposite of a query's verb: "turns on the tap" of "turn off"."""
    query_words, text_words = words(query), frozenset(words(text))
    return any(
        base_form(verb) in VERBS and OPPOSITES[small] in text_words and small not in text_words
        for verb, small in pairwise(query_words)
        if small in OPPOSITES
    )
