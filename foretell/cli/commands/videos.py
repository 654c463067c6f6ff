"""The command `foretell videos`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foretell.cli.console.progress import write_json
from foretell.cli.options import JsonOption, LibraryOption
from foretell.cli.screen import say
from foretell.records import video_record

if TYPE_CHECKING:
    from foretell.memory.store import Store


def videos(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the videos of the library, and what each one's timeline comes from."""
    from foretell.config import load_config
    from foretell.memory.store import Store

    with Store.open(load_config(library=library).library) as store:
        records = [
            video_record(video) | {"tracks": _tracks(store, video.content_hash)}
            for video in store.videos()
        ]
    if as_json:
        write_json({"videos": records})
        return
    for record in records:
        say("{} [dim]{:.1f} s[/]", record["path"], record["duration"])
        for track in record["tracks"]:
            state = "" if track["done"] else ", not finished"
            say("    [cyan]{}[/] [dim]{} events{}[/]", track["source"], track["events"], state)
    if not records:
        say("no videos; watch one with `foretell watch VIDEO`")


def _tracks(store: Store, content_hash: str) -> list[dict[str, Any]]:
    counts = store.event_counts(content_hash)
    return [
        {
            "source": track.source,
            "kinds": list(track.kinds),
            "events": counts.get(track.source, 0),
            "done": track.done,
            "note": track.note,
        }
        for track in store.tracks(content_hash)
    ]
