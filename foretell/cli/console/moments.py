"""What `foretell locate` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.markup import escape

from foretell.cli.console.streams import out, write_json
from foretell.ranking import shown
from foretell.tools.localization.moments import LocateResult


def located_record(located: LocateResult) -> dict[str, Any]:
    """Gives what was located as JSON can hold it."""
    return {
        "moments": [
            {
                "start": moment.interval.start,
                "end": moment.interval.end,
                "score": shown(moment.score),
                "evidence": [
                    {
                        "start": event.interval.start,
                        "end": event.interval.end,
                        "kind": event.kind,
                        "text": event.text,
                        "source": event.source,
                    }
                    for event in moment.events
                ],
            }
            for moment in located.moments
        ],
        "none": located.none,
        "reason": located.reason,
        "usage": asdict(located.usage),
    }


def show_located(located: LocateResult, as_json: bool) -> None:
    """Prints the moments, the surest first, with what they rest on."""
    if as_json:
        write_json(located_record(located))
        return
    if located.none:
        out.print(f"[yellow]no moment: {escape(located.reason)}[/]")
    for moment in located.moments:
        out.print(f"[cyan]{moment.interval}[/] [dim]{moment.score:.2f}[/]")
        for event in moment.events:
            out.print(f"    [dim]{event.interval} {event.kind}:[/] {escape(event.text)}")
