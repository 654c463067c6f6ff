"""`python -m benchmarks.page_picture FILE`: the picture of the page that README shows.

It is taken in Chromium, of the demo's clip with a question answered.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.browsing import ask, page_of, started_browser
from benchmarks.running_server import running_server

SIZE = (1280, 760)
"""Pixels: what a laptop shows of a page."""


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), READ_SCREEN_TEXT="true") as server,
        started_browser() as browser,
        page_of(browser, server.address, SIZE) as page,
    ):
        page.locator("#demo").click()
        page.locator("#stage").wait_for()
        page.locator("#videos .quiet", has_text="12 events").wait_for()
        ask(page, "When is the milk added?")
        ask(page, "What happens right after filling the kettle?")
        page.locator("#turns .words .cite").first.click()
        page.wait_for_timeout(2500)
        page.evaluate("document.getElementById('video').pause()")
        page.wait_for_timeout(3500)  # the player's own controls fade
        page.mouse.move(5, 5)
        page.screenshot(path=sys.argv[1])


if __name__ == "__main__":
    main()
