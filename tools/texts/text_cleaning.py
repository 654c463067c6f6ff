"""Makes text from outside safe to keep: always one line, with nothing hidden in it."""

from __future__ import annotations

import json
import unicodedata

LONGEST = 10_000
"""Characters of a text that are kept: an hour of speech has fewer words between two pauses."""

_JOINERS = "\u200c\u200d"
"""Shown as nothing, and part of Persian words and of emoji."""
LONGEST_NAME = 255
"""Characters of a file's name: file systems allow no longer ones."""


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


def without_controls(text: str) -> str:
    """Gives `text` with its lines, and a space for each tab and other control character.

    Half of a surrogate pair becomes U+FFFD, as in `one_line`.
    """
    if text.isprintable():
        return text
    return "".join(one if one == "\n" or one in _JOINERS else _visible(one) for one in text)


def kept_line(text: str) -> str:
    """Gives `text` as one line that may be kept: of a longer one, its beginning and how long it is.

    A model that ends in a loop, or a file made to fill a memory, costs no more than this.
    """
    line = one_line(text)
    if len(line) <= LONGEST:
        return line
    return f"{line[:LONGEST].rstrip()} (cut off: the first {LONGEST:,} of {len(line):,} characters)"


def quoted_name(name: str) -> str:
    """Gives the name of a file or a bank as a prompt tells it: one line in quotation marks.

    It is written as JSON, so that no name ends its quotation, and what looks like a rule, a label
    or a line of the timeline stays a name.
    """
    line = one_line(name)
    told = line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME]}..."
    return json.dumps(told, ensure_ascii=False)


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
