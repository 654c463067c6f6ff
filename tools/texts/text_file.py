"""Reads a file of text whole, plain or gzipped, in whichever encoding it was written."""

from __future__ import annotations

import codecs
import gzip
import logging
import zlib
from pathlib import Path

from foretell.errors import DatasetError

MAX_BYTES = 512 << 20
"""Bytes of the largest text that is read, which bounds memory."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_log = logging.getLogger(__name__)


def read_bytes(path: Path) -> bytes:
    """Gives what a file holds, unpacked where it is gzipped.

    Raises:
        DatasetError: If it cannot be read, or holds more than `MAX_BYTES`.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if packed else file
            data = stream.read(MAX_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DatasetError(f"{path} is a damaged gzip file: {error}; fetch it again") from error
    except OSError as error:
        raise DatasetError(
            f"cannot read {str(path)!r}: {error.strerror}; give the path of a file"
        ) from error
    if len(data) > MAX_BYTES:
        raise DatasetError(f"{path} holds more than {MAX_BYTES >> 20} MiB; split it by video")
    return data


def read_text(path: Path, *, legacy: bool = False) -> str:
    """Gives the text of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    Args:
        path: The file, which may be gzipped.
        legacy: Whether a file in none of these is read as Windows-1252, or where it is not that
            either as Latin-1, and a warning logged.

    Raises:
        DatasetError: If it cannot be read, is empty, or is not text.
    """
    data = read_bytes(path)
    marked = (name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark))
    encoding = next(marked, "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not legacy or encoding != "utf-8" or b"\0" in data:
            raise DatasetError(
                f"{path} is not {encoding} text: byte {error.start} cannot be read; "
                "save it as UTF-8"
            ) from error
        text = _legacy_text(data, path)
    if "\0" in text:
        raise DatasetError(f"{path} is not text: it holds NUL characters; save it as UTF-8")
    if not text.strip():
        raise DatasetError(f"{path} is empty; see docs/importing.md for what it may hold")
    return text


def _legacy_text(data: bytes, path: Path) -> str:
    try:
        text, encoding = data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, encoding = data.decode("latin-1"), "Latin-1"
    _log.warning("%s is not UTF-8 and was read as %s", path, encoding)
    return text
