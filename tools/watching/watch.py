"""Watches a video: runs the perceivers that are not done yet and keeps what they see."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from foretell.errors import ConfigError
from foretell.memory.store import Store, replaced_track
from foretell.memory.tracks import Track
from foretell.paths import written
from foretell.tools.decoding.video import Video
from foretell.tools.decoding.video_file import check_video_file, content_hash
from foretell.tools.pictures.jpeg import jpeg_of
from foretell.tools.texts.text_cleaning import kept_line
from foretell.tools.watching.pace import Pace
from foretell.tools.watching.perceiver import Perceiver, Remarking
from foretell.tools.watching.profile import Profile, ProfiledVideo
from foretell.tools.watching.sampling import uniform_times
from foretell.types import Event, Frame, Progress, Thumbnail, VideoInfo, Watched

OpenVideo = Callable[[Path, str], Video]
"""Opens a file whose content hash is known."""
THUMBNAILS_TRACK = "thumbnails"
WIDTH = 160
"""Pixels of a thumbnail's width."""
_JPEG_QUALITY = 80
"""JPEG quality of thumbnails, of which there are many."""


def watch(
    path: Path,
    store: Store,
    perceivers: Sequence[Perceiver],
    open_video: OpenVideo,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    profile: Profile | None = None,
    one_at_a_time: AbstractContextManager[object] | None = None,
    *,
    anew: bool = False,
) -> Watched:
    """Fills a video's timeline, going on where an earlier call was interrupted.

    The file is checked once, before it is opened. Nothing is watched before each perceiver has told
    its settings, which a model that is not on this machine cannot. Each event is kept as soon as it
    is seen. A perceiver that was done with the same settings on a file with the same content is not
    run again, unless all is to be made `anew`. Where the seconds go is added to `profile`.

    Raises:
        VideoError: If the file cannot be opened or decoded.
        DatasetError: If a file of captions, subtitles or narrations cannot be read.
        ModelError: If a model that the perceivers run cannot be loaded or fails.
        MemoryStoreError: If somebody else replaces a track while it is made.
    """
    began = time.perf_counter()
    profile = profile or Profile()
    wanted = {(perceiver.source, perceiver.settings) for perceiver in perceivers}
    digest = _identify(path, store, wanted)

    def is_done() -> bool:
        return not anew and _is_done(store, digest, wanted)

    reused = is_done()
    if not reused:
        with one_at_a_time or nullcontext():
            reused = is_done()  # perhaps another thread did it meanwhile
            if not reused:
                with profile.phase("open"):
                    opened = open_video(path, digest)
                with ProfiledVideo(opened, profile) as video:
                    store.put_video(replace(video.info, path=os.path.abspath(path)))
                    for perceiver in perceivers:
                        _run(perceiver, video, store, on_progress, profile, anew=anew)
                    _keep_thumbnails(video, store)
    if reused:
        store.note_path(digest, written(os.path.abspath(path)))
    timeline = store.timeline(digest)
    return Watched(
        timeline=timeline,
        reused=reused,
        seconds=time.perf_counter() - began,
        notes=tuple(dict.fromkeys(_notes(timeline.video, store.tracks(digest)))),
    )


def _notes(video: VideoInfo, tracks: Sequence[Track]) -> Iterator[str]:
    yield from filter(None, [video.note])
    for track in tracks:
        yield from filter(None, (track.note, *track.remarks))


def _identify(path: Path, store: Store, wanted: AbstractSet[tuple[str, str]]) -> str:
    """Returns the file's content hash, reading the file only if it changed since the last time.

    A file that is gone has the hash it had, so that its timeline can still be asked about if every
    track is there.

    Raises:
        VideoError: If it is no regular file that may be a video.
    """
    gone = None if path.exists() else store.last_hash(path)
    if gone is not None and _is_done(store, gone, wanted):
        return gone
    check_video_file(path)
    known = store.known_hash(path)
    if known is not None:
        return known
    digest = content_hash(path)
    store.remember_file(path, digest)
    return digest


