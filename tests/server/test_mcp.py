"""MCP by its own client: in process, over standard input and output, over HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import anyio
import pytest

from benchmarks.running_server import PATIENCE, RunningServer
from foretell.config import load_config
from foretell.tokens import count_tokens
from foretell.types import Event, Interval, VideoInfo

pytest.importorskip("mcp", reason="MCP needs the extra mcp: pip install 'foretell[mcp]'")

from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult, ImageContent, ResourceLink, TextContent, TextResourceContents

TOOLS = {"list_videos", "watch", "job", "ask", "locate", "timeline", "anticipate", "plan"}
Connect = Callable[[], AbstractAsyncContextManager[Client]]
LONG = "a" * 64


def words(result: CallToolResult) -> str:
    """Gives what a model reads of a result."""
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text


def run(talk: Callable[[], Awaitable[None]]) -> None:
    """Runs a talk with a server, for as long as anything may take."""

    async def bounded() -> None:
        with anyio.fail_after(PATIENCE):
            await talk()

    anyio.run(bounded)


@asynccontextmanager
async def in_process(library: Path) -> AsyncGenerator[Client]:
    """Connects to a server in this process, whose library holds a long timeline."""
    from foretell.server.mcp.tools import make_mcp
    from foretell.server.served import Served
    from foretell.server.settings import ServerSettings

    config = load_config(library=library, embedder="hash", model="embedded")
    held = Served(config, ServerSettings())
    try:
        fill(held)
        async with Client(make_mcp(lambda: held, takes_paths=False)) as client:
            yield client
    finally:
        held.close()


def fill(held: Any) -> None:
    """Writes a timeline of two thousand captions."""
    info = VideoInfo("clips/long.mp4", LONG, Interval(0, 4000), 64, 48, "h264")
    held.store.put_video(info)
    held.store.begin_track(LONG, "captions:made", "")
    events = [
        Event(
            Interval(2 * n, 2 * n + 2), "caption", f"The person washes plate {n} in the sink", "x"
        )
        for n in range(2000)
    ]
    held.store.append_events(LONG, "captions:made", events)
    held.store.finish_track(LONG, "captions:made")


def test_results_are_bounded_and_go_on(tmp_path: Path) -> None:
    async def talk() -> None:
        async with in_process(tmp_path / "library") as client:
            first = await client.call_tool("timeline", {"video": "long"})
            assert count_tokens(words(first)) < 20_000
            assert count_tokens(str(first.structured_content)) < 20_000
            structure = cast(dict[str, Any], first.structured_content)
            rest = structure["next_start"]
            assert 0 < rest < 4000
            then = await client.call_tool("timeline", {"video": "long", "start": rest})
            assert words(then).startswith(f"{rest:.1f}-")
            asked = await client.call_tool("ask", {"question": "What is in the sink?"})
            assert count_tokens(words(asked)) < 20_000

    run(talk)


def test_tools_tell_their_schemas_and_what_is_wrong(tmp_path: Path) -> None:
    async def talk() -> None:
        async with in_process(tmp_path / "library") as client:
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} == TOOLS
            assert all(tool.output_schema and tool.description for tool in tools)
            for name, arguments, told in (
                ("ask", {"question": "Why?", "videos": ["nobody"]}, "there is no video 'nobody'"),
                ("ask", {"question": "Why?", "model": "gpt"}, ""),
                ("ask", {}, "question"),
                ("job", {"number": 99}, "there is no job 99"),
                ("watch", {"video": "/etc/passwd"}, "there is no video '/etc/passwd'"),
                ("watch", {"video": "http://127.0.0.1/x.mp4"}, "there is no video"),
                ("timeline", {"video": "long", "start": -1}, "start"),
                ("plan", {}, "goal"),
            ):
                result = await client.call_tool(name, arguments)
                assert result.is_error or not told, name
                assert told in words(result)

    run(talk)


@pytest.fixture(params=["auto", "legacy"])
def over_http(request: pytest.FixtureRequest, tea_server: RunningServer) -> Connect:
    """Connects over HTTP, by the newest protocol and by an older one."""
    return lambda: Client(f"{tea_server.address}/mcp", mode=request.param)


def test_answers_over_http(over_http: Connect) -> None:
    async def talk() -> None:
        async with over_http() as client:
            listed = await client.call_tool("list_videos", {"find": "TEA"})
            structure = cast(dict[str, Any], listed.structured_content)
            assert "tea.mp4" in [one["title"] for one in structure["videos"]]
            answer = await client.call_tool(
                "ask", {"question": "When is the milk added?", "videos": ["tea.mp4"]}
            )
            assert "19.5-23.8 s" in words(answer)
            links = [one for one in answer.content if isinstance(one, ResourceLink)]
            assert [link.name for link in links] == ["tea.mp4, 19.5-23.75 s"]
            read = (await client.read_resource(links[0].uri)).contents[0]
            assert isinstance(read, TextResourceContents)
            assert "add a splash of milk" in read.text
            moments = await client.call_tool("locate", {"query": "milk", "video": "tea.mp4"})
            assert "19.5-23.8 s" in words(moments)
            shown = await client.call_tool("timeline", {"video": "tea.mp4", "frames": 2})
            assert len([one for one in shown.content if isinstance(one, ImageContent)]) == 2
            plan = await client.call_tool("plan", {"goal": "a cup of tea"})
            assert words(plan).startswith("1. ")

    run(talk)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_watches_a_file_over_standard_input(tmp_path: Path, clip: Path, mode: Any) -> None:
    told: list[float] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        told.append(progress)

    async def talk() -> None:
        settings = {"FORETELL_LIBRARY": str(tmp_path / "l"), "FORETELL_READ_SCREEN_TEXT": "false"}
        parameters = StdioServerParameters(
            command=sys.executable,
            args=["-m", "foretell.server.mcp"],
            env={**os.environ, **settings},
        )
        async with Client(parameters, mode=mode) as client:
            watched = await client.call_tool(
                "watch", {"video": str(clip), "wait_seconds": 50}, progress_callback=on_progress
            )
            structure = cast(dict[str, Any], watched.structured_content)
            assert structure["state"] == "done"
            assert told
            again = await client.call_tool("job", {"number": structure["id"]})
            assert words(again) == "tea.mp4: done"
            answer = await client.call_tool("ask", {"question": "How long should the tea brew?"})
            assert not answer.is_error

    run(talk)


def test_a_job_is_cancelled_and_goes_on(tea_server: RunningServer, videos: Path) -> None:
    async def talk() -> None:
        async with Client(f"{tea_server.address}/mcp") as client:
            job = await client.call_tool("watch", {"video": "tea", "wait_seconds": 0})
            number = cast(dict[str, Any], job.structured_content)["id"]
            ended = await client.call_tool("job", {"number": number, "cancel": True})
            assert cast(dict[str, Any], ended.structured_content)["state"] in ("cancelled", "done")
            again = await client.call_tool("watch", {"video": "tea", "wait_seconds": 50})
            assert cast(dict[str, Any], again.structured_content)["state"] == "done"

    run(talk)
