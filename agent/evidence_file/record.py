"""What an evidence file holds, as JSON: an answer, what it cites, and the digests of both."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from foretell.hidden import without_secrets
from foretell.ranking import shown
from foretell.tools.texts.text_cleaning import LONGEST_NAME, one_line, without_controls
from foretell.types import AnswerStatus, Event, EventKind, Interval, LabelSlot

FORMAT: Literal[1] = 1
"""Of the record and of the page that is made from it. What is made of a record never changes, so
that pages can be checked for years: whoever changes either writes another number here."""
FRAMES_AT_MOST = 3
"""Frames of a citation: at its start, in its middle and before its end."""
CITATIONS_AT_MOST = 2000
"""Citations of a file, more than an answer of a model can hold; what a hostile file may cost."""
LONGEST = 200_000
"""Characters of a text in a file: an answer has fewer, and a text that is kept 10,000."""

Text = Annotated[str, Field(max_length=LONGEST)]
Name = Annotated[str, Field(max_length=4096)]
"""As long as the paths that systems take."""
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hex digits."""
Pixels = Annotated[int, Field(gt=0, le=65_536)]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LabelRow(_Part):
    """A label that a recogniser held possible."""

    slot: LabelSlot
    label: Text
    probability: FiniteFloat


class EventRow(_Part):
    """An event as it stands in a timeline; times are seconds."""

    start: FiniteFloat
    end: FiniteFloat
    kind: EventKind
    text: Text
    source: Name
    confidence: FiniteFloat | None = None
    labels: tuple[LabelRow, ...] = Field(default=(), max_length=CITATIONS_AT_MOST)

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        Interval(self.start, self.end)
        return self

    @property
    def interval(self) -> Interval:
        """When."""
        return Interval(self.start, self.end)


class FrameRow(_Part):
    """A frame of a video.

    Attributes:
        pts_seconds: When it is first shown, as the decoder tells it.
        width: Pixels of the picture, which is smaller than the video's.
        height: Pixels.
        rgb_sha256: Of its (height, width, 3) uint8 values as they were decoded.
        jpeg_sha256: Of the picture that the page shows.
    """

    pts_seconds: FiniteFloat
    width: Pixels
    height: Pixels
    rgb_sha256: Digest
    jpeg_sha256: Digest


class CitationRow(_Part):
    """A span that the answer rests on.

    Attributes:
        video: Place in the record's `videos`.
        event: The event that is quoted.
        event_sha256: Of the event's row.
        marks: How many times the answer's words cite it in brackets.
        frames: What the video shows meanwhile, in order of time.
    """

    video: Count
    event: EventRow
    event_sha256: Digest
    marks: Count
    frames: tuple[FrameRow, ...] = Field(max_length=FRAMES_AT_MOST)


class TrackRow(_Part):
    """All events of one source: how many, and the digest over their rows."""

    source: Name
    rows: Count
    sha256: Digest


class VideoRow(_Part):
    """A video that was asked about; `start` and `end` are seconds, sizes those that are shown."""

    name: Name
    sha256: Digest
    start: FiniteFloat
    end: FiniteFloat
    width: Pixels
    height: Pixels
    codec: Text
    tracks: tuple[TrackRow, ...] = Field(max_length=CITATIONS_AT_MOST)


class AnswerRow(_Part):
    """What was answered; `quoted_marks` look like citations and are words of a quotation."""

    text: Text
    status: AnswerStatus
    choice: Count | None
    confidence: FiniteFloat | None
    model: Text
    dropped_citations: Count
    notes: tuple[Text, ...] = Field(max_length=CITATIONS_AT_MOST)
    quoted_marks: tuple[Text, ...] = Field(max_length=CITATIONS_AT_MOST)


class EvidenceRecord(_Part):
    """All that an evidence file tells.

    Attributes:
        format: `FORMAT` of who made it.
        made_by: Program and version.
        made_at: In UTC, such as "2026-11-30T12:00:00Z".
        question: What was asked.
        choices: Answers to choose from.
        answer: What was answered.
        videos: Those that were asked about.
        citations: What the answer rests on, in the order of first mention.
        seal: SHA-256 over all the rest.
    """

    format: Literal[1]
    made_by: Text
    made_at: Text
    question: Text
    choices: tuple[Text, ...] = Field(max_length=CITATIONS_AT_MOST)
    answer: AnswerRow
    videos: tuple[VideoRow, ...] = Field(min_length=1, max_length=CITATIONS_AT_MOST)
    citations: tuple[CitationRow, ...] = Field(max_length=CITATIONS_AT_MOST)
    seal: Digest

    @model_validator(mode="after")
    def _points_at_what_is_there(self) -> Self:
        if any(one.video >= len(self.videos) for one in self.citations):
            raise ValueError("a citation names a video that is not there")
        if self.answer.choice is not None and self.answer.choice >= len(self.choices):
            raise ValueError("the answer takes a choice that is not there")
        return self


def sealed(record: EvidenceRecord) -> EvidenceRecord:
    """Gives a record with the seal that belongs to it."""
    return record.model_copy(update={"seal": seal_of(record)})


def seal_of(record: EvidenceRecord) -> str:
    """Gives the SHA-256 of a record without its seal."""
    return sha256(canonical(record.model_dump(mode="json", exclude={"seal"})).encode())


def row_of(event: Event) -> EventRow:
    """Gives an event as it is kept and hashed: scores to the decimals that every processor gets."""
    labels = tuple(
        LabelRow(slot=one.slot, label=one.label, probability=round(one.probability, 6))
        for one in event.labels
    )
    return EventRow(
        start=event.interval.start,
        end=event.interval.end,
        kind=event.kind,
        text=event.text,
        source=event.source,
        confidence=shown(event.confidence),
        labels=labels,
    )


def row_digest(row: EventRow) -> str:
    """Gives the SHA-256 of an event's row."""
    return sha256(canonical(row.model_dump(mode="json")).encode())


def track_rows(events: Iterable[Event]) -> tuple[TrackRow, ...]:
    """Gives a digest for each source of a timeline.

    Looks are left out, as every question may add some. Rows are put in order by their
    digests, so that a library that was made anew gives the same.
    """
    rows: dict[str, list[str]] = {}
    for event in events:
        if event.kind != "look":
            rows.setdefault(event.source, []).append(row_digest(row_of(event)))
    return tuple(
        TrackRow(source=source, rows=len(held), sha256=sha256("\n".join(sorted(held)).encode()))
        for source, held in sorted(rows.items())
    )


def canonical(value: Any) -> str:
    """Gives the one way to write a value as JSON: keys sorted, no blanks, ASCII."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def sha256(content: bytes) -> str:
    """Gives the SHA-256 of some bytes in hex digits."""
    return hashlib.sha256(content).hexdigest()


def as_argument(name: str) -> str:
    """Gives a name as it is typed in a shell."""
    return shlex.quote(one_line(name)[:LONGEST_NAME])


def told(text: str, paths: Sequence[tuple[str, str]] = ()) -> str:
    """Gives a text as a file for others may hold it: without keys, control characters and folders.

    Args:
        text: Such as an answer.
        paths: Paths on this machine, each with the name that stands for it.
    """
    text = without_controls(without_secrets(text))
    for path, name in sorted(paths, key=lambda one: -len(one[0])):
        text = text.replace(path, name)
    return text[:LONGEST]
