"""Joins neighbouring captions into passages, which say more of what goes on than each alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_WORDS = 130
"""Most words of a passage: about 200 tokens, of which the embedder reads 256."""
MAX_EVENTS = 20
"""Most events of a passage."""

_WHO = re.compile(r"^(?:(?:the )?camera wearer|person [a-z]|an?|the)\s+", re.IGNORECASE)


def passages(texts: Sequence[str]) -> list[str]:
    """Gives the texts of a timeline's events joined into passages, in order of time.

    Who or what begins a text is left out, since it is the same nearly everywhere, and a text that
    comes again within a passage is told once.
    """
    joined: list[str] = []
    held: list[str] = []
    for text in texts:
        held.append(_WHO.sub("", text).strip(" ."))
        if len(held) >= MAX_EVENTS or sum(len(part.split()) for part in held) >= MAX_WORDS:
            joined.append(_joined(held))
            held = []
    return [*joined, _joined(held)] if held else joined


def _joined(parts: Sequence[str]) -> str:
    return ". ".join(dict.fromkeys(parts))
