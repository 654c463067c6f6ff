"""What may not stand where it stands: values of another kind in files, and citations of nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

_DEEP = "\N{LATIN SMALL LETTER EZH}deep"
DEEP = 900
"""Levels that Python's own reader of JSON still takes, and that it cannot write again."""
HUGE = 10**400
"""No float is as large."""
_ALIKE = 2
"""Items of a list, or rows of a table, that stand for all."""
WRONG: tuple[object, ...] = (
    *(-1.5, HUGE, float("nan"), None, "7" * 5000, "\ud800\x1b[2J\n", [5.0], {"x": [None]}, _DEEP),
)

FORGED = (
    *("[e77]", "[e 77]", "(e77)", "[e77-e88]", "[e77, e88]", "[E77]", "\u3010e77\u3011"),
    *("[77.0-88.0 s]", "(77-88 s)", "[77, 88]", "[1:17]", "(01:17-01:28)", "[video 1, 77-88 s]"),
    *("[kitchen.mp4, 77-88 s]", "at 77 seconds", "at 1:17", "from 77 s to 88 s"),
    *("between 77 and 88 s", "at seventy-seven seconds", "at the 77 second mark", "77 s - 88 s"),
    *("\x02e77\x03", "\x0277.0-88.0 s\x03", "at second 77", "00:01:17,500 --> 00:01:28,000"),
)
"""Every form in which a model cites."""


def as_text(value: object) -> str:
    """Writes a value as JSON, with the deep one as deep as it is meant."""
    return json.dumps(value).replace(json.dumps(_DEEP), "[" * DEEP + "]" * DEEP)


def wronged(value: object) -> Iterator[object]:
    """Yields copies of a value, each with one wrong value at one of its places."""
    yield from WRONG
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        for key, part in fields.items():
            yield {name: one for name, one in fields.items() if name != key}
            yield {f"{name}\x1b\n" if name == key else name: one for name, one in fields.items()}
            for other in wronged(part):
                yield {**fields, key: other}
    if isinstance(value, list):
        parts = cast(list[object], value)
        for place, part in enumerate(parts[:_ALIKE]):
            yield parts[:place] + parts[place + 1 :]
            for other in wronged(part):
                yield [*parts[:place], other, *parts[place + 1 :]]


CELLS = ("", "-1.5", "nan", "7" * 5000, "\u00b2", "[" * 5000, '\x1b"')
"""What stands in place of a cell of a table, or of a word between two delimiters."""


def wronged_table(text: str, delimiter: str) -> Iterator[str]:
    """Yields copies of a table, each with one cell replaced, left out, or parted in two."""
    rows = [line.split(delimiter) for line in text.splitlines()]
    for number, row in enumerate(rows[:_ALIKE]):
        for place in range(len(row)):
            others = [[cell] for cell in CELLS] + [[], [row[place], row[place]]]
            for other in others:
                changed = [*row[:place], *other, *row[place + 1 :]]
                lines = [*rows[:number], changed, *rows[number + 1 :]]
                yield "\n".join(map(delimiter.join, lines))
