"""The tools of an agent: over the library that is served, eight of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import anyio
from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ContentBlock, ImageContent, ToolAnnotations
from pydantic import Field

from foretell import __version__
from foretell.errors import ForetellError
from foretell.memory.jobs import Job
from foretell.records import (
    event_record,
    forecast_record,
    located_record,
    plan_record,
)
from foretell.server.mcp import results
from foretell.server.mcp.results import MOST_TOKENS, told
from foretell.server.problems import Problem, without_paths
from foretell.server.public import listed_video, public_answer, public_job
from foretell.server.served import Served
from foretell.tokens import count_tokens
from foretell.tools.decoding.video_file import check_video_file
from foretell.tools.watching.sampling import uniform_times
from foretell.types import EventKind, Interval, VideoInfo

T = TypeVar("T")
Library = Callable[[], Served]
"""Opens the library at the first call: an agent that only asks for the tools waits for nothing."""
INSTRUCTIONS = """foretell holds videos as timelines: text with times. Call list_videos first, and
watch for a file that is not there; watching takes minutes, so follow it by job. ask answers with
checked evidence, locate tells when something happens or that it does not, anticipate what the
person will do next, plan which steps lead to a goal. Cite times only as they are told."""
PAGE = 100
"""Videos of a page: about six thousand tokens."""
MOST_WAIT = 50.0
"""Seconds that a call may wait: hosts give up after sixty."""
POLL_SECONDS = 0.3
"""Between two looks at a job."""
MOST_FRAMES = 8
"""Pictures of a result, of about 300 tokens each."""
FRAME_SIDE = 512
"""Pixels of a picture's longer side: models see no more of one."""
FRAME_QUALITY = 80
"""Of its JPEG, of 100: models miss nothing, and fewer bytes are sent."""
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
CHANGES = ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

VideoName = Annotated[str, Field(description="Id, the beginning of an id, or title of a video")]
Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]


