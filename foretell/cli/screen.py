"""The one door to the terminal: what is printed is data, unless it stands in this program.

Markup is written in templates that stand in the code. What comes from outside (captions, names of
files, words of models, errors that quote them) fills their gaps: no markup in it is interpreted,
and no control or escape sequence in it reaches a terminal.
"""

from __future__ import annotations

import io
import os
import shutil
import string
import sys
import unicodedata
from typing import Any, LiteralString

import typer
from rich.console import Console
from rich.markup import escape
from rich.text import Text

from foretell.hidden import without_secrets
from foretell.paths import as_text
from foretell.patterns import LazyPattern

_UNUSUAL = LazyPattern(r"[^\n -~\u00a1-\u00ac\u00ae-\u05ff]")
"""What may be no character to be seen; the commonest that are stand here, to be quick."""
_CONTROLS = ("Cc", "Zl", "Zp")
"""Categories of characters that move a cursor."""
_USUAL_WIDTH = 80
"""Columns of a terminal that does not say how wide it is."""
_JOINERS = "\u200c\u200d"
"""Shown as nothing, and part of Persian words and of emoji."""


def plain(value: object) -> str:
    """Returns a value as text that only shows: U+FFFD for each control character but line breaks.

    Tabs become blanks, and what shows nothing, such as changes of writing direction, is left out.
    """
    text = without_secrets(as_text(str(value))).expandtabs(4)
    return _UNUSUAL.sub(lambda match: _visible(match[0]), text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf":
        return character if character in _JOINERS else ""
    return "\N{REPLACEMENT CHARACTER}" if category in _CONTROLS else character


class _Filler(string.Formatter):
    """Fills the gaps of a template with data."""

    def format_field(self, value: Any, format_spec: str) -> str:
        return escape(plain(format(value, format_spec)))


def marked(template: LiteralString, *values: object) -> Text:
    """Returns a template in rich's markup with its gaps, as those of `str.format`, filled."""
    return Text.from_markup(_Filler().vformat(template, values, {}), emoji=False)


def cell(value: object) -> Text:
    """Returns a value as a table shows it, without markup."""
    return Text(plain(value))


def usable_width() -> int | None:
    """Returns how wide the terminal is where COLUMNS says nothing of use; None lets rich look."""
    columns = os.environ.get("COLUMNS")
    if columns is None or (columns.isdecimal() and int(columns[:9]) > 0):
        return None
    return shutil.get_terminal_size().columns or _USUAL_WIDTH


out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, width=usable_width())
err = Console(stderr=True, highlight=False, markup=False, emoji=False, width=usable_width())


def say(template: LiteralString, *values: object, end: str = "\n") -> None:
    """Prints a template to standard output, its gaps filled."""
    out.print(marked(template, *values), end=end)


def tell(template: LiteralString, *values: object) -> None:
    """Writes a line without any style to standard error, its gaps filled."""
    typer.echo(plain(template.format(*values)), err=True)


def write_line(text: str) -> None:
    """Writes a line without any style to standard output."""
    typer.echo(plain(text))


def prepare_streams() -> None:
    """Lets streams of any encoding take any text: what they cannot write or read is replaced."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
