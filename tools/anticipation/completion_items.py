"""Takes a model's completion apart into the pieces that may each be an action.

Nothing here knows a vocabulary: the same text is cut in every layout that models use, and the
reader of the pieces judges which layout was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_ENDS_IN_A_WORD = re.compile(r"\w\s*$")
_NUMBERING = re.compile(
    r"(?:\b(?:action|step)\s*#?\s*)?(?<![\w.])\d{1,3}\s*[.):\]]\s+", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[,;:.!?\n{}\[\]\"|]|->|→|\bthen\b", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*(?:\([^()]*\)[^()\[\]]*)?)(?:[)\]]|$)")
_FIELD = re.compile(
    r"\b(?P<slot>verb|noun)\b[\"'*_\s]*[:=][\"'*_\s]*"
    r"(?P<value>(?:(?!\b(?:verb|noun)\b)[^\"*,;\n{}])*)",
    re.IGNORECASE,
)
_PAST_HEADING = re.compile(
    r"\b(?:past|previous|observed)\b[^.:\n,]{0,40}\bactions?\b[^.:\n,]{0,20}:|\bnarrations?\s*:",
    re.IGNORECASE,
)
_FUTURE_HEADING = re.compile(
    r"\b(?:next|future|following|predicted)\b[^.:\n,]{0,40}\bactions?\b[^.:\n,]{0,20}:"
    r"|\b(?:future|predictions?)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a completion that may be one action.

    Attributes:
        phrase: The words of the whole action, or of the verb alone where `noun` is given.
        noun: The words of the noun, where the layout sets it apart.
        is_open: Whether the text breaks off in it.
    """

    phrase: str
    noun: str | None = None
    is_open: bool = False


def answers(text: str) -> list[str]:
    """Gives the parts of a completion that may be its answer.

    A model may repeat the past actions before it answers, or go on after its answer with a made-up
    example; what stands under a heading such as "Past actions:" is left out.
    """
    first, *others = _PAST_HEADING.split(text)
    parts = [_FUTURE_HEADING.split(other, maxsplit=1) for other in others]
    return [first, *(part[1] for part in parts if len(part) > 1)]


def _fields(text: str) -> list[Piece]:
    """Reads "Verb: take, Noun: dough" and JSON objects with these keys."""
    found: list[dict[str, str]] = []
    for field in _FIELD.finditer(text):
        slot = field["slot"].lower()
        if not found or slot in found[-1]:
            found.append({})
        found[-1][slot] = field["value"].strip()
    return [Piece(slots.get("verb", ""), slots.get("noun", "")) for slots in found]


def _bracketed(text: str) -> list[Piece]:
    """Reads "(take, dough), (put, dough)" and JSON lists of pairs."""
    pieces: list[Piece] = []
    for inside in _BRACKETS.findall(text):
        parts = [part.strip(" \"'") for part in inside.split(",")]
        verb, *nouns = [part for part in parts if part] or [""]
        pieces.append(Piece(verb, nouns[0] if nouns else None))
    return pieces


def _listed(text: str) -> list[Piece]:
    """Reads "take dough, put dough", one action a line, numbered or not."""
    parts = _SEPARATOR.split(_NUMBERING.sub("\n", text))
    return [Piece(part.strip()) for part in parts if any(map(str.isalpha, part))]


_LAYOUTS: tuple[Callable[[str], list[Piece]], ...] = (_fields, _bracketed, _listed)


def layouts(text: str) -> list[list[Piece]]:
    """Gives the pieces of a text, cut in every known layout that yields any."""
    cut = [pieces for layout in _LAYOUTS if (pieces := layout(text))]
    return [_marked_open(pieces) for pieces in cut] if _ENDS_IN_A_WORD.search(text) else cut


def _marked_open(pieces: list[Piece]) -> list[Piece]:
    last = pieces[-1]
    return [*pieces[:-1], Piece(last.phrase, last.noun, is_open=True)]
