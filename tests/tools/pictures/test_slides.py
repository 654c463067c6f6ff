"""The pages of a talk: drawn ones, what only looks like them, and real clips."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from foretell.tools.decoding.video import Video, open_video
from foretell.tools.pictures.perceivers import Slides
from foretell.types import Event
from tests.tools.synthetic_clips import Drawing, mixed, opened, panned, texture, with_block

SIZE = (640, 360)
TALK = ("Why birds sing", "Three reasons", "What we measured", "Thank you")


def page(*lines: str, title: str = "", colour: str = "white", paper: str = "navy") -> Drawing:
    """A page with a title and lines below it, and a frame that all pages share."""
    picture = Image.new("RGB", SIZE, paper)
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle((8, 8, SIZE[0] - 8, SIZE[1] - 8), outline="grey")
    drawn.text((40, 30), title, colour, ImageFont.load_default(36))
    for number, line in enumerate(lines):
        drawn.text((40, 100 + 28 * number), line, colour, ImageFont.load_default(20))
    return np.asarray(picture)


def talk(*titles: str, frames: int = 30) -> list[Drawing]:
    lines = ("{} is worth a talk", "What is {}?", "An example of {}", "More on {}")
    pages = [page(*(line.format(title.lower()) for line in lines), title=title) for title in titles]
    return [shown for shown in pages for _ in range(frames)]


def told(video: Video, since_seconds: float | None = None) -> list[Event]:
    with video:
        return list(Slides().perceive(video, since_seconds))


def pages(
    path: Path, frames: Sequence[Drawing], rate: float = 10
) -> list[tuple[float, float, str]]:
    events = told(opened(path / "clip.mp4", frames, rate))
    assert {(event.kind, event.source) for event in events} <= {("scene", "slides")}
    return [(e.interval.start, e.interval.end, e.text) for e in events]


def test_pages_are_numbered_in_their_order(tmp_path: Path) -> None:
    assert pages(tmp_path, talk(*TALK)) == [
        (0.0, 3.0, "Slide 1 is shown."),
        (3.0, 6.0, "Slide 2 is shown."),
        (6.0, 9.0, "Slide 3 is shown."),
        (9.0, 12.0, "Slide 4 is shown."),
    ]


def test_what_is_added_to_a_page_is_no_page(tmp_path: Path) -> None:
    points = ["They call", "They warn", "They answer"]
    built = [page(*points[:count], title="Three reasons") for count in range(4)]
    frames = [*talk("Why birds sing"), *(shown for shown in built for _ in range(20))]
    assert pages(tmp_path, [*frames, *talk("Thank you")]) == [
        (0.0, 3.0, "Slide 1 is shown."),
        (3.0, 11.0, "Slide 2 is shown."),
        (11.0, 14.0, "Slide 3 is shown."),
    ]


def test_a_page_that_is_shown_again_keeps_its_number(tmp_path: Path) -> None:
    shown = pages(tmp_path, talk("One", "Two", "Three", "Two", "Four"))
    assert [text for _, _, text in shown] == [f"Slide {n} is shown." for n in (1, 2, 3, 2, 4)]


def test_pages_that_dissolve_into_each_other_begin_where_that_begins(tmp_path: Path) -> None:
    one, two = talk("Why birds sing", "Thank you", frames=1)
    frames = [one] * 40 + mixed(one, two, 8) + [two] * 40
    [first, second] = pages(tmp_path, frames)
    assert first[1] == second[0] == pytest.approx(4.0, abs=0.15)
    assert second[1] == pytest.approx(8.8)
    assert second[2] == "Slide 2 is shown."


def test_pages_that_become_sharp_later_begin_where_they_are_turned(tmp_path: Path) -> None:
    frames: list[Drawing] = []
    for shown in talk("Why birds sing", "Thank you", frames=1):
        blurred = Image.fromarray(shown).filter(ImageFilter.GaussianBlur(1))
        frames += [np.asarray(blurred)] * 14 + [shown] * 20
    assert [start for start, _, _ in pages(tmp_path, frames)] == [0.0, pytest.approx(3.4)]


def test_a_long_talk_is_read_from_its_keyframes(tmp_path: Path) -> None:
    """A keyframe comes every ten seconds, so that what lies between two of a page is left out."""
    shown = pages(tmp_path, talk(*TALK, frames=275), rate=25)
    assert [start for start, _, _ in shown] == [0.0, 11.0, 22.0, 33.0]


def test_a_blank_page_is_none(tmp_path: Path) -> None:
    black = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    frames = [*[black] * 30, *talk("One", "Two"), *[black] * 30]
    assert [start for start, _, _ in pages(tmp_path, frames)] == [3.0, 6.0]


def terminal(lines: Sequence[str], cursor: bool = True) -> Drawing:
    """The last twelve lines, with a cursor behind them."""
    picture = Image.new("RGB", SIZE, "black")
    drawn = ImageDraw.Draw(picture)
    for row, line in enumerate(lines[-12:]):
        drawn.text((20, 20 + 26 * row), line, "white", ImageFont.load_default(18))
        if cursor and line is lines[-1]:
            left = 24 + drawn.textlength(line, ImageFont.load_default(18))
            drawn.rectangle((left, 22 + 26 * row, left + 8, 40 + 26 * row), fill="orange")
    return np.asarray(picture)


def typed() -> list[Drawing]:
    text = "$ pip install foretell && foretell watch kitchen.mp4"
    return [terminal([text[:count]]) for count in range(2, len(text)) for _ in range(3)]


def scrolling(lines_at_once: int) -> list[Drawing]:
    last = 60 if lines_at_once > 1 else 36
    lines = [
        f"{number:03d} test_{chr(97 + number % 26)}{number * 7919 % 1000}.py"
        for number in range(last)
    ]
    return [
        picture
        for count in range(12, last, lines_at_once)
        for picture in [terminal(lines[:count], cursor=False)] * 20
    ]


def with_subtitles() -> list[Drawing]:
    shown: list[Drawing] = []
    for line in ("So what did you do?", "I went home and slept.", "And then the phone rang."):
        picture = Image.fromarray(page("Bella", "Carla", "Dora", title="Our cats"))
        ImageDraw.Draw(picture).text((140, 310), line, "yellow", ImageFont.load_default(24))
        shown += [np.asarray(picture)] * 30
    return shown


def ticking() -> list[Drawing]:
    clock = [page("Come in", title=f"10:{minute}", colour="white") for minute in range(31, 37)]
    return [shown for shown in clock for _ in range(20)]


def blinking() -> list[Drawing]:
    lines = ["$ foretell doctor", "all is well", "$ "]
    return [terminal(lines, cursor=tick % 10 < 5) for tick in range(120)]


def visited() -> list[Drawing]:
    room = texture(1)
    passing = [with_block(room, left, 30) for left in range(-24, 160, 8)]
    return ([room] * 30 + passing) * 3


def parked() -> list[Drawing]:
    street = texture(1)
    comes = [with_block(street, left, 30) for left in range(-24, 80, 4)]
    return [street] * 60 + comes + [comes[-1]] * 60


@pytest.mark.parametrize(
    "draw",
    [
        lambda: talk("Only one page", frames=60),
        typed,
        lambda: scrolling(1),
        lambda: scrolling(3),
        lambda: scrolling(4),
        blinking,
        with_subtitles,
        ticking,
        visited,
        parked,
        lambda: panned(3, 60, 3) + panned(4, 60, 3),
        lambda: [texture(1)] * 8 + [texture(2)] * 8 + [texture(3)] * 8,
    ],
)
def test_nothing_else_is_told_as_pages(draw: Callable[[], list[Drawing]], tmp_path: Path) -> None:
    assert pages(tmp_path, draw()) == []


def test_camera_noise_keeps_cuts_from_being_pages(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    frames = [
        np.clip(texture(seed) + random.normal(0, 6, texture(seed).shape), 0, 255).astype(np.uint8)
        for seed in (1, 2, 3)
        for _ in range(40)
    ]
    assert pages(tmp_path, frames) == []


def test_resuming_gives_exactly_what_ends_then_or_later(tmp_path: Path) -> None:
    frames = talk("One", "Two", "Three", "Two", "Four")
    whole = told(opened(tmp_path / "talk.mp4", frames, 10))
    assert len(whole) == 5
    for since in [*(event.interval.end for event in whole), 0.0, 4.2]:
        rest = [event for event in whole if event.interval.end >= since]
        assert told(open_video(tmp_path / "talk.mp4", isolate=False), since) == rest


def test_the_pages_of_a_real_talk(data_root: Path) -> None:
    clip = data_root / "natural_questions/videos/slides.mp4"
    events = told(open_video(clip, isolate=False))
    assert [event.text for event in events] == [f"Slide {n} is shown." for n in range(1, 6)]
    starts = [event.interval.start for event in events]
    assert starts == pytest.approx([0.0, 5.0, 10.0, 35.0, 40.0], abs=0.05)


@pytest.mark.parametrize(
    "clip",
    [
        "videos/static_six_visitors_139s.mp4",
        "videos/nasa_cleanroom_2video_2audio_2subs.mp4",
        "videos/ego_kitchen_milk_41s.mp4",
        "videos/cooking_multishot_subtitled_12s.mp4",
        "videos/chef_blender.gif",
        "videos/odd/vfr_film_10s.mp4",
        "videos/odd/vp9_no_duration.webm",
        "videos/odd/corrupted.mp4",
        "natural_questions/videos/screen_demo.gif",
        "natural_questions/videos/car-detection.mp4",
        "natural_questions/videos/dashcam.mp4",
        "natural_questions/videos/bangkok.mp4",
    ],
)
def test_real_clips_without_pages(clip: str, data_root: Path) -> None:
    assert told(open_video(data_root / clip, isolate=False)) == []
