"""Shows a model's words while they come, as they will read in the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

_SETTLED_BY = (
    re.compile(r"\s*[\[(][^\])]{0,80}$"),  # a citation that may not be whole yet
    re.compile(r"(?:^|\n)[\s*_]*c[a-z]*$", re.IGNORECASE),  # perhaps "Confidence" or "Choice"
    re.compile(r"\s+$"),
)
_TAIL = re.compile(r"(?:^|\n)[\s*_]*(?:confidence|choice)\b", re.IGNORECASE)


class LiveText:
    """Holds back what cannot be shown yet: half a citation, or the lines after the answer.

    Args:
        finish: Turns text with citation labels into text as it is shown.
    """

    def __init__(self, finish: Callable[[str], str]) -> None:
        self._finish = finish
        self._held = ""

    def feed(self, piece: str) -> str:
        """Takes the next piece and gives what can be shown by now, which may be nothing."""
        self._held += piece
        ends = [m.start() for pattern in (*_SETTLED_BY, _TAIL) if (m := pattern.search(self._held))]
        cut = min(ends, default=len(self._held))
        ready, self._held = self._held[:cut], self._held[cut:]
        space = ready[: len(ready) - len(ready.lstrip())]
        return space + self._finish(ready) if ready.strip() else ""

    def rest(self) -> str:
        """Gives what is still held when the text has ended and is part of the answer."""
        ready = "" if _TAIL.search(self._held) else self._held
        self._held = ""
        space = ready[: len(ready) - len(ready.lstrip())]
        return space + self._finish(ready) if ready.strip() else ""
