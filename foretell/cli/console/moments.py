"""What `foretell locate` prints."""

from __future__ import annotations

from rich.markup import escape

from foretell.cli.console.streams import out, write_json
from foretell.moments import LocateResult


def show_located(located: LocateResult, as_json: bool) -> None:
    """Prints the moments, the surest first, with what they rest on."""
    if as_json:
        write_json(located.to_dict())
        return
    if located.none:
        out.print(f"[yellow]no moment: {escape(located.reason)}[/]")
    for moment in located.moments:
        out.print(f"[cyan]{moment.interval}[/] [dim]{moment.score:.2f}[/]")
        for event in moment.events:
            out.print(f"    [dim]{event.interval} {event.kind}:[/] {escape(event.text)}")
