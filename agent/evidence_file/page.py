"""Writes a record as a page, and reads a page back.

The page is made from the record and its pictures alone and holds both, so that whoever reads it can
make it again: what is shown and what is recorded cannot differ unseen. It runs no script and loads
nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import cast

from pydantic import ValidationError

from foretell.agent.citation_marks import mark_of, pieces
from foretell.agent.evidence_file.record import (
    FORMAT,
    CitationRow,
    EvidenceRecord,
    FrameRow,
    VideoRow,
    canonical,
    sha256,
)
from foretell.agent.evidence_file.style import CSS
from foretell.errors import DatasetError
from foretell.json_values import NoJson, parse_json
from foretell.patterns import LazyPattern
from foretell.tools.answering.choice_parsing import choice_labels
from foretell.tools.texts.text_cleaning import one_line, without_controls

MAGIC = "<!DOCTYPE html>\n<!-- foretell: an answer with its evidence -->\n"
"""How every page begins."""
LARGEST = 64 << 20
"""Bytes of a page that are read; one of 2,000 citations has a quarter of it."""
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; " + (
    "form-action 'none'"
)
_RECORD = '<script type="application/json" id="foretell-evidence">'
_RECORD_END = "</script>"
_PICTURE = LazyPattern(r'<img src="data:image/jpeg;base64,([A-Za-z0-9+/=]*)"')
_STATUS = {
    "answered": "answered",
    "absent": "looked for, and not there",
    "unknown": "unknown: nothing that was looked at tells it",
}

Pictures = Mapping[str, bytes]
"""JPEG pictures by their SHA-256."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read.

    Attributes:
        content: All its bytes.
        record: What it tells to machines.
        pictures: What it shows, by SHA-256.
    """

    content: bytes
    record: EvidenceRecord
    pictures: Pictures


def page_of(record: EvidenceRecord, pictures: Pictures) -> bytes:
    """Gives the page of a record, the same for the same record on every machine.

    Args:
        record: Sealed or not.
        pictures: Those that the record's frames name; one that is missing is left empty.
    """
    return "\n".join(_lines(record, pictures)).encode(errors="backslashreplace")


def read_page(content: bytes, name: str) -> Page:
    """Reads a page, whoever wrote it.

    Args:
        content: The file.
        name: Of the file, for messages.

    Raises:
        DatasetError: If it holds no record that this version reads.
    """
    text = content.decode(errors="replace")
    before, found, rest = text.partition(_RECORD)
    record, end, _ = rest.partition(_RECORD_END)
    if not (found and end):
        raise DatasetError(
            f"{name!r} is no page that `foretell ask --html` wrote, or it is cut off; give one, "
            "or have it sent again as a file"
        )
    return Page(content, _record(record, name), dict(_pictures(before)))


def _record(text: str, name: str) -> EvidenceRecord:
    try:
        value = parse_json(text)
        told = cast(dict[str, object], value).get("format") if isinstance(value, dict) else None
        if told != FORMAT and isinstance(told, int):
            raise DatasetError(
                f"{name!r} has format {told}, and this foretell reads {FORMAT}; use a newer one"
            )
        return EvidenceRecord.model_validate_json(json.dumps(value))
    except NoJson as error:
        reason = error.reason
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc'])) or 'the record'}: {first['msg']}"
    raise DatasetError(
        f"the record in {name!r} is damaged ({reason}), so that nothing in it can be checked; "
        "have the file sent again"
    )


def _pictures(text: str) -> Iterator[tuple[str, bytes]]:
    for found in _PICTURE.finditer(text):
        try:
            picture = base64.b64decode(found[1], validate=True)
        except (binascii.Error, ValueError):
            continue
        yield sha256(picture), picture


def _lines(record: EvidenceRecord, pictures: Pictures) -> Iterator[str]:
    yield MAGIC + '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{_line(record.question)}</title><style>{CSS}</style></head><body><main>"
    yield from _answer(record)
    yield from _cited(record, pictures)
    yield from _watched(record)
    yield from _how(record)
    written = canonical(record.model_dump(mode="json"))
    for mark in "<>&":
        written = written.replace(mark, f"\\u{ord(mark):04x}")
    yield f"</main>\n{_RECORD}{written}{_RECORD_END}\n</body></html>\n"


def _answer(record: EvidenceRecord) -> Iterator[str]:
    answer = record.answer
    yield '<p class="kicker">foretell: an answer with its evidence</p>'
    yield f"<h1>{_line(record.question)}</h1>"
    words = pieces(answer.text, marks_of(record))
    yield f'<p class="answer">{"".join(_linked(one.text, one.citations) for one in words)}</p>'
    if record.choices:
        yield f'<ul class="choices">{"".join(_choices(record))}</ul>'
    parts = [f'<span class="badge">{_STATUS[answer.status]}</span>']
    if answer.confidence is not None:
        parts.append(f"confidence {answer.confidence:.2f}")
    parts.append(f"answered by {_line(answer.model)}")
    if answer.dropped_citations:
        parts.append(f"{answer.dropped_citations} citations that the timeline lacks were dropped")
    yield f'<p class="by">{", ".join(parts)}</p>'
    yield from (f'<p class="by">{_line(note)}</p>' for note in answer.notes)
    if answer.quoted_marks:
        quoted = ", ".join(map(_line, answer.quoted_marks))
        yield f'<p class="by">Words of a quotation, which cite nothing: {quoted}</p>'


def _choices(record: EvidenceRecord) -> Iterator[str]:
    labels = choice_labels(len(record.choices))
    for place, (label, choice) in enumerate(zip(labels, record.choices, strict=True)):
        words = f"{label}: {_line(choice)}"
        is_taken = place == record.answer.choice
        yield f'<li class="taken">{words} (taken)</li>' if is_taken else f"<li>{words}</li>"


def marks_of(record: EvidenceRecord) -> list[str]:
    """Gives how the answer's words cite each citation."""
    several = len(record.videos) > 1
    return [
        mark_of(one.event.interval, record.videos[one.video].name if several else "")
        for one in record.citations
    ]


