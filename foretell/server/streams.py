"""Server-sent events of a question that is being answered."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing

from fastapi.sse import ServerSentEvent

from foretell.agent.planner_events import PlannerEvent
from foretell.errors import ForetellError
from foretell.server import problems
from foretell.server.public import public_event
from foretell.server.served import Crowd
from foretell.types import Answer, VideoInfo

Events = Generator[PlannerEvent | Answer]


async def told_as_it_goes(
    crowd: Crowd, events: Events, videos: Sequence[VideoInfo]
) -> AsyncGenerator[ServerSentEvent]:
    """Yields `started`, then what the planner does, then `answer` or `error`."""
    yield ServerSentEvent(event="started", data={})
    try:
        async with aclosing(crowd.steps(events)) as steps:
            async for event in steps:
                if told := public_event(event, videos):
                    name, data = told
                    yield ServerSentEvent(event=name, data=data)
    except ForetellError as error:
        yield ServerSentEvent(event="error", data=problems.record(problems.as_problem(error)))
