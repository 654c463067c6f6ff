"""Takes the markup off the words of a cue, in each way that subtitles are marked up.

A file and a track within a video are read by these same functions.
"""

from __future__ import annotations

import html
import re

from foretell.patterns import LazyPattern
from foretell.tools.texts.text_cleaning import one_line

_VOICE = LazyPattern(r"<v(?:\.[^\s<>]*)?[ \t]([^<>\n]+)>", re.IGNORECASE)
_STAMP = r"<(?:\d+:)?\d\d:\d\d\.\d{3}>"
_TAG = LazyPattern(rf"</?[a-z][^<>]*>|{_STAMP}|\{{\\[^{{}}]*\}}", re.IGNORECASE)
_KNOWN_TAG = LazyPattern(
    rf"</?(?:[bisu]|em|strong|br|rt|ruby)\s*/?>|</?(?:c|v|font|lang|span|div|p)(?:[.\s][^<>]*)?>"
    rf"|{_STAMP}|\{{\\[^{{}}]*\}}",
    re.IGNORECASE,
)
"""Tags that players take off a cue of SRT; it has no rule for others, and they show them."""
_REFERENCE = LazyPattern(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_OVERRIDE = LazyPattern(r"(\{[^{}]*\})")
_DRAWS = LazyPattern(r"\\p(\d)")


def vtt_lines(text: str) -> tuple[str, ...]:
    """Gives the lines of a WebVTT cue; "<v Mary>Hello" becomes "Mary: Hello"."""
    return _tagged_lines(text, _TAG)


def srt_lines(text: str) -> tuple[str, ...]:
    """Gives the lines of an SRT cue, in which only known tags are tags: "a <3 b" stays."""
    return _tagged_lines(text, _KNOWN_TAG)


def ass_lines(text: str, name: str = "") -> tuple[str, ...]:
    r"""Gives the lines of an ASS or SSA text, said by `name`.

    Overrides such as `{\an8}` and drawings are left out, "\N" breaks a line.
    """
    told: list[str] = []
    is_drawing = False
    for piece in _OVERRIDE.split(text):
        if not _OVERRIDE.fullmatch(piece):
            told += [] if is_drawing else [piece]
        elif switches := _DRAWS.findall(piece):
            is_drawing = switches[-1] != "0"
    spaced = "".join(told).replace(r"\n", " ").replace(r"\h", " ").replace(r"\N", "\n")
    return said_by(name, plain_lines(spaced))


def plain_lines(text: str) -> tuple[str, ...]:
    """Gives the lines of a text without tags, its character references read once."""
    plain = _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
    return tuple(filter(None, map(one_line, plain.split("\n"))))


def said_by(name: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Gives the lines with the name of their speaker before them, where there is one."""
    speaker = one_line(name)
    return (f"{speaker}: {lines[0]}", *lines[1:]) if speaker and lines else lines


def _tagged_lines(text: str, tag: LazyPattern) -> tuple[str, ...]:
    spoken = _VOICE.sub(lambda voice: f"{voice[1].strip()}: ", text)
    return plain_lines(tag.sub("", spoken))
