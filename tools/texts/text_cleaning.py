"""Makes text from outside safe to keep: always one line, with nothing hidden in it."""

from __future__ import annotations

import unicodedata

LONGEST = 10_000
"""Characters of a text that are kept: an hour of speech has fewer words between two pauses."""


def one_line(text: str) -> str:
    """Gives `text` as one line, its words parted by single spaces.

    A line break, tab or other control character becomes a space. Characters that show nothing,
    such as zero-width spaces and changes of writing direction, are taken out: a word may hold one
    rightly, and must not fall apart. Half of a surrogate pair, which no database can store,
    becomes U+FFFD.
    """
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def kept_line(text: str) -> str:
    """Gives `text` as one line that may be kept: of a longer one, its beginning and how long it is.

    A model that ends in a loop, or a file made to fill a memory, costs no more than this.
    """
    line = one_line(text)
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST].rstrip()} (cut off: the first {LONGEST:,} of {len(line):,} characters)"


def capitalised(text: str) -> str:
    """Gives `text` with a capital first and the rest as it is: "Ada's" stays "Ada's"."""
    return text[:1].upper() + text[1:]


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp" | "Zs":
            return " "
        case "Cf":
            return ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case _:
            return character
