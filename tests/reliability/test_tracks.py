"""A track holds the events of one file and settings; a writer whose track was replaced stops."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell import ConfigError, VideoAgent
from foretell.cli import app
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


def given(texts: list[str], file: Path) -> Path:
    rows = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(texts)]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rows))
    return file


def printed(*arguments: str | Path) -> Any:
    return json.loads(CliRunner().invoke(app, [*map(str, arguments), "--json"]).stdout)


def test_videos_and_tracks_are_listed_replaced_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LIBRARY", str(tmp_path / "library")), ("EMBEDDER", "hash")):
        monkeypatch.setenv(f"FORETELL_{name}", value)
    monkeypatch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
    clip = write_clip(tmp_path / "clip.mp4", regular(40))
    captions = given(["rain falls"], tmp_path / "a" / "captions.json")
    assert printed("videos") == {"videos": []}
    printed("watch", clip, "--captions", captions)
    (video,) = printed("videos")["videos"]
    tracks = {track["source"]: track for track in video["tracks"]}
    assert video["path"] == str(clip)
    assert tracks["captions:captions.json"]["events"] == 1
    assert tracks["captions:captions.json"]["done"]
    printed("watch", clip, "--captions", given(["snow falls", "it ends"], captions))
    with VideoAgent() as agent:
        (known,) = agent.videos()
        assert known.path == str(clip)
        assert "captions:captions.json" in [track.source for track in agent.tracks(clip)]
        texts = [event.text for event in agent.timeline(clip).events if event.kind == "caption"]
        assert texts == ["snow falls", "it ends"]
        agent.forget(clip, "captions:captions.json")
        assert "captions:captions.json" not in [track.source for track in agent.tracks(clip)]
        with pytest.raises(ConfigError, match="was never watched"):
            agent.tracks(tmp_path / "other.mp4")
    printed("forget", clip)
    assert printed("videos") == {"videos": []}


class Counting:
    """Sees something else each time."""

    source = SOURCE
    settings = "sha-1"

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    def sees(self, video: VideoInfo) -> tuple[EventKind, ...]:
        return ("caption",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        if self.fails:
            raise MemoryStoreError("it failed")
        self.times += 1
        yield Event(Interval(0.0, 1.0), "caption", f"seen {self.times}", SOURCE)


def test_what_was_seen_is_replaced_only_by_what_is_seen_anew(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", regular(40))
    counting = Counting()
    with Store.open(tmp_path) as store:

        def told(*, anew: bool) -> list[str]:
            watched = watch(clip, store, [counting], opened, anew=anew)
            return [event.text for event in watched.timeline.events]

        assert told(anew=False) == told(anew=False) == ["seen 1"]
        assert told(anew=True) == ["seen 2"]
        counting.fails = True
        with pytest.raises(MemoryStoreError, match="it failed"):
            told(anew=True)
        assert told(anew=False) == ["seen 2"]


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
