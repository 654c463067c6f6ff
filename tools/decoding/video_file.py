"""Lets through what may be a video: a regular local file that does not name other files."""

from __future__ import annotations

import hashlib
import re
import stat
from os import PathLike, fspath
from pathlib import Path

from foretell.errors import VideoError

CONTAINERS = "mov,matroska,avi,mpegts,mpeg,flv,ogg,asf,gif,apng,mxf,nut,ivf,rm,wtv,dv,yuv4mpegpipe"
_KNOWN = "MP4, MOV, Matroska, WebM, AVI, MPEG, FLV, Ogg, WMV or GIF"


def check_video_file(path: str | PathLike[str]) -> Path:
    """Gives the path of a readable regular file that is not a playlist.

    Raises:
        VideoError: If it is a URL, missing, unreadable, empty, a folder, a pipe or a playlist.
    """
    given = fspath(path)
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", given):
        raise VideoError(f"{given!r} is a URL; only local files are opened: download it first")
    if "\0" in given:
        raise VideoError(f"{given!r} is no path: it holds a NUL character; check the path")
    try:
        kind = Path(given).stat()
        if not stat.S_ISREG(kind.st_mode):
            what = "a folder" if stat.S_ISDIR(kind.st_mode) else "not a regular file"
            raise VideoError(f"{given!r} is {what}; give the path of a video file")
        with open(given, "rb") as file:
            head = file.read(16)
    except FileNotFoundError as error:
        raise VideoError(f"{given!r} does not exist; check the path") from error
    except (OSError, ValueError) as error:
        raise VideoError(f"{given!r} cannot be read: {error}") from error
    if not head:
        raise VideoError(f"{given!r} is empty (0 bytes); copy or download it again")
    if head.removeprefix(b"\xef\xbb\xbf").startswith((b"#EXTM3U", b"ffconcat")):
        raise VideoError(f"{given!r} is a playlist, which names other files; open those instead")
    return Path(given)


def content_hash(path: str | PathLike[str]) -> str:
    """Gives the SHA-256 of the file's bytes as 64 hex digits: the video's identity in a library.

    Raises:
        VideoError: If the file cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise VideoError(f"{fspath(path)!r} cannot be read: {error}") from error


def unreadable(path: str, reason: str) -> VideoError:
    """Gives the error for a file that no demuxer accepts, for `reason` in FFmpeg's words."""
    with open(path, "rb") as file:
        is_mp4 = file.read(8)[4:] == b"ftyp"
    if is_mp4:
        return VideoError(
            f"{path!r} is an MP4 without a readable index ({reason}): it was probably cut off "
            "while recording or copying; copy it again, or repair it with the tool that made it"
        )
    return VideoError(f"{path!r} is not a video ({reason}); give one of {_KNOWN}")


def stalled(path: str, seconds: float) -> VideoError:
    """Gives the error for a file of which no frame came for too long."""
    return VideoError(
        f"{path!r} gave no frame for {seconds:g} s; raise decode_seconds if the file is worth it"
    )
