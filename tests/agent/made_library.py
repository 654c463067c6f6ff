"""A small library made without decoding anything, for the agent's tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from foretell.memory.embedding.embedders import Embedder, HashEmbedder
from foretell.memory.library import Library
from foretell.types import Event, EventKind, Interval, VideoInfo

Line = tuple[float, float, EventKind, str]

KITCHEN: tuple[Line, ...] = (
    (0, 2, "caption", "The camera wearer opens the cabinet"),
    (2, 4, "caption", "The camera wearer takes a mug from the shelf"),
    (4, 6, "caption", "The camera wearer opens the tap"),
    (6, 8, "caption", "The camera wearer fills the mug with water"),
    (8, 10, "caption", "The camera wearer closes the tap"),
    (10, 12, "caption", "The camera wearer opens the fridge"),
    (12, 14, "caption", "The camera wearer picks a bottle of milk from the"),
    (14, 16, "caption", "The camera wearer closes the fridge"),
    (20, 22, "caption", "The camera wearer opens the fridge"),
    (22, 24, "caption", "The camera wearer pours the milk into the mug"),
)
LECTURE: tuple[Line, ...] = (
    (0.0, 3.0, "speech", "Good morning."),
    (3.0, 5.0, "speech", "This is a model of the Hubble"),
    (5.0, 8.0, "speech", "telescope, which orbits the Earth."),
    (8.0, 9.0, "speech", "Now look here."),
    (8.0, 10.0, "screen_text", "ORBIT 540 KM"),
)


def video(name: str, seconds: float = 30.0) -> VideoInfo:
    """A video of that name; its hash is its name."""
    return VideoInfo(f"clips/{name}.mp4", name, Interval(0.0, seconds), 640, 480, "h264")


def put(library: Library, info: VideoInfo, lines: Sequence[Line]) -> VideoInfo:
    """Writes a timeline into a library."""
    library.store.put_video(info)
    library.store.begin_track(info.content_hash, "made", "")
    for start, end, kind, text in lines:
        event = Event(Interval(start, end), kind, text, "made")
        library.store.append_event(info.content_hash, event)
    library.store.finish_track(info.content_hash, "made")
    return info


def make_library(folder: Path, embedder: Embedder | None = None) -> Library:
    """Opens an empty library."""
    return Library.open(folder, embedder or HashEmbedder())
