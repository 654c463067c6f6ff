"""The page, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx2
import pytest

from benchmarks.running_server import RunningServer, ended_job, running_server, send, until
from foretell.memory.store import Store
from foretell.types import Event, Interval

pytest.importorskip("playwright", reason="the page is tested with playwright: pip install it")

from playwright.sync_api import Browser, Page, expect

from benchmarks.browsing import PHONE, ask, is_paused, moment, page_of

WHEN_MILK = "When is the milk added?"
FORGED = "<img src=x onerror=window.ran=1>"


def test_a_file_is_sent_watched_asked_about_and_cited(
    browser: Browser, clip: Path, tmp_path: Path
) -> None:
    with (
        running_server(tmp_path / "library") as server,
        page_of(browser, server.address) as page,
    ):
        expect(page.locator("#demo")).to_be_visible()
        page.locator("#files").set_input_files(clip)
        expect(page.locator("#stage")).to_be_visible()
        expect(page.locator("#videos .quiet")).to_contain_text("24 s")
        ask(page, WHEN_MILK)
        page.locator("#turns .words .cite").click()
        until(lambda: True if moment(page) >= 19.5 and not is_paused(page) else None)
        assert moment(page) < 21
        assert "t=19.5,23.75" in page.url
        until(lambda: True if is_paused(page) else None)
        assert moment(page) == pytest.approx(23.75, abs=0.15)


def is_at(page: Page, seconds: float) -> bool | None:
    """True where the player shows a moment, or the millisecond after it."""
    return True if abs(moment(page) - seconds) <= 0.0011 else None


def test_a_seek_is_exact(page: Page) -> None:
    page.evaluate("document.getElementById('video').play = () => Promise.resolve()")
    for row in page.locator("#events .event").all()[:6]:
        row.click()
        wanted = float(row.locator("xpath=..").get_attribute("data-start") or "nan")
        until(partial(is_at, page, wanted))


def test_the_conversation_is_there_after_reloading(page: Page) -> None:
    ask(page, WHEN_MILK)
    ask(page, "And what happens before that?")
    assert "chat=" in page.url
    page.reload()
    expect(page.locator("#turns .answer")).to_have_count(2)
    expect(page.locator("#turns .asked").first).to_have_text(WHEN_MILK)
    ask(page, "How long should the tea brew?")
    expect(page.locator("#turns .answer")).to_have_count(3)


def test_a_link_to_a_moment_leads_there(
    browser: Browser, tea_server: RunningServer, tea_id: str
) -> None:
    with page_of(browser, f"{tea_server.address}/#video={tea_id}&t=9.5,10") as page:
        until(lambda: True if moment(page) >= 9.5 else None)


def test_two_tabs_talk_apart(page: Page, browser: Browser, tea_server: RunningServer) -> None:
    with page_of(browser, page.url) as other:
        ask(page, WHEN_MILK)
        ask(other, "When is the kettle filled?")
        expect(page.locator("#turns .answer")).to_have_count(1)
        expect(other.locator("#turns .answer")).to_have_count(1)
        expect(other.locator("#turns .answer")).to_contain_text("kettle")
        expect(page.locator("#turns .answer")).to_contain_text("milk")


def test_conversations_are_renamed_and_deleted(page: Page) -> None:
    ask(page, "How many shots are there?")
    row = page.locator("#chats .row").first
    expect(row).to_contain_text("How many shots")
    row.hover()
    row.get_by_label("Rename").click()
    page.locator("#dialog input").fill("Shots <b>")
    page.locator("#dialog .primary").click()
    expect(page.locator("#chats .row").first).to_contain_text("Shots <b>")
    count = page.locator("#chats .row").count()
    page.locator("#chats .row").first.hover()
    page.locator("#chats .row").first.get_by_label("Delete").click()
    page.locator("#dialog .primary").click()
    expect(page.locator("#chats .row")).to_have_count(count - 1)
    expect(page.locator("#turns .answer")).to_have_count(0)


def test_when_and_steps_lead_to_moments(page: Page) -> None:
    page.locator("#tab-when").click()
    page.locator("#when [name=query]").fill("add the milk")
    page.locator("#when [name=query]").press("Enter")
    page.locator("#when .cite").first.click()
    until(lambda: True if moment(page) >= 19.5 else None)
    page.locator("#tab-steps").click()
    page.locator("#steps [name=goal]").fill("a cup of tea")
    page.locator("#steps .primary").click()
    expect(page.locator("#steps .route li").first).to_be_visible()
    page.locator("#tab-next").click()
    page.locator("#next .primary").click()
    expect(page.locator("#next .failed")).to_contain_text("neither captions nor actions")


def test_the_timeline_is_filtered(page: Page) -> None:
    expect(page.locator("#events .event").nth(5)).to_be_visible()
    page.locator("#kinds .chip", has_text="speech").click()
    expect(page.locator("#events .event")).to_have_count(5)
    page.locator("#find-event").fill("kettle")
    expect(page.locator("#events .event")).to_have_count(1)


def test_by_keyboard_alone(page: Page) -> None:
    page.locator("body").press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("milk")
    expect(page.locator("#hits .cite").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#video-title").click()
    page.keyboard.press("q")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("How many shots are there?")
    page.keyboard.press("Enter")
    expect(page.locator("#turns .answer")).to_have_count(1)
    page.locator("#lanes").focus()
    page.keyboard.press("End")
    until(lambda: True if moment(page) > 23 else None)
    page.keyboard.press("Home")
    until(lambda: True if moment(page) < 0.1 else None)
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-when")).to_be_focused()
    expect(page.locator("#when")).to_be_visible()


def test_a_phone_shows_all_in_its_width(
    browser: Browser, tea_server: RunningServer, tea_id: str
) -> None:
    with page_of(browser, f"{tea_server.address}/#video={tea_id}", PHONE) as page:
        ask(page, WHEN_MILK)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
        page.locator("#open-library").click()
        expect(page.locator("#videos .video").first).to_be_in_viewport()
        page.keyboard.press("Escape")
        expect(page.locator("#videos .video").first).not_to_be_in_viewport()
        small = page.evaluate(
            "[...document.querySelectorAll('.bar button, #asking button, [role=tab]')]"
            ".filter((one) => one.offsetHeight && one.offsetHeight < 44).length"
        )
        assert small == 0


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server of videos that others would stumble over."""
    with running_server(tmp_path_factory.mktemp("shelf")) as server:
        yield server


