"""The library on the page, in a real browser: sent, coming, searched, asked about as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from benchmarks.running_server import RunningServer, running_server, send, until
from foretell.memory.database import Database
from foretell.memory.jobs import Jobs
from foretell.memory.store import FILE_NAME

pytest.importorskip("playwright", reason="the page is tested with playwright: pip install it")

from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from benchmarks.browsing import ask, moment, page_of

GONE = "f" * 64
"""The hash of a file that is not there."""


@pytest.fixture
def failed(tea_server: RunningServer) -> Iterator[str]:
    """A video that cannot be watched."""
    jobs = Jobs(Database(tea_server.library / FILE_NAME))
    number = jobs.add("watch", GONE, str(tea_server.library / "gone.mp4")).number

    def ended() -> str | None:
        job = jobs.find(number)
        return job.state if job is not None and not job.is_open else None

    assert until(ended) == "failed"
    yield GONE
    jobs.forget(GONE)


def test_what_is_said_is_searched_and_played(page: Page) -> None:
    page.locator("#find").fill("a splash of milk")
    expect(page.locator("#hits .words").first).to_have_text("At the end, add a splash of milk.")
    page.locator("#hits .cite").first.click()
    until(lambda: True if moment(page) >= 19.5 else None)
    page.locator("#find").fill("no such title")
    expect(page.locator("#videos")).to_have_text("No video is called so.")
    page.locator("#find").fill("")
    expect(page.locator("#moments")).to_be_hidden()
    expect(page.locator("#videos .video")).to_have_count(1)


def test_a_key_opens_the_drawer_to_search(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    expect(page.locator("#find")).to_be_hidden()
    page.locator("#video-title").click()
    page.keyboard.press("/")
    page.keyboard.type("pour water")
    expect(page.locator("#hits .cite").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("#open-library")).to_be_focused()


def test_what_cannot_be_watched_is_told_tried_again_and_forgotten(
    browser: Browser, tea_server: RunningServer, failed: str
) -> None:
    with page_of(browser, tea_server.address) as page:
        row = page.locator("#videos .coming-row")
        expect(row.locator(".failed")).to_contain_text("gone.mp4")
        row.get_by_text("Try again").click()
        expect(row.get_by_text("Try again")).to_be_visible()
        with tea_server.client() as client:
            tries = [job for job in client.get("/jobs").json()["jobs"] if job["video"] == failed]
        assert len(tries) > 1
        row.get_by_label("Forget").click()
        expect(row).to_have_count(0)


def test_nothing_is_known_of_a_video_that_nobody_sent(api: httpx2.Client) -> None:
    assert api.post(f"/videos/{GONE}/watch").status_code == 404
    assert api.delete(f"/videos/{GONE}").status_code == 404


def test_what_is_forgotten_is_not_coming(tmp_path: Path, clip: Path) -> None:
    with running_server(tmp_path / "library") as server, server.client() as client:
        sent = send(client, clip, "tea.mp4")
        client.post(f"/jobs/{sent['job']['id']}/cancel").raise_for_status()
        listed = client.get("/videos").json()
        told = [one["state"] for one in listed["coming"]]
        assert told in ([], ["cancelled"], ["running"])
        assert client.delete(f"/videos/{sent['id']}").status_code == 204
        assert client.get("/videos").json() == {"videos": [], "coming": []}
        assert client.get("/jobs").json() == {"jobs": []}


def test_what_is_empty_is_refused_in_a_sentence(page: Page) -> None:
    page.locator("#files").set_input_files(
        files=FilePayload(name="notes.mp4", mimeType="video/mp4", buffer=b"")
    )
    line = page.locator("#sending li")
    expect(line.locator(".failed")).to_contain_text("notes.mp4")
    expect(line.get_by_text("Try again")).to_be_visible()
    line.get_by_label("Close").click()
    expect(line).to_have_count(0)


def test_sending_is_stopped(page: Page) -> None:
    page.route("**/videos?title=*", lambda route: None)
    page.locator("#files").set_input_files(
        files=[
            FilePayload(name=name, mimeType="video/mp4", buffer=b"0" * 1000)
            for name in ("one.mp4", "two.mp4")
        ]
    )
    lines = page.locator("#sending li")
    expect(lines).to_have_count(2)
    expect(lines.nth(1)).to_contain_text("waits to be sent")
    lines.first.get_by_label("Stop sending").click()
    expect(lines).to_have_count(1)
    lines.first.get_by_label("Stop sending").click()
    expect(lines).to_have_count(0)


def test_an_answer_is_stopped(page: Page) -> None:
    page.route("**/questions/stream", lambda route: None)
    page.locator("#question").fill("How many shots are there?")
    page.locator("#question").press("Enter")
    page.locator("#stop").click()
    expect(page.locator("#turns .failed")).to_have_text("Stopped.")
    expect(page.locator("#question")).to_have_value("How many shots are there?")
    page.unroute("**/questions/stream")
    page.locator("#question").press("Enter")
    expect(page.locator("#turns .answer")).to_have_count(1)


def test_several_videos_are_asked_about(browser: Browser, tea_server: RunningServer) -> None:
    asked: list[Any] = []

    def two(route: Route) -> None:
        told = route.fetch().json()
        other = told["videos"][0] | {"id": "e" * 64, "title": "Another <b>.mp4", "thumbnails": 0}
        route.fulfill(json=told | {"videos": [*told["videos"], other]})

    def begun(route: Route) -> None:
        if route.request.method == "POST":
            asked.append(route.request.post_data_json)
            route.fulfill(status=404, json={"detail": "there is no video 'e' in this library"})
        else:
            route.continue_()

    with page_of(browser, tea_server.address) as page:
        page.route("**/api/v1/videos", two)
        page.route("**/api/v1/conversations", begun)
        page.reload()
        page.locator("#about-what").select_option("some")
        page.locator("#about .box", has_text="Another <b>.mp4").locator("input").check()
        page.locator("#question").fill("What happens?")
        page.locator("#question").press("Enter")
        expect(page.locator("#turns .failed")).to_have_text(
            "There is no video 'e' in this library."
        )
        page.locator("#about-what").select_option("all")
        page.locator("#question").press("Enter")
        until(lambda: True if len(asked) == 2 else None)
    assert [len(one["videos"]) for one in asked] == [2, 0]


def test_back_leads_to_the_conversation_before(page: Page) -> None:
    ask(page, "How many shots are there?")
    page.locator("#new-chat").click()
    expect(page.locator("#turns .answer")).to_have_count(0)
    expect(page.locator("#turns .idea").first).to_be_visible()
    page.go_back()
    expect(page.locator("#turns .answer")).to_have_count(1)
