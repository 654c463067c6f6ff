"""The command `foretell chat`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.commands.ask import check_vision_model, watch_all
from foretell.cli.console.chat_input import typed_lines
from foretell.cli.console.progress import write_json
from foretell.cli.console.results import print_answer
from foretell.cli.interrupts import INTERRUPTS
from foretell.cli.options import (
    BaseUrlOption,
    BudgetOption,
    CacheOption,
    CaptionsOption,
    DeviceOption,
    FrameScorerOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    VisionModelOption,
)
from foretell.cli.screen import say
from foretell.errors import ForetellError, ToolError
from foretell.ranges import whole_number
from foretell.types import Answer

if TYPE_CHECKING:
    from foretell.agent.chat import Chat
    from foretell.agent.planner_events import PlannerEvent
    from foretell.agent.video_agent import VideoAgent
    from foretell.memory.conversations import Conversation

STRIPS = "frame_strips"
"""The folder in the library's that keeps the pictures of `/show`."""


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
    budget: BudgetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Talk about videos; each line is a question, an empty line ends, and /help lists commands."""
    from foretell.agent.video_agent import VideoAgent

    with VideoAgent(
        library=library,
        model=model,
        vision_model=vision_model,
        frame_scorer=frame_scorer,
        device=device,
        base_url=base_url,
        cache_responses=cache,
        timeline_tokens=budget,
    ) as agent:
        if listed:
            show_conversations(agent.library.conversations.latest(), as_json)
            return
        if vision_model is not None:
            check_vision_model(agent)
        watch_all(agent, videos or [], captions)
        talk = agent.chat(*(videos or []), resume=resume)
        if as_json:
            _converse_as_json(talk, agent.config.library)
        else:
            _converse(talk, agent)


def _converse_as_json(chat: Chat, library: Path) -> None:
    """Answers each line with one of JSON."""
    for question in typed_lines(library, ()):
        write_json(chat.ask(question).to_dict() | {"conversation": chat.id})


def _converse(chat: Chat, agent: VideoAgent) -> None:
    """Answers each line, and carries out those that begin with a slash."""
    if agent.library.store.database.is_read_only:
        say("[yellow]the library may only be read: this conversation is kept until it ends[/]")
    else:
        INTERRUPTS.go_on = (
            f"what was said is kept: foretell chat --resume {chat.id} takes it up again"
        )
        say("[dim]conversation {0}; take it up again with --resume {0}[/]", chat.id)
    say("[dim]/help lists commands[/]")
    commands = _Commands(chat, agent)
    for line in typed_lines(agent.config.library, [*commands.known]):
        INTERRUPTS.listen()
        if not line.startswith("/"):
            _print_stream(chat.stream(line))
        elif not commands.run(line):
            return


class _Commands:
    """What a chat does beside answering.

    Attributes:
        known: What each command does and who carries it out.
    """

    def __init__(self, chat: Chat, agent: VideoAgent) -> None:
        self._chat = chat
        self._agent = agent
        self.known: dict[str, tuple[str, Callable[[str], None] | None]] = {
            "/help": ("lists these commands", self._help),
            "/videos": ("tells which videos this is about", self._videos),
            "/show": (
                "opens the frames of the last evidence; /show 2 the second",
                self._show,
            ),
            "/quit": ("ends, as an empty line or Ctrl-D does", None),
        }

    def run(self, line: str) -> bool:
        """Carries out a line and returns whether the chat goes on."""
        name, _, rest = line.partition(" ")
        if name not in self.known:
            say("[yellow]there is no command {}; /help lists them[/]", name)
            return True
        _, carry_out = self.known[name]
        if carry_out is None:
            return False
        try:
            carry_out(rest.strip())
        except ForetellError as error:
            say("[yellow]{}[/]", error)
        return True

    def _help(self, rest: str) -> None:
        for name, (purpose, _) in self.known.items():
            say("[cyan]{}[/] {}", name, purpose)

    def _videos(self, rest: str) -> None:
        for number, video in enumerate(self._chat.videos, start=1):
            events = len(self._agent.library.store.events(video.content_hash))
            say("[cyan]{}[/] {} [dim]{}, {} events[/]", number, video.path, video.interval, events)

    def _show(self, rest: str) -> None:
        """Draws the frames of the evidence of that number.

        Raises:
            ToolError: If there is none.
        """
        from foretell.agent.frame_strip import draw_frame_strip

        history = self._chat.history()
        evidence = history[-1][1].evidence if history else ()
        number = 1 if not rest.isdecimal() else whole_number(rest) or 0
        if not evidence:
            raise ToolError("no answer of this conversation rests on anything yet; ask something")
        if not 1 <= number <= len(evidence):
            raise ToolError(
                f"the last answer rests on {len(evidence)} stretches; give a number from 1 on"
            )
        shown = evidence[number - 1]
        video = next(one for one in self._chat.videos if one.path == shown.video)
        agent = self._agent
        folder = agent.config.library / STRIPS
        file = draw_frame_strip(agent.indexer.open_video, video, shown.interval, folder)
        say("{} [dim]{}[/]", file, shown.interval)
        if _has_screen():
            typer.launch(str(file))


def _has_screen() -> bool:
    """Whether somebody sits before this machine, so that a picture can be opened."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _print_stream(events: Iterator[PlannerEvent | Answer]) -> None:
    """Prints tool calls and words as they come, then the evidence."""
    from foretell.agent.planner_events import TextDelta, ToolFinished

    told = False
    for event in events:
        if isinstance(event, ToolFinished):
            arguments = ", ".join(f"{k}={v!r}" for k, v in event.step.arguments.items())
            mark = "failed, " if event.step.failed else ""
            say(
                "[dim]\N{MIDDLE DOT} {}({}) {}{:.0f} ms[/]",
                *(event.step.tool, arguments, mark, event.step.seconds * 1000),
            )
        elif isinstance(event, TextDelta):
            say("[bold]{}[/]", event.text, end="")
            told = True
        elif isinstance(event, Answer):
            if told:
                say("")
            print_answer(event, told=told)


def show_conversations(conversations: Sequence[Conversation], as_json: bool) -> None:
    """Prints one row a conversation."""
    if as_json:
        write_json([asdict(c) | {"started": c.started.isoformat()} for c in conversations])
        return
    for conversation in conversations:
        when = f"{conversation.started.astimezone():%Y-%m-%d %H:%M}"
        say("[cyan]{}[/] [dim]{}[/] {}", conversation.id, when, conversation.title)
