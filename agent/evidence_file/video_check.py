"""Looks whether a video is the one of an evidence file, and whether its frames are those shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from foretell.agent.evidence_file.findings import Finding
from foretell.agent.evidence_file.frames import Likeness, frames_of, is_same, likeness
from foretell.agent.evidence_file.record import CitationRow, FrameRow, VideoRow, as_argument
from foretell.agent.video_indexer import open_as_set
from foretell.config import Config
from foretell.errors import VideoError
from foretell.memory.store import Store
from foretell.tools.decoding.video_file import check_video_file, content_hash
from foretell.tools.texts.text_cleaning import quoted_name
from foretell.types import Frame, VideoInfo

Files = Mapping[str, Path]
"""Files by their SHA-256."""
_DIGITS = 6
"""Decimals of a video's times that are compared: microseconds, as clocks of videos tick slower."""

Facts = tuple[float, float, int, int]


class VideoCheck:
    """Compares what a file tells of one video with the video itself, which is decoded at once.

    Args:
        video: As the file tells it.
        citations: Those of this video.
        in_all: How many citations the file holds.
        path: The video; None where it is not at hand.
        config: How videos are opened.
        file: What was found of the video's file so far.
    """

    def __init__(
        self,
        video: VideoRow,
        citations: Sequence[CitationRow],
        in_all: int,
        path: Path | None,
        config: Config,
        file: Finding,
    ) -> None:
        self._frames: dict[int, tuple[Frame, ...]] = {}
        self._is_open = False
        self.file = file
        if path is None:
            return
        spans = [one.event.interval for one in citations]
        try:
            with open_as_set(config, path, video.sha256) as opened:
                found = frames_of(opened, spans, in_all) if spans else ()
                self.file = _compared_facts(video, opened.info)
        except VideoError as error:
            self.file = Finding("file", "unchecked", f"it cannot be decoded: {error}")
            return
        self._is_open = True
        self._frames = {id(one): frames for one, frames in zip(citations, found, strict=True)}

    def frames(self, citation: CitationRow, pictures: Mapping[str, bytes]) -> Finding:
        """Tells whether a citation's frames are the video's.

        Args:
            citation: One of those given before.
            pictures: What the page shows, by SHA-256.
        """
        if not self._is_open:
            return replace(self.file, what="frames")
        rows, frames = citation.frames, self._frames[id(citation)]
        if not _same_times(rows, frames):
            shown = ", ".join(f"{frame.pts_seconds:g}" for frame in frames) or "none"
            return Finding("frames", "fails", f"the video shows the span by frames at {shown} s")
        compared = [_likeness(*pair, pictures) for pair in zip(rows, frames, strict=True)]
        for row, found in zip(rows, compared, strict=True):
            if found.difference:
                return Finding("frames", "fails", f"at {row.pts_seconds:g} s {found.difference}")
        how = "to the last bit" if all(one.is_exact for one in compared) else "but for rounding"
        return Finding("frames", "holds", f"{len(rows)} are the video's {how}")


def find_video(video: VideoRow, given: Files, store: Store | None) -> tuple[Path | None, Finding]:
    """Gives a video's file, if it is at hand, and what is to be said of it.

    Args:
        video: As the file tells it.
        given: Those that the caller gave and that no other video of the page is.
        store: A library that may know it; None where there is none.
    """
    if video.sha256 in given:
        return given[video.sha256], Finding("file", "holds", "")
    if given:
        other = min(given)
        why = f"{quoted_name(given[other].name)} is another video: its SHA-256 is {other}"
        return None, Finding("file", "fails", why)
    if path := _known(video, store):
        return path, Finding("file", "holds", "")
    why = f"it is not at hand: give it, as in `--video {as_argument(video.name)}`"
    return None, Finding("file", "unchecked", why)


def _known(video: VideoRow, store: Store | None) -> Path | None:
    """Returns a file that the library knows, where its bytes are still those."""
    info = None if store is None else store.video(video.sha256)
    if info is None:
        return None
    try:
        is_there = content_hash(check_video_file(info.file)) == video.sha256
    except VideoError:
        return None
    return info.file if is_there else None


def _compared_facts(video: VideoRow, info: VideoInfo) -> Finding:
    told: Facts = (video.start, video.end, video.width, video.height)
    found: Facts = (info.interval.start, info.interval.end, info.width, info.height)
    if [round(one, _DIGITS) for one in told] != [round(one, _DIGITS) for one in found]:
        start, end, width, height = found
        why = f"the video runs from {start:g} to {end:g} s and has {width} x {height} pixels"
        return Finding("file", "fails", why)
    return Finding("file", "holds", "its SHA-256 is the one in the file")


def _same_times(rows: Sequence[FrameRow], frames: Sequence[Frame]) -> bool:
    return len(rows) == len(frames) and all(
        is_same(row.pts_seconds, frame.pts_seconds) for row, frame in zip(rows, frames, strict=True)
    )


def _likeness(row: FrameRow, frame: Frame, pictures: Mapping[str, bytes]) -> Likeness:
    jpeg = pictures.get(row.jpeg_sha256)
    if jpeg is None:
        return Likeness(False, "the page shows another picture than was recorded")
    return likeness(row, jpeg, frame)
