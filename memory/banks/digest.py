"""The identity of what is kept or read: records, or files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16


def digest_of(records: Iterable[str]) -> str:
    """Gives the hex SHA-256 digest of records of one line each."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(record.encode() + b"\n")
    return digest.hexdigest()


def digest_of_files(files: Iterable[Path]) -> str:
    """Gives the hex SHA-256 digest of files by name, size and content.

    Of a file of more than 4 MiB, 64 samples count that are spread evenly from its first byte to its
    last: models that were trained differ in all of their weights.

    Raises:
        OSError: If a file cannot be read.
    """
    digest = hashlib.sha256()
    for file in files:
        size = file.stat().st_size
        digest.update(f"{file.name} {size}\n".encode())
        with file.open("rb") as content:
            if size <= _SAMPLES * _SAMPLE_BYTES:
                digest.update(content.read())
                continue
            for sample in range(_SAMPLES):
                content.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
                digest.update(content.read(_SAMPLE_BYTES))
    return digest.hexdigest()
