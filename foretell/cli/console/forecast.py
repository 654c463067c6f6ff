"""What `foretell anticipate` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from rich.markup import escape

from foretell.actions import Action, ExampleUse, Forecast
from foretell.cli.console.streams import out, write_json
from foretell.ranking import shown


def forecast_record(forecast: Forecast) -> dict[str, Any]:
    """Gives a forecast as JSON can hold it."""
    window = forecast.window
    return {
        "candidates": [[asdict(action) for action in future] for future in forecast.candidates],
        "rationale": {
            "past": [asdict(action) for action in window.past],
            "evidence": [
                {"start": e.interval.start, "end": e.interval.end, "kind": e.kind, "text": e.text}
                for e in forecast.evidence
            ],
            "captions": list(window.captions),
            "examples": [_example_record(use) for use in forecast.examples],
            "notes": list(forecast.notes),
        },
        "repairs": dict(forecast.repairs),
        "usage": asdict(forecast.usage),
    }


def _example_record(use: ExampleUse) -> dict[str, Any]:
    window = use.window
    return {
        "key": window.key,
        "video": window.video,
        "goal": window.goal,
        "similarity": shown(use.similarity),
        "weight": shown(use.weight),
        "past": [str(action) for action in window.past],
        "future": [str(action) for action in window.future],
    }


def show_forecast(forecast: Forecast, as_json: bool) -> None:
    """Prints what was seen, the candidate futures, and what they rest on."""
    if as_json:
        write_json(forecast_record(forecast))
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
