"""Keeps captions by what the clips show, so that no clip is described twice."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from foretell.errors import MemoryStoreError
from foretell.tools.captioner import Captioner, Clip

CAPTIONS_NAME = "captions.sqlite"

Describe = Callable[[Sequence[Clip]], Sequence[str]]


class CachedCaptioner:
    """A captioner that is asked only what it was not asked before; the same as another else.

    Args:
        captioner: What describes new clips.
        file: SQLite file of the captions; made when missing, and shared by processes.
    """

    def __init__(self, captioner: Captioner, file: Path) -> None:
        self._captioner = captioner
        self._kept = KeptCaptions(file)
        self.name = captioner.name

    @property
    def id(self) -> str:
        """That of the captioner."""
        return self._captioner.id

    @property
    def frames_per_clip(self) -> int:
        """That of the captioner."""
        return self._captioner.frames_per_clip

    @property
    def clips_at_once(self) -> int:
        """That of the captioner."""
        return self._captioner.clips_at_once

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip.

        Raises:
            ModelError: If the captioner fails.
            MemoryStoreError: If the file cannot be used.
        """
        keys = [clip_key(self.id, clip) for clip in clips]
        told = self._kept.fill(dict(zip(keys, clips, strict=True)), self._captioner.caption)
        return [told[key] for key in keys]


class KeptCaptions:
    """An SQLite file of captions by key; made when missing, and shared by processes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def fill(self, clips: Mapping[str, Clip], describe: Describe) -> dict[str, str]:
        """Gives the caption of each key, those that are new from `describe`, which are kept.

        Raises:
            MemoryStoreError: If the file cannot be used.
        """
        with closing(self._connect()) as connection:
            known = _read(connection, list(clips))
            new = {key: clip for key, clip in clips.items() if key not in known}
            if new:
                told = dict(zip(new, describe(list(new.values())), strict=True))
                with connection:
                    connection.executemany(
                        "INSERT OR REPLACE INTO captions VALUES (?, ?)", told.items()
                    )
                known |= told
        return known

    def _connect(self) -> sqlite3.Connection:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._file, timeout=30.0)
            connection.execute(
                "CREATE TABLE IF NOT EXISTS captions (key TEXT PRIMARY KEY, text TEXT NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            raise MemoryStoreError(
                f"the kept captions {str(self._file)!r} cannot be used: {error}; delete the file"
            ) from error
        return connection


def clip_key(asked: str, clip: Clip) -> str:
    """Hashes the pictures and `asked`, all that changes what is said of them; not when they are."""
    digest = hashlib.sha256(asked.encode())
    for frame in clip:
        digest.update(f"\0{frame.data.shape}".encode())
        digest.update(frame.data.tobytes())
    return digest.hexdigest()


def _read(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, str]:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(f"SELECT key, text FROM captions WHERE key IN ({marks})", keys)
    return dict(rows.fetchall())
