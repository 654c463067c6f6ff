"""Checks what an answer cites against the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from foretell import ranking
from foretell.agent.citation_marks import mark_of
from foretell.agent.citations import Citation, CitedEvent, CitedTime, names_video, read_citations
from foretell.memory.store import Store
from foretell.patterns import LazyPattern
from foretell.tools.texts.marks import as_labels, replace_marks
from foretell.tools.texts.spoken_times import NamedTime
from foretell.tools.texts.text_cleaning import capitalised, without_controls
from foretell.types import Event, Evidence, Interval, VideoInfo, spread

_MIN_IOU = 0.5
"""A span that overlaps an event by half of their union is taken to mean that event."""
_MIN_SHARE = 0.5
"""A span is kept where events cover at least half of its seconds; less is mostly unseen."""
_WHOLE_SHARE = 0.8
"""A shot that covers this share of a video tells nothing of a moment of it."""
_ROUNDING_SECONDS = 0.5
"""How far a point in time may lie from an event: models round to whole seconds."""
_MOST_EVENTS = 6
"""Events that are told for a span which none of them means alone."""
_PAIRS = (
    ('"', '"'),
    ("`", "`"),
    ("\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"),
    ("\N{DOUBLE LOW-9 QUOTATION MARK}", "\N{LEFT DOUBLE QUOTATION MARK}"),
    (
        "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
        "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    ),
)
_QUOTED = LazyPattern(
    "|".join(rf"{opens}[^{opens}{closes}\n]+{closes}" for opens, closes in _PAIRS)
    + r"|(?<!\w)'[^'\n]+'(?!\w)"
)
_LAST_WORD, _FIRST_WORD = LazyPattern(r"[\w'-]+(?=[ ]*\Z)"), LazyPattern(r"[ ]*([\w'-]+)")
_DANGLING = LazyPattern(r"(?:[ \t,]+(?:and|or))?[ \t]*\Z")
_SENTENCE_BEGINS = LazyPattern(r"(?:\A|\n|[.!?])[ \t]*\Z")
_TAKEN_OUT = "\0"
"""Stands where a citation was, until what follows is joined on."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer whose citations were checked.

    Attributes:
        text: The answer, each valid citation replaced by the times it stands for.
        evidence: The events cited, each once, in the order of first mention.
        dropped: How many citations are not in the timeline; they are taken out of the text.
    """

    text: str
    evidence: tuple[Evidence, ...]
    dropped: int


def check_citations(text: str, store: Store, videos: Sequence[VideoInfo]) -> Checked:
    """Checks everything that a language model cites: labels such as "[e12]", and every time.

    A label counts where that event is in the timeline of one of `videos`. A time counts where an
    event there has an IoU of at least 0.5 with it or covers the point, or where several that lie in
    it cover half of it. What stands in an event word for word is a quote, and cites nothing. Marks
    are ours alone: one that a model writes is read as a label, and no control character stays.
    """
    checker = _Checker(store, videos)
    return checker.checked(checker.models_words(without_controls(as_labels(text))))


def check_marks(text: str, store: Store, videos: Sequence[VideoInfo]) -> Checked:
    """Checks the marks in an answer of the embedded planner; all else in it is a quote or its own.

    Marks are those of `foretell.tools.texts.marks`.
    """
    checker = _Checker(store, videos)
    return checker.checked(replace_marks(text, checker.of_mark))


def supported_span(text: str, events: Sequence[Event]) -> Interval | None:
    """Returns from the first to the last of the times cited in `text` that a timeline supports.

    Cited times count where events cover at least half of them.
    """
    cited = [
        one.time.ends for place in read_citations(text) for one in place.cited
        if isinstance(one, CitedTime)
    ]  # fmt: skip
    spans = [Interval(*ends) for ends in cited if ends[1] < float("inf")]
    kept = [one for one in spans if covered_seconds(one, events) >= _MIN_SHARE * one.duration > 0]
    if not kept:
        return None
    return Interval(min(one.start for one in kept), max(one.end for one in kept))


def covered_seconds(cited: Interval, events: Sequence[Event]) -> float:
    """Returns how much of an interval some event lies in."""
    covered, reached = 0.0, cited.start
    for event in sorted(events, key=lambda event: event.interval):
        start, end = max(reached, event.interval.start), min(cited.end, event.interval.end)
        covered += max(0.0, end - start)
        reached = max(reached, end)
    return covered


Found = tuple[VideoInfo, Event]


class _Checker:
    def __init__(self, store: Store, videos: Sequence[VideoInfo]) -> None:
        self._store = store
        self._videos = {video.content_hash: video for video in videos}
        self._texts: list[str] | None = None
        self._evidence: list[Evidence] = []
        self._dropped = 0

    def checked(self, text: str) -> Checked:
        return Checked(text.strip(), tuple(self._evidence), self._dropped)

    def of_mark(self, marked: int | Interval) -> str:
        """Returns the times that a mark of ours stands for."""
        if isinstance(marked, int):
            return self._marks(self._kept(CitedEvent(marked)))
        return self._marks(self._kept(CitedTime(NamedTime(marked.start, marked.end))))

    def models_words(self, text: str) -> str:
        """Returns a model's words with each citation replaced, kept or taken out."""
        names = [video.name for video in self._videos.values()]
        quotes = [quote.span() for quote in _QUOTED.finditer(text)]
        written, behind = "", 0
        for place in read_citations(text, names):
            written = _joined(written, text[behind : place.start])
            if self._is_quote(text, place, quotes):
                kept = text[place.start : place.end]
            else:
                kept = self._spoken(text, place) if place.is_spoken else self._replaced(place)
            written += kept or _TAKEN_OUT
            behind = place.end
        return _joined(written, text[behind:])

    def _replaced(self, place: Citation) -> str:
        """Returns the times of the events that a bracket cites; nothing where there are none."""
        return self._marks([one for cited in place.cited for one in self._kept(cited)])

    def _spoken(self, text: str, place: Citation) -> str:
        """Returns a time that is spoken of as it is, where the timeline holds it."""
        kept = [one for cited in place.cited for one in self._kept(cited)]
        self._marks(kept)
        return text[place.start : place.end] if kept else ""

    def _kept(self, cited: CitedEvent | CitedTime) -> Sequence[Found]:
        """Returns what a citation means, and counts one that means nothing."""
        found = self._labelled(cited) if isinstance(cited, CitedEvent) else self._meant(cited)
        self._dropped += not found
        return found

    def _labelled(self, cited: CitedEvent) -> Sequence[Found]:
        stored = None if cited.number is None else self._store.event(cited.number)
        if stored is None or stored[0].content_hash not in self._videos:
            return ()
        return [(self._videos[stored[0].content_hash], stored[1])]

    def _meant(self, cited: CitedTime) -> Sequence[Found]:
        """Returns the event that a time means, or several that fill it."""
        start, end = cited.time.ends
        if end == float("inf"):
            return ()
        at = Interval(start, end)
        if at.duration == 0.0:
            return self._at_point(at, cited.video)
        around = [*self._events(at, cited.video)]
        meant = [one for one in around if at.iou(one[1].interval) >= _MIN_IOU]
        if meant:
            return [ranking.best_of(meant, lambda one: at.iou(one[1].interval))]
        return _filling(at, around)

    def _at_point(self, at: Interval, video: str) -> Sequence[Found]:
        """Returns the event that begins at a point in time, else the shortest there."""
        window = Interval(at.start - _ROUNDING_SECONDS, at.end + _ROUNDING_SECONDS)
        there = [
            (info, event)
            for info, event in self._events(window, video)
            if event.kind != "scene"
            or event.interval.duration < _WHOLE_SHARE * info.duration_seconds
        ]
        if not there:
            return ()
        begins = [
            one for one in there if abs(one[1].interval.start - at.start) <= _ROUNDING_SECONDS
        ]
        return [ranking.best_of(begins or there, lambda one: -one[1].interval.duration)]

    def _events(self, window: Interval, named: str) -> Iterator[Found]:
        """Yields the events that overlap a stretch, of the video that is named or of all."""
        for number, (content_hash, video) in enumerate(self._videos.items(), start=1):
            if not named or names_video(named, video.name, number):
                for event in self._store.events(content_hash, within=window):
                    yield video, event

    def _marks(self, found: Sequence[Found]) -> str:
        """Adds the events to the evidence and returns their times."""
        marks: list[str] = []
        for video, event in found:
            evidence = Evidence(video.path, event.interval, event.text, event.source)
            if evidence not in self._evidence:
                self._evidence.append(evidence)
            mark = mark_of(event.interval, video.name if len(self._videos) > 1 else "")
            if mark not in marks:
                marks.append(mark)
        return "".join(f" {mark}" for mark in marks)

    def _is_quote(self, text: str, place: Citation, quotes: Sequence[tuple[int, int]]) -> bool:
        """Whether a place repeats what stands in the videos, so that it cites nothing.

        It stands in quotation marks with words of an event; or the words beside it stand beside it
        there, too. Times in brackets are quotes in quotation marks alone.
        """
        quote = next(
            (span for span in quotes if span[0] <= place.start and place.end <= span[1]), None
        )
        if quote is not None and self._stands_in_video(text[quote[0] + 1 : quote[1] - 1]):
            return True
        if not place.is_spoken and not all(isinstance(one, CitedEvent) for one in place.cited):
            return False
        before = _LAST_WORD.search(text[max(0, place.start - 60) : place.start])
        after = _FIRST_WORD.match(text[place.end : place.end + 60])
        words = " ".join(text[place.start : place.end].split())
        beside = [f"{before[0]} {words}"] if before else []
        beside += [f"{words} {after[1]}"] if after else []
        agree: Callable[[Iterator[bool]], bool] = any if place.is_spoken else all
        return bool(beside) and agree(self._stands_in_video(one) for one in beside)

    def _stands_in_video(self, words: str) -> bool:
        if self._texts is None:
            self._texts = [
                event.text.casefold() for one in self._videos for event in self._store.events(one)
            ]
        return any(words.casefold() in text for text in self._texts)


