"""`python -m benchmarks.page_picture FILE`: the picture of the page that README shows.

It is taken in Chromium, of the demo's clip with a question answered.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.browsing import ask, page_of, started_browser
from benchmarks.running_server import running_server

SIZE = (1280, 800)
"""Pixels: what a laptop shows of a page."""
COLOURS = 192
"""Of the picture's file: enough for a page, and a third of the bytes."""


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
        ask(page, "What happens right after filling the kettle?")
        ask(page, "When is the milk added?")
        page.locator("#turns .words .cite").last.click()
        page.wait_for_timeout(2500)
        page.evaluate("document.getElementById('video').pause()")
        page.evaluate("document.getElementById('video').controls = false")  # they dim the picture
        page.mouse.move(5, 5)
        page.wait_for_timeout(300)
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(COLOURS).save(sys.argv[1], optimize=True)


if __name__ == "__main__":
    main()
