"""What the commands print: for people with rich, for machines as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from foretell.types import Answer, Event, Evidence, Timeline, VideoInfo

if TYPE_CHECKING:
    from foretell.agent.chat import Chat
    from foretell.agent.planner import PlannerEvent
    from foretell.agent.video_agent import VideoAgent
    from foretell.demo import DemoResult
    from foretell.doctor import Finding
    from foretell.tools.profile import Seconds
    from foretell.tools.watch import Progress, Watched

OnProgress = Callable[["Progress"], None]

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False)


@contextmanager
def watching() -> Generator[OnProgress]:
    """Shows a progress bar on standard error, where that is a terminal."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def show(progress: Progress) -> None:
            if progress.source not in tasks:
                tasks[progress.source] = bars.add_task(progress.source, total=1.0)
            bars.update(tasks[progress.source], completed=progress.share)

        yield show


def event_record(event: Event) -> dict[str, Any]:
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


def timeline_record(timeline: Timeline) -> dict[str, Any]:
    """Gives a timeline as JSON can hold it."""
    return {
        "video": video_record(timeline.video),
        "events": [event_record(event) for event in timeline],
    }


def watched_record(watched: Watched, measured: Sequence[Seconds] = ()) -> dict[str, Any]:
    """Gives what watching gave as JSON can hold it, and where its seconds went if that is known."""
    profile = {"profile": {part.phase: part.seconds for part in measured}} if measured else {}
    return (
        timeline_record(watched.timeline)
        | profile
        | {
            "reused": watched.reused,
            "seconds": watched.seconds,
            "notes": list(watched.notes),
        }
    )


def _evidence_record(evidence: Evidence) -> dict[str, Any]:
    return {
        "video": evidence.video,
        "start": evidence.interval.start,
        "end": evidence.interval.end,
        "quote": evidence.quote,
        "source": evidence.source,
    }


def answer_record(answer: Answer) -> dict[str, Any]:
    """Gives an answer as JSON can hold it."""
    return {
        "answer": answer.text,
        "choice": answer.choice,
        "evidence": [_evidence_record(evidence) for evidence in answer.evidence],
        "confidence": answer.confidence,
        "model": answer.model,
        "steps": [
            {
                "tool": step.tool,
                "arguments": dict(step.arguments),
                "seconds": step.seconds,
                "failed": step.failed,
            }
            for step in answer.trajectory
        ],
        "usage": asdict(answer.usage),
        "dropped_citations": answer.dropped_citations,
        "seconds": answer.seconds,
    }


def show_watched(watched: Watched, measured: Sequence[Seconds] = ()) -> None:
    """Prints the timeline and how it came about, and where the seconds went if that is known."""
    show_timeline(watched.timeline)
    how = "all of it known already" if watched.reused else f"watched in {watched.seconds:.1f} s"
    _out.print(f"{len(watched.timeline)} events, {how}")
    for note in watched.notes:
        _out.print(f"[yellow]{escape(note)}[/]")
    if measured:
        parts = ", ".join(f"{part.phase} {part.seconds:.2f} s" for part in measured)
        _out.print(f"[dim]{parts} (frames are decoded while models run)[/]")


def show_timeline(timeline: Timeline) -> None:
    """Prints one row an event."""
    video = timeline.video
    table = Table(title=f"{escape(video.name)}, {video.duration_seconds:.1f} s", box=None)
    table.add_column("time", justify="right", style="cyan", no_wrap=True)
    table.add_column("kind", style="dim", no_wrap=True)
    table.add_column("text")
    for event in timeline:
        table.add_row(str(event.interval), event.kind, escape(event.text))
    _out.print(table, soft_wrap=False)


