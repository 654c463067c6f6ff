"""The commands `foretell watch` and `foretell timeline`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import (
    BaseUrlOption,
    CaptionsOption,
    DeviceOption,
    JsonOption,
    LibraryOption,
    NarrationsOption,
    VideoArgument,
)
from foretell.errors import ConfigError


def watch(
    video: VideoArgument,
    captions: CaptionsOption = None,
    subtitles: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Subtitles: .srt, .vtt or .ass.")
    ] = None,
    narrations: NarrationsOption = None,
    captioner: Annotated[
        str | None,
        typer.Option(metavar="hf:MODEL|openai:NAME", help="Model that describes what is shown."),
    ] = None,
    recognizer: Annotated[
        str | None, typer.Option(metavar="hf:MODEL", help="Model that tells actions apart.")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(metavar="FILE|TAXONOMY", help="Actions, or verbs and nouns, to recognise."),
    ] = None,
    transcriber: Annotated[
        str | None,
        typer.Option(metavar="whisper:MODEL|openai:NAME", help="Model that writes down speech."),
    ] = None,
    device: DeviceOption = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Look at everything again, and replace what was seen.")
    ] = False,
    profile: Annotated[
        bool, typer.Option("--profile", help="Tell where the seconds went.")
    ] = False,
    library: LibraryOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a video into its timeline; what was seen before is not looked at again."""
    from foretell.agent.video_indexer import VideoIndexer
    from foretell.cli.console.progress import watching
    from foretell.cli.console.results import show_watched
    from foretell.config import load_config

    config = load_config(
        library=library,
        base_url=base_url,
        captioner=captioner,
        device=device,
        recognizer=recognizer,
        labels=labels,
        transcriber=transcriber,
    )
    with VideoIndexer(config) as indexer, watching() as on_progress:
        watched = indexer.watch(
            video,
            captions=captions,
            subtitles=subtitles,
            narrations=narrations,
            anew=anew,
            on_progress=on_progress,
        )
    show_watched(watched, indexer.profile.seconds() if profile else (), as_json)


def timeline(
    video: VideoArgument,
    start: Annotated[float | None, typer.Option(help="From this second.")] = None,
    end: Annotated[float | None, typer.Option(help="Up to this second.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a video's timeline, watching it first if it is new."""
    from foretell.agent.video_indexer import VideoIndexer
    from foretell.cli.console.progress import watching
    from foretell.cli.console.results import show_timeline
    from foretell.config import load_config

    with VideoIndexer(load_config(library=library)) as indexer, watching() as on_progress:
        shown = indexer.watch(video, on_progress=on_progress).timeline
    if start is not None or end is not None:
        first = shown.video.interval.start if start is None else start
        last = shown.video.interval.end if end is None else end
        if last < first:
            raise ConfigError(f"--start {first:g} must not lie after --end {last:g}")
        shown = shown.between(first, last)
    show_timeline(shown, as_json)
