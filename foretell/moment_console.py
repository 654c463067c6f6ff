"""What `foretell locate` and the evaluations of moments print."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from foretell.evals.moments import MomentsResult
    from foretell.tools.localization.moments import Located

_out = Console(highlight=False, soft_wrap=True)


def located_record(located: Located) -> dict[str, Any]:
    """Gives what was located as JSON can hold it."""
    return {
        "moments": [
            {
                "start": moment.interval.start,
                "end": moment.interval.end,
                "score": moment.score,
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


def show_located(located: Located) -> None:
    """Prints the moments, the surest first, with what they rest on."""
    if located.none:
        _out.print(f"[yellow]no moment: {escape(located.reason)}[/]")
    for moment in located.moments:
        _out.print(f"[cyan]{moment.interval}[/] [dim]{moment.score:.2f}[/]")
        for event in moment.events:
            _out.print(f"    [dim]{event.interval} {event.kind}:[/] {escape(event.text)}")


def show_moments(result: MomentsResult, model: str) -> None:
    """Prints the scores of a localizer beside those of trivial spans."""
    from foretell.evals.markdown import told_usage
    from foretell.evals.moment_report import score_headings, score_rows, told_results

    table = Table(box=None, title=f"{result.n} queries, per cent")
    table.add_column("", no_wrap=True)
    for heading in score_headings(result):
        table.add_column(heading, justify="right", no_wrap=True)
    for number, (name, cells) in enumerate(score_rows(result, model)):
        table.add_row(escape(name), *map(escape, cells), style=None if number else "bold")
    _out.print(table, soft_wrap=False)
    for line in told_results(result):
        _out.print(escape(line))
    for note in result.notes:
        _out.print(f"[yellow]{escape(note)}[/]")
    _out.print(f"[dim]{result.seconds:.1f} s of looking, {told_usage(result.usage)}[/]")
