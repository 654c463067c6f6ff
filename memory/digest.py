"""The identity of what a bank holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest_of(records: Iterable[str]) -> str:
    """Gives the hex SHA-256 digest of records of one line each."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(record.encode() + b"\n")
    return digest.hexdigest()
