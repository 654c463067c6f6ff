"""Takes out of a model's reply what it only repeats of the prompts that ship with foretell.

Small models give back what they were told: a rule, the note that asks again, the name of a form.
None of it is an answer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache

from foretell.patterns import LazyPattern
from foretell.prompts.loader import load_prompt, prompt_names

_LEAST_WORDS = 5
"""Words from which on a sentence is taken from a prompt, and not said by chance."""
_FIELD = LazyPattern(r"\{\w*\}")
_ENDS = LazyPattern(r"(?<=[.!?:])\s+|\n+")
_WORD = LazyPattern(r"\w+")


def without_echoes(reply: str) -> str:
    """Returns a reply without the sentences that stand in a prompt, letter by letter.

    The last sentence is one, too, where it is cut off. A reply without such a sentence is returned
    as it is.
    """
    told, begun = _told()
    places = [0, *(found.end() for found in _ENDS.finditer(reply)), len(reply)]
    kept = ""
    for start, end in itertools.pairwise(places):
        words = _words(reply[start:end])
        known = begun if end == len(reply) else told
        if len(words) < _LEAST_WORDS or words not in known:
            kept += reply[start:end]
    return reply if len(kept) == len(reply) else kept.strip()


@cache
def _told() -> tuple[frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]:
    """Returns the sentences of all prompts as words, and these with all their beginnings."""
    sentences = {words for name in prompt_names() for words in _sentences(load_prompt(name).text)}
    begun = {
        words[:length] for words in sentences for length in range(_LEAST_WORDS, len(words) + 1)
    }
    return frozenset(sentences), frozenset(begun)


def _sentences(text: str) -> Iterator[tuple[str, ...]]:
    for part in _ENDS.split(text):
        for piece in _FIELD.split(part):
            if len(words := _words(piece)) >= _LEAST_WORDS:
                yield words


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(_WORD.pattern, text.casefold()))
