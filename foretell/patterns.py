"""Regular expressions that are compiled when first used.

Compiling every pattern of the package takes longer than a whole answer does, and one command uses
few of them: a module names its patterns as `LazyPattern`, and importing it compiles none.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any


class LazyPattern:
    """A regular expression over text, which `re` compiles when it is first asked for a match.

    Its methods are those of `re.Pattern`.

    Args:
        pattern: The expression, in the language of `re`.
        flags: Those of `re`, such as `re.IGNORECASE`.

    Raises:
        re.PatternError: At the first use, if `pattern` is no regular expression.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Returns the first match from `start` on."""
        return self.compiled.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Returns the match that begins at `start`."""
        return self.compiled.match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Returns the match of the whole text."""
        return self.compiled.fullmatch(text)

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """Yields the matches from `start` to `end`, none within another."""
        return self.compiled.finditer(text, start, end)

    def findall(self, text: str) -> list[Any]:
        """Returns the text of each match; where the pattern has groups, that of the groups."""
        return self.compiled.findall(text)

    def split(self, text: str, maxsplit: int = 0) -> list[str | Any]:
        """Returns the parts between the matches, of which at most `maxsplit` divide (all for 0)."""
        return self.compiled.split(text, maxsplit)

    def sub(
        self, replacement: str | Callable[[re.Match[str]], str], text: str, count: int = 0
    ) -> str:
        """Returns the text with each match replaced, or the first `count`."""
        return self.compiled.sub(replacement, text, count)

    def subn(
        self, replacement: str | Callable[[re.Match[str]], str], text: str, count: int = 0
    ) -> tuple[str, int]:
        """Returns the text with each match replaced, or the first `count`, and how many were."""
        return self.compiled.subn(replacement, text, count)
