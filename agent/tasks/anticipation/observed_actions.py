"""Reads the actions seen so far out of a timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from foretell.actions import Action, ActionWindow
from foretell.memory.words.taxonomy import Taxonomy
from foretell.types import Event, EventKind, Interval, Timeline

_KINDS: tuple[EventKind, ...] = ("action", "caption")


@dataclass(frozen=True, slots=True)
class ObservedActions:
    """The past of a video, as far as its timeline tells it.

    Attributes:
        window: The actions, in words of the taxonomy, and the captions of the same time.
        events: The events that the actions were read from, one for each.
        repairs: How many of the words were read otherwise than exactly, by how and slot, and how
            many events between told no action, "not_an_action".
    """

    window: ActionWindow
    events: tuple[Event, ...]
    repairs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Reading:
    """An event, and the action that it tells if it tells one."""

    event: Event
    action: Action | None
    repairs: tuple[str, ...]


def observe(timeline: Timeline, taxonomy: Taxonomy, observed: int = 8) -> ObservedActions:
    """Returns the latest `observed` actions of a timeline; there may be fewer, or none.

    They are read from its action events; from its captions where no action event tells an
    action. An event whose verb is known and whose noun is not takes the noun of the action
    before.
    """
    readings = _first_telling(timeline, taxonomy)
    places = [place for place, reading in enumerate(readings) if reading.action is not None]
    latest = readings[places[-observed:][0] :] if places else []
    seen = [(reading.event, reading.action) for reading in latest if reading.action is not None]
    events = tuple(event for event, _ in seen)
    since = (events[0] if events else timeline.video).interval.start
    window = ActionWindow(
        key=f"{timeline.video.name}_{max(0, len(places) - 1)}",
        video=timeline.video.content_hash,
        past=tuple(action for _, action in seen),
        captions=tuple(_captions(timeline, since)[-observed:]),
    )
    return ObservedActions(window, events, Counter(name for one in latest for name in one.repairs))


def _first_telling(timeline: Timeline, taxonomy: Taxonomy) -> list[_Reading]:
    """Returns what the first kind of events that tells any action tells."""
    for kind in _KINDS:
        readings = _read(timeline.of_kind(kind), taxonomy)
        if any(reading.action is not None for reading in readings):
            return readings
    return []


def _read(events: Iterable[Event], taxonomy: Taxonomy) -> list[_Reading]:
    readings: list[_Reading] = []
    before: str | None = None
    for event in _joined(events):
        read = taxonomy.read(event.text)
        noun = read.noun.label if read and read.noun else before
        if read is None or read.verb is None or noun is None:
            readings.append(_Reading(event, None, ("not_an_action",)))
            continue
        before = noun
        matches = {"verb": read.verb.how, "noun": read.noun.how if read.noun else "carried"}
        repairs = tuple(f"{name}_{slot}" for slot, name in matches.items() if name != "exact")
        readings.append(_Reading(event, Action(read.verb.label, noun), repairs))
    return readings


def _joined(events: Iterable[Event]) -> list[Event]:
    """Merges the pieces in which a recogniser tells of a long action."""
    joined: list[Event] = []
    for event in events:
        if joined and _goes_on(joined[-1], event):
            whole = Interval(joined[-1].interval.start, event.interval.end)
            joined[-1] = replace(joined[-1], interval=whole)
        else:
            joined.append(event)
    return joined


def _goes_on(before: Event, event: Event) -> bool:
    """Returns whether a recogniser's event tells the same as the one that ends where it begins."""
    return (
        bool(event.labels)
        and (before.source, before.text) == (event.source, event.text)
        and before.interval.end == event.interval.start
    )


def _captions(timeline: Timeline, since_seconds: float) -> list[str]:
    """Returns the captions of a time and what follows it, those without words left out."""
    return [
        event.text
        for event in timeline.of_kind("caption")
        if event.text.strip()
        and (event.interval.end > since_seconds or event.interval.start == since_seconds)
    ]