def test_nothing_that_people_wrote_runs(browser: Browser, shelf: RunningServer, clip: Path) -> None:
    with shelf.client() as client:
        sent = send(client, clip, f"{FORGED}.mp4")
        ended_job(client, sent["job"]["id"])
        begun = client.post("/conversations", json={"videos": [sent["id"]]}).json()
        client.post(f"/conversations/{begun['id']}/questions", json={"question": FORGED})
        client.patch(f"/conversations/{begun['id']}", json={"title": FORGED})
        with Store.open(shelf.library) as store:
            store.begin_track(sent["id"], f"captions:{FORGED}", "")
            said = Event(Interval(1, 2), "caption", FORGED, f"captions:{FORGED}")
            store.append_event(sent["id"], said)
            store.finish_track(sent["id"], f"captions:{FORGED}")
        with page_of(browser, f"{shelf.address}/#video={sent['id']}&chat={begun['id']}") as page:
            expect(page.locator("#video-title")).to_have_text(f"{FORGED}.mp4")
            expect(page.locator("#turns .asked")).to_have_text(FORGED)
            expect(page.locator("#events .words", has_text=FORGED)).to_be_visible()
            ask(page, f"What is {FORGED}?")
            assert page.locator("img[src=x]").count() == 0
            assert page.evaluate("window.ran") is None


def test_what_the_browser_cannot_play_is_copied(
    browser: Browser, shelf: RunningServer, videos: Path
) -> None:
    with shelf.client() as client:
        sent = send(client, videos / "odd" / "hevc_10bit_1s.mp4", "odd.mp4")
        ended_job(client, sent["job"]["id"])
        with page_of(browser, f"{shelf.address}/#video={sent['id']}") as page:
            expect(page.locator("#screen-note")).to_contain_text("You see a copy")
            width = "document.getElementById('video').videoWidth"
            until(lambda: True if page.evaluate(width) > 0 else None)


def test_a_server_that_is_gone_is_told(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#question").fill(WHEN_MILK)
    page.locator("#question").press("Enter")
    expect(page.locator("#turns .failed")).to_contain_text("does not answer")
    expect(page.locator("#question")).to_have_value(WHEN_MILK)
    page.context.set_offline(False)
    page.locator("#question").press("Enter")
    expect(page.locator("#turns .answer")).to_have_count(1)


def test_the_token_lets_in_and_leaves_the_address(browser: Browser, tmp_path: Path) -> None:
    with running_server(tmp_path / "library", SERVER_TOKEN="a-secret") as server:
        with page_of(browser, f"{server.address}/#token=a-secret") as page:
            expect(page.locator("#demo")).to_be_visible()
            assert "token" not in page.url
        with page_of(browser, server.address) as page:
            expect(page.locator("#dialog")).to_contain_text("its token")
            page.locator("#dialog input").fill("a-secret")
            page.locator("#dialog .primary").click()
            expect(page.locator("#demo")).to_be_visible()
            server.process.kill()
            server.process.wait()
            page.locator("#demo").click()
            expect(page.locator("#told")).to_contain_text("See that `foretell serve` still runs")


def test_a_first_visit_is_small(tea_server: RunningServer) -> None:
    with httpx2.Client(base_url=tea_server.address, headers={"accept-encoding": "gzip"}) as client:
        first = client.get("/")
        named = re.findall(r'(?:src|href)="(/page/[^"]+)"', first.text)
        folder = Path(__file__).parents[2] / "foretell" / "server" / "page"
        paths = {*named, *(f"/page/{file.name}" for file in folder.glob("*.js"))}
        sizes = [len(first.content)]
        for path in sorted(paths):
            with client.stream("GET", path) as response:
                sizes.append(sum(map(len, response.iter_raw())))
    assert sum(sizes) < 60_000
