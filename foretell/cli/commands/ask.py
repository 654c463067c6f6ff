"""The commands `foretell ask` and `foretell chat`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from foretell.cli.console.progress import out, working, write_json
from foretell.cli.console.results import print_answer
from foretell.cli.options import (
    BaseUrlOption,
    CacheOption,
    CaptionsOption,
    DeviceOption,
    FrameScorerOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    VisionModelOption,
)
from foretell.errors import ConfigError
from foretell.types import Answer

if TYPE_CHECKING:
    from foretell.agent.chat import Chat
    from foretell.agent.planner_events import PlannerEvent
    from foretell.agent.tasks.answering.question_settings import Strategy
    from foretell.agent.video_agent import VideoAgent
    from foretell.memory.conversations import Conversation


def ask(
    videos: Annotated[
        list[Path], typer.Argument(metavar="VIDEO [VIDEO ...]", help="One or more video files.")
    ],
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
    vision_model: VisionModelOption = None,
    frame_scorer: FrameScorerOption = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question about one or more videos, with evidence."""
    from foretell.agent.video_agent import VideoAgent
    from foretell.cli.console.results import show_answer

    asked_by = _strategy(strategy)
    with VideoAgent(
        library=library,
        model=model,
        vision_model=vision_model,
        frame_scorer=frame_scorer,
        device=device,
        base_url=base_url,
        cache_responses=cache,
    ) as agent:
        if vision_model is not None:
            _check_vision_model(agent)
        _watch_all(agent, videos, captions)
        with working("answering"):
            answer = agent.ask(question, *videos, choices=choices or (), strategy=asked_by)
    show_answer(answer, as_json)


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
    vision_model: VisionModelOption = None,
    frame_scorer: FrameScorerOption = None,
    device: DeviceOption = None,
    base_url: BaseUrlOption = None,
    cache: CacheOption = None,
    as_json: JsonOption = False,
) -> None:
    """Talk about videos; each line of input is a question, an empty line ends."""
    from foretell.agent.video_agent import VideoAgent

    with VideoAgent(
        library=library,
        model=model,
        vision_model=vision_model,
        frame_scorer=frame_scorer,
        device=device,
        base_url=base_url,
        cache_responses=cache,
    ) as agent:
        if listed:
            show_conversations(agent.library.conversations.latest(), as_json)
            return
        if vision_model is not None:
            _check_vision_model(agent)
        _watch_all(agent, videos or [], captions)
        converse(agent.chat(*(videos or []), resume=resume), as_json)


def _strategy(name: str) -> Strategy:
    """Returns a strategy that there is; the settings of the others take time to import."""
    if name == "agent":
        return "agent"
    from foretell.agent.tasks.answering.question_settings import check_strategy

    return check_strategy(name)


def _check_vision_model(agent: VideoAgent) -> None:
    """Sees that what was asked for can look: a planner would go on without it and say nothing."""
    from foretell.tools.vision_models.image_text_answerer import local_answerer

    if (local := local_answerer(agent.config)) is not None:
        local.check()


def _watch_all(agent: VideoAgent, videos: list[Path], captions: Path | None) -> None:
    """Watches every video, with the captions if there are any."""
    from foretell.cli.console.progress import watching

    if captions is not None and len(videos) != 1:
        raise ConfigError(
            f"--captions describes one video, and {len(videos)} were given; "
            "run `foretell watch VIDEO --captions FILE` for each first"
        )
    with watching() as on_progress:
        for video in videos:
            agent.watch(video, captions=captions, on_progress=on_progress)


def converse(chat: Chat, as_json: bool) -> None:
    """Answers each line of standard input until an empty one or the end."""
    asks = sys.stdin.isatty()
    if not as_json:
        out.print(f"[dim]conversation {chat.id}; take it up again with --resume {chat.id}[/]")
    while True:
        if asks:
            out.print("[bold cyan]?[/] ", end="")
        question = sys.stdin.readline().strip()
        if not question:
            return
        if as_json:
            write_json(chat.ask(question).to_dict() | {"conversation": chat.id})
        else:
            _print_stream(chat.stream(question))


def _print_stream(events: Iterator[PlannerEvent | Answer]) -> None:
    """Prints tool calls and words as they come, then the evidence."""
    from foretell.agent.planner_events import TextDelta, ToolFinished

    told = False
    for event in events:
        if isinstance(event, ToolFinished):
            arguments = ", ".join(f"{k}={v!r}" for k, v in event.step.arguments.items())
            mark = "failed, " if event.step.failed else ""
            out.print(
                f"[dim]\N{MIDDLE DOT} {event.step.tool}({escape(arguments)}) "
                f"{mark}{event.step.seconds * 1000:.0f} ms[/]"
            )
        elif isinstance(event, TextDelta):
            out.print(f"[bold]{escape(event.text)}[/]", end="")
            told = True
        elif isinstance(event, Answer):
            if told:
                out.print()
            print_answer(event, told=told)


def show_conversations(conversations: Sequence[Conversation], as_json: bool) -> None:
    """Prints one row a conversation."""
    if as_json:
        write_json([asdict(c) | {"started": c.started.isoformat()} for c in conversations])
        return
    for conversation in conversations:
        when = f"{conversation.started.astimezone():%Y-%m-%d %H:%M}"
        out.print(f"[cyan]{conversation.id}[/] [dim]{when}[/] {escape(conversation.title)}")
