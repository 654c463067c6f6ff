"""What `foretell watch` and `foretell timeline` print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from foretell.cli.console.streams import out, print_notes, write_json
from foretell.types import Event, Timeline, VideoInfo

if TYPE_CHECKING:
    from foretell.tools.watching.profile import Seconds
    from foretell.tools.watching.watch import Watched


def show_watched(watched: Watched, measured: Sequence[Seconds], as_json: bool) -> None:
    """Prints the timeline and how it came about, and where the seconds went if that is known."""
    if as_json:
        write_json(_watched_record(watched, measured))
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
        write_json(_timeline_record(timeline))
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


def _event_record(event: Event) -> dict[str, Any]:
    """Gives an event as JSON can hold it; only what was recognised has labels."""
    record = {
        "start": event.interval.start,
        "end": event.interval.end,
        "kind": event.kind,
        "text": event.text,
        "source": event.source,
        "confidence": event.confidence,
    }
    return record | ({"labels": list(map(asdict, event.labels))} if event.labels else {})


def video_record(video: VideoInfo) -> dict[str, Any]:
    """Gives what a video is as JSON can hold it."""
    record = asdict(video)
    del record["interval"]
    return record | {
        "start": video.interval.start,
        "end": video.interval.end,
        "duration": video.duration_seconds,
    }


def _timeline_record(timeline: Timeline) -> dict[str, Any]:
    return {
        "video": video_record(timeline.video),
        "events": [_event_record(event) for event in timeline],
    }


def _watched_record(watched: Watched, measured: Sequence[Seconds]) -> dict[str, Any]:
    profile = {"profile": {part.phase: part.seconds for part in measured}} if measured else {}
    return (
        _timeline_record(watched.timeline)
        | profile
        | {
            "reused": watched.reused,
            "seconds": watched.seconds,
            "notes": list(watched.notes),
        }
    )