def _linked(words: str, citations: tuple[int, ...]) -> str:
    if not citations:
        return escape(without_controls(words))
    return f'<a href="#c{citations[0] + 1}">{_line(words)}</a>'


def _cited(record: EvidenceRecord, pictures: Pictures) -> Iterator[str]:
    count = len(record.citations)
    if not count:
        yield "<h2>Evidence</h2><p>The answer rests on no line of the timeline.</p>"
        return
    yield f"<h2>Evidence: {count} {'span' if count == 1 else 'spans'}</h2>"
    yield '<ol class="cited">'
    for number, citation in enumerate(record.citations, start=1):
        yield from _citation(number, citation, record.videos[citation.video], pictures)
    yield "</ol>"


def _citation(
    number: int, citation: CitationRow, video: VideoRow, pictures: Pictures
) -> Iterator[str]:
    event = citation.event
    yield f'<li id="c{number}"><span class="when">{number}. {event.interval}</span>'
    yield f"<blockquote>{_line(event.text)}</blockquote>"
    if citation.frames:
        yield '<div class="frames">'
        yield from (_figure(frame, pictures) for frame in citation.frames)
        yield "</div>"
    else:
        yield '<p class="by">No frame of it could be decoded.</p>'
    sure = "" if event.confidence is None else f", confidence {event.confidence:.2f}"
    yield _list(
        ("video", _line(video.name)),
        ("exact time", f"{_seconds(event.start)} to {_seconds(event.end)}"),
        ("from", f"{_line(event.source)} ({event.kind}{sure})"),
        ("SHA-256 of the event", f"<code>{citation.event_sha256}</code>"),
    )
    yield "</li>"


def _figure(frame: FrameRow, pictures: Pictures) -> str:
    picture = base64.b64encode(pictures.get(frame.jpeg_sha256, b"")).decode()
    return (
        f'<figure><img src="data:image/jpeg;base64,{picture}" width="{frame.width}" '
        f'height="{frame.height}" alt="The frame at {frame.pts_seconds!r} s">'
        f"<figcaption>pts {_seconds(frame.pts_seconds)}</figcaption></figure>"
    )


def _watched(record: EvidenceRecord) -> Iterator[str]:
    yield f"<h2>{'Video' if len(record.videos) == 1 else 'Videos'}</h2>"
    for video in record.videos:
        tracks = (f"{_line(one.source)}: {one.rows} rows" for one in video.tracks)
        yield _list(
            ("file", _line(video.name)),
            (
                "shown",
                f"{_seconds(video.start)} to {_seconds(video.end)}, {video.width} x {video.height}",
            ),
            ("SHA-256", f"<code>{video.sha256}</code>"),
            ("timeline", "<br>".join(tracks) or "nothing"),
        )


def _how(record: EvidenceRecord) -> Iterator[str]:
    yield (
        f'<div class="how"><p>Made {_line(record.made_at)} by {_line(record.made_by)}. '
        "<code>foretell verify FILE --video VIDEO</code> checks this page on any machine, without "
        "a model: that the page shows what its record holds, that the video is the one with that "
        "SHA-256, that the frames are the video's at those times, and, where the video was watched "
        "there, that each quote stands at that time in the timeline.</p>"
        "<p>A page that somebody wrote anew, with digests that fit, is told from this one by its "
        "seal, where the sender told it in another way (<code>--seal</code>): "
        f"<code>{record.seal}</code></p></div>"
    )


def _list(*rows: tuple[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{held}</dd>' for name, held in rows)}</dl>"


def _seconds(seconds: float) -> str:
    """Writes a time to the microsecond; the record holds it in full."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + " s"


def _line(text: str) -> str:
    return escape(one_line(text))
