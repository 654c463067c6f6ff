"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from benchmarks.running_server import RunningServer, ended_job, running_server, send, tea

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; not for longer, as no other test could run a loop of events beside it."""
    pytest.importorskip("playwright", reason="the page is tested with playwright: pip install it")
    from benchmarks.browsing import chromium, started_browser

    if chromium() is None:
        pytest.skip("the page is tested in Chromium: apt-get install chromium")
    with started_browser() as started:
        yield started


@pytest.fixture
def page(browser: Browser, tea_server: RunningServer, tea_id: str) -> Iterator[Page]:
    """The page with the demo's clip on show."""
    from benchmarks.browsing import page_of

    with page_of(browser, f"{tea_server.address}/#video={tea_id}") as opened:
        opened.locator("#events .event").nth(5).wait_for()
        yield opened


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
