"""Reads JSON, and refuses what Python's reader passes over: a key that an object repeats.

RFC 8259 says that names should be unique, and leaves open what a reader does where they are not;
Python's keeps the last value and drops the others. Beside it, lists as Python writes them.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import cast

from foretell.patterns import LazyPattern

DEEPEST = 100
"""Levels of lists and objects within each other; published files have up to ten, and code that
goes through a value level by level, as Python's own does, ends at a thousand."""
_TOKEN = LazyPattern(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.DOTALL)

_TOO_DEEP = f"nested more than {DEEPEST} levels deep; nothing that is read is"


class NoJson(ValueError):
    """What is no JSON, or repeats a key.

    Attributes:
        reason: What is wrong.
        line: Where, from 1.
        goes_on: Whether a whole value stands before, as on the first of several lines.
    """

    def __init__(self, reason: str, line: int, *, goes_on: bool = False) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line
        self.goes_on = goes_on


def parse_json(text: str) -> object:
    """Gives the value that a text holds.

    Raises:
        NoJson: If it is no JSON, is nested too deeply, has a number of too many digits, or an
            object in it repeats a key.
    """
    try:
        value = json.loads(text, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        goes_on = error.msg == "Extra data"
        raise NoJson(f"not JSON: {error.msg}", error.lineno, goes_on=goes_on) from error
    except _Repeated as error:
        line = _line_of_repeat(text)
        raise NoJson(
            f"the key {error.key!r} stands twice in one object; give each key once", line
        ) from error
    except RecursionError as error:
        raise NoJson(_TOO_DEEP, 1) from error
    except ValueError as error:
        raise NoJson("not JSON: a number has too many digits", 1) from error
    opened = text.count("[") + text.count("{")
    if opened > DEEPEST and is_deep(value):
        raise NoJson(_TOO_DEEP, 1)
    return value


def parse_python(text: str) -> object:
    """Returns the value that a text writes as Python does, such as a list of words.

    Raises:
        ValueError: If it writes none.
    """
    try:
        return ast.literal_eval(text)
    except (MemoryError, RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise ValueError("give a list of texts as Python writes it") from error


def is_deep(value: object) -> bool:
    """Whether lists and objects lie within each other in more levels than are read."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for one in level for part in _parts(one) if isinstance(part, list | dict)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    """Returns what a list or an object holds, nothing for another value."""
    if isinstance(value, dict):
        return cast(dict[str, object], value).values()
    return cast(list[object], value) if isinstance(value, list) else ()


class _Repeated(Exception):
    """What an object with a repeated key raises while it is read."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Repeated(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return found


def _line_of_repeat(text: str) -> int:
    """Gives the line on which the first key that was there before in its object begins."""
    open_keys: list[set[str]] = []
    last = ""
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "{" | "[":
                open_keys.append(set())
            case "}" | "]":
                open_keys.pop()
            case ":":
                if last in open_keys[-1]:
                    return text.count("\n", 0, token.start()) + 1
                open_keys[-1].add(last)
            case ",":
                pass
            case string:
                last = str(json.loads(string, strict=False))
    return 1
