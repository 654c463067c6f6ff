"""Turns the text of a subtitle cue, with its markup, into one plain line."""

from __future__ import annotations

import html
import re

from foretell.tools.texts.text_cleaning import one_line

_OVERRIDE = re.compile(r"\{[^}]*\}")
_DRAWING = re.compile(r"\{[^}]*\\p[1-9]")
_LINE_BREAK = re.compile(r"\\[Nnh]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def plain_text(dialogue: str) -> str:
    r"""Gives the words of an ASS text, the form to which FFmpeg brings every text subtitle.

    Overrides such as `{\an8}` and tags such as `<i>` are left out, and so is a drawing whole;
    line breaks become spaces.
    """
    if _DRAWING.search(dialogue):
        return ""
    spoken = _LINE_BREAK.sub(" ", _OVERRIDE.sub("", dialogue))
    return one_line(html.unescape(_TAG.sub("", spoken)))
