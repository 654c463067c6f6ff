"""Streams of an answer: its beginning, what is looked up, its end or what went wrong."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing
from dataclasses import dataclass

from fastapi.responses import StreamingResponse

from foretell.agent.planner_events import PlannerEvent, ToolStarted
from foretell.server import problems
from foretell.server.openai.shapes import Reply, Shape, line
from foretell.server.served import Crowd
from foretell.types import Answer

DONE = b"data: [DONE]\n\n"
"""The end of a streamed chat completion; responses end by their last event."""
PING = b": ping\n\n"
"""A comment, which no client reads; it keeps proxies from taking silence for the end."""
PING_SECONDS = 15.0
"""The silence that is broken: a quarter of what proxies commonly wait."""
_HEADERS = {"x-accel-buffering": "no"}
"""Asks nginx to pass on each piece as it comes."""
Events = Generator[PlannerEvent | Answer]


@dataclass(frozen=True, slots=True)
class Telling:
    """How one of the two protocols tells a stream.

    Attributes:
        begin: Gives what comes before anything is known.
        doing: Gives what is told of a lookup; nothing where there is no place for it.
        end: Gives the answer's words and all that follows; None where nobody was asked.
        fail: Gives what is told of a failure.
        last: The bytes behind everything.
    """

    begin: Callable[[], Iterator[Shape]]
    doing: Callable[[ToolStarted], Iterator[Shape]]
    end: Callable[[str, Answer | None], Iterator[Shape]]
    fail: Callable[[Shape], Shape]
    last: bytes = b""


def chat_telling(reply: Reply, *, wants_usage: bool) -> Telling:
    """Gives how chat completions are streamed."""
    return Telling(
        begin=lambda: iter([reply.first_chunk()]),
        doing=lambda event: iter([reply.doing(event)]),
        end=lambda text, answer: reply.chunks(text, answer, wants_usage=wants_usage),
        fail=lambda told: told,
        last=DONE,
    )


def response_telling(reply: Reply) -> Telling:
    """Gives how responses are streamed; each event has the next number."""
    number = 0

    def numbered(shape: Shape) -> Shape:
        nonlocal number
        number += 1
        return shape | {"sequence_number": number - 1}

    return Telling(
        begin=lambda: map(numbered, reply.response_begins()),
        doing=lambda _: iter(()),
        end=lambda text, answer: map(numbered, reply.response_events(text, answer)),
        fail=lambda told: numbered({**told["error"], **told, "type": "error"}),
    )


def streamed(events: Events | str, telling: Telling, crowd: Crowd) -> StreamingResponse:
    """Returns a stream; only words whose citations were checked are told.

    Args:
        events: What happens while the question is answered; or words that need no planner.
        telling: How it is told.
        crowd: Those who ask at a time.

    Raises:
        Problem: If there are too many of them.
    """
    if not isinstance(events, str):
        crowd.check_room()
    lines = _told(events, telling, crowd)
    return StreamingResponse(
        with_pings(lines, PING_SECONDS), media_type="text/event-stream", headers=_HEADERS
    )


async def with_pings(lines: AsyncGenerator[bytes], seconds: float) -> AsyncGenerator[bytes]:
    """Yields lines as they come, and a comment each time that nothing comes for some seconds."""
    coming = asyncio.ensure_future(anext(lines, None))
    try:
        while True:
            if not (await asyncio.wait({coming}, timeout=seconds))[0]:
                yield PING
            elif (one := coming.result()) is None:
                return
            else:
                yield one
                coming = asyncio.ensure_future(anext(lines, None))
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await coming
        await lines.aclose()


async def _told(events: Events | str, telling: Telling, crowd: Crowd) -> AsyncGenerator[bytes]:
    try:
        if isinstance(events, str):
            for shape in (*telling.begin(), *telling.end(events, None)):
                yield line(shape)
        else:
            answering = _answering(events, telling, crowd)
            async with crowd.admitted(), aclosing(answering) as shapes:
                async for shape in shapes:
                    yield line(shape)
    except Exception as error:  # noqa: BLE001 - told, and logged where nobody foresaw it
        yield line(telling.fail(problems.openai_record(problems.as_problem(error))))
    if telling.last:
        yield telling.last


async def _answering(events: Events, telling: Telling, crowd: Crowd) -> AsyncGenerator[Shape]:
    for shape in telling.begin():
        yield shape
    async with aclosing(crowd.steps(events)) as steps:
        async for event in steps:
            if isinstance(event, ToolStarted):
                for shape in telling.doing(event):
                    yield shape
            elif isinstance(event, Answer):
                for shape in telling.end(event.text, event):
                    yield shape
