"""A track holds the events of one file and settings; a writer whose track was replaced stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from foretell.errors import MemoryStoreError
from foretell.memory.store import Store
from foretell.tools.decoding.video import Video
from foretell.tools.watching.watch import watch
from foretell.types import Event, EventKind, Interval, VideoInfo
from tests.memory.records import SOURCE, event, video_info
from tests.tools.clips import regular, write_clip

Replace = Callable[[Store], object]


def begins_other(other: Store) -> None:
    other.begin_track("hash-1", SOURCE, "sha-2")


def begins_the_same_anew(other: Store) -> None:
    other.forget_track("hash-1", SOURCE)
    other.begin_track("hash-1", SOURCE, "sha-1")


def forgets_it(other: Store) -> None:
    other.forget_track("hash-1", SOURCE)


def forgets_the_video(other: Store) -> None:
    other.forget_video("hash-1")
    other.put_video(video_info())
    other.begin_track("hash-1", SOURCE, "sha-1")


@pytest.mark.parametrize(
    "replace", [begins_other, begins_the_same_anew, forgets_it, forgets_the_video]
)
def test_a_writer_whose_track_was_replaced_stops(tmp_path: Path, replace: Replace) -> None:
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        one.put_video(video_info())
        one.begin_track("hash-1", SOURCE, "sha-1")
        one.append_event("hash-1", event("ONE a"))
        replace(other)
        writes: list[Callable[[], object]] = [
            lambda: one.append_event("hash-1", event("ONE b", 1.0, 2.0)),
            lambda: one.append_events("hash-1", SOURCE, [event("ONE c", 1.0, 2.0)]),
            lambda: one.finish_track("hash-1", SOURCE),
        ]
        for write in writes:
            with pytest.raises(MemoryStoreError, match=f"'{SOURCE}' was replaced or forgotten"):
                write()
        assert one.events("hash-1") == ()
        assert not any(track.done for track in one.tracks("hash-1"))
        one.begin_track("hash-1", SOURCE, "sha-1")
        assert one.append_event("hash-1", event("ONE d")).text == "ONE d"


def test_two_writers_of_the_same_settings_share_a_track(tmp_path: Path) -> None:
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        one.put_video(video_info())
        for store in (one, other):
            store.begin_track("hash-1", SOURCE, "sha-1")
        for store in (one, other):
            store.append_event("hash-1", event("once"))
            store.finish_track("hash-1", SOURCE)
        assert [held.text for held in one.events("hash-1")] == ["once"]


class Interrupted:
    """Sees an event a second, and lets something happen between two of them."""

    source = SOURCE
    settings = "sha-1"

    def __init__(self, between: Callable[[str], object], after: int) -> None:
        self._between = between
        self._after = after

    def sees(self, video: VideoInfo) -> tuple[EventKind, ...]:
        return ("caption",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        start = int(since_seconds or 0)
        for second in range(start, 4):
            if second == self._after:
                self._between(video.info.content_hash)
            yield Event(Interval(second, second + 1), "caption", f"ONE {second}", SOURCE)


def opened(path: Path, digest: str) -> Video:
    from foretell.tools.decoding.video import open_video

    return open_video(path, content_hash=digest)


def test_watching_stops_where_another_replaces_its_track(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", regular(40))
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        seen = Interrupted(lambda digest: other.begin_track(digest, SOURCE, "sha-2"), after=2)
        with pytest.raises(MemoryStoreError, match="watch the video again"):
            watch(clip, one, [seen], opened)
        (video,) = one.videos()
        assert one.events(video.content_hash) == ()


def test_what_was_seen_before_is_not_taken_for_seen_after_it_went(tmp_path: Path) -> None:
    """It goes between the look at how far the track got and the first event after that."""
    clip = write_clip(tmp_path / "clip.mp4", regular(40))

    def fails(digest: str) -> None:
        raise MemoryStoreError("killed")

    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        with pytest.raises(MemoryStoreError, match="killed"):
            watch(clip, one, [Interrupted(fails, after=2)], opened)
        seen = Interrupted(lambda digest: other.forget_track(digest, SOURCE), after=2)
        with pytest.raises(MemoryStoreError, match="watch the video again"):
            watch(clip, one, [seen], opened)
        whole = watch(clip, one, [Interrupted(lambda digest: None, after=9)], opened).timeline
        assert [held.text for held in whole.events] == [f"ONE {second}" for second in range(4)]
