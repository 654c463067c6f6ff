"""Keeps files of text apart that have one name: which file gave which track."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from foretell.file_names import told_apart
from foretell.memory.tracks import Track
from foretell.tools.texts.text_file import read_bytes

ImportedKind = Literal["captions", "narrations", "subtitles"]


def origin_settings(form: str, path: Path) -> str:
    """Gives the settings of a file's track: its form, the SHA-256 of what it holds, and its path.

    Raises:
        DatasetError: If the file cannot be read.
    """
    return f"{form}, {_digest(path)}, {_place(path)}"


def is_named(track: Track) -> bool:
    """Says whether a track came from a file that the user named."""
    return _origin(track) is not None


def source_for(kind: ImportedKind, path: Path, tracks: Sequence[Track]) -> str:
    """Gives the source of a file's track, such as "captions:kitchen.json".

    A file that gave a track before, or holds the same, keeps that one's; where another file of
    that name has, its folders tell it apart: "captions:monday/kitchen.json".

    Args:
        kind: What the file holds.
        path: The file.
        tracks: The video's tracks so far.

    Raises:
        DatasetError: If the file cannot be read.
    """
    origins = [(track, _origin(track)) for track in tracks if track.source.startswith(f"{kind}:")]
    mine = _digest(path), _place(path)
    for track, origin in origins:
        if origin is not None and (origin[0] == mine[0] or origin[1] == mine[1]):
            return track.source
    others = [origin[1] for _, origin in origins if origin is not None]
    alike = [place for place in others if place.rpartition("/")[2] == mine[1].rpartition("/")[2]]
    return f"{kind}:{told_apart([*alike, mine[1]])[-1]}"


def _origin(track: Track) -> tuple[str, str] | None:
    """Gives the digest and path of the file that a track came from; None for another track."""
    parts = track.settings.split(", ", 2)
    return (parts[1], parts[2]) if len(parts) == 3 else None


def _digest(path: Path) -> str:
    return hashlib.sha256(read_bytes(path)).hexdigest()


def _place(path: Path) -> str:
    """Gives the whole path, with "/" between folders, as text that a database can store."""
    whole = os.fsencode(os.path.abspath(path)).decode(errors="replace")
    return whole.replace("\\", "/")
