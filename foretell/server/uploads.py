"""Takes in videos that are sent: straight to disk, hashed on the way, under their hash."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread

from foretell.errors import VideoError
from foretell.server.problems import Problem
from foretell.tools.decoding.video_file import check_video_file

PART = ".part"
"""How files end that are still being sent; what is left of them is removed at the start."""
BLOCK = 4 << 20
"""Bytes that are written at a time: few steps for large files, and little memory."""
SPARE = 256 << 20
"""Bytes of the disk that stay free, for the memory and for other programs."""
_ENDINGS = (
    *("mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "m2ts", "mts", "flv"),
    *("ogv", "wmv", "asf", "gif", "3gp", "mxf"),
)
"""Endings that files may keep; any other name gets none."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that arrived whole.

    Attributes:
        path: Where it lies.
        content_hash: Of its bytes, SHA-256.
        size: In bytes.
    """

    path: Path
    content_hash: str
    size: int


async def take_in(
    chunks: AsyncIterator[bytes], folder: Path, *, title: str, most_bytes: int, free_bytes: int
) -> Uploaded:
    """Writes what is sent into a folder, and gives the file under its hash.

    A file that is there already is kept. Whatever ends this early, nothing is left behind.

    Args:
        chunks: The bytes, as they come.
        folder: Where to.
        title: The client's name of it, whose ending is kept if it is a video's.
        most_bytes: The largest file that may be sent.
        free_bytes: How much room there is.

    Raises:
        Problem: If it is too large, empty or no video file.
    """
    unfinished = folder / f"{secrets.token_hex(8)}{PART}"
    try:
        digest, size = await _write(chunks, unfinished, most_bytes, free_bytes)
        try:
            await to_thread.run_sync(check_video_file, unfinished)
        except VideoError as error:
            told = str(error).replace(str(unfinished), title or "the file")
            raise Problem(422, told, "VideoError") from None
        path = folder / f"{digest}{_ending(title)}"
        there = next(iter(folder.glob(f"{digest}.*")), None)
        if there is None:
            os.replace(unfinished, path)
        return Uploaded(there or path, digest, size)
    finally:
        with suppress(OSError):
            unfinished.unlink()


async def _write(
    chunks: AsyncIterator[bytes], path: Path, most_bytes: int, free_bytes: int
) -> tuple[str, int]:
    digest, size, block = hashlib.sha256(), 0, bytearray()

    def flush() -> None:
        digest.update(block)
        file.write(block)
        block.clear()

    with path.open("xb") as file:
        async for chunk in chunks:
            size += len(chunk)
            check_size(size, most_bytes, free_bytes)
            block += chunk
            if len(block) >= BLOCK:
                await to_thread.run_sync(flush)
        await to_thread.run_sync(flush)
    return digest.hexdigest(), size


def check_size(size: int, most_bytes: int, free_bytes: int) -> None:
    """Raises a Problem where a file is larger than allowed, or than there is room for."""
    if size > most_bytes:
        raise Problem(
            413,
            f"the file is larger than {most_bytes:,} bytes, the most that this server takes; send "
            "a shorter one, or start the server with a larger --max-upload",
            "TooLarge",
        )
    if size > free_bytes - SPARE:
        raise Problem(507, "there is no room for the file on the server's disk", "NoRoom")


def remove_unfinished(folder: Path) -> None:
    """Removes what is left of files whose sending was cut off by the end of a server."""
    for file in folder.glob(f"*{PART}"):
        file.unlink(missing_ok=True)


def _ending(title: str) -> str:
    ending = title.rpartition(".")[2].lower()
    return f".{ending}" if ending in _ENDINGS else ".video"
