"""Renders a short clip, watches it and asks about it: the whole of foretell in one call."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from foretell.config import load_config
from foretell.errors import ConfigError
from foretell.types import Answer, Interval

if TYPE_CHECKING:
    from PIL import ImageDraw

    from foretell.types import Watched

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 12
QUESTIONS = (
    "When is the milk added?",
    "What happens right after filling the kettle?",
    "How long should the tea brew?",
    "How many shots are there?",
    "Does anybody play the guitar?",
    "How many people are there?",
    "What colour is the kettle?",
)
"""Four that the timeline answers, and three of what nobody looked at."""

Draw = Callable[["ImageDraw.ImageDraw", float], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One shot of the demo's clip.

    Attributes:
        seconds: Its length.
        background: RGB.
        said: Its subtitle.
        shown: Text on the screen, or "".
        draw: Draws the picture, given how far the scene is, in [0, 1].
    """

    seconds: float
    background: tuple[int, int, int]
    said: str
    shown: str
    draw: Draw


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo watched and answered."""

    watched: Watched
    answers: tuple[tuple[str, Answer], ...]
    seconds: float


def run_demo(folder: Path | None = None) -> DemoResult:
    """Renders the clip into `folder`, watches it on the embedded default and asks `QUESTIONS`.

    Raises:
        ConfigError: If the folder cannot be made.
    """
    from foretell.agent.video_agent import VideoAgent

    began = time.perf_counter()
    folder = folder or load_config().library / "demo"
    clip = render_clip(folder)
    with VideoAgent(library=folder / "library", model="embedded") as agent:
        watched = agent.watch(clip)
        answers = tuple((question, agent.ask(question, clip)) for question in QUESTIONS)
    return DemoResult(watched, answers, time.perf_counter() - began)


def render_clip(folder: Path) -> Path:
    """Writes the clip into `folder`, which is made if it is missing, and gives its path.

    Raises:
        ConfigError: If the folder cannot be made.
    """
    from foretell.tools.decoding.pyav_backend import write_video

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot make the folder {str(folder)!r}: {error.strerror}; name another"
        ) from error
    clip = folder / "tea.mp4"
    write_video(clip, frames(), frames_per_second=FRAMES_PER_SECOND, subtitles=subtitles())
    return clip


def subtitles() -> list[tuple[Interval, str]]:
    """Gives what is said in the clip, and when."""
    cues: list[tuple[Interval, str]] = []
    start = 0.0
    for scene in SCENES:
        cues.append((Interval(start + 0.5, start + scene.seconds - 0.25), scene.said))
        start += scene.seconds
    return cues


def frames() -> Iterator[NDArray[np.uint8]]:
    """Gives the clip's pictures, (360, 640, 3) uint8 RGB each."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(size=44)
    for scene in SCENES:
        count = round(scene.seconds * FRAMES_PER_SECOND)
        for index in range(count):
            picture = Image.new("RGB", (WIDTH, HEIGHT), scene.background)
            pen = ImageDraw.Draw(picture)
            scene.draw(pen, index / count)
            if scene.shown:
                pen.text((WIDTH / 2, 48), scene.shown, "white", font, anchor="mm")
            yield np.asarray(picture)


def _title(pen: ImageDraw.ImageDraw, share: float) -> None:
    for curl in range(3):
        points = [
            (270 + 50 * curl + 12 * math.sin(y / 14 + 9 * share + curl), 160 + y)
            for y in range(0, 100, 4)
        ]
        pen.line(points, "white", 5)
    _cup(pen, 260, (120, 160, 220))


def _filling(pen: ImageDraw.ImageDraw, share: float) -> None:
    pen.rectangle((300, 60, 420, 80), "silver")
    pen.rectangle((300, 60, 320, 120), "silver")
    pen.rectangle((305, 120, 315, 200), (120, 190, 255))
    _kettle(pen, 220)
    pen.rectangle((245, 310 - 70 * share, 375, 310), (120, 190, 255))


def _bag(pen: ImageDraw.ImageDraw, share: float) -> None:
    _cup(pen, 260, (50, 90, 200))
    drop = 90 + 110 * min(1.0, share * 1.6)
    pen.line((320, 60, 320, drop), "white", 2)
    pen.rectangle((302, drop, 338, drop + 36), (190, 140, 70))


def _pouring(pen: ImageDraw.ImageDraw, share: float) -> None:
    _cup(pen, 300, (50, 90, 200))
    _kettle(pen, 40, top=110)
    pen.line((190, 170, 300, 170, 340, 250), (150, 210, 255), 10)
    pen.rectangle((315, 300 - 55 * share, 405, 300), (160, 90, 30))


def _milk(pen: ImageDraw.ImageDraw, share: float) -> None:
    _cup(pen, 260, (50, 90, 200))
    pen.polygon([(120, 60), (200, 60), (220, 110), (200, 190), (120, 190)], "white")
    pen.line((215, 110, 270, 130, 300, 240), "white", 6)
    brown = round(60 * share)
    pen.rectangle((275, 255, 365, 300), (160 + brown, 90 + 2 * brown, 30 + 2 * brown))


def _cup(pen: ImageDraw.ImageDraw, left: int, colour: tuple[int, int, int]) -> None:
    pen.arc((left + 90, 250, left + 150, 300), -90, 90, colour, 10)
    pen.rectangle((left, 235, left + 120, 315), outline=colour, width=14)


def _kettle(pen: ImageDraw.ImageDraw, left: int, top: int = 230) -> None:
    pen.polygon([(left + 160, top + 60), (left + 210, top), (left + 160, top + 20)], "gray")
    pen.rectangle((left + 10, top, left + 170, top + 90), "gray")


SCENES = (
    Scene(4.0, (30, 60, 40), "Today we make a cup of tea.", "How to make tea", _title),
    Scene(5.0, (70, 70, 110), "First, fill the kettle with fresh water.", "", _filling),
    Scene(5.0, (150, 120, 60), "Then put a tea bag into the blue mug.", "", _bag),
    Scene(5.0, (90, 40, 40), "Pour the boiling water over it.", "Brew for 3 minutes", _pouring),
    Scene(5.0, (30, 90, 100), "At the end, add a splash of milk.", "", _milk),
)