def make_mcp(library: Library, *, takes_paths: bool) -> MCPServer[Any]:
    """Makes the MCP server of a library.

    Args:
        library: Gives what is served.
        takes_paths: Whether `watch` may be given files of this machine, as it may by who runs it.
    """
    server: MCPServer[Any] = MCPServer(
        "foretell", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    tools = _Tools(library, takes_paths=takes_paths)
    for tool, notes in (
        (tools.list_videos, READS),
        (tools.watch, CHANGES),
        (tools.job, CHANGES),
        (tools.ask, READS),
        (tools.locate, READS),
        (tools.timeline, READS),
        (tools.anticipate, READS),
        (tools.plan, READS),
    ):
        server.tool(annotations=notes)(tool)
    server.resource("foretell://videos/{id}/{start}/{end}", mime_type="text/plain")(tools.stretch)
    return server


class _Tools:
    def __init__(self, library: Library, *, takes_paths: bool) -> None:
        self._library = library
        self._takes_paths = takes_paths

    async def list_videos(
        self,
        find: Annotated[str, Field(description="Words of a title; empty for all")] = "",
        offset: Annotated[int, Field(ge=0)] = 0,
    ) -> Annotated[CallToolResult, results.Videos]:
        """List the videos of the library, the last that came first."""

        def listed(here: Served) -> CallToolResult:
            wanted = [one for one in here.videos() if find.casefold() in one.name.casefold()]
            shown = [
                listed_video(one, here.store, here.jobs.of_video(one.content_hash))
                for one in wanted[offset : offset + PAGE]
            ]
            kept = ("id", "title", "duration", "events", "is_watched")
            videos = [{name: one[name] for name in kept} for one in shown]
            after = offset + PAGE if offset + PAGE < len(wanted) else None
            words = "\n".join(
                f"{one['title']} ({one['duration']:.1f} s, {one['events']} events) id {one['id']}"
                for one in videos
            )
            structure = {"videos": videos, "total": len(wanted), "next": after}
            return told(words or "there are no videos; watch one", structure)

        return await self._run(listed)

    async def watch(
        self,
        video: Annotated[str, Field(description="Path of a video file, or id or title of one")],
        context: Context[Any, Any],
        wait_seconds: Annotated[float, Field(ge=0, le=MOST_WAIT)] = 20,
    ) -> Annotated[CallToolResult, results.Job]:
        """Watch a video into its timeline; gives a job to follow where it takes longer than that.

        What was seen is kept: a video that is watched again goes on where it ended.
        """
        begun = await self._run(lambda here: self._begin(here, video))
        return await self._follow(begun.number, context, wait_seconds, ends_with_call=True)

    async def job(
        self,
        number: int,
        context: Context[Any, Any],
        wait_seconds: Annotated[float, Field(ge=0, le=MOST_WAIT)] = 20,
        cancel: Annotated[bool, Field(description="Whether to end it")] = False,
    ) -> Annotated[CallToolResult, results.Job]:
        """Tell how far watching a video is, waiting for its end up to some seconds."""
        if cancel:
            await self._run(lambda here: here.jobs.cancel(number))
        return await self._follow(number, context, wait_seconds, ends_with_call=False)

    async def ask(
        self,
        question: Annotated[str, Field(min_length=1, max_length=10_000)],
        videos: Annotated[
            tuple[str, ...], Field(description="Ids or titles; none for all", max_length=200)
        ] = (),
        choices: Annotated[tuple[str, ...], Field(max_length=20)] = (),
    ) -> Annotated[CallToolResult, results.Answer]:
        """Answer a question about videos, with the spans of time that the answer rests on."""

        def answered(here: Served) -> CallToolResult:
            chosen = here.chosen([_named(here, one).content_hash for one in videos])
            record = public_answer(here.agent.ask(question, *chosen, choices=choices), chosen)
            del record["parts"], record["steps"]
            lines = [_line(one) for one in record["evidence"]]
            rests = "Evidence:" if lines else "This rests on no line of the timeline."
            return told(
                "\n".join([record["answer"], "", rests, *lines]), record, record["evidence"]
            )

        return await self._run(answered)

    async def locate(
        self, query: str, video: VideoName, k: Annotated[int, Field(ge=1, le=20)] = 5
    ) -> Annotated[CallToolResult, results.Moments]:
        """Locate when something happens in a video; tells where it does not."""

        def located(here: Served) -> CallToolResult:
            named = _named(here, video)
            record = located_record(here.agent.locate(query, named, k=k))
            spans = [_of(named) | moment for moment in record["moments"]]
            words = "\n".join(f"{_time(one)} (score {one['score']})" for one in spans)
            return told(words or record["reason"], record | {"moments": spans}, spans)

        return await self._run(located)

    async def timeline(
        self,
        video: VideoName,
        start: Seconds = 0,
        end: Seconds | None = None,
        kinds: Annotated[list[EventKind] | None, Field(description="None for all")] = None,
        frames: Annotated[int, Field(ge=0, le=MOST_FRAMES, description="Pictures to add")] = 0,
    ) -> Annotated[CallToolResult, results.Timeline]:
        """Read what is known of a stretch of a video, with pictures of it where asked for."""

        def read(here: Served) -> CallToolResult:
            named = _named(here, video)
            last = named.interval.end if end is None else max(start, end)
            within = Interval(start, last)
            events = here.store.events(named.content_hash, within=within, kinds=kinds)
            lines: list[str] = []
            rest = None
            for event in events:
                if count_tokens("\n".join([*lines, str(event)])) * 2 > MOST_TOKENS:
                    rest = event.interval.start
                    break
                lines.append(str(event))
            structure = {
                "video": named.content_hash,
                "title": named.name,
                "events": [event_record(event) for event in events[: len(lines)]],
                "next_start": rest,
            }
            pictures = _pictures(here, named, within, frames) if frames else ()
            return told("\n".join(lines) or "nothing is known there", structure, more=pictures)

        return await self._run(read)

    async def anticipate(
        self,
        video: VideoName,
        at_seconds: Annotated[Seconds | None, Field(description="None for the end")] = None,
        k: Annotated[int, Field(ge=1, le=10)] = 5,
        horizon: Annotated[int, Field(ge=1, le=20)] = 20,
    ) -> Annotated[CallToolResult, results.Futures]:
        """Forecast what the person in a video does next: k futures of as many actions."""

        def forecast(here: Served) -> CallToolResult:
            given = here.agent.anticipate(
                _named(here, video), at_seconds=at_seconds, k=k, horizon=horizon
            )
            words = "\n".join(
                f"{number}. {', '.join(map(str, future))}"
                for number, future in enumerate(given.candidates, start=1)
            )
            return told(words, forecast_record(given))

        return await self._run(forecast)

    async def plan(
        self,
        goal: Annotated[str | None, Field(description="In words, or a second")] = None,
        start: Annotated[str | None, Field(description="The same; None for the end")] = None,
        video: Annotated[str | None, Field(description="Id or title; None for none")] = None,
        steps: Annotated[int | None, Field(ge=1, le=20)] = None,
    ) -> Annotated[CallToolResult, results.Plan]:
        """Plan the steps that lead from a start to a goal, in words or from a video."""

        def planned(here: Served) -> CallToolResult:
            named = None if video is None else _named(here, video)
            given = here.agent.plan(_moment(goal), _moment(start), video=named, steps=steps)
            record = plan_record(given)
            words = [f"{n}. {step['action']}" for n, step in enumerate(record["steps"], start=1)]
            return told("\n".join([*words, *record["notes"]]), record)

        return await self._run(planned)

    def stretch(self, id: str, start: str, end: str) -> str:
        """A stretch of a video's timeline, one event a line."""
        here = self._library()
        named = _named(here, id)
        within = Interval(float(start), float(end))
        lines = map(str, here.store.events(named.content_hash, within=within))
        return "\n".join([f"{named.name}, {within}", *lines])

    async def _run(self, function: Callable[[Served], T]) -> T:
        """Returns what a function gives of the library; what fails is told to the model."""
        try:
            here = await to_thread.run_sync(self._library)
            async with here.crowd.admitted():
                return await here.crowd.run(lambda: function(here))
        except ForetellError as error:
            raise ToolError(without_paths(str(error))) from None
        except Problem as problem:
            raise ToolError(problem.detail) from None

    def _begin(self, here: Served, video: str) -> Job:
        if self._takes_paths and Path(video).expanduser().is_file():
            path = check_video_file(Path(video).expanduser().resolve())
            return here.watch_file(path)
        try:
            named = _named(here, video)
        except ToolError:
            if self._takes_paths and ("/" in video or "." in video):
                raise ToolError(f"there is no file {video!r}; give its whole path") from None
            raise
        return here.watch(named.file, named.content_hash)

    async def _follow(
        self, number: int, context: Context[Any, Any], seconds: float, *, ends_with_call: bool
    ) -> CallToolResult:
        """Tells progress until a job ends or the time is over.

        Args:
            number: The job's.
            context: Of the call.
            seconds: How long to wait.
            ends_with_call: Whether a call that is cancelled ends the job.
        """
        try:
            with anyio.move_on_after(seconds):
                while (job := await self._job(number)).is_open:
                    await context.report_progress(job.share, 1.0, job.doing or job.state)
                    await anyio.sleep(POLL_SECONDS)
        except anyio.get_cancelled_exc_class():
            if ends_with_call:
                self._library().jobs.cancel(number)
            raise
        job = await self._job(number)
        title = await self._run(lambda here: here.titles.of(job.content_hash))
        record = public_job(job, title)
        words = f"{record['title']}: {job.state}"
        if job.is_open:
            words += f", {job.doing or 'waiting'} {job.share:.0%}; call job({number}) to follow it"
        return told(f"{words} {record['error']}".strip(), record)

    async def _job(self, number: int) -> Job:
        job = await self._run(lambda here: here.jobs.find(number))
        if job is None:
            raise ToolError(f"there is no job {number}; watch gives one")
        return job


def _named(here: Served, name: str) -> VideoInfo:
    """Returns the video of an id, the beginning of one, or a title.

    Raises:
        ToolError: If it is none's or several's.
    """
    videos = here.videos()
    found = [one for one in videos if name in (one.content_hash, one.name)] or [
        one
        for one in videos
        if one.content_hash.startswith(name) or name.casefold() in one.name.casefold()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(repr(one.name) for one in found[:5])
        raise ToolError(f"{name!r} may be {names} or others; give an id of list_videos")
    raise ToolError(f"there is no video {name!r}; list_videos tells which there are")


def _of(video: VideoInfo) -> dict[str, Any]:
    return {"video": video.content_hash, "title": video.name}


def _time(span: dict[str, Any]) -> str:
    return f"{span['title']}, {span['start']:.1f}-{span['end']:.1f} s"


def _line(evidence: dict[str, Any]) -> str:
    return f"- {_time(evidence)} ({evidence['source']}): {evidence['quote']}"


def _moment(given: str | None) -> str | float | None:
    """Returns a second where one was written, else words."""
    try:
        return None if given is None else float(given)
    except ValueError:
        return given


def _pictures(
    here: Served, video: VideoInfo, within: Interval, count: int
) -> Sequence[ContentBlock]:
    shown = here.frames(video, uniform_times(within, count), FRAME_SIDE, FRAME_QUALITY)
    return [
        ImageContent(data=base64.b64encode(jpeg).decode(), mime_type="image/jpeg")
        for _, jpeg in shown
    ]
