"""Writes an answer with its evidence into one file, which can be taken along and checked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from foretell.agent.citation_marks import mark_of, marks_of_nothing, pieces
from foretell.agent.evidence_file.frames import encoded, frame_row, frames_of
from foretell.agent.evidence_file.page import MAGIC, Pictures, page_of
from foretell.agent.evidence_file.record import (
    FORMAT,
    AnswerRow,
    CitationRow,
    EventRow,
    EvidenceRecord,
    FrameRow,
    VideoRow,
    row_digest,
    row_of,
    sealed,
    sha256,
    told,
    track_rows,
)
from foretell.agent.video_indexer import AnyVideo, VideoPath, open_as_set
from foretell.errors import ConfigError, MemoryStoreError
from foretell.patterns import LazyPattern
from foretell.ranking import shown
from foretell.types import Answer, Evidence, Frame, Interval, VideoInfo

if TYPE_CHECKING:
    from foretell.agent.video_agent import VideoAgent
    from foretell.memory.store import Store

_FOLDERS = LazyPattern(r"(?<![\w./~-])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\'\"`:]+)+[/\\](?=[^\s/\\])")
"""Folders before the name of a file, as a model's name or a note may tell them."""
_UNSEALED = "0" * 64
"""Stands for digests that are filled in last."""


@dataclass(frozen=True, slots=True)
class WrittenEvidence:
    """A file that was written.

    Attributes:
        file: Where it is.
        seal: SHA-256 over all that it tells; who gets it by another way than the file can be sure
            that nobody wrote another one.
    """

    file: Path
    seal: str


def write_evidence(
    agent: VideoAgent,
    question: str,
    answer: Answer,
    videos: Sequence[AnyVideo],
    file: VideoPath,
    *,
    choices: Sequence[str] = (),
) -> WrittenEvidence:
    """Writes an answer as one HTML file that holds its citations, their frames and all digests.

    `verify_evidence` and `foretell verify` check it. An earlier page is replaced.

    Args:
        agent: Who answered.
        question: What was asked.
        answer: What came of it.
        videos: Those that were asked about.
        file: Where to.
        choices: Answers that were to choose from.

    Raises:
        ConfigError: If there is another file in its place, or it cannot be written.
        VideoError: If a video cannot be decoded.
        MemoryStoreError: If the library no longer holds what the answer cites.
    """
    target = check_target(file)
    seen = agent.see(videos)
    record, pictures = _Writing(agent, seen).record(question, answer, choices)
    _write(target, page_of(record, pictures))
    return WrittenEvidence(target, record.seal)


def evidence_page(
    agent: VideoAgent, question: str, answer: Answer, videos: Sequence[VideoInfo]
) -> bytes:
    """Gives the same page as bytes, of videos as the library knows them.

    Raises:
        VideoError: If a video cannot be decoded.
        MemoryStoreError: If the library no longer holds what the answer cites.
    """
    return page_of(*_Writing(agent, agent.see(videos)).record(question, answer, ()))


def check_target(file: VideoPath) -> Path:
    """Gives the path of a page to be written.

    Raises:
        ConfigError: If its folder is not there, or something else than a page stands in its place.
    """
    target = Path(file)
    try:
        if not target.parent.is_dir():
            raise ConfigError(
                f"the folder {str(target.parent)!r} of the page {target.name!r} is not there; make "
                "it, or name another"
            )
        if target.exists() and not (target.is_file() and _is_page(target)):
            raise ConfigError(
                f"{str(target)!r} is there, and no page that foretell wrote; it is left as it is: "
                "name another file"
            )
    except (OSError, ValueError) as error:
        raise _unwritable(target, error) from error
    return target


def _is_page(file: Path) -> bool:
    with open(file, "rb") as opened:
        return opened.read(len(MAGIC)) == MAGIC.encode()


def _write(target: Path, page: bytes) -> None:
    half = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        try:
            half.write_bytes(page)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: Exception) -> ConfigError:
    reason = error.strerror if isinstance(error, OSError) else error
    return ConfigError(
        f"cannot write the page {str(target)!r}: {reason}; see that there is room and that its "
        "folder may be written to, or name another file"
    )


