from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.errors import ConfigError, MemoryStoreError
from foretell.memory.event_filter import EventFilter
from foretell.memory.store import Store
from foretell.memory.tracks import Track
from foretell.types import Event, Interval, ScoredLabel, Thumbnail
from tests.memory.records import SOURCE, event, fill, video_info


def test_a_timeline_survives_closing(tmp_path: Path) -> None:
    info = video_info()
    with Store.open(tmp_path / "new" / "library") as store:
        store.put_video(info)
        store.begin_track("hash-1", SOURCE, "all")
        late = store.append_event("hash-1", event("fries an onion", 4.0, 6.0, confidence=0.5))
        early = store.append_event("hash-1", event("cuts an onion", 1.0, 3.0, "action"))
        store.put_thumbnail("hash-1", Thumbnail(2.0, b"second"))
        store.put_thumbnail("hash-1", Thumbnail(1.0, b"old"))
        store.put_thumbnail("hash-1", Thumbnail(1.0, b"first"))
    with Store.open(tmp_path / "new" / "library") as store:
        timeline = store.timeline("hash-1")
    assert timeline.video == info
    assert timeline.events == (early, late)
    assert (late.text, late.confidence, late.source) == ("fries an onion", 0.5, SOURCE)
    assert timeline.thumbnails == (Thumbnail(1.0, b"first"), Thumbnail(2.0, b"second"))


def test_what_a_recogniser_held_likely_is_kept(tmp_path: Path) -> None:
    labels = (ScoredLabel("verb", "cut", 0.7), ScoredLabel("noun", "onion", 0.4))
    seen = replace(event("cut onion", 0.0, 1.0, "action"), labels=labels)
    with Store.open(tmp_path) as store:
        fill(store, ["an onion lies there"])
        one = store.append_event("hash-1", seen)
        more = replace(seen, interval=Interval(1.0, 2.0))
        store.append_events("hash-1", SOURCE, [more])
    with Store.open(tmp_path) as store:
        caption, first, second = store.events("hash-1")
    assert caption.labels == ()
    assert first == one
    assert (first.labels, second.labels) == (labels, labels)


def test_events_come_in_order_of_start_end_and_id(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [])
        for text, start, end in [
            ("c", 2.0, 3.0),
            ("b", 1.0, 9.0),
            ("a", 1.0, 2.0),
            ("d", 2.0, 3.0),
        ]:
            store.append_event("hash-1", event(text, start, end))
        assert [found.text for found in store.events("hash-1")] == ["a", "b", "c", "d"]


