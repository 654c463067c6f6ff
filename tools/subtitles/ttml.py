"""Reads TTML and its older form DFXP, whose times count from those of what they stand in."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from foretell.errors import DatasetError
from foretell.patterns import LazyPattern
from foretell.tools.subtitles.cues import Cue, Sheet
from foretell.tools.subtitles.markup import said_by
from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Interval, VideoInfo

_ROOT = LazyPattern(r"<(?:[\w.-]+:)?tt[\s>/]")
_OPENING = 4000
"""Characters at the beginning of a file among which its root stands."""
_CLOCK = LazyPattern(r"(\d{1,6}):(\d\d?):(\d\d?)(?:[.,](\d+)|:(\d{1,4})(?:\.\d+)?)?")
_OFFSET = LazyPattern(r"(\d{1,12}(?:\.\d+)?)(h|ms|m|s|f|t)")
_NAMED = LazyPattern(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_UNSAID = frozenset({"metadata", "agent", "name", "desc", "title", "copyright", "set", "animate"})
"""Elements whose text is not shown."""
_DEEPEST = 60
"""Elements within each other; documents of people have under ten, and each costs a call."""
_DEFAULT_FRAME_RATE = 30.0
"""Frames a second where a document names none (TTML2, 7.2.7)."""


def is_ttml(text: str) -> bool:
    """Says whether the text is XML whose root is `tt`."""
    return _ROOT.search(text[:_OPENING]) is not None


def ttml_sheet(text: str, video: VideoInfo, path: Path) -> Sheet:
    """Reads the paragraphs of a document; one whose spans alone have times gives a cue a span.

    Raises:
        DatasetError: If the document is not well-formed XML, declares entities, or is too deep.
    """
    if "<!ENTITY" in text:
        raise DatasetError(f"{path}: it declares entities; save it without its DOCTYPE")
    try:
        root = ElementTree.fromstring(_NAMED.sub(lambda found: html.unescape(found[0]), text))
    except ElementTree.ParseError as error:
        line, column = error.position
        where = f"line {line}, column {column + 1}"
        raise DatasetError(f"{path}: it is no well-formed XML at {where}; save it whole") from error
    if _is_deep(root):
        raise DatasetError(f"{path}: more than {_DEEPEST} elements stand within each other")
    reader = _Document(root, video.interval.end)
    body = next((part for part in root if _tag(part) == "body"), None)
    if body is not None:
        reader.walk(body, _Place(0.0, None, root.get(_LANGUAGE, ""), "", False), 0.0)
    return reader.sheet


def _is_deep(root: ElementTree.Element) -> bool:
    level = [root]
    for _ in range(_DEEPEST):
        level = [part for element in level for part in element]
    return bool(level)


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: ElementTree.Element, name: str) -> str | None:
    """Gives an attribute of whichever namespace, as each version of TTML has its own."""
    found = (value for key, value in element.items() if key.rpartition("}")[2] == name)
    return next(found, None)


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element inherits.

    Attributes:
        start_seconds: When it begins.
        end_seconds: When it ends; None for the end of the video.
        language: In which language it is.
        speaker: Who says it.
        is_timed: Whether any element down to it has a time.
    """

    start_seconds: float
    end_seconds: float | None
    language: str
    speaker: str
    is_timed: bool


class _Document:
    """Walks through a document, of which it holds the clock, the speakers and what was read."""

    def __init__(self, root: ElementTree.Element, end_seconds: float) -> None:
        self.sheet = Sheet()
        self._end_seconds = end_seconds
        self._clock = _clock_of(root)
        self._speakers = _speakers(root)

    def walk(self, element: ElementTree.Element, around: _Place, after: float) -> float | None:
        """Reads an element that may begin `after` its surroundings; gives its end in seconds."""
        if _tag(element) in _UNSAID:
            return after
        try:
            place = self._place(element, around, after)
        except ValueError as error:
            words = one_line("".join(element.itertext()))[:60]
            self.sheet.faults.append(f"{_tag(element)} {words!r}: {error}")
            return after
        inside = [part for part in element if _tag(part) in ("div", "p", "span")]
        if _tag(element) in ("p", "span") and (
            _is_timed(element) or not any(map(_has_times, inside))
        ):
            self._say(element, place)
        else:
            reached: float | None = place.start_seconds
            for part in inside:
                if element.get("timeContainer") != "seq" or reached is None:
                    reached = place.start_seconds
                reached = self.walk(part, place, reached)
        return place.end_seconds

    def _place(self, element: ElementTree.Element, around: _Place, after: float) -> _Place:
        begin, end, duration = map(element.get, ("begin", "end", "dur"))
        start = after + (self._clock.seconds(begin) if begin else 0.0)
        ends = [] if around.end_seconds is None else [around.end_seconds]
        if end:
            ends.append(after + self._clock.seconds(end))
        if duration:
            ends.append(start + self._clock.seconds(duration))
        if ends and min(ends) < start:
            raise ValueError(f"ends at {min(ends):g} s, before it starts at {start:g} s")
        agents = (_attribute(element, "agent") or "").split()
        names = [self._speakers[agent] for agent in agents if agent in self._speakers]
        return _Place(
            start,
            min(ends, default=None),
            element.get(_LANGUAGE, around.language),
            " and ".join(names) or around.speaker,
            around.is_timed or _is_timed(element),
        )

    def _say(self, element: ElementTree.Element, place: _Place) -> None:
        shown = "".join(_words(element)).split("\v")
        lines = tuple(line for line in map(one_line, shown) if line)
        if not lines:
            return
        if not place.is_timed:
            self.sheet.faults.append(f"{_tag(element)} {lines[0][:60]!r}: it has no times")
            return
        end = place.end_seconds
        end = max(place.start_seconds, self._end_seconds) if end is None else end
        interval = Interval(place.start_seconds, end)
        self.sheet.cues.append(Cue(interval, said_by(place.speaker, lines), place.language))


