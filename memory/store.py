"""What is known of each video: its timeline, how far each track got, and its thumbnails."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from foretell.closing import Closing
from foretell.errors import MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.event_filter import EventFilter
from foretell.memory.tracks import Track, coverage_of
from foretell.paths import written
from foretell.types import (
    Coverage,
    Event,
    EventKind,
    Interval,
    ScoredLabel,
    Thumbnail,
    Timeline,
    VideoInfo,
)

FILE_NAME = "library.sqlite"

_INFO = TypeAdapter(VideoInfo)
_LABELS = TypeAdapter(tuple[ScoredLabel, ...])
_COLUMNS = "e.id, e.start, e.end, e.kind, e.text, t.source, e.confidence, e.labels"
_INSERT = (
    "INSERT OR IGNORE INTO events (track, kind, start, end, text, confidence, labels) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LAST_TRACK = (
    "INSERT OR REPLACE INTO meta "
    "SELECT 'last_track', max(coalesce(max(id), 0), coalesce((SELECT value FROM meta "
    "WHERE key = 'last_track'), 0)) FROM tracks"
)
_BEGIN = (
    "INSERT OR IGNORE INTO tracks (id, video, source, settings, kinds) "
    "SELECT value + 1, ?, ?, ?, ? FROM meta WHERE key = 'last_track'"
)
"""The number of a track is never used again, so that another track is told from it."""
_TABLES = "FROM events e JOIN tracks t ON t.id = e.track JOIN videos v ON v.id = t.video"


class Store(Closing):
    """Keeps timelines in SQLite; a context manager, safe to use from several threads.

    Each write is committed before the method returns, so that a process that is killed loses at
    most the event that it was writing. A track that this store began is written to only while
    it is there: once another has begun it anew, with other settings or after it was forgotten,
    nothing more is.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._begun: dict[tuple[str, str], int] = {}

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """Opens the library in a folder, or makes it where there is none.

        Raises:
            MemoryStoreError: If it cannot be made, is damaged, or has another schema.
        """
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise MemoryStoreError(
                f"cannot make the library folder {str(folder)!r}: {error.strerror}; "
                "choose a folder that may be written to"
            ) from error
        return cls(Database(Path(folder) / FILE_NAME))

    def close(self) -> None:
        """Closes the file."""
        self.database.close()

    def remember_file(self, path: str | os.PathLike[str], content_hash: str) -> None:
        """Keeps the hash of a file, so that it need not be read again while it is unchanged.

        In a library that may only be read, nothing is kept.

        Raises:
            MemoryStoreError: If there is no such file.
        """
        resolved = os.path.realpath(path)
        try:
            stat = os.stat(resolved)
        except OSError as error:
            raise MemoryStoreError(
                f"cannot remember the file {str(path)!r}: {error.strerror}; give one that exists"
            ) from error
        if self.database.is_read_only:
            return
        with self.database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                (written(resolved), stat.st_size, stat.st_mtime_ns, content_hash),
            )

    def known_hash(self, path: str | os.PathLike[str]) -> str | None:
        """Gives a remembered file's hash; None if it is unknown, gone, or changed since."""
        resolved = os.path.realpath(path)
        try:
            stat = os.stat(resolved)
        except OSError:
            return None
        rows = self.database.read(
            "SELECT content_hash FROM files WHERE path = ? AND size = ? AND mtime_ns = ?",
            (written(resolved), stat.st_size, stat.st_mtime_ns),
        )
        return rows[0][0] if rows else None

    def last_hash(self, path: str | os.PathLike[str]) -> str | None:
        """Gives the hash that a path had when it was last remembered, whatever is there now."""
        rows = self.database.read(
            "SELECT content_hash FROM files WHERE path = ?", (written(os.path.realpath(path)),)
        )
        return rows[0][0] if rows else None

    def put_video(self, info: VideoInfo) -> None:
        """Keeps what a video is; a known one gets the new path and keeps its timeline."""
        with self.database.write() as connection:
            connection.execute(
                "INSERT INTO videos (content_hash, info) VALUES (?, ?) "
                "ON CONFLICT (content_hash) DO UPDATE SET info = excluded.info",
                (info.content_hash, _INFO.dump_json(info).decode()),
            )

    def video(self, content_hash: str) -> VideoInfo | None:
        """Gives what a video is, or None if it is unknown."""
        rows = self.database.read("SELECT info FROM videos WHERE content_hash = ?", (content_hash,))
        return _INFO.validate_json(rows[0][0]) if rows else None

    def note_path(self, content_hash: str, path: str) -> None:
        """Keeps where a known video's file is now, as it may have been moved or copied.

        In a library that may only be read, nothing is kept.
        """
        info = self.video(content_hash)
        if info is not None and info.path != path and not self.database.is_read_only:
            self.put_video(replace(info, path=path))

    def videos(self) -> tuple[VideoInfo, ...]:
        """Gives every video, in the order in which they came."""
        rows = self.database.read("SELECT info FROM videos ORDER BY id")
        return tuple(_INFO.validate_json(info) for (info,) in rows)

    def forget_video(self, content_hash: str) -> None:
        """Deletes a video with its events, vectors and thumbnails.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        with self.database.write() as connection:
            number = self._number(content_hash)
            connection.execute("DELETE FROM videos WHERE id = ?", (number,))

    def begin_track(
        self, content_hash: str, source: str, settings: str, kinds: Sequence[EventKind] = ()
    ) -> Track:
        """Gives how far a track got; one made with other settings is deleted and starts anew.

        Args:
            content_hash: The video's identity.
            source: The track's name.
            settings: All that changes what it gives.
            kinds: The kinds of events that it looks for in this video.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        with self.database.write() as connection:
            video = self._number(content_hash)
            connection.execute(_LAST_TRACK)
            connection.execute(
                "DELETE FROM tracks WHERE video = ? AND source = ? AND settings != ?",
                (video, source, settings),
            )
            connection.execute(_BEGIN, (video, source, settings, json.dumps(kinds)))
            connection.execute(_LAST_TRACK)
            (track,) = self._tracks(video, source)
            ((number,),) = connection.execute(
                "SELECT id FROM tracks WHERE video = ? AND source = ?", (video, source)
            )
        self._begun[content_hash, source] = number
        return track

    def finish_track(
        self, content_hash: str, source: str, note: str = "", remarks: Sequence[str] = ()
    ) -> None:
        """Marks a track as done, so that it is not made again.

        Args:
            content_hash: The video's identity.
            source: The track's name.
            note: How far a damaged file could be read.
            remarks: What else is worth telling.

        Raises:
            MemoryStoreError: If the video is unknown, or the track was not begun or was replaced.
        """
        with self.database.write() as connection:
            track = self._track_number(content_hash, source)
            connection.execute(
                "UPDATE tracks SET done = 1, note = ?, remarks = ? WHERE id = ?",
                (note, json.dumps(remarks), track),
            )

    def forget_track(self, content_hash: str, source: str) -> None:
        """Deletes a track with its events and their vectors.

        Raises:
            MemoryStoreError: If the video is unknown, or the track was not begun or was replaced.
        """
        with self.database.write() as connection:
            self._begun.pop((content_hash, source), None)
            track = self._track_number(content_hash, source)
            connection.execute("DELETE FROM tracks WHERE id = ?", (track,))

    def tracks(self, content_hash: str) -> tuple[Track, ...]:
        """Gives a video's tracks in the order in which they were begun.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        return self._tracks(self._number(content_hash))

    def event_counts(self, content_hash: str) -> dict[str, int]:
        """Gives how many events each track of a video has.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        rows = self.database.read(
            "SELECT t.source, count(e.id) FROM tracks t LEFT JOIN events e ON e.track = t.id "
            "WHERE t.video = ? GROUP BY t.id ORDER BY t.id",
            (self._number(content_hash),),
        )
        return dict(rows)

    def append_event(self, content_hash: str, event: Event) -> Event:
        """Adds an event to the track of its source and gives it with its id.

        An event that is there already is not written twice: the one that is kept is given.

        Raises:
            MemoryStoreError: If the video is unknown, or the track was not begun or was replaced.
        """
        with self.database.write() as connection:
            track = self._track_number(content_hash, event.source)
            key = _key(track, event)
            connection.execute(_INSERT, (*key, event.confidence, _labels(event)))
            (row,) = self.database.read(
                f"SELECT {_COLUMNS} {_TABLES} "
                "WHERE e.track = ? AND e.kind = ? AND e.start = ? AND e.end = ? AND e.text = ?",
                key,
            )
            return _event(row)

    def append_events(self, content_hash: str, source: str, events: Sequence[Event]) -> None:
        """Adds many events to one track, all or none of them.

        Raises:
            MemoryStoreError: If the video is unknown, or the track was not begun or was replaced.
        """
        with self.database.write() as connection:
            track = self._track_number(content_hash, source)
            connection.executemany(
                _INSERT, [(*_key(track, e), e.confidence, _labels(e)) for e in events]
            )

    def forget_events(self, event_ids: Sequence[int]) -> None:
        """Deletes events with their vectors; what is not there is passed over."""
        with self.database.write() as connection:
            connection.executemany("DELETE FROM events WHERE id = ?", [(one,) for one in event_ids])

    def events(
        self,
        content_hash: str,
        within: Interval | None = None,
        kinds: Collection[EventKind] | None = None,
    ) -> tuple[Event, ...]:
        """Gives a video's events in order of start, end and id.

        Args:
            content_hash: The video's identity.
            within: Gives only events that overlap this interval.
            kinds: Gives only events of these kinds.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        self._number(content_hash)
        chosen = EventFilter([content_hash], kinds=kinds, within=within)
        clause, parameters = chosen.to_sql()
        rows = self.database.read(
            f"SELECT {_COLUMNS} {_TABLES} WHERE {clause} ORDER BY e.start, e.end, e.id", parameters
        )
        return tuple(_event(row) for row in rows)

    def event(self, event_id: int) -> tuple[VideoInfo, Event] | None:
        """Gives an event and its video, or None if there is none with this id."""
        return self.events_by_id([event_id]).get(event_id)

    def events_by_id(self, event_ids: Sequence[int]) -> dict[int, tuple[VideoInfo, Event]]:
        """Gives the events with these ids, each with its video; unknown ids are left out."""
        rows = self.database.read(
            f"SELECT {_COLUMNS}, v.info {_TABLES} WHERE e.id IN (SELECT value FROM json_each(?))",
            (json.dumps(event_ids),),
        )
        infos = {info: _INFO.validate_json(info) for info in {row[-1] for row in rows}}
        return {row[0]: (infos[row[-1]], _event(row[:-1])) for row in rows}

    def event_ids(self, chosen: EventFilter) -> list[int]:
        """Gives the ids of the events that a filter lets through, ascending.

        Raises:
            MemoryStoreError: If one of the filter's videos is unknown.
        """
        for content_hash in chosen.videos or ():
            self._number(content_hash)
        clause, parameters = chosen.to_sql()
        rows = self.database.read(f"SELECT e.id {_TABLES} WHERE {clause} ORDER BY e.id", parameters)
        return [event_id for (event_id,) in rows]

    def put_thumbnail(self, content_hash: str, thumbnail: Thumbnail) -> None:
        """Keeps a picture of a moment, in place of an earlier one of the same moment.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        with self.database.write() as connection:
            video = self._number(content_hash)
            connection.execute(
                "INSERT OR REPLACE INTO thumbnails VALUES (?, ?, ?)",
                (video, thumbnail.pts_seconds, thumbnail.jpeg),
            )

    def thumbnails(self, content_hash: str) -> tuple[Thumbnail, ...]:
        """Gives a video's thumbnails in order of time.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        rows = self.database.read(
            "SELECT pts_seconds, jpeg FROM thumbnails WHERE video = ? ORDER BY pts_seconds",
            (self._number(content_hash),),
        )
        return tuple(Thumbnail(pts_seconds, jpeg) for pts_seconds, jpeg in rows)

    def thumbnail_times(self, content_hash: str) -> tuple[float, ...]:
        """Gives when a video's thumbnails are shown, in seconds, ascending; none are read.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        rows = self.database.read(
            "SELECT pts_seconds FROM thumbnails WHERE video = ? ORDER BY pts_seconds",
            (self._number(content_hash),),
        )
        return tuple(pts_seconds for (pts_seconds,) in rows)

    def timeline(self, content_hash: str) -> Timeline:
        """Gives a video as text.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        info = self.video(content_hash)
        if info is None:
            raise _unknown_video(content_hash)
        events = self.events(content_hash)
        coverage = coverage_of(
            info,
            self.tracks(content_hash),
            ((event.source, event.kind, event.interval) for event in events),
        )
        return Timeline(info, events, self.thumbnails(content_hash), coverage)

    def coverage(self, content_hash: str) -> tuple[Coverage, ...]:
        """Gives what each source looked for in a video, and where.

        Raises:
            MemoryStoreError: If the video is unknown.
        """
        info = self.video(content_hash)
        if info is None:
            raise _unknown_video(content_hash)
        rows = self.database.read(
            f"SELECT t.source, e.kind, e.start, e.end {_TABLES} WHERE v.content_hash = ?",
            (content_hash,),
        )
        return coverage_of(
            info,
            self.tracks(content_hash),
            ((source, kind, Interval(start, end)) for source, kind, start, end in rows),
        )

    def _number(self, content_hash: str) -> int:
        rows = self.database.read("SELECT id FROM videos WHERE content_hash = ?", (content_hash,))
        if not rows:
            raise _unknown_video(content_hash)
        number: int = rows[0][0]
        return number

    def _track_number(self, content_hash: str, source: str) -> int:
        rows = self.database.read(
            "SELECT id FROM tracks WHERE video = ? AND source = ?",
            (self._number(content_hash), source),
        )
        begun = self._begun.get((content_hash, source))
        if not rows and begun is None:
            raise MemoryStoreError(
                f"video {content_hash!r} has no track {source!r}; call begin_track first"
            )
        if not rows or begun not in (None, rows[0][0]):
            raise replaced_track(source)
        number: int = rows[0][0]
        return number

    def _tracks(self, video: int, source: str | None = None) -> tuple[Track, ...]:
        rows = self.database.read(
            "SELECT source, settings, done, note, "
            "CASE WHEN NOT done THEN (SELECT max(end) FROM events WHERE track = tracks.id) END, "
            "kinds, remarks "
            "FROM tracks WHERE video = ? AND source = coalesce(?, source) ORDER BY id",
            (video, source),
        )
        return tuple(
            Track(
                *(name, settings, bool(done), note, resume_after),
                tuple(json.loads(kinds)),
                tuple(json.loads(remarks)),
            )
            for name, settings, done, note, resume_after, kinds, remarks in rows
        )


def _event(row: tuple[Any, ...]) -> Event:
    event_id, start, end, kind, text, source, confidence, labels = row
    held = _LABELS.validate_json(labels) if labels else ()
    return Event(Interval(start, end), kind, text, source, confidence, event_id, held)


def _key(track: int, event: Event) -> tuple[int, EventKind, float, float, str]:
    """Gives what tells an event of a track from its others."""
    return track, event.kind, event.interval.start, event.interval.end, event.text


def _labels(event: Event) -> str | None:
    return _LABELS.dump_json(event.labels).decode() if event.labels else None


def replaced_track(source: str) -> MemoryStoreError:
    """Returns what to raise where a track is no longer the one that its writer began."""
    return MemoryStoreError(
        f"what came from {source!r} was replaced or forgotten meanwhile, by another process or "
        "thread; watch the video again to have it from here"
    )


def _unknown_video(content_hash: str) -> MemoryStoreError:
    return MemoryStoreError(
        f"the library has no video {content_hash!r}; watch it first, or see `videos()`"
    )
