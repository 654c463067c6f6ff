"""Timelines whose truth is known, drawn at random."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from foretell.types import Coverage, Event, EventKind, Interval, Timeline, VideoInfo

COLOURS = ("green", "blue", "red", "brown", "white")
LIGHTS = ("", "bright", "dim", "dark")
CAMERA = ("moves", "is steady, with little movement in the picture", "pans to the left", "tilts up")
SAID = ("the machine works", "mirrors are cold", "we need sugar", "Greenbelt lies in Maryland")
SHOWN = ("EXIT", "Room 12", "Room 13", "pip install tools", "Chapter one")
DEEDS = ("opens the cabinet", "washes a cup", "takes the milk", "closes the window", "cuts bread")

KINDS: Mapping[str, EventKind] = {
    "scenes": "scene", "slides": "scene", "motion": "scene", "subtitles:a.srt": "speech",
    "screen_text": "screen_text", "captions:a": "caption",
}  # fmt: skip
"""What each source tells."""
Told = tuple[Interval, str, str]
"""When, what and by which source."""


@dataclass
class Truth:
    """What is true of a made timeline, each list in order of time."""

    length: int
    shots: list[Interval] = field(default_factory=list[Interval])
    cuts: list[float] = field(default_factory=list[float])
    colours: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    lights: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    camera: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    slides: list[Interval] = field(default_factory=list[Interval])
    said: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    shown: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    deeds: list[tuple[Interval, str]] = field(default_factory=list[tuple[Interval, str]])
    stays: list[Interval] = field(default_factory=list[Interval])
    looked: set[str] = field(default_factory=set[str])


def made_timeline(seed: int) -> tuple[Timeline, Truth]:
    """Returns a timeline of 20 to 120 s, some of whose senses did not look, and what is true."""
    chance = random.Random(seed)
    truth = Truth(chance.randrange(20, 121))
    truth.looked = {source for source in KINDS if chance.random() < 0.8}
    told: list[Told] = []
    if "scenes" in truth.looked:
        told += _shots(chance, truth)
    if "slides" in truth.looked and chance.random() < 0.7:
        truth.slides = _stretches(chance, truth.length, together=True)
        told += [(at, f"Slide {n} is shown.", "slides") for n, at in enumerate(truth.slides, 1)]
    if "motion" in truth.looked:
        truth.stays = _stretches(chance, truth.length, together=False)
        goes = "It stays in view, then leaves to the right."
        for number, at in enumerate(truth.stays, 1):
            comes = f"Somebody or something arrives from the left (arrival {number})."
            told.append((at, f"{comes} {goes}", "motion"))
    told += _texts(chance, truth, "subtitles:a.srt", SAID, truth.said, "{}.")
    told += _texts(chance, truth, "screen_text", SHOWN, truth.shown, "{}")
    told += _texts(chance, truth, "captions:a", DEEDS, truth.deeds, "A woman {}")
    events = tuple(
        Event(at, KINDS[source], text, source, id=number)
        for number, (at, text, source) in enumerate(told, 1)
    )
    whole = Interval(0.0, float(truth.length))
    coverage = tuple(Coverage(one, (KINDS[one],), (whole,)) for one in sorted(truth.looked))
    info = VideoInfo("made.mp4", "made", whole, 640, 360, "h264", has_audio=True)
    return Timeline(info, events, coverage=coverage), truth


def _shots(chance: random.Random, truth: Truth) -> Iterator[Told]:
    for place, at in enumerate(_stretches(chance, truth.length, together=True)):
        colour, light = chance.choice(COLOURS), chance.choice(LIGHTS)
        way = chance.choice(CAMERA)
        truth.shots.append(at)
        truth.cuts += [at.start] if place else []
        truth.colours.append((at, colour))
        truth.lights.append((at, light))
        truth.camera.append((at, way))
        begins = "A new shot begins with a cut." if place else "The first shot begins."
        lit = f"{light}, " if light else ""
        yield at, f"{begins} The camera {way}. The picture is {lit}mostly {colour}.", "scenes"


def _texts(
    chance: random.Random,
    truth: Truth,
    source: str,
    texts: Sequence[str],
    kept: list[tuple[Interval, str]],
    form: str,
) -> Iterator[Told]:
    if source in truth.looked:
        for at in _stretches(chance, truth.length, together=KINDS[source] == "caption"):
            kept.append((at, chance.choice(texts)))
            yield at, form.format(kept[-1][1]), source


def _stretches(chance: random.Random, length: int, *, together: bool) -> list[Interval]:
    """Returns stretches in order, which cover everything or lie at least four seconds apart."""
    borders = sorted(chance.sample(range(1, length // 5), k=min(4, length // 5 - 1)))
    edges = [0.0, *(5.0 * border for border in borders), float(length)]
    stretches = [Interval(a, b) for a, b in itertools.pairwise(edges)]
    if together:
        return stretches
    return [Interval(at.start, at.end - 4.0) for at in stretches if at.duration > 5.0]
