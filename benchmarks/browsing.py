"""A browser on the page of a server, and what it must never do there."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PATIENCE_MS = 60_000
"""Milliseconds that anything may take on a busy machine."""
WIDE, PHONE = (1280, 800), (390, 844)

TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', (event) =>
    console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`))"""
"""A script of the page that tells on its console what the policy of its server forbade."""


def chromium() -> str | None:
    """Gives the path of the Chromium of this machine; None where there is none."""
    return next((path for path in CHROMIUM if Path(path).exists()), None)


@contextmanager
def started_browser() -> Generator[Browser]:
    """Starts the Chromium of this machine."""
    there = chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=there, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, address: str, size: tuple[int, int] = WIDE) -> Generator[Page]:
    """Opens a page of a server, and sees afterwards that it asked nobody else and broke no rule."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    root = address.partition("#")[0].rstrip("/")
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def heard(message: Any) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    page.on("console", heard)
    page.add_init_script(TELL_VIOLATIONS)
    try:
        page.goto(address)
        yield page
    finally:
        context.close()
    assert [url for url in asked if not url.startswith((root, "data:", "blob:"))] == []
    assert wrong == []


def ask(page: Page, question: str) -> None:
    """Asks in the chat and waits for the answer."""
    before = page.locator("#turns .answer").count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    expect(page.locator("#turns .answer")).to_have_count(before + 1)


def moment(page: Page) -> float:
    """Gives the moment that the player shows, in seconds."""
    return float(page.evaluate("document.getElementById('video').currentTime"))


def is_paused(page: Page) -> bool:
    """Whether the player stands still."""
    return bool(page.evaluate("document.getElementById('video').paused"))


def sizes_received(page: Page) -> list[float]:
    """Gives the bytes of each response of a page, as they came over the wire; it grows."""
    sizes: list[float] = []
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def loaded(told: Any) -> None:
        sizes.append(float(told["encodedDataLength"]))

    session.on("Network.loadingFinished", loaded)
    return sizes