def test_a_duplicate_is_not_written_twice(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        (first,) = fill(store, ["cuts an onion"])
        again = store.append_event("hash-1", event("cuts an onion", 0.0, 1.0, confidence=0.1))
        assert again == first
        assert store.events("hash-1") == (first,)


def test_a_video_keeps_its_timeline_when_its_file_moves(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["cuts an onion"])
        fill(store, ["boils water"], "hash-2")
        store.put_video(video_info("hash-1", "/elsewhere/k.mp4"))
        assert [info.path for info in store.videos()] == ["/elsewhere/k.mp4", "/videos/hash-2.mp4"]
        assert store.timeline("hash-1").video.path == "/elsewhere/k.mp4"
        assert len(store.events("hash-1")) == 1
        assert store.video("hash-3") is None


def test_a_forgotten_video_leaves_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        (kept,) = fill(store, ["boils water"], "hash-2")
        (gone,) = fill(store, ["cuts an onion"])
        store.put_thumbnail("hash-1", Thumbnail(1.0, b"jpeg"))
        store.forget_video("hash-1")
        assert store.video("hash-1") is None
        assert gone.id is not None
        assert store.event(gone.id) is None
        assert kept.id is not None
        assert store.event(kept.id) == (store.video("hash-2"), kept)
        store.put_video(video_info())
        assert store.timeline("hash-1").thumbnails == ()


def test_a_track_is_taken_up_where_it_was_left(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.put_video(video_info())
        assert store.begin_track("hash-1", SOURCE, "1 fps") == Track(SOURCE, "1 fps")
        store.append_event("hash-1", event("a", 0.0, 7.0))
        store.append_event("hash-1", event("b", 2.0, 5.0))
        assert store.begin_track("hash-1", SOURCE, "1 fps").resume_after_seconds == 7.0
        store.finish_track("hash-1", SOURCE, "read up to 7 s")
        done = Track(SOURCE, "1 fps", done=True, note="read up to 7 s")
        assert store.begin_track("hash-1", SOURCE, "1 fps") == done
        store.begin_track("hash-1", "scenes", "")
        assert store.tracks("hash-1") == (done, Track("scenes", ""))


def test_a_track_with_other_settings_starts_anew(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["cuts an onion"])
        store.begin_track("hash-1", "scenes", "")
        other = store.append_event("hash-1", event("shot 1", source="scenes"))
        store.finish_track("hash-1", SOURCE)
        assert store.begin_track("hash-1", SOURCE, "2 fps") == Track(SOURCE, "2 fps")
        assert store.events("hash-1") == (other,)


def test_ids_are_never_used_again(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        (old,) = fill(store, ["cuts an onion"])
        store.forget_video("hash-1")
        (new,) = fill(store, ["cuts an onion"])
        assert old.id is not None
        assert new.id is not None
        assert new.id > old.id


times = st.integers(0, 6).map(float)
intervals = st.tuples(times, times).map(lambda ends: Interval(min(ends), max(ends)))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with an event at every interval between whole seconds up to 6."""
    with Store.open(tmp_path_factory.mktemp("crowded")) as store:
        fill(store, [])
        for start in range(7):
            for end in range(start, 7):
                store.append_event("hash-1", event("something", float(start), float(end)))
        yield store


@given(within=intervals)
def test_sql_agrees_with_the_interval_on_what_overlaps(crowded: Store, within: Interval) -> None:
    expected = [one for one in crowded.events("hash-1") if one.interval.overlaps(within)]
    assert list(crowded.events("hash-1", within)) == expected


def test_events_of_some_kinds(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, ["a caption"])
        action = store.append_event("hash-1", event("an action", kind="action"))
        speech = store.append_event("hash-1", event("speech", 5.0, 6.0, kind="speech"))
        assert store.events("hash-1", kinds=["action", "speech"]) == (action, speech)
        assert store.events("hash-1", Interval(0.0, 2.0), ["action", "speech"]) == (action,)
        with pytest.raises(ConfigError, match="no kind of event 'sound'; use caption, action"):
            EventFilter(kinds=["sound"])  # type: ignore[list-item] # pyright: ignore[reportArgumentType]


def test_a_file_is_known_while_it_is_unchanged(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"frames")
    (tmp_path / "link.mp4").symlink_to(film)
    with Store.open(tmp_path / "library") as store:
        assert store.known_hash(film) is None
        store.remember_file(film, "hash-1")
        assert store.known_hash(film) == "hash-1"
        assert store.known_hash(tmp_path / "link.mp4") == "hash-1"
        os.utime(film, ns=(1, 1))
        assert store.known_hash(film) is None
        store.remember_file(film, "hash-2")
        assert store.known_hash(film) == "hash-2"
        film.unlink()
        assert store.known_hash(film) is None
        with pytest.raises(
            MemoryStoreError, match=r"cannot remember the file .*: .*; give one that exists"
        ):
            store.remember_file(film, "hash-1")


def test_what_is_unknown_is_said(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        unknown = "the library has no video 'hash-9'; watch it first"
        with pytest.raises(MemoryStoreError, match=unknown):
            store.timeline("hash-9")
        with pytest.raises(MemoryStoreError, match=unknown):
            store.events("hash-9")
        with pytest.raises(MemoryStoreError, match=unknown):
            store.forget_video("hash-9")
        store.put_video(video_info())
        with pytest.raises(MemoryStoreError, match=r"'hash-1' has no track .*; call begin_track"):
            store.append_event("hash-1", event("too early"))
        assert store.event(1) is None


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        MemoryStoreError, match=r"cannot make the library folder .*; choose a folder"
    ):
        Store.open(tmp_path / "file" / "library")


def test_threads_share_a_store(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        fill(store, [])
        together = threading.Barrier(8)

        def append(worker: int) -> list[Event]:
            together.wait()
            added: list[Event] = []
            for number in range(25):
                added.append(store.append_event("hash-1", event(f"{worker} {number}")))
                assert len(store.events("hash-1")) >= len(added)
            return added

        with ThreadPoolExecutor(8) as pool:
            added = [one for part in pool.map(append, range(8)) for one in part]
        assert sorted(store.events("hash-1"), key=lambda one: one.text) == sorted(
            added, key=lambda one: one.text
        )
        assert len({one.id for one in added}) == 200
