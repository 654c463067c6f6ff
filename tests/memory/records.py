"""Records that the tests of the memory make up."""

from __future__ import annotations

from foretell.memory.store import Store
from foretell.types import Event, EventKind, Interval, VideoInfo

SOURCE = "captions:made-up.json"


def video_info(content_hash: str = "hash-1", path: str = "/videos/kitchen.mp4") -> VideoInfo:
    return VideoInfo(path, content_hash, Interval(0.5, 60.25), 640, 480, "h264", True, ("en",))


def event(
    text: str,
    start: float = 0.0,
    end: float = 1.0,
    kind: EventKind = "caption",
    source: str = SOURCE,
    confidence: float | None = None,
) -> Event:
    return Event(Interval(start, end), kind, text, source, confidence)


def fill(store: Store, texts: list[str], content_hash: str = "hash-1") -> list[Event]:
    """Adds a video whose captions are one a second."""
    store.put_video(video_info(content_hash, f"/videos/{content_hash}.mp4"))
    store.begin_track(content_hash, SOURCE, "settings")
    return [
        store.append_event(content_hash, event(text, float(second), second + 1.0))
        for second, text in enumerate(texts)
    ]
