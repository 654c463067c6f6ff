"""What `foretell chat` prints."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.markup import escape

from foretell.cli.console.answer import answer_record, print_answer
from foretell.cli.console.streams import out, write_json
from foretell.types import Answer

if TYPE_CHECKING:
    from foretell.agent.chat import Chat
    from foretell.agent.planner import PlannerEvent
    from foretell.memory.conversations import Conversation


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
            write_json(answer_record(chat.ask(question)) | {"conversation": chat.id})
        else:
            _print_stream(chat.stream(question))


def _print_stream(events: Iterator[PlannerEvent | Answer]) -> None:
    """Prints tool calls and words as they come, then the evidence."""
    from foretell.agent.planner import TextDelta, ToolFinished

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
