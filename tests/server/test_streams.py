"""Streams that are left, and more of them than anybody can read."""

from __future__ import annotations

import resource
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx2
import psutil
import pytest

from benchmarks.running_server import RunningServer, running_server, until
from foretell.server.problems import Problem
from foretell.server.served import Crowd

ASKED = b'{"question": "When is the milk added?"}'
ASKING = (
    b"POST /api/v1/ask/stream HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(ASKED), ASKED)
)


def connected(server: RunningServer) -> socket.socket:
    """Connects to a server."""
    address = urlsplit(server.address)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=30)


def test_who_leaves_in_mid_answer_leaves_nothing_behind(tea_server: RunningServer) -> None:
    process = psutil.Process(tea_server.process.pid)
    httpx2.post(f"{tea_server.address}/api/v1/ask", json={"question": "How many shots are there?"})
    before = len(process.children(recursive=True)), process.num_fds()
    for _ in range(20):
        with connected(tea_server) as raw:
            raw.sendall(ASKING)
            raw.recv(64)
    threads = process.num_threads()
    until(
        lambda: (
            True
            if len(process.children(recursive=True)) <= before[0] and process.num_fds() <= before[1]
            else None
        )
    )
    assert process.num_threads() <= threads
    assert httpx2.get(f"{tea_server.address}/healthz").text == "ok"


def test_a_crowd_is_told_to_come_again() -> None:
    crowd = Crowd(at_once=1, waiting=1)

    async def talk() -> None:
        async with crowd.admitted(), crowd.admitted():
            with pytest.raises(Problem) as refused:
                async with crowd.admitted():
                    raise AssertionError("a third one was let in")
            assert refused.value.status_code == 429
            assert refused.value.headers == {"Retry-After": "2"}
            assert "ask again" in refused.value.detail
        async with crowd.admitted():
            assert await crowd.run(lambda: 7) == 7

    try:
        anyio.run(talk)
    finally:
        crowd.close()


def test_thousands_of_streams_do_not_end_the_server(tmp_path: Path) -> None:
    """As many as this process may open, at most ten thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 10_000
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted + 500), hard))
        count = min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
        with running_server(tmp_path / "library") as server:
            with ExitStack() as held:
                for _ in range(count):
                    try:
                        raw = held.enter_context(connected(server))
                        raw.sendall(b"GET /api/v1/videos HTTP/1.1\r\nHost: localhost\r\n")
                    except OSError:
                        break  # the server has as many as it takes
                assert server.process.poll() is None
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                try:
                    if httpx2.get(f"{server.address}/healthz").text == "ok":
                        return
                except httpx2.HTTPError:
                    time.sleep(0.2)
            raise AssertionError("the server does not answer after a crowd left")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