def _is_timed(element: ElementTree.Element) -> bool:
    return any(element.get(name) for name in ("begin", "end", "dur"))


def _has_times(element: ElementTree.Element) -> bool:
    return any(map(_is_timed, element.iter()))


def _words(element: ElementTree.Element) -> Iterator[str]:
    r"""Gives the text that an element shows, "\v" for a break of line."""
    yield element.text or ""
    for part in element:
        if _tag(part) == "br":
            yield "\v"
        elif _tag(part) not in _UNSAID:
            yield from _words(part)
        yield part.tail or ""


def _speakers(root: ElementTree.Element) -> Mapping[str, str]:
    named = {
        agent.get(_ID, ""): one_line(
            " ".join(part.text or "" for part in agent if _tag(part) == "name")
        )
        for agent in root.iter()
        if _tag(agent) == "agent"
    }
    return {name: said for name, said in named.items() if said}


@dataclass(frozen=True, slots=True)
class _Clock:
    """How a document counts time.

    Attributes:
        frame_rate: Frames a second that pass.
        counted_rate: Frames a second of its time codes, such as 30 where 29.97 pass.
        tick_rate: Ticks a second.
        is_smpte: Whether its time codes count frames rather than time.
    """

    frame_rate: float
    counted_rate: float
    tick_rate: float
    is_smpte: bool

    def seconds(self, text: str) -> float:
        """Reads a time expression of TTML2, 12.3.1.

        Raises:
            ValueError: If it is none.
        """
        if clock := _CLOCK.fullmatch(text.strip()):
            return self._time_code(clock)
        offset = _OFFSET.fullmatch(text.strip())
        if offset is None:
            raise ValueError(
                f"cannot read the time {text[:40]!r}; write it as HH:MM:SS.mmm or 1.5s"
            )
        units = {
            "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001,
            "f": 1 / self.frame_rate, "t": 1 / self.tick_rate,
        }  # fmt: skip
        return float(offset[1]) * units[offset[2]]

    def _time_code(self, clock: re.Match[str]) -> float:
        hours, minutes, seconds = map(int, clock.group(1, 2, 3))
        if minutes > 59 or seconds > 59:
            raise ValueError(f"the time {clock[0]!r} has a minute or second past 59")
        whole = float(3600 * hours + 60 * minutes + seconds)
        if clock[4]:
            return float(f"{int(whole)}.{clock[4]}")
        slowed = self.counted_rate / self.frame_rate if self.is_smpte else 1.0
        return whole * slowed + int(clock[5] or 0) / self.frame_rate


def _clock_of(root: ElementTree.Element) -> _Clock:
    """Reads the parameters of a document; those that make no sense count as not given."""
    counted = _positive(_attribute(root, "frameRate")) or _DEFAULT_FRAME_RATE
    parts = re.split(r"[\s:]+", (_attribute(root, "frameRateMultiplier") or "").strip())
    over, under = (_positive(part) for part in (parts * 2)[:2])
    multiplier = over / under if over and under and len(parts) == 2 else 1.0
    rate = counted * multiplier
    ticks = _positive(_attribute(root, "tickRate"))
    is_smpte = _attribute(root, "timeBase") == "smpte" and _attribute(root, "dropMode") in (
        None,
        "nonDrop",
    )
    has_frames = _attribute(root, "frameRate") is not None
    return _Clock(rate, counted, ticks or (rate if has_frames else 1.0), is_smpte)


def _positive(text: str | None) -> float | None:
    found = re.fullmatch(r"\d{1,12}(?:\.\d{1,12})?", (text or "").strip())
    return (float(found[0]) or None) if found else None
