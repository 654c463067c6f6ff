"""Watching keeps each event as it is seen, goes on after a kill, and does nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from foretell import demo
from foretell.errors import VideoError
from foretell.memory.store import Store
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import Video, open_video
from foretell.tools.watching.perceiver import Perceiver
from foretell.tools.watching.watch import watch
from foretell.types import Event, EventKind, Interval, Progress, VideoInfo, Watched


@dataclass
class Counting:
    """A perceiver that gives one event a second, and can fail before one of them."""

    source: str = "counting"
    settings: str = "1"
    fail_before: float | None = None
    began: list[float | None] = field(default_factory=list[float | None])

    def sees(self, video: VideoInfo) -> tuple[EventKind, ...]:
        return ("scene",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        self.began.append(since_seconds)
        for second in range(int(video.info.interval.end)):
            if second == self.fail_before:
                raise VideoError(f"broke at {second} s")
            if since_seconds is None or second + 1 >= since_seconds:
                when = Interval(second, second + 1)
                yield Event(when, "caption", f"second {second}", self.source)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("watch") / "clip.mp4"
    pictures = [picture for picture, _ in zip(demo.frames(), range(120), strict=False)]
    write_video(file, pictures, frames_per_second=12)
    return file


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def opened() -> list[Path]:
    """The files that were opened to be decoded."""
    return []


@pytest.fixture
def see(store: Store, opened: list[Path]) -> Callable[..., Watched]:
    def open_here(path: Path, content_hash: str) -> Video:
        opened.append(path)
        return open_video(path, isolate=False, content_hash=content_hash)

    def see(path: Path, *perceivers: Perceiver, **more: Any) -> Watched:
        return watch(path, store, perceivers, open_here, **more)

    return see


def texts(watched: Watched) -> list[str]:
    return [event.text for event in watched.timeline]


def test_the_same_file_is_not_opened_again(
    see: Callable[..., Watched], clip: Path, opened: list[Path]
) -> None:
    first = see(clip, Counting())
    again = see(clip, Counting())
    assert (first.reused, again.reused) == (False, True)
    assert texts(again) == texts(first) == [f"second {n}" for n in range(10)]
    assert again.timeline.thumbnails == first.timeline.thumbnails
    assert 0 < len(first.timeline.thumbnails) <= 12
    assert opened == [clip]


def test_a_copy_is_the_same_video_at_its_new_place(
    see: Callable[..., Watched], clip: Path, tmp_path: Path, opened: list[Path]
) -> None:
    see(clip, Counting())
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    again = see(copy, Counting())
    assert again.reused
    assert again.timeline.video.path == str(copy)
    assert opened == [clip]


def test_a_file_that_is_gone_can_still_be_asked_about(
    see: Callable[..., Watched], clip: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(clip.read_bytes())
    first = see(moved, Counting())
    moved.unlink()
    again = see(moved, Counting())
    assert again.reused
    assert texts(again) == texts(first)
    with pytest.raises(VideoError, match=r"moved\.mp4"):
        see(moved, Counting(settings="2"))


def test_a_relative_path_is_kept_as_an_absolute_one(
    see: Callable[..., Watched], clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(clip.parent)
    assert see(Path(clip.name), Counting()).timeline.video.path == str(clip)


def test_other_settings_replace_the_track_and_leave_the_others(
    see: Callable[..., Watched], clip: Path
) -> None:
    other = Counting(source="other")
    see(clip, Counting(), other)
    again = see(clip, Counting(settings="2"), other)
    assert not again.reused
    assert len(again.timeline) == 20
    assert other.began == [None]


def test_a_finished_track_stays_until_the_one_with_other_settings_gives_an_event(
    see: Callable[..., Watched], store: Store, clip: Path
) -> None:
    first = see(clip, Counting())
    with pytest.raises(VideoError, match="broke at 0 s"):
        see(clip, Counting(settings="2", fail_before=0.0))
    digest = first.timeline.video.content_hash
    assert store.timeline(digest) == first.timeline
    assert see(clip, Counting()).reused
    with pytest.raises(VideoError, match="broke at 4 s"):
        see(clip, Counting(settings="2", fail_before=4.0))
    assert len(store.timeline(digest)) == 4
    rest = Counting(settings="2")
    assert texts(see(clip, rest)) == texts(first)
    assert rest.began == [4.0]


def test_a_finished_track_is_replaced_by_one_without_events(
    see: Callable[..., Watched], clip: Path
) -> None:
    class Silent(Counting):
        def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
            return iter(())

    see(clip, Counting())
    assert texts(see(clip, Silent(settings="2"))) == []
    assert see(clip, Silent(settings="2")).reused


def test_an_interrupted_track_goes_on_where_it_was(see: Callable[..., Watched], clip: Path) -> None:
    whole = texts(see(clip, Counting(source="whole")))
    with pytest.raises(VideoError, match="broke at 4 s"):
        see(clip, Counting(fail_before=4.0))
    rest = Counting()
    see(clip, rest)
    watched = see(clip, rest)
    kept = [event.text for event in watched.timeline if event.source == "counting"]
    assert kept == whole
    assert rest.began == [4.0]


def test_progress_goes_from_nothing_to_all(see: Callable[..., Watched], clip: Path) -> None:
    seen: list[Progress] = []
    see(clip, Counting(), on_progress=seen.append)
    shares = [progress.share for progress in seen]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(p.event is None or p.event.id is not None for p in seen)


def uninterrupted(events: tuple[Event, ...]) -> list[Event]:
    return [replace(event, id=None) for event in events]


def test_a_kill_at_any_moment_loses_nothing_that_stays_lost(tmp_path: Path) -> None:
    clip = tmp_path / "tea.mp4"
    write_video(
        clip,
        demo.frames(),
        frames_per_second=demo.FRAMES_PER_SECOND,
        subtitles=demo.subtitles(),
    )
    captions = tmp_path / "captions.json"
    rows = [f'{{"start": {n / 10}, "end": {n / 10 + 0.1}, "text": "step {n}"}}' for n in range(200)]
    captions.write_text("\n".join(rows))

    def command(library: str) -> list[str]:
        watch_it = [sys.executable, "-m", "foretell", "watch", str(clip), "--json"]
        return [*watch_it, "--captions", str(captions), "--library", str(tmp_path / library)]

    environment = os.environ | {"FORETELL_READ_SCREEN_TEXT": "false"}
    subprocess.run(command("whole"), check=True, capture_output=True, env=environment)
    moments = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen(
            command("killed"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        try:
            process.wait(moments.uniform(0.6, 1.8))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    subprocess.run(command("killed"), check=True, capture_output=True, env=environment)
    with Store.open(tmp_path / "whole") as whole, Store.open(tmp_path / "killed") as killed:
        [video] = whole.videos()
        expected = uninterrupted(whole.events(video.content_hash))
        assert uninterrupted(killed.events(video.content_hash)) == expected
        assert len(expected) > 200
        assert all(track.done for track in killed.tracks(video.content_hash))
        assert killed.database.read("PRAGMA integrity_check") == [("ok",)]