def show_answer(answer: Answer, *, told: bool = False) -> None:
    """Prints an answer and its evidence; only the evidence where the words were `told` already."""
    if not told:
        _out.print(f"[bold]{escape(answer.text)}[/]")
    for evidence in answer.evidence:
        quote = escape(evidence.quote)
        _out.print(f"  [cyan]{evidence.interval}[/] {quote} [dim]({escape(evidence.source)})[/]")
    parts = [f"{len(answer.trajectory)} tool calls", f"{answer.seconds:.2f} s"]
    if answer.confidence is not None:
        parts.insert(0, f"confidence {answer.confidence:.2f}")
    if answer.usage.input_tokens:
        parts.append(f"{answer.usage.input_tokens}+{answer.usage.output_tokens} tokens")
    if answer.usage.cost:
        parts.append(f"${answer.usage.cost:.4f}")
    if answer.dropped_citations:
        parts.append(f"{answer.dropped_citations} citations dropped")
    _out.print(f"[dim]{', '.join(parts)}, {escape(answer.model)}[/]")


def converse(chat: Chat, as_json: bool) -> None:
    """Answers each line of standard input until an empty one or the end."""
    asks = sys.stdin.isatty()
    if not as_json:
        _out.print(f"[dim]conversation {chat.id}; take it up again with --resume {chat.id}[/]")
    while True:
        if asks:
            _out.print("[bold cyan]?[/] ", end="")
        question = sys.stdin.readline().strip()
        if not question:
            return
        if as_json:
            record = answer_record(chat.ask(question)) | {"conversation": chat.id}
            _out.file.write(json.dumps(record) + "\n")
            _out.file.flush()
        else:
            show_stream(chat.stream(question))


def show_stream(events: Iterator[PlannerEvent | Answer]) -> None:
    """Prints tool calls and words as they come, then the evidence."""
    from foretell.agent.planner import TextDelta, ToolFinished

    told = False
    for event in events:
        if isinstance(event, ToolFinished):
            arguments = ", ".join(f"{k}={v!r}" for k, v in event.step.arguments.items())
            mark = "failed, " if event.step.failed else ""
            _out.print(
                f"[dim]\N{MIDDLE DOT} {event.step.tool}({escape(arguments)}) "
                f"{mark}{event.step.seconds * 1000:.0f} ms[/]"
            )
        elif isinstance(event, TextDelta):
            _out.print(f"[bold]{escape(event.text)}[/]", end="")
            told = True
        elif isinstance(event, Answer):
            if told:
                _out.print()
            show_answer(event, told=told)


def show_conversations(agent: VideoAgent, as_json: bool) -> None:
    """Prints the latest conversations, the newest first."""
    latest = agent.library.conversations.latest()
    if as_json:
        rows = [asdict(c) | {"started": c.started.isoformat()} for c in latest]
        _out.file.write(json.dumps(rows) + "\n")
        return
    for conversation in latest:
        when = f"{conversation.started.astimezone():%Y-%m-%d %H:%M}"
        _out.print(f"[cyan]{conversation.id}[/] [dim]{when}[/] {escape(conversation.title)}")


def show_demo(result: DemoResult, as_json: bool) -> None:
    """Prints the demo's questions with their answers."""
    if as_json:
        record = {
            "video": video_record(result.watched.timeline.video),
            "events": len(result.watched.timeline),
            "answers": [
                {"question": question} | answer_record(answer)
                for question, answer in result.answers
            ],
            "seconds": result.seconds,
        }
        _out.file.write(json.dumps(record) + "\n")
        return
    show_watched(result.watched)
    for question, answer in result.answers:
        _out.print(f"\n[bold cyan]? {escape(question)}[/]")
        show_answer(answer)
    path = escape(result.watched.timeline.video.path)
    _out.print(f"\n{len(result.answers)} questions answered in {result.seconds:.1f} s. Go on with:")
    _out.print(f"  foretell chat {path}")


def show_findings(findings: Sequence[Finding], as_json: bool) -> None:
    """Prints what is there, what is missing, and what it would add."""
    if as_json:
        _out.file.write(json.dumps([asdict(finding) for finding in findings]) + "\n")
        return
    table = Table(box=None)
    for name in ("", "part", "what was found", "what it is for"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[yellow]--[/]"
        table.add_row(mark, finding.part, escape(finding.found), finding.adds)
    _out.print(table, soft_wrap=False)
