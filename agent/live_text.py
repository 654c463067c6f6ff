"""Shows a model's words while they come, as they will read in the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

_UNSETTLED = (
    re.compile(r"\s*[\[(][^\])]{0,80}$"),  # a citation that may not be whole yet
    re.compile(r"\s*<(?:think>.*|[a-z]{0,5})$", re.DOTALL),  # a thought that has not ended
    re.compile(r"(?:^|\n)[\s*_]*c[a-z]*$", re.IGNORECASE),  # perhaps "Confidence" or "Choice"
    re.compile(r"\s+$"),
)
_TAIL = re.compile(r"(?:^|\n)[\s*_]*(?:confidence|choice)\b", re.IGNORECASE)
_THOUGHT_ENDS = "</think>"


class LiveText:
    """Holds back what cannot be shown yet: half a citation, thoughts, the lines after the answer.

    Args:
        finish: Turns text with citation labels into text as it is shown.
    """

    def __init__(self, finish: Callable[[str], str]) -> None:
        self._finish = finish
        self._heard = ""
        self._shown = 0

    def feed(self, piece: str) -> str:
        """Takes the next piece and gives what can be shown by now, which may be nothing."""
        self._heard += piece
        if _THOUGHT_ENDS in self._heard:  # its beginning may stand in the prompt
            self._heard = self._heard.rpartition(_THOUGHT_ENDS)[2]
            self._shown = 0
        return self._show(*_UNSETTLED, _TAIL)

    def rest(self) -> str:
        """Gives what is still held now that the message has ended, and begins anew."""
        held = self._show(_TAIL)
        self._heard, self._shown = "", 0
        return held

    def _show(self, *until: re.Pattern[str]) -> str:
        """Gives what is new before the first of `until`."""
        ends = [match.start() for end in until if (match := end.search(self._heard))]
        finished = self._finish(self._heard[: min(ends, default=None)])
        new, self._shown = finished[self._shown :], len(finished)
        return new
