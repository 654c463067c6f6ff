"""Takes out of a model's reply what it only repeats of the prompts that ship with foretell.

Small models give back what they were told: a rule, the note that asks again, the name of a form.
None of it is an answer.
"""

from __future__ import annotations

import itertools
from functools import cache

from foretell.patterns import LazyPattern
from foretell.prompts.loader import load_prompt, prompt_names

_LEAST_WORDS = 5
"""Words from which on a piece of a sentence is taken from a prompt, and not said by chance."""
_LEAST_SHARE = 0.5
"""Share of a sentence that is such a piece, from which on the sentence is none of the model's."""
_FIELD = LazyPattern(r"\{\w*\}")
_ENDS = LazyPattern(r"(?<=[.!?:])\s+|\n+")
_WORD = LazyPattern(r"\w+")


def without_echoes(reply: str) -> str:
    """Returns a reply without the sentences that stand in a prompt, word by word.

    What a prompt fills in may stand between, and the last sentence may break off. Short pieces of
    a prompt are left out where longer ones are. A reply without such a sentence stays as it is.
    """
    places = [0, *(found.end() for found in _ENDS.finditer(reply)), len(reply)]
    sentences = [reply[start:end] for start, end in itertools.pairwise(places)]
    kept = [one for one in sentences if not _is_echo(one)]
    if len(kept) == len(sentences):
        return reply
    _, short = _told()
    return "".join(one for one in kept if _words(one) not in short).strip()


def _is_echo(sentence: str) -> bool:
    words = _words(sentence)
    count = len(words.split())
    if count < _LEAST_WORDS:
        return False
    long, _ = _told()
    return any(
        piece in words or words in piece
        for piece, length in long.items()
        if length >= _LEAST_SHARE * count
    )


@cache
def _told() -> tuple[dict[str, int], frozenset[str]]:
    """Returns the pieces of all prompts: the long ones with their number of words, and the short.

    They are the sentences, parted at the fields.
    """
    texts = [load_prompt(name).text for name in prompt_names()]
    sentences = [sentence for text in texts for sentence in _ENDS.split(text)]
    pieces = [_words(piece) for sentence in sentences for piece in _FIELD.split(sentence)]
    counted = {piece: len(piece.split()) for piece in pieces if piece.strip()}
    long = {piece: count for piece, count in counted.items() if count >= _LEAST_WORDS}
    return long, frozenset(counted) - frozenset(long)


def _words(text: str) -> str:
    """Returns the words of a text with a space before and behind each."""
    return "".join(f" {found[0]}" for found in _WORD.finditer(text.casefold())) + " "