class _Writing:
    """Makes the record of one answer, and its pictures."""

    def __init__(self, agent: VideoAgent, videos: Sequence[VideoInfo]) -> None:
        self._config = agent.config
        self._store: Store = agent.library.store
        self._videos = videos
        self._paths = [
            (path, video.name)
            for video in videos
            for path in (str(video.file), os.path.abspath(video.file), video.path)
        ]

    def record(
        self, question: str, answer: Answer, choices: Sequence[str]
    ) -> tuple[EvidenceRecord, Pictures]:
        from foretell import __version__

        text = told(answer.text, self._paths)
        marks = [self._mark(one) for one in answer.evidence]
        citations, pictures = self._citations(answer.evidence, text, marks)
        record = EvidenceRecord(
            format=FORMAT,
            made_by=f"foretell {__version__}",
            made_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            question=told(question, self._paths),
            choices=tuple(map(told, choices)),
            answer=AnswerRow(
                text=text,
                status=answer.status,
                choice=answer.choice,
                confidence=shown(answer.confidence),
                model=_without_folders(told(answer.model)),
                dropped_citations=answer.dropped_citations,
                notes=tuple(_without_folders(told(one, self._paths)) for one in answer.notes),
                quoted_marks=marks_of_nothing(text, marks),
            ),
            videos=tuple(map(self._video_row, self._videos)),
            citations=citations,
            seal=_UNSEALED,
        )
        return sealed(record), pictures

    def _video_row(self, video: VideoInfo) -> VideoRow:
        return VideoRow(
            name=told(video.name),
            sha256=video.content_hash,
            start=video.interval.start,
            end=video.interval.end,
            width=video.width,
            height=video.height,
            codec=video.codec,
            tracks=track_rows(self._store.events(video.content_hash)),
        )

    def _citations(
        self, evidence: Sequence[Evidence], text: str, marks: Sequence[str]
    ) -> tuple[tuple[CitationRow, ...], Pictures]:
        rows = [self._event(one) for one in evidence]
        frames, pictures = self._frames(evidence)
        said = [piece.citations for piece in pieces(text, marks)]
        citations = tuple(
            CitationRow(
                video=self._place(one),
                event=row,
                event_sha256=row_digest(row),
                marks=sum(number in cited for cited in said),
                frames=frames[number],
            )
            for number, (one, row) in enumerate(zip(evidence, rows, strict=True))
        )
        return citations, pictures

    def _event(self, evidence: Evidence) -> EventRow:
        """Returns the row of the event that was cited."""
        video = self._videos[self._place(evidence)]
        around = self._store.events(video.content_hash, within=evidence.interval)
        for event in around:
            if (event.interval, event.text, event.source) == (
                evidence.interval,
                evidence.quote,
                evidence.source,
            ):
                return row_of(event)
        raise MemoryStoreError(
            f"what the answer cites at {evidence.interval} of {video.name!r} is no longer in the "
            "library; ask again"
        )

    def _place(self, evidence: Evidence) -> int:
        """Returns the place of the video that was cited."""
        places = [n for n, one in enumerate(self._videos) if one.path == evidence.video]
        if not places:
            raise ConfigError(
                f"the answer cites {evidence.video!r}, which is none of the videos given; give "
                "those that were asked about"
            )
        return places[0]

    def _mark(self, evidence: Evidence) -> str:
        name = self._videos[self._place(evidence)].name if len(self._videos) > 1 else ""
        return mark_of(evidence.interval, told(name))

    def _frames(
        self, evidence: Sequence[Evidence]
    ) -> tuple[list[tuple[FrameRow, ...]], dict[str, bytes]]:
        """Returns the frames of each citation, and their pictures."""
        rows: list[tuple[FrameRow, ...]] = [()] * len(evidence)
        pictures: dict[str, bytes] = {}
        for place, video in enumerate(self._videos):
            cited = [n for n, one in enumerate(evidence) if self._place(one) == place]
            spans = [evidence[n].interval for n in cited]
            for number, found in zip(
                cited, self._decoded(video, spans, len(evidence)), strict=True
            ):
                jpegs = [encoded(frame.data) for frame in found]
                rows[number] = tuple(map(frame_row, found, jpegs))
                pictures |= {sha256(jpeg): jpeg for jpeg in jpegs}
        return rows, pictures

    def _decoded(
        self, video: VideoInfo, spans: Sequence[Interval], citations: int
    ) -> tuple[tuple[Frame, ...], ...]:
        if not spans:
            return ()
        as_checked = self._config.model_copy(update={"video_backend": "pyav"})
        with open_as_set(as_checked, video.file, video.content_hash) as opened:
            return frames_of(opened, spans, citations)


def _without_folders(text: str) -> str:
    return _FOLDERS.sub("", text)
