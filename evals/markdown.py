"""What reports are made of: tables, titled lists, words for what was spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from foretell.types import Usage


def table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yields the lines of a table."""
    cells = list(heading)
    yield _row(cells)
    yield "|---" * len(cells) + "|"
    for row in rows:
        yield _row(row)


def listing(title: str, items: Iterable[str]) -> Iterator[str]:
    """Yields a title and a line for each item; nothing where there is no item."""
    lines = [f"- {item}" for item in items]
    if lines:
        yield f"\n## {title}\n"
        yield from lines


def pairs(title: str, items: Mapping[str, object]) -> Iterator[str]:
    """Returns a title and a line for each name and what it holds; nothing where there is none."""
    return listing(title, (f"{name}: {held}" for name, held in items.items()))


def usage_text(usage: Usage) -> str:
    """Says in words what was spent."""
    cost = "cost unknown" if usage.cost is None else f"${usage.cost:.4f}"
    if not usage.input_tokens:
        return "no tokens"
    return f"{usage.input_tokens} tokens in, {usage.output_tokens} out, {cost}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
