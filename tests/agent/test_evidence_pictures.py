"""Which frames a page shows, and how far their pictures may differ from a video's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.agent.evidence_file.frames import encoded, frame_row, frames_of, likeness
from foretell.agent.evidence_file.page import page_of, read_page
from foretell.agent.evidence_file.record import (
    AnswerRow,
    CitationRow,
    EventRow,
    EvidenceRecord,
    TrackRow,
    VideoRow,
    row_digest,
    sealed,
    sha256,
)
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.decoding.video import open_video
from foretell.types import Frame, Interval

Picture = NDArray[np.uint8]


def scene(side: int = 240) -> Picture:
    """A slope with texture, as dark and as bright as pictures are."""
    random = np.random.default_rng(7)
    slope = np.linspace(0, 255, side)[:, None, None] * np.ones((side, side * 4 // 3, 3))
    return as_picture(slope + random.normal(0, 12, slope.shape))


def compared(changed: Picture, original: Picture) -> str:
    frame = Frame(original, 1.0)
    jpeg = encoded(changed)
    return likeness(frame_row(Frame(changed, 1.0), jpeg), jpeg, frame).difference


@pytest.mark.parametrize("levels", [0, 1, 2])
@pytest.mark.parametrize("side", [90, 144, 240, 360])
def test_what_other_builds_round_is_no_difference(levels: int, side: int) -> None:
    original = scene(side)
    noise = np.random.default_rng(3).integers(-levels, levels + 1, original.shape)
    assert compared(as_picture(original + noise), original) == ""


def patched(picture: Picture, levels: int) -> Picture:
    changed = picture.astype(int)
    changed[100:140, 100:140] += levels
    return as_picture(changed)


def as_picture(values: NDArray[Any]) -> Picture:
    clipped: Picture = np.clip(values, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(clipped)


def test_an_edit_that_is_seen_is_a_difference() -> None:
    original = scene()
    original[..., 0] //= 2
    edits: dict[str, NDArray[Any]] = {
        "brighter": original.astype(int) + 4,
        "moved": np.roll(original, 2, axis=0),
        "a part brighter": patched(original, 12),
        "a part darker": patched(original, -40),
        "other colours": original[:, :, ::-1],
        "cut": original[:-2],
    }
    assert {
        name for name, edit in edits.items() if not compared(as_picture(edit), original)
    } == set()


def test_the_same_picture_is_so_to_the_last_bit() -> None:
    frame = Frame(scene(), 0.0)
    jpeg = encoded(frame.data)
    assert likeness(frame_row(frame, jpeg), jpeg, frame).is_exact
    other = frame_row(Frame(scene() // 2, 0.0), jpeg)
    assert not likeness(other, jpeg, frame).is_exact


def test_frames_are_those_on_show_at_start_middle_and_end(tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    write_video(
        clip, (np.full((48, 64, 3), 5 * n, np.uint8) for n in range(20)), frames_per_second=4
    )
    spans = [
        Interval(1, 2),
        Interval(1.1, 1.2),
        Interval(4.0, 4.0),
        Interval(2.1, 90),
        Interval(0, 0.5),
    ]
    with open_video(clip, isolate=False) as video:
        shown = frames_of(video, spans, 5)
        many = frames_of(video, spans, 13)
        none = frames_of(video, [], 0)
    times = [[frame.pts_seconds for frame in one] for one in shown]
    assert times == [[1.0, 1.5, 1.75], [1.0], [4.0], [2.0, 4.75], [0.0, 0.25]]
    assert [[frame.pts_seconds for frame in one] for one in many] == [
        *([1.5], [1.0], [4.0], [4.75], [0.25]),
    ]
    assert none == ()


def made_record() -> tuple[EvidenceRecord, bytes]:
    """A record that is the same on every machine."""
    jpeg = b"\xff\xd8 stands for a picture"
    event = EventRow(
        start=1.0, end=2.5, kind="caption", text="A <b> & 'c'", source="x", confidence=0.5
    )
    frame = frame_row(Frame(np.zeros((2, 4, 3), np.uint8), 1.25), jpeg)
    citation = CitationRow(
        video=0, event=event, event_sha256=row_digest(event), marks=1, frames=(frame,)
    )
    answer = AnswerRow(
        text="It is there [1.0-2.5 s].",
        status="answered",
        choice=1,
        confidence=0.75,
        model="embedded",
        dropped_citations=1,
        notes=("a note",),
        quoted_marks=(),
    )
    track = TrackRow(source="x", rows=1, sha256="1" * 64)
    video = VideoRow(
        name="é.mp4", sha256="2" * 64, start=0.0, end=9.5, width=64, height=48, codec="h264",
        tracks=(track,),
    )  # fmt: skip
    record = EvidenceRecord(
        format=1,
        made_by="foretell 0.1.0",
        made_at="2026-11-30T12:00:00Z",
        question="Is it there?",
        choices=("no", "yes"),
        answer=answer,
        videos=(video,),
        citations=(citation,),
        seal="0" * 64,
    )
    return sealed(record), jpeg


def test_pages_of_a_format_never_change() -> None:
    """Pages that people keep are compared with what is made here: a change needs a new format."""
    record, jpeg = made_record()
    page = page_of(record, {sha256(jpeg): jpeg})
    assert read_page(page, "x").record == record
    assert record.seal == "f4389fc4129ec75deb48ef88abf12cb8c3d966a3053cb330e337197aa2a6d8f3"
    assert sha256(page) == "afb89c66fee161acb798b58568179a88f816a82e83f273d0c5ade029d30949c7"
