"""Reads the spans of time that a model names in a reply, whatever way it writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from foretell.tools.texts.time_words import clock_seconds
from foretell.types import Interval

_TIME = r"-?(?:(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_DASHES = "\N{EN DASH}-"
_UNIT = r"\s*(?:s|sec|secs|seconds?)?\b"
_RANGE = rf"(?P<time>{_TIME}){_UNIT}(?:\s*(?:[{_DASHES}]|to|and)\s*(?P<other>{_TIME}){_UNIT})?"
_NOTHING = r"(?P<nothing>null|none|n/?a|not\b|unknown|never)"
_ONSET = r"(?:start|onset|begin|beginning)"
_OFFSET = r"(?:end|offset|finish|stop)"
_LABELLED = (
    r"(?<!\w)[\"']?{label}(?:[ _-]?(?:time|times|timestamp|sec|second|seconds))?[\"']?"
    r"(?:\s*[*_]*\s*[:=]\s*[*_]*|\s+(?:is|at|of)\s+|\s+of\b[^.\n]{{0,200}}?\s(?:is|to be)\s+)"
    r"\s*[\"'\[]*(?:around|about|approximately|roughly|at|from|between|~|\s)*"
    r"(?:{value}|{nothing})"
)
_ONE = {
    "onset": re.compile(
        _LABELLED.format(label=_ONSET, value=_RANGE, nothing=_NOTHING), re.IGNORECASE
    ),
    "offset": re.compile(
        _LABELLED.format(label=_OFFSET, value=_RANGE, nothing=_NOTHING), re.IGNORECASE
    ),
}
_PAIR = re.compile(
    rf"(?P<time>{_TIME}){_UNIT}[\"']?\s*(?:,|[{_DASHES}]|to|and|until|through)\s*[\"']?"
    rf"(?P<other>{_TIME}){_UNIT}",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"(\s)\s+")
_OBJECT = re.compile(r"\{[^{}]*\}")
_VALUE = re.compile(rf":\s*\"?(?P<time>{_TIME}){_UNIT}", re.IGNORECASE)
_ANY = re.compile(rf"(?<![\w.:])(?P<time>{_TIME}){_UNIT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedSpans:
    """The times of a reply.

    Attributes:
        intervals: The spans, in the order told and inside the video; empty where none was told.
        repairs: What had to be put right: "swapped", "clamped", "range".
    """

    intervals: tuple[Interval, ...]
    repairs: tuple[str, ...] = ()


def read_spans(reply: str, video: Interval) -> ParsedSpans:
    """Returns the spans that a reply names, of which the first is the one it is about.

    Read are numbers, "2.0s", "MM:SS" and "HH:MM:SS" as start and end, in JSON objects wherever
    they stand in the reply, in lines such as "Start time: 2.0s", in sentences and in lists. Where
    a range is told for one end, its middle is taken. A span told backwards is turned round, and
    one that leaves the video is cut to it. Where one end is told as null or not at all, there is
    no span.

    Args:
        reply: What the model said, without its thoughts.
        video: From the first to the last moment of the video.
    """
    repairs: list[str] = []
    ends = list(_ends(_BLANKS.sub(r"\1", reply), repairs))
    intervals = tuple(dict.fromkeys(_inside(a, b, video, repairs) for a, b in ends))
    return ParsedSpans(intervals, tuple(dict.fromkeys(repairs)))


def read_moment(reply: str, video: Interval) -> float | None:
    """Returns the one time that a reply names, inside the video, or None where it names none."""
    found = next(_ANY.finditer(reply), None)
    if found is None:
        return None
    return min(max(clock_seconds(found["time"]), video.start), video.end)


def _ends(reply: str, repairs: list[str]) -> Iterator[tuple[float, float]]:
    """Returns (start, end) of the first way of telling that the reply uses."""
    objects = [found[0] for found in _OBJECT.finditer(reply)]
    unlabelled = [[clock_seconds(one["time"]) for one in _VALUE.finditer(text)] for text in objects]
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
    for pair in _PAIR.finditer(reply):
        yield clock_seconds(pair["time"]), clock_seconds(pair["other"])


def _labelled(text: str) -> tuple[re.Match[str], re.Match[str]] | None:
    onset, offset = _ONE["onset"].search(text), _ONE["offset"].search(text)
    return None if onset is None or offset is None else (onset, offset)


def _middle(end: re.Match[str], repairs: list[str]) -> float:
    if end["other"] is None:
        return clock_seconds(end["time"])
    repairs.append("range")
    return (clock_seconds(end["time"]) + clock_seconds(end["other"])) / 2.0


def _inside(start: float, end: float, video: Interval, repairs: list[str]) -> Interval:
    if end < start:
        repairs.append("swapped")
        start, end = end, start
    cut = [min(max(second, video.start), video.end) for second in (start, end)]
    if cut != [start, end]:
        repairs.append("clamped")
    return Interval(*cut)