def _is_done(store: Store, digest: str, wanted: AbstractSet[tuple[str, str]]) -> bool:
    """Whether every track is there, made with the same settings."""
    if store.video(digest) is None:
        return False
    done = {(track.source, track.settings) for track in store.tracks(digest) if track.done}
    return wanted | {(THUMBNAILS_TRACK, "")} <= done


def _run(
    perceiver: Perceiver,
    video: Video,
    store: Store,
    on_progress: Callable[[Progress], None],
    profile: Profile,
    *,
    anew: bool,
) -> None:
    """Makes one track, or the rest of it.

    One that was made with other settings, or is to be made anew, is kept until this one gives its
    first event.
    """
    info = video.info
    begun = None if anew else _begun(perceiver, info.content_hash, store)
    if begun is not None and begun.done:
        return
    on_progress(Progress(perceiver.source, 0.0))
    events = perceiver.perceive(video, begun.resume_after_seconds if begun else None)
    first = list(islice(events, 1))
    kinds = tuple(perceiver.sees(info))
    if anew and any(one.source == perceiver.source for one in store.tracks(info.content_hash)):
        store.forget_track(info.content_hash, perceiver.source)
    track = store.begin_track(info.content_hash, perceiver.source, perceiver.settings, kinds)
    if _lost(begun, track):
        raise replaced_track(perceiver.source)
    for given in chain(first, events):
        event = replace(given, text=kept_line(given.text))
        with profile.phase("store"):
            stored = store.append_event(info.content_hash, event)
        on_progress(Progress(perceiver.source, _share(event, info), stored))
    remarks = perceiver.remarks(video) if isinstance(perceiver, Remarking) else ()
    store.finish_track(info.content_hash, perceiver.source, video.damage or "", remarks)
    on_progress(Progress(perceiver.source, 1.0))


def _begun(perceiver: Perceiver, digest: str, store: Store) -> Track | None:
    """Gives how far a track got that was begun with the same settings."""
    wanted = perceiver.source, perceiver.settings
    tracks = store.tracks(digest)
    return next((track for track in tracks if (track.source, track.settings) == wanted), None)


def _lost(begun: Track | None, now: Track) -> bool:
    """Whether events are gone after which the rest was to be seen."""
    if begun is None or begun.resume_after_seconds is None or now.done:
        return False
    return (now.resume_after_seconds or 0.0) < begun.resume_after_seconds


def _share(event: Event, info: VideoInfo) -> float:
    seen = event.interval.end - info.interval.start
    return min(1.0, max(0.0, seen / info.duration_seconds)) if info.duration_seconds else 1.0


def _keep_thumbnails(video: Video, store: Store) -> None:
    """Keeps a strip of small pictures, once."""
    digest = video.info.content_hash
    if store.begin_track(digest, THUMBNAILS_TRACK, "").done:
        return
    for thumbnail in thumbnails(video):
        store.put_thumbnail(digest, thumbnail)
    store.finish_track(digest, THUMBNAILS_TRACK)


def thumbnails(video: Video, count: int = 12) -> Iterator[Thumbnail]:
    """Gives up to `count` pictures 160 pixels wide, uniform over the video, in order of time.

    They are keyframes where these lie close enough to give that many, else the frames on show in
    the middle of each share of the video. A frame comes once only.

    Raises:
        ConfigError: If `count` is not positive.
        VideoError: If the video cannot be decoded.
    """
    if count <= 0:
        raise ConfigError(f"count of thumbnails is {count!r}; give 1 or more")
    pace = Pace.of(video)
    times = pace.times_on_clock(uniform_times(pace.interval, count))
    size = (WIDTH, max(1, round(WIDTH * video.info.height / video.info.width)))
    frames = _distinct(video.frames(times, mode="key", size=size))
    if len(frames) < count:
        frames = _distinct(video.frames(times, mode="exact", size=size))
    for frame in frames:
        yield Thumbnail(frame.pts_seconds, jpeg_of(frame.data, _JPEG_QUALITY))


def _distinct(frames: Iterator[Frame]) -> list[Frame]:
    return list({frame.pts_seconds: frame for frame in frames}.values())
