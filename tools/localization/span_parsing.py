"""Reads the spans of time that a model names in a reply, whatever way it writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from foretell.patterns import LazyPattern
from foretell.tools.texts.spoken_times import ARROWS, DASHES, POINT, is_told, read_ends, read_point
from foretell.types import Interval

_POINT = rf"(?:-(?=\d))?{POINT}"
_RANGE = rf"(?P<time>{_POINT})(?:\s*(?:[{DASHES}]|-->|\bto\b|\band\b)\s*(?P<other>{_POINT}))?"
_NOTHING = r"(?P<nothing>null|none|n/?a|not\b|unknown|never)"
_ONSET = r"(?:starts?|onset|begins?|beginning)"
_OFFSET = r"(?:ends?|offset|finish(?:es)?|stops?)"
_LABELLED = (
    r"(?<!\w)[\"']?{label}(?:[ _-]?(?:time|times|timestamp|sec|second|seconds))?[\"']?"
    r"(?:\s*[*_]*\s*[:=]\s*[*_]*|\s+(?:is|at|of)\s+|\s+of\b[^.\n]{{0,200}}?\s(?:is|to be)\s+)"
    r"\s*[\"'\[]*(?:around|about|approximately|roughly|at|from|between|second|~|\s)*"
    r"(?:{value}|{nothing})"
)
_ONE = {
    "onset": LazyPattern(
        _LABELLED.format(label=_ONSET, value=_RANGE, nothing=_NOTHING), re.IGNORECASE
    ),
    "offset": LazyPattern(
        _LABELLED.format(label=_OFFSET, value=_RANGE, nothing=_NOTHING), re.IGNORECASE
    ),
}
_PAIR = LazyPattern(
    rf"(?P<time>{_POINT})[\"']?\s*(?:,|[{DASHES}]|{ARROWS}|\.\.+|"
    r"\b(?:to|and|until|till|through)\b)"
    rf"\s*(?:at\s+|about\s+|second\s+)?[\"']?(?P<other>{_POINT})",
    re.IGNORECASE,
)
_BLANKS = LazyPattern(r"(\s)\s+")
_OBJECT = LazyPattern(r"\{[^{}]*\}")
_VALUE = LazyPattern(rf"(?<!\w)(?P<key>\w*)[\"']?\s*:\s*\"?(?P<time>{_POINT})", re.IGNORECASE)
_ANY = LazyPattern(rf"(?P<time>{_POINT})", re.IGNORECASE)
_OF_FRAMES = LazyPattern(r"\b(?:frames?|fps|indices|index)\b[\s\"':=#(\[]*\Z", re.IGNORECASE)
_OTHER_THINGS = LazyPattern(r"\s*(?:frames?\b|%|per\s?cent\b)", re.IGNORECASE)
_OTHER_WORDS = LazyPattern(r"frame|fps|ind(?:ex|ices)|%|per\s?cent", re.IGNORECASE)
_POINTS = ("time", "other")
_NEAR = 12
"""Characters before a number among which "frames" says that it counts frames."""


@dataclass(frozen=True, slots=True)
class ParsedSpans:
    """The times of a reply.

    Attributes:
        intervals: The spans, in the order told and inside the video; empty where none was told.
        repairs: What had to be put right: "swapped", "clamped", "range"; "outside" where a span
            that lies beyond the video was left out.
    """

    intervals: tuple[Interval, ...]
    repairs: tuple[str, ...] = ()


def read_spans(reply: str, video: Interval) -> ParsedSpans:
    """Returns the spans that a reply names, of which the first is the one it is about.

    Read are numbers, "2.0s", "2 min 10 s", "MM:SS" and "HH:MM:SS,mmm" as start and end, in JSON
    objects wherever they stand in the reply, in lines such as "Start time: 2.0s", in sentences
    ("It starts at 130 s and ends at 160 s") and in lists. Where a range is told for one end, its
    middle is taken. A span told backwards is turned round, one that leaves the video is cut to it,
    and one that lies outside is none. Where one end is told as null or not at all, there is no
    span; numbers of frames and shares are no times.

    Args:
        reply: What the model said, without its thoughts.
        video: From the first to the last moment of the video.
    """
    repairs: list[str] = []
    ends = list(_ends(_BLANKS.sub(r"\1", reply), repairs))
    told = [span_inside(start, end, video) for start, end in ends]
    repairs += [repair for one in told for repair in one.repairs]
    intervals = dict.fromkeys(interval for one in told for interval in one.intervals)
    return ParsedSpans(tuple(intervals), tuple(dict.fromkeys(repairs)))


def read_moment(reply: str) -> float | None:
    """Returns the one time in seconds that a reply names, or None where it names none."""
    others = _counts_others(reply)
    found = next((one for one in _ANY.finditer(reply) if _is_time(one, counts_others=others)), None)
    return None if found is None else _seconds(found["time"])


def span_inside(start: float, end: float, video: Interval) -> ParsedSpans:
    """Returns a span that a reply names as far as it lies in the video; none if outside."""
    repairs = ("swapped",) if end < start else ()
    start, end = min(start, end), max(start, end)
    ends_inside = end >= video.start if start == end else end > video.start
    if not (start < video.end and ends_inside):
        return ParsedSpans((), (*repairs, "outside"))
    cut = Interval(max(start, video.start), min(end, video.end))
    clamped = ("clamped",) if (cut.start, cut.end) != (start, end) else ()
    return ParsedSpans((cut,), (*repairs, *clamped))


def _ends(reply: str, repairs: list[str]) -> Iterator[tuple[float, float]]:
    """Returns (start, end) of the first way of telling that the reply uses."""
    objects = [found[0] for found in _OBJECT.finditer(reply)]
    unlabelled = [
        [
            _seconds(one["time"])
            for one in _VALUE.finditer(text)
            if "frame" not in one["key"].lower()
        ]
        for text in objects
    ]
    labelled = [one for text in objects if (one := _labelled(text)) is not None]
    if not labelled:
        several = next((times for times in unlabelled if len(times) > 1), None)
        if several is not None:
            yield min(several), max(several)
            return
        labelled = [one] if (one := _labelled(reply)) is not None else []
    for onset, offset in labelled:
        if onset["nothing"] is None and offset["nothing"] is None:
            yield _middle(onset, repairs), _middle(offset, repairs)
    if labelled:
        return
    others = _counts_others(reply)
    pairs = (pair for pair in _PAIR.finditer(reply) if _is_time(pair, counts_others=others))
    for start, end in dict.fromkeys((pair["time"], pair["other"]) for pair in pairs):
        time = read_ends(start.lstrip("-"), end.lstrip("-"))
        yield _signed(start, time.start), _signed(end, time.end or 0.0)


def _is_time(found: re.Match[str], *, counts_others: bool = True) -> bool:
    """Whether numbers count seconds, and neither frames nor shares; a bare word counts anything.

    Args:
        found: The numbers.
        counts_others: Whether the reply may speak of frames or shares.
    """
    points = [found[name] for name in _POINTS if name in found.re.groupindex and found[name]]
    if any(point.isalpha() for point in points) and not any(map(is_told, points)):
        return False
    if not counts_others:
        return True
    before = found.string[max(0, found.start() - _NEAR) : found.start()]
    behind = found.string[found.end() : found.end() + _NEAR]
    return not _OF_FRAMES.search(before) and not _OTHER_THINGS.match(behind)


def _counts_others(reply: str) -> bool:
    """Whether a reply speaks of frames or shares at all, so that each number is looked at."""
    return _OTHER_WORDS.search(reply) is not None


def _labelled(text: str) -> tuple[re.Match[str], re.Match[str]] | None:
    onset, offset = _ONE["onset"].search(text), _ONE["offset"].search(text)
    if onset is None or offset is None or not (_is_time(onset) and _is_time(offset)):
        return None
    return onset, offset


def _middle(end: re.Match[str], repairs: list[str]) -> float:
    if end["other"] is None:
        return _seconds(end["time"])
    repairs.append("range")
    time = read_ends(end["time"].lstrip("-"), end["other"].lstrip("-"))
    return (_signed(end["time"], time.start) + _signed(end["other"], time.end or 0.0)) / 2.0


def _seconds(point: str) -> float:
    return _signed(point, read_point(point.lstrip("-")))


def _signed(point: str, seconds: float) -> float:
    return -seconds if point.startswith("-") else seconds
