"""What `foretell anticipate` prints."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.markup import escape

from foretell.actions import Action, Forecast
from foretell.cli.console.streams import out, write_json


def show_forecast(forecast: Forecast, as_json: bool) -> None:
    """Prints what was seen, the candidate futures, and what they rest on."""
    if as_json:
        write_json(forecast.to_dict())
        return
    if forecast.evidence:
        out.print("[dim]seen:[/]")
        for event, action in zip(forecast.evidence, forecast.window.past, strict=True):
            out.print(
                f"  [cyan]{event.interval}[/] {action} [dim]from {escape(repr(event.text))}[/]"
            )
    elif forecast.window.past:
        out.print(f"[dim]seen:[/] {escape(in_words(forecast.window.past))}")
    for number, future in enumerate(forecast.candidates, start=1):
        out.print(f"[bold]{number}.[/] {escape(in_words(future))}")
    for use in forecast.examples:
        goal = f", {use.window.goal}" if use.window.goal else ""
        out.print(f"[dim]like {escape(use.window.key + goal)} ({use.similarity:.2f})[/]")
    notes = list(forecast.notes)
    if forecast.repairs:
        notes.append("read with " + ", ".join(f"{k} {n}" for k, n in forecast.repairs.items()))
    for note in notes:
        out.print(f"[dim]{escape(note)}[/]")


def in_words(actions: Iterable[Action]) -> str:
    """Writes actions on one line, a run of the same one counted."""
    runs = [(action, len(list(same))) for action, same in groupby(actions)]
    return ", ".join(
        f"{action} \N{MULTIPLICATION SIGN}{n}" if n > 1 else str(action) for action, n in runs
    )