def _filling(at: Interval, around: Sequence[Found]) -> Sequence[Found]:
    """Returns the events of one kind that lie in a stretch, where they cover half of it."""
    inside = [
        (video, event)
        for video, event in around
        if event.interval.overlap(at) >= _MIN_SHARE * event.interval.duration > 0.0
    ]
    for kind in dict.fromkeys(event.kind for _, event in inside if event.kind != "scene"):
        alike = [one for one in inside if one[1].kind == kind]
        if covered_seconds(at, [event for _, event in alike]) >= _MIN_SHARE * at.duration:
            return spread(alike, _MOST_EVENTS)
    return ()


def _joined(written: str, rest: str) -> str:
    """Joins what follows to what is written, without the blank or comma that a gap leaves."""
    if not written.endswith(_TAKEN_OUT):
        return written + rest
    written = written.removesuffix(_TAKEN_OUT)
    if begins := _SENTENCE_BEGINS.search(written):
        rest = rest.lstrip(" \t,;:")
        if begins[0].isspace() or not begins[0] or rest[:1] not in ".!?":
            return written + capitalised(rest)
        return written.rstrip(" \t") + rest[1:]
    if rest[:1] in ".,;:!?)" or not rest.strip():
        return _DANGLING.sub("", written) + rest
    return written + (rest.lstrip(" \t") if written[-1] in " \t" else rest)
