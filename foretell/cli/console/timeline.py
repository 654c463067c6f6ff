"""What `foretell watch` and `foretell timeline` print."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from foretell.cli.console.progress import out, print_notes, write_json
from foretell.records import watched_record
from foretell.types import Timeline, Watched

if TYPE_CHECKING:
    from foretell.tools.watching.profile import Seconds


def show_watched(watched: Watched, measured: Sequence[Seconds], as_json: bool) -> None:
    """Prints the timeline and how it came about, and where the seconds went if that is known."""
    if as_json:
        write_json(watched_record(watched, {part.phase: part.seconds for part in measured}))
        return
    print_watched(watched)
    if measured:
        parts = ", ".join(f"{part.phase} {part.seconds:.2f} s" for part in measured)
        out.print(f"[dim]{parts} (frames are decoded while models run)[/]")


def print_watched(watched: Watched) -> None:
    """Prints the timeline and how it came about."""
    _print_timeline(watched.timeline)
    how = "all of it known already" if watched.reused else f"watched in {watched.seconds:.1f} s"
    out.print(f"{len(watched.timeline)} events, {how}")
    print_notes(watched.notes)


def show_timeline(timeline: Timeline, as_json: bool) -> None:
    """Prints one row an event."""
    if as_json:
        write_json(timeline.to_dict())
    else:
        _print_timeline(timeline)


def _print_timeline(timeline: Timeline) -> None:
    video = timeline.video
    table = Table(title=f"{escape(video.name)}, {video.duration_seconds:.1f} s", box=None)
    table.add_column("time", justify="right", style="cyan", no_wrap=True)
    table.add_column("kind", style="dim", no_wrap=True)
    table.add_column("text")
    for event in timeline:
        table.add_row(str(event.interval), event.kind, escape(event.text))
    out.print(table, soft_wrap=False)
