"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from benchmarks.running_server import RunningServer, ended_job, running_server, send, tea


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's clip."""
    return tea(tmp_path_factory.mktemp("tea"))


@pytest.fixture(scope="session")
def tea_server(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[RunningServer]:
    """A server that has watched the demo's clip."""
    with running_server(tmp_path_factory.mktemp("served")) as server:
        with server.client() as client:
            assert ended_job(client, send(client, clip, "tea.mp4")["job"]["id"])["state"] == "done"
        yield server


@pytest.fixture
def api(tea_server: RunningServer) -> Iterator[httpx2.Client]:
    """A client of it."""
    with tea_server.client() as client:
        yield client


@pytest.fixture
def tea_id(api: httpx2.Client) -> str:
    """The id of the demo's clip there."""
    videos = api.get("/videos").json()["videos"]
    return next(str(video["id"]) for video in videos if video["title"] == "tea.mp4")
