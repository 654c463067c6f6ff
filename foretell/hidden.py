"""Keeps secrets out of all that is told or kept.

A key reaches a message where an endpoint echoes it, or where a library quotes what it was given.
Whatever leaves (errors, what commands print, conversations, run folders) goes through
`without_secrets`, which knows every key that was set in this process.
"""

from __future__ import annotations

_SHORTEST = 8
"""Characters of the shortest key that is looked for: a shorter one is a word such as "none"."""
_INSTEAD = "[key]"
_known: set[str] = set()


def hide(secret: str) -> None:
    """Lets a secret be replaced from now on, wherever it would be told."""
    if len(secret) >= _SHORTEST:
        _known.add(secret)


def without_secrets(text: str) -> str:
    """Returns a text with "[key]" in place of each secret, the longest first."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _INSTEAD)
    return text
