"""What tools give beside their words: structures with schemas, and links to stretches of videos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mcp_types import CallToolResult, ContentBlock, ResourceLink, TextContent
from pydantic import BaseModel, ConfigDict

from foretell.records import Record

MOST_TOKENS = 15_000
"""Tokens of a result: hosts refuse more than 20,000 to 25,000, and count in ways of their own."""
LINKED = 20
"""Links of a result at most."""


class Result(BaseModel):
    """A structure that a tool gives; further fields are those of `--json`."""

    model_config = ConfigDict(extra="allow")


class Span(Result):
    """A stretch of a video, in seconds.

    Attributes:
        video: Its id.
        title: What it is called.
        start: In seconds.
        end: In seconds.
    """

    video: str
    title: str
    start: float
    end: float


class Video(Result):
    """A video of the library."""

    id: str
    title: str
    duration: float
    events: int
    is_watched: bool


class Videos(Result):
    """A page of the library; `next` is the offset of the next one."""

    videos: list[Video]
    total: int
    next: int | None


class Job(Result):
    """A video that is being watched: queued, running, done, failed or cancelled."""

    id: int
    video: str
    title: str
    state: str
    doing: str
    share: float
    error: str


class Answer(Result):
    """An answer; it rests on the evidence, or on nothing."""

    answer: str
    status: str
    confidence: float | None
    evidence: list[Span]


class Event(Result):
    """A line of a timeline."""

    start: float
    end: float
    kind: str
    text: str


class Timeline(Result):
    """A stretch of a timeline; `next_start` is where the rest begins."""

    video: str
    title: str
    events: list[Event]
    next_start: float | None


class Moments(Result):
    """When something happens, the surest first; `reason` says why nowhere."""

    moments: list[Span]
    status: str
    reason: str


class Futures(Result):
    """What may come next, each a list of (verb, noun)."""

    candidates: list[list[dict[str, str]]]


class Plan(Result):
    """Steps that lead from a start to a goal."""

    steps: list[dict[str, Any]]
    status: str


def told(
    words: str, structure: Record, spans: Sequence[Record] = (), more: Sequence[ContentBlock] = ()
) -> CallToolResult:
    """Gives a tool's result: words for the model, links to stretches, and the structure.

    Args:
        words: What the model reads.
        structure: The same for programs.
        spans: Stretches to link to, with `video`, `title`, `start` and `end`.
        more: Further content, such as pictures.
    """
    links: list[ContentBlock] = [link(span) for span in spans[:LINKED]]
    return CallToolResult(
        content=[TextContent(text=words), *links, *more], structured_content=structure
    )


def link(span: Record) -> ResourceLink:
    """Gives a link to a stretch of a video, which can be read as a resource."""
    start, end = (round(float(span[name]), 3) for name in ("start", "end"))
    return ResourceLink(
        uri=f"foretell://videos/{span['video']}/{start:g}/{end:g}",
        name=f"{span['title']}, {start:g}-{end:g} s",
        description=str(span.get("quote", ""))[:200] or None,
        mime_type="text/plain",
    )
