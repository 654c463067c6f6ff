"""Writes paths as text, also those whose bytes are no UTF-8, and reads them again.

A name in another encoding reaches Python as half surrogate pairs, which no database, JSON or
tokenizer takes. Such a path is written as a URI, `file:///tmp/caf%E9.mkv`; any other as it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from foretell.patterns import LazyPattern

_URI = "file://"
_HALF = LazyPattern("[\ud800-\udfff]")
"""Half of a surrogate pair."""


def is_text(text: str) -> bool:
    """Whether a text is made of characters, without half of a surrogate pair."""
    return not _HALF.search(text)


def as_text(text: str) -> str:
    """Returns a text with U+FFFD for each half of a surrogate pair."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def written(path: str | os.PathLike[str]) -> str:
    """Returns a path as text from which `file_at` gives the path again."""
    given = os.fspath(path)
    return given if is_text(given) else Path(os.path.abspath(given)).as_uri()


def is_file(path: Path) -> bool:
    """Whether there is a file of that path; no file has a name that is too long for one."""
    try:
        return path.is_file()
    except OSError:
        return False


def aside(file: Path) -> Path:
    """Returns where a file is kept that is damaged or not ours, while a new one takes its place."""
    return file.with_name(f"{file.name}.set-aside")


def file_at(text: str | os.PathLike[str]) -> Path:
    """Returns the path that `written` wrote; one that was not written so is taken as it is."""
    given = os.fspath(text)
    if not given.startswith(_URI):
        return Path(given)
    return Path(os.fsdecode(unquote_to_bytes(given.removeprefix(_URI))))
