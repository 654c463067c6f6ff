"""How the page looks and how heavy it is, in a real browser."""

from __future__ import annotations

from itertools import product

import pytest

from benchmarks.browsing import sizes_received
from benchmarks.running_server import RunningServer

pytest.importorskip("playwright", reason="the page is tested with playwright: pip install it")

from playwright.sync_api import Browser, Page, Route, expect

KINDS = ("action", "caption", "object", "speech", "voice", "screen_text", "scene")
READABLE = 4.5
"""The least contrast of text (WCAG 2, AA)."""
PAIRS = (
    *product(("ink", "quiet", "bad", "accent"), ("paper", "sheet")),
    *product(("ink", "accent"), ("wash",)),
    *product(("ink", "quiet"), ("lane",)),
    ("on-accent", "accent"),
    *(("on-kind", f"kind-{kind}") for kind in KINDS),
)
"""Colours of text, and what it stands on."""
COLOUR = """(name) => {
    const one = document.createElement('i');
    one.style.color = `var(--${name})`;
    document.body.append(one);
    const told = getComputedStyle(one).color.match(/[0-9.]+/g).map(Number);
    one.remove();
    return told;
}"""
NAMELESS = """() => [...document.querySelectorAll('button, input, select, textarea')]
    .filter((one) => one.offsetParent && !(one.labels?.length || one.textContent.trim() ||
        one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')))
    .map((one) => one.outerHTML)"""
MANY = 14_000
"""Events of a long video."""


def luminance(colour: list[float]) -> float:
    """Gives how bright a colour is (WCAG 2), in [0, 1]."""
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (value / 255 for value in colour[:3])
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_readable(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    names = {name for pair in PAIRS for name in pair}
    bright = {name: luminance(page.evaluate(COLOUR, name)) for name in names}
    told: dict[tuple[str, str], float] = {}
    for text, ground in PAIRS:
        low, high = sorted((bright[text], bright[ground]))
        told[text, ground] = (high + 0.05) / (low + 0.05)
    assert {pair: round(one, 2) for pair, one in told.items() if one < READABLE} == {}


def test_whatever_can_be_pressed_has_a_name(page: Page) -> None:
    assert page.evaluate(NAMELESS) == []


def test_no_width_needs_scrolling_sideways(page: Page) -> None:
    for width in (320, 390, 600, 701, 900, 1181, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for tab in ("ask", "when", "next", "steps"):
            page.locator(f"#tab-{tab}").click()
            there = page.evaluate("document.documentElement.scrollWidth")
            assert there == width, (width, tab)


def test_a_long_timeline_is_drawn_as_far_as_it_is_seen(
    browser: Browser, tea_server: RunningServer, tea_id: str
) -> None:
    def long(route: Route) -> None:
        told = route.fetch().json()
        length = MANY / len(KINDS)
        events = [
            {"id": n, "start": n / 7, "end": n / 7 + 0.9, "kind": KINDS[n % 7], "text": f"no. {n}"}
            for n in range(MANY)
        ]
        video = told["video"] | {"end": length, "duration": length}
        route.fulfill(json=told | {"video": video, "events": events})

    page = browser.new_page()
    page.route("**/timeline", long)
    page.goto(f"{tea_server.address}/#video={tea_id}")
    expect(page.locator("#events .event")).to_have_count(150)
    page.locator("#more-events").click()
    expect(page.locator("#events .event")).to_have_count(300)
    page.locator("#find-event").fill("no. 13999")
    expect(page.locator("#events .event")).to_have_count(1)
    for _ in range(8):
        page.locator("#zoom-in").click()
    expect(page.locator("#timeline-span")).to_have_text("0.0\u20137.8 s")
    page.locator("#zoom-all").click()
    expect(page.locator("#timeline-span")).to_have_text("0.0\u201333:20.0")
    page.close()


def test_a_first_visit_is_light(browser: Browser, tea_server: RunningServer) -> None:
    page = browser.new_page()
    sizes = sizes_received(page)
    page.route("**/api/v1/videos", lambda route: route.fulfill(json={"videos": [], "coming": []}))
    page.goto(tea_server.address)
    expect(page.locator("#demo")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.close()
    assert len(sizes) <= 26
    assert sum(sizes) < 60_000
