"""Makes text from outside safe to keep: always one line, with nothing hidden in it."""

from __future__ import annotations

import unicodedata


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
