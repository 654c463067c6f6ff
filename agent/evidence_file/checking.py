"""Checks an evidence file: against itself, against the video, and against a library's timeline."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from foretell.agent.citation_marks import marks_of_nothing, pieces
from foretell.agent.evidence_file.findings import (
    Finding,
    FoundCitation,
    FoundVideo,
    Verified,
)
from foretell.agent.evidence_file.page import LARGEST, Page, marks_of, page_of, read_page
from foretell.agent.evidence_file.record import CitationRow, row_digest, seal_of
from foretell.agent.evidence_file.timeline_check import TimelineCheck
from foretell.agent.evidence_file.video_check import Files, VideoCheck, find_video
from foretell.agent.video_indexer import VideoPath
from foretell.config import Config, load_config
from foretell.errors import ConfigError, DatasetError, MemoryStoreError
from foretell.memory.store import FILE_NAME, Store
from foretell.tools.decoding.video_file import check_video_file, content_hash


def verify_evidence(
    file: VideoPath,
    videos: Sequence[VideoPath] = (),
    *,
    seal: str | None = None,
    config: Config | None = None,
) -> Verified:
    """Checks what `write_evidence` wrote, without a model, on any machine.

    A page is made again from its record and compared; each video's SHA-256 is computed; its frames
    at the recorded times are decoded again and compared; quotes are looked up in the library. What
    is not at hand is told as unchecked. A page that somebody wrote anew with all digests right is
    found only by the video, the timeline, or the seal that came another way.

    Args:
        file: The page.
        videos: Where its videos are; those that the library knows need not be given.
        seal: The one that the sender told.
        config: All settings; built from file and environment if None.

    Raises:
        ConfigError: If the file cannot be read.
        DatasetError: If it is no such page, or too damaged to be checked.
        VideoError: If a video that is given cannot be read.
    """
    path = Path(file)
    page = read_page(_content(path), path.name)
    settings = config or load_config()
    given = {content_hash(check_video_file(one)): Path(one) for one in videos}
    with _library(settings) as (store, trouble):
        found_videos, found_citations = _of_parts(page, given, store, settings)
    record = page.record
    return Verified(
        file=path.name,
        made_by=record.made_by,
        made_at=record.made_at,
        question=record.question,
        seal=seal_of(record),
        findings=(*_of_file(page, seal), *trouble),
        videos=found_videos,
        citations=found_citations,
    )


def _content(path: Path) -> bytes:
    try:
        with open(path, "rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(
            f"cannot read {str(path)!r}: {reason}; give a page that `foretell ask --html` wrote"
        ) from error
    if len(content) > LARGEST:
        raise DatasetError(
            f"{str(path)!r} is larger than {LARGEST >> 20} MiB, which no page of foretell is"
        )
    return content


@contextmanager
def _library(config: Config) -> Generator[tuple[Store | None, tuple[Finding, ...]]]:
    """Opens the library where there is one; tells where it cannot be read."""
    if not (config.library / FILE_NAME).is_file():
        yield None, ()
        return
    try:
        store = Store.open(config.library)
    except MemoryStoreError as error:
        yield None, (Finding("library", "unchecked", f"it cannot be read: {error}"),)
        return
    with store:
        yield store, ()


def _of_file(page: Page, given_seal: str | None) -> Iterator[Finding]:
    record, seal = page.record, seal_of(page.record)
    if seal != record.seal:
        yield Finding("seal", "fails", "the record was changed after it was sealed")
    elif given_seal is not None and given_seal.strip().lower() != seal:
        yield Finding("seal", "fails", f"it is {seal}, not the one that was told")
    elif given_seal is not None:
        yield Finding("seal", "holds", "it is the one that was told")
    else:
        yield Finding("seal", "holds", "it fits what the file tells")
    if page_of(record, page.pictures) == page.content:
        yield Finding("page", "holds", "it shows what its record holds, and nothing else")
    else:
        yield Finding("page", "fails", "it shows something else than its record holds")
    yield _marks(page)


def _marks(page: Page) -> Finding:
    """Tells whether every citation in the answer's words has its evidence, and the other way."""
    record, marks = page.record, marks_of(page.record)
    said = [piece.citations for piece in pieces(record.answer.text, marks)]
    loose = marks_of_nothing(record.answer.text, marks)
    for number, citation in enumerate(record.citations):
        if sum(number in cited for cited in said) != citation.marks:
            why = f"the answer's words no longer cite {marks[number]} as they did"
            return Finding("citations", "fails", why)
    if unknown := [one for one in loose if one not in record.answer.quoted_marks]:
        return Finding("citations", "fails", f"{unknown[0]} has no evidence: it was taken out")
    if loose:
        return Finding("citations", "unchecked", f"{loose[0]} is said to be words of a quotation")
    if not marks:
        return Finding("citations", "holds", "the answer cites nothing")
    return Finding("citations", "holds", f"{len(marks)} of {len(marks)} have their evidence")


def _of_parts(
    page: Page, given: Files, store: Store | None, config: Config
) -> tuple[tuple[FoundVideo, ...], tuple[FoundCitation, ...]]:
    """Checks each video and each citation."""
    record = page.record
    as_written = config.model_copy(update={"video_backend": "pyav"})
    videos: list[FoundVideo] = []
    citations: dict[int, FoundCitation] = {}
    for place, video in enumerate(record.videos):
        cited = [n for n, one in enumerate(record.citations) if one.video == place]
        rows = [record.citations[n] for n in cited]
        others = {one.sha256 for one in record.videos} - {video.sha256}
        left = {sha: path for sha, path in given.items() if sha not in others}
        path, found = find_video(video, left, store)
        look = VideoCheck(video, rows, len(record.citations), path, as_written, found)
        timeline = TimelineCheck(video, store)
        sources = {one.event.source for one in rows}
        if not record.citations:
            sources = {one.source for one in video.tracks}
        videos.append(FoundVideo(video.name, video.sha256, (look.file, timeline.tracks(sources))))
        for number, row in zip(cited, rows, strict=True):
            findings = (_event(row), timeline.quote(row), look.frames(row, page.pictures))
            event = row.event
            citations[number] = FoundCitation(
                video.name, event.start, event.end, event.text, findings
            )
    return tuple(videos), tuple(citations[number] for number in range(len(record.citations)))


def _event(citation: CitationRow) -> Finding:
    if row_digest(citation.event) != citation.event_sha256:
        return Finding("event", "fails", "its SHA-256 is that of another event")
    return Finding("event", "holds", "its SHA-256 fits")
