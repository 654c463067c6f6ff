"""Where the commands print: what they found, how far they are, and records for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable

import typer
from rich.console import Console
from rich.markup import escape

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)


def write_json(record: object) -> None:
    """Writes a record to standard output, on one line."""
    typer.echo(json.dumps(record))


def print_notes(notes: Iterable[str]) -> None:
    """Prints what the reader of a result should know."""
    for note in notes:
        out.print(f"[yellow]{escape(note)}[/]")
