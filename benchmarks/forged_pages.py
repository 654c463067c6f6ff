"""Forges pages that `foretell ask --html` wrote: clumsily, or with every digest made anew."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from foretell.agent.citation_marks import mark_of
from foretell.agent.evidence_file.frames import QUALITY
from foretell.agent.evidence_file.page import Page, marks_of, page_of
from foretell.agent.evidence_file.record import (
    CitationRow,
    EvidenceRecord,
    row_digest,
    sealed,
    sha256,
)

Forge = Callable[[Page, int], bytes]
"""Gives a forged page; the number chooses a variant."""
SHIFTS = (0.04, -0.1, 0.3, -0.5, 1.0, 2.0, -3.0, 7.5)
"""Seconds."""


def shifted_time(page: Page, variant: int) -> bytes:
    """Another span for the same quote, in the answer's words as well."""
    citation = page.record.citations[0]
    shift = SHIFTS[variant % len(SHIFTS)]
    start = max(0.0, citation.event.start + shift)
    ends = {"start": start, "end": start + citation.event.interval.duration + 0.01}
    event = citation.event.model_copy(update=ends)
    new = {"event": event, "event_sha256": row_digest(event)}
    return _rewritten(page, citation.model_copy(update=new))


def changed_quote(page: Page, variant: int) -> bytes:
    """Other words for the same span."""
    citation = page.record.citations[0]
    words = citation.event.text.split()
    place = variant % len(words)
    words[place] = ("guitar", "not", "two", words[place].upper() + "s")[variant % 4]
    event = citation.event.model_copy(update={"text": " ".join(words)})
    new = {"event": event, "event_sha256": row_digest(event)}
    return _rewritten(page, citation.model_copy(update=new))


def other_video(page: Page, variant: int) -> bytes:
    """The SHA-256 of another file, or another length or size of the picture."""
    record = page.record
    digest = hashlib.sha256(str(variant).encode()).hexdigest()
    changes: tuple[dict[str, Any], ...] = (
        {"sha256": digest},
        {"sha256": digest, "name": "other.mp4"},
        {"end": record.videos[0].end + 1},
        {"width": record.videos[0].width + 2},
    )
    video = record.videos[0].model_copy(update=changes[variant % len(changes)])
    return _page(page, {"videos": (video, *record.videos[1:])})


def edited_frame(page: Page, variant: int) -> bytes:
    """A frame with a part painted over, brightened, mirrored, or the others in its place."""
    record, citation = page.record, page.record.citations[0]
    place = variant % len(citation.frames)
    frame = citation.frames[place]
    picture = np.asarray(Image.open(io.BytesIO(page.pictures[frame.jpeg_sha256])).convert("RGB"))
    edits = (_painted, _brighter, _part_darker, _mirrored, _smeared)
    edited = edits[variant % len(edits)](picture, variant)
    target = io.BytesIO()
    Image.fromarray(edited).save(target, "JPEG", quality=QUALITY)
    jpeg = target.getvalue()
    digests = {"jpeg_sha256": sha256(jpeg), "rgb_sha256": sha256(edited.tobytes())}
    frames = list(citation.frames)
    frames[place] = frame.model_copy(update=digests)
    changed = citation.model_copy(update={"frames": tuple(frames)})
    pictures = {**page.pictures, digests["jpeg_sha256"]: jpeg}
    return _page(page, {"citations": (changed, *record.citations[1:])}, pictures)


def dropped_citation(page: Page, variant: int) -> bytes:
    """Evidence without its citation, or a citation without its evidence."""
    record = page.record
    answer = record.answer
    if variant % 2 and record.citations[0].marks:
        words = answer.text.replace(marks_of(record)[0], "")
        return _page(page, {"answer": answer.model_copy(update={"text": words})})
    if record.citations[0].marks:
        mark = marks_of(record)[0]
        kept = [c for c, m in zip(record.citations, marks_of(record), strict=True) if m != mark]
        return _page(page, {"citations": tuple(kept)})
    fewer = record.citations[0].model_copy(update={"marks": 1})
    return _page(page, {"citations": (fewer, *record.citations[1:])})


CAREFUL: dict[str, Forge] = {
    "shifted time": shifted_time,
    "changed quote": changed_quote,
    "other video": other_video,
    "edited frame": edited_frame,
    "dropped citation": dropped_citation,
}
"""Each writes the whole page anew, with digests and a seal that fit."""


def clumsy(kind: str, page: Page, variant: int) -> bytes:
    """Gives a page in which a few bytes are changed, and no digest."""
    careful = CAREFUL[kind](page, variant)
    theirs, ours = page.content.split(b"<script"), careful.split(b"<script")
    return theirs[0] + b"<script" + ours[1] if variant % 2 else ours[0] + b"<script" + theirs[1]


def forged(kind: str, page: Page, variant: int) -> bytes:
    """Gives a forged page of a kind; each fourth is clumsy."""
    return clumsy(kind, page, variant // 4) if variant % 4 == 3 else CAREFUL[kind](page, variant)


def _rewritten(page: Page, citation: CitationRow) -> bytes:
    """Writes the first citation anew, and its mark in the answer's words."""
    record = page.record
    several = len(record.videos) > 1
    name = record.videos[citation.video].name if several else ""
    mark = mark_of(citation.event.interval, name)
    words = record.answer.text.replace(marks_of(record)[0], mark)
    answer = record.answer.model_copy(update={"text": words})
    return _page(page, {"answer": answer, "citations": (citation, *record.citations[1:])})


def _page(page: Page, update: dict[str, Any], pictures: Any = None) -> bytes:
    record: EvidenceRecord = page.record.model_copy(update=update)
    return page_of(sealed(record), pictures or page.pictures)


def _painted(picture: Any, variant: int) -> Any:
    """Paints over a twentieth of the picture in the colour beside it, and an edge."""
    edited = picture.copy()
    height, width = picture.shape[0] * 2 // 9, picture.shape[1] * 2 // 9
    top, left = height * (variant % 3), width * (variant % 4)
    part = edited[top : top + height, left : left + width]
    part[:] = 255 - part.mean(axis=(0, 1)).astype(np.uint8)
    return edited


def _brighter(picture: Any, variant: int) -> Any:
    return np.clip(picture.astype(int) + 4 + variant % 9, 0, 255).astype(np.uint8)


def _part_darker(picture: Any, variant: int) -> Any:
    edited = picture.astype(int)
    half = picture.shape[0] // 2
    edited[half - half // 2 : half + half // 2, : picture.shape[1] // 4] -= 12 + variant % 9
    return np.clip(edited, 0, 255).astype(np.uint8)


def _mirrored(picture: Any, variant: int) -> Any:
    return np.ascontiguousarray(picture[:, ::-1])


def _smeared(picture: Any, variant: int) -> Any:
    """Moves the picture by some pixels, as another moment of a pan would show it."""
    return np.roll(picture, 3 + variant % 5, axis=1)
