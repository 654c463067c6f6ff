"""The command line of foretell.

`foretell watch | timeline | ask | chat | anticipate | locate | plan | examples | procedures |
models | eval | score | demo | doctor`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from foretell.errors import ConfigError, ForetellError
from foretell.eval_moments_cli import app as eval_app
from foretell.examples_cli import app as examples_app
from foretell.locate_cli import locate
from foretell.models_cli import app as models_app
from foretell.plan_cli import plan
from foretell.procedures_cli import app as procedures_app
from foretell.score_cli import score

if TYPE_CHECKING:
    from foretell.agent.video_agent import VideoAgent
    from foretell.agent.viewer import Viewer
    from foretell.console import OnProgress

app = typer.Typer(
    name="foretell",
    help="Ask a video what happened, what comes next, and which steps lead to a goal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(examples_app)
app.add_typer(procedures_app)
app.add_typer(models_app)
app.add_typer(eval_app)

VideoArgument = Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")]
VideosArgument = Annotated[
    list[Path], typer.Argument(metavar="VIDEO [VIDEO ...]", help="One or more video files.")
]
CaptionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Captions that were made already.")
]
SubtitlesOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Subtitles: .srt, .vtt or .ass.")
]
NarrationsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Narrations or action segments.")
]
LibraryOption = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the memory.")]
ModelOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Chat model, or 'embedded' for none.")
]
BaseUrlOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Root of an OpenAI-compatible endpoint.")
]
CacheOption = Annotated[
    bool | None, typer.Option("--cache/--no-cache", help="Use replies kept on disk.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON object for machines.")]


def main() -> None:
    """Runs the command line; a user's mistake ends with one sentence and exit code 2."""
    try:
        app()
    except ForetellError as error:
        if "--json" in sys.argv:
            kind = type(error).__name__
            typer.echo(json.dumps({"error": {"kind": kind, "message": str(error)}}))
        typer.echo(f"foretell: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("foretell: interrupted; what was done is kept", err=True)
        sys.exit(130)


@app.command()
def watch(
    video: VideoArgument,
    captions: CaptionsOption = None,
    subtitles: SubtitlesOption = None,
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
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where models run: auto, cpu, cuda or mps.")
    ] = None,
    profile: Annotated[
        bool, typer.Option("--profile", help="Tell where the seconds went.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a video into its timeline; what was seen before is not looked at again."""
    from foretell import console

    settings = {"library": library, "captioner": captioner, "device": device}
    settings |= {"recognizer": recognizer, "labels": labels, "transcriber": transcriber}
    with _viewer(**settings) as viewer, console.watching() as on_progress:
        watched = viewer.watch(
            video,
            captions=captions,
            subtitles=subtitles,
            narrations=narrations,
            on_progress=on_progress,
        )
    measured = viewer.profile.seconds() if profile else ()
    if as_json:
        typer.echo(json.dumps(console.watched_record(watched, measured)))
    else:
        console.show_watched(watched, measured)


@app.command()
def timeline(
    video: VideoArgument,
    start: Annotated[float | None, typer.Option(help="From this second.")] = None,
    end: Annotated[float | None, typer.Option(help="Up to this second.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a video's timeline, watching it first if it is new."""
    from foretell import console

    with _viewer(library=library) as viewer, console.watching() as on_progress:
        shown = viewer.watch(video, on_progress=on_progress).timeline
    if start is not None or end is not None:
        first = shown.video.interval.start if start is None else start
        last = shown.video.interval.end if end is None else end
        if last < first:
            raise ConfigError(f"--start {first:g} must not lie after --end {last:g}")
        shown = shown.between(first, last)
    if as_json:
        typer.echo(json.dumps(console.timeline_record(shown)))
    else:
        console.show_timeline(shown)


@app.command()
def ask(
    videos: VideosArgument,
    question: Annotated[str, typer.Option(metavar="TEXT", help="What to find out.")],
    choices: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="An answer to choose from; give it once for each."),
    ] = None,
    strategy: Annotated[
        str,
        typer.Option(
            metavar="agent|one-call|summarise",
            help="Search the timeline; show it to a chat model whole; or a summary of it.",
        ),
    ] = "agent",
    captions: CaptionsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question about one or more videos, with evidence."""
    from foretell import console
    from foretell.agent.tasks.question_settings import check_strategy

    asked_by = check_strategy(strategy)
    settings = {"library": library, "model": model, "base_url": base_url, "cache_responses": cache}
    with _agent(**settings) as agent:
        with console.watching() as on_progress:
            _watch_all(agent, videos, captions, on_progress)
        answer = agent.ask(question, *videos, choices=choices or (), strategy=asked_by)
    if as_json:
        typer.echo(json.dumps(console.answer_record(answer)))
    else:
        console.show_answer(answer)


@app.command()
def chat(
    videos: Annotated[
        list[Path] | None, typer.Argument(metavar="[VIDEO ...]", help="Video files.")
    ] = None,
    resume: Annotated[
        str | None, typer.Option(metavar="ID", help="Take up an earlier conversation.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List conversations.")] = False,
    captions: CaptionsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Talk about videos; each line of input is a question, an empty line ends."""
    from foretell import console

    settings = {"library": library, "model": model, "base_url": base_url, "cache_responses": cache}
    with _agent(**settings) as agent:
        if listed:
            console.show_conversations(agent, as_json)
            return
        with console.watching() as on_progress:
            _watch_all(agent, videos or [], captions, on_progress)
        console.converse(agent.chat(*(videos or []), resume=resume), as_json)


@app.command()
def anticipate(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="VIDEO|WINDOW.json", help="A video, or a list of the actions seen so far."
        ),
    ],
    examples: Annotated[
        str | None,
        typer.Option(metavar="BANK", help="Bank or file to learn from; 'everyday' by default."),
    ] = None,
    taxonomy: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Words to forecast in.")
    ] = None,
    horizon: Annotated[int, typer.Option(metavar="Z", help="Actions to forecast.")] = 20,
    candidates_k: Annotated[int, typer.Option(metavar="K", help="Candidate futures.")] = 5,
    at: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Forecast from this moment on.")
    ] = None,
    optimal: Annotated[
        bool,
        typer.Option("--optimal", help="Without a model: score best rather than read best."),
    ] = False,
    captions: CaptionsOption = None,
    narrations: NarrationsOption = None,
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the person will do next, with the examples that it rests on."""
    from foretell import console, forecast_console

    settings = {"library": library, "model": model, "base_url": base_url, "cache_responses": cache}
    learnt = {"examples": examples, "taxonomy": taxonomy, "horizon": horizon, "optimal": optimal}
    with _agent(**settings) as agent:
        if source.suffix == ".json":
            if at is not None or captions is not None or narrations is not None:
                raise ConfigError(
                    f"--at, --captions and --narrations are for a video, not {source}"
                )
            forecast = agent.anticipate_window(source, k=candidates_k, **learnt)
        else:
            with console.watching() as on_progress:
                agent.watch(
                    source, captions=captions, narrations=narrations, on_progress=on_progress
                )
            forecast = agent.anticipate(source, at_seconds=at, k=candidates_k, **learnt)
    if as_json:
        typer.echo(json.dumps(forecast_console.forecast_record(forecast)))
    else:
        forecast_console.show_forecast(forecast)


app.command()(locate)
app.command()(plan)
app.command()(score)


@app.command()
def demo(
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to put the clip and its memory.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Render a short clip, watch it, and answer four questions about it."""
    from foretell import console
    from foretell.demo import run_demo

    console.show_demo(run_demo(folder), as_json)


@app.command()
def doctor(
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is installed and reachable, and what each missing piece would add."""
    from foretell import console
    from foretell.config import load_config
    from foretell.doctor import examine

    config = load_config(library=library, model=model, base_url=base_url)
    console.show_findings(examine(config), as_json)


def _viewer(**settings: Any) -> Viewer:
    from foretell.agent.viewer import Viewer
    from foretell.config import load_config

    return Viewer(load_config(**settings))


def _agent(**settings: Any) -> VideoAgent:
    from foretell.agent.video_agent import VideoAgent

    return VideoAgent(**settings)


def _watch_all(
    agent: VideoAgent,
    videos: list[Path],
    captions: Path | None,
    on_progress: OnProgress,
) -> None:
    """Watches every video, with the captions if there are any."""
    if captions is not None and len(videos) != 1:
        raise ConfigError(
            f"--captions describes one video, and {len(videos)} were given; "
            "run `foretell watch VIDEO --captions FILE` for each first"
        )
    for video in videos:
        agent.watch(video, captions=captions, on_progress=on_progress)
