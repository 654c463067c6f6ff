"""Counts about how many tokens a text is, without a tokenizer.

Each kind of writing is counted as the tokenizers of small open models read it, which take every
digit by itself: SmolLM2's, measured in `benchmarks/bench_tokens.py`. A model's own count of what it
was sent tells how far it differs.
"""

from __future__ import annotations

from foretell.patterns import LazyPattern

_PIECES = LazyPattern(
    r"(?P<word>[A-Za-z]?[a-z]+)|(?P<capitals>[A-Z]+)|(?P<single>[0-9]|[!-/:-@\[-`{-~]|\n|\s(?=[0-9\s]))"
    r"|(?P<other>[^\x00-\x7f]+)"
)
_LETTERS_OF_WORD = 7
"""Letters of the longest word that is one token as a rule: of 20 words of captions 19 are."""
_LETTERS_OF_CAPITALS = 2
"""Capital letters of a code or a shout that are one token."""
_BYTES_OF_OTHER = 1.7
"""Bytes of UTF-8 of any other writing that are one token: a Chinese character has three."""


def count_tokens(text: str) -> int:
    """Returns about how many tokens a language model reads `text` as."""
    total = 0
    for piece in _PIECES.finditer(text):
        length = len(piece[0])
        match piece.lastgroup:
            case "word":
                total += -(-length // _LETTERS_OF_WORD)
            case "capitals":
                total += -(-length // _LETTERS_OF_CAPITALS)
            case "other":
                total += round(len(piece[0].encode(errors="replace")) / _BYTES_OF_OTHER) or 1
            case _:
                total += 1
    return total
