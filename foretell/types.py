"""The frozen records that every folder shares. Times are seconds, intervals are half-open."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from foretell import display
from foretell.paths import file_at, written
from foretell.ranges import check_range
from foretell.tokens import count_tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


T = TypeVar("T")
EventKind = Literal[
    "caption", "action", "speech", "voice", "screen_text", "scene", "object", "look"
]
"""What sort of thing an event tells; "speech" is what is said, "voice" that somebody speaks."""
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
SHOWN_KINDS: tuple[EventKind, ...] = tuple(kind for kind in EVENT_KINDS if kind != "look")
"""Kinds whose text tells by itself what a video shows; a look tells what somebody asked of it."""
AnswerStatus = Literal["answered", "absent", "unknown"]
ANSWER_STATUSES: tuple[AnswerStatus, ...] = get_args(AnswerStatus)
"""Whether a thing is told, was looked for and is not there, or was never looked for."""
LabelSlot = Literal["action", "verb", "noun"]
SAMPLE_RATE = 16_000
"""Samples a second of every `Sound`, as models of speech want them."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A half-open stretch of time [start, end) in seconds.

    Raises:
        ValueError: If an end is not finite or `end` lies before `start`.
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise ValueError(f"interval ({self.start!r}, {self.end!r}) must have finite ends")
        if self.end < self.start:
            raise ValueError(f"interval ({self.start!r}, {self.end!r}) ends before it starts")

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    def overlap(self, other: Interval) -> float:
        """Seconds shared with `other`, 0.0 where there are none."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share any time; an instant counts where it lies inside the other."""
        if self.duration == 0.0:
            return other.start <= self.start < other.end or self == other
        if other.duration == 0.0:
            return self.start <= other.start < self.end
        return self.overlap(other) > 0.0

    def iou(self, other: Interval) -> float:
        """Intersection over union in [0, 1]; 0.0 where the union is empty."""
        shared = self.overlap(other)
        union = self.duration + other.duration - shared
        return shared / union if union > 0.0 else 0.0

    def __str__(self) -> str:
        return f"{self.start:.1f}-{self.end:.1f} s"


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What a video file is, without its frames.

    Attributes:
        path: The file as given; a name that is no UTF-8 as a URI (`foretell.paths`).
        content_hash: Hex digest of the file's bytes; the video's identity in a library.
        interval: From the first to the end of the last seen or heard, in seconds as players show.
        width: Pixels as displayed, after rotation and pixel aspect ratio.
        height: Pixels as displayed.
        codec: FFmpeg's name of the video codec, such as "h264".
        has_audio: Whether there is an audio stream.
        subtitle_tracks: Language (or "und") of each embedded text subtitle track.
        clock_start_seconds: What the clock of an MPEG stream shows at time 0; None for others.
        shown_as: What it is called among several, where its name alone does not tell it apart.
        pictures: Which part of `interval` has pictures, where that is not all of it: from the
            first frame to the end of the last. The last stays on show while the sound goes on.
        note: What was odd about the file's times and how it was mended, in a sentence; or empty.
    """

    path: str
    content_hash: str
    interval: Interval
    width: int
    height: int
    codec: str
    has_audio: bool = False
    subtitle_tracks: tuple[str, ...] = ()
    clock_start_seconds: float | None = None
    shown_as: str = ""
    pictures: Interval | None = None
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", written(self.path))

    @property
    def file(self) -> Path:
        """The file, to be opened."""
        return file_at(self.path)

    @property
    def duration_seconds(self) -> float:
        """Seconds from the first to the end of the last that is seen or heard."""
        return self.interval.duration

    @property
    def pictured(self) -> Interval:
        """From the first frame to the end of the last, in seconds."""
        return self.pictures or self.interval

    @property
    def name(self) -> str:
        """The file's name, with those of its folders that tell it from the others at hand."""
        return self.shown_as or self.path.replace("\\", "/").rsplit("/", 1)[-1]

    def to_dict(self) -> dict[str, Any]:
        """Gives the video as JSON can hold it."""
        from foretell.records import video_record

        return video_record(self)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture.

    Attributes:
        data: (H, W, 3) uint8 RGB.
        pts_seconds: When it is first shown.
        lost_from_seconds: From when on another one would be shown that is too damaged to be
            decoded; infinity where none is missing before the next.
    """

    data: NDArray[np.uint8]
    pts_seconds: float
    lost_from_seconds: float = math.inf


Clip = Sequence[Frame]
"""Frames in order of time, one at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A piece of a sound track.

    Attributes:
        samples: (N,) float32, mono, `SAMPLE_RATE` of them a second; full scale is 1.0.
        pts_seconds: When the first of them is heard.
    """

    samples: NDArray[np.float32]
    pts_seconds: float

    @property
    def end_seconds(self) -> float:
        """When the last of its samples has been heard."""
        return self.pts_seconds + len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG picture of a moment, kept beside a timeline."""

    pts_seconds: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class ScoredLabel:
    """A label that a recogniser holds possible.

    Attributes:
        slot: What it names: the whole action, its verb or its noun.
        label: In words.
        probability: In [0, 1], among the labels of its slot.
    """

    slot: LabelSlot
    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is said, shown or done in a video, as text with a time.

    Attributes:
        interval: When.
        kind: What sort of text it is, one of `EVENT_KINDS`.
        text: The text, one line.
        source: Which tool or file it came from, such as "captions:lavila.json".
        confidence: In [0, 1], or None where the source gives none.
        id: Its number in the library, or None while it is in none.
        labels: What a recogniser held likely, the likeliest of each slot first; empty for others.
    """

    interval: Interval
    kind: EventKind
    text: str
    source: str
    confidence: float | None = None
    id: int | None = None
    labels: tuple[ScoredLabel, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.interval} {self.kind}: {self.text}"

    def to_dict(self) -> dict[str, Any]:
        """Gives the event as JSON can hold it."""
        from foretell.records import event_record

        return event_record(self)


@dataclass(frozen=True, slots=True)
class Hit:
    """An event that a search found; a higher `score` is a better match."""

    event: Event
    video: VideoInfo
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one source looked for in a video, and where, whether it found anything or not.

    Attributes:
        source: Which tool or file looked.
        kinds: The kinds of events that it would have given.
        intervals: The stretches that it looked at, in order of time, apart from each other.
    """

    source: str
    kinds: tuple[EventKind, ...]
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A video as text: its events in order of time.

    Attributes:
        video: What the video is.
        events: What was seen, in order of time.
        thumbnails: Small pictures of it.
        coverage: What was looked for, by each source; what nobody looked for is not there.
    """

    video: VideoInfo
    events: tuple[Event, ...]
    thumbnails: tuple[Thumbnail, ...] = field(default=(), repr=False)
    coverage: tuple[Coverage, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return len(self.events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __getitem__(self, place: int) -> Event:
        return self.events[place]

    def between(self, start_seconds: float, end_seconds: float) -> Timeline:
        """Gives the part whose events overlap [start, end).

        Raises:
            ValueError: If the end lies before the start.
        """
        window = Interval(start_seconds, end_seconds)
        kept = tuple(event for event in self.events if event.interval.overlaps(window))
        return replace(self, events=kept)

    def of_kind(self, *kinds: EventKind) -> Timeline:
        """Gives the part whose events are of one of `kinds`.

        Raises:
            ValueError: If there is no such kind.
        """
        if unknown := [kind for kind in kinds if kind not in EVENT_KINDS]:
            raise ValueError(f"there is no kind {unknown[0]!r}; give {', '.join(EVENT_KINDS)}")
        kept = tuple(event for event in self.events if event.kind in kinds)
        return replace(self, events=kept)

    def to_text(self, max_tokens: int | None = None) -> str:
        """Gives one line an event, times first, thinned evenly to fit about `max_tokens` tokens.

        Tokens are counted by `count_tokens`.

        Raises:
            ValueError: If `max_tokens` is not positive.
        """
        lines = [str(event) for event in self.events]
        return "\n".join(lines if max_tokens is None else thinned(lines, max_tokens))

    def to_dict(self) -> dict[str, Any]:
        """Gives the video and its events, as `foretell timeline --json` prints them."""
        from foretell.records import timeline_record

        return timeline_record(self)

    def to_html(self) -> str:
        """Gives the thumbnails and events as a notebook shows them."""
        strip = display.strip([(t.pts_seconds, t.jpeg) for t in self.thumbnails])
        rows = [(str(e.interval), e.kind, e.text, e.source) for e in self.events]
        title = f"{self.video.name}, {self.video.duration_seconds:.1f} s, {len(rows)} events"
        return display.titled(title, strip + display.table(("time", "kind", "text", "from"), rows))

    def _repr_html_(self) -> str:
        return self.to_html()


def thinned(lines: Sequence[str], max_tokens: int) -> list[str]:
    """Keeps evenly spaced lines, one at least, that fit into about `max_tokens` tokens.

    A last line says how many were left out, where any was.

    Raises:
        ValueError: If `max_tokens` is not positive.
    """
    check_range("max_tokens", max_tokens, 1, error=ValueError)
    kept = list(lines)
    while len(kept) > 1 and (total := count_tokens("\n".join(kept))) > max_tokens:
        kept = spread(lines, max(1, min(len(kept) - 1, len(kept) * max_tokens // total)))
    if len(kept) == len(lines):
        return kept
    return [*kept, f"({len(lines) - len(kept)} of {len(lines)} lines left out to fit)"]


def spread(items: Sequence[T], count: int) -> list[T]:
    """Gives at most `count` of the items, evenly spaced and in their order."""
    if len(items) <= count:
        return list(items)
    step = len(items) / count
    return [items[int(index * step)] for index in range(count)]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a video that supports an answer, checked against the timeline.

    Attributes:
        video: The video's path.
        interval: When.
        quote: The text of the event it rests on, word for word.
        source: Where that event came from.
    """

    video: str
    interval: Interval
    quote: str
    source: str

    def to_dict(self) -> dict[str, Any]:
        """Gives the span as JSON can hold it."""
        from foretell.records import evidence_record

        return evidence_record(self)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and money that a question took; `cost` is in US dollars, None where unknown."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call of a planner."""

    tool: str
    arguments: Mapping[str, object]
    seconds: float
    result: str = ""
    failed: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Gives the call as JSON can hold it."""
        from foretell.records import step_record

        return step_record(self)


UNGROUNDED = "rests on no line of the timeline"
"""What stands under an answer or a moment of a model that has no evidence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a planner answered, with what it rests on.

    Attributes:
        text: The answer in words, each claim followed by the times it rests on.
        choice: Index into the choices given, or None.
        evidence: Spans found in the timeline; a citation that is not there is dropped.
        confidence: In [0, 1], or None where the model gave none.
        model: The model's name, "embedded" for the planner without an LLM.
        trajectory: The tool calls, in order.
        usage: Tokens and cost.
        seconds: Wall-clock time from question to answer.
        dropped_citations: How many citations were not in the timeline.
        status: Whether the timeline answers it, or it was looked for and is absent, or nobody
            looked for it.
        searched: Seconds of the videos that were looked at for each kind of event.
        notes: What is worth telling of how it came about, such as that it rests on nothing.
    """

    text: str
    choice: int | None = None
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    model: str = ""
    trajectory: tuple[Step, ...] = field(default=(), repr=False)
    usage: Usage = Usage()
    seconds: float = 0.0
    dropped_citations: int = 0
    status: AnswerStatus = "answered"
    searched: Mapping[EventKind, float] = field(default_factory=dict[EventKind, float])
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Gives the answer and what led to it, as `foretell ask --json` prints them."""
        from foretell.records import answer_record

        return answer_record(self)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        rows = [(e.video, str(e.interval), e.quote, e.source) for e in self.evidence]
        body = display.table(("video", "time", "quote", "from"), rows) if rows else ""
        return display.titled(self.text, body)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far watching got.

    Attributes:
        source: The track that is being made.
        share: In [0, 1], of that track.
        event: What was just seen, or None at the beginning and the end of a track.
    """

    source: str
    share: float
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """What watching gave.

    Attributes:
        timeline: All that the library holds of the video.
        reused: Whether everything was there already, so that nothing was decoded.
        seconds: Wall-clock time.
        notes: What is worth telling, such as how far a damaged file could be read.
    """

    timeline: Timeline
    reused: bool
    seconds: float
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Gives the timeline and how it came about, as `foretell watch --json` prints them."""
        from foretell.records import watched_record

        return watched_record(self)

    def _repr_html_(self) -> str:
        return self.timeline.to_html()
