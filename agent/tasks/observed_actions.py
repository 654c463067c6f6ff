"""Reads the actions seen so far out of a timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foretell.actions import Action, ActionWindow
from foretell.memory.taxonomy import Taxonomy
from foretell.types import Event, EventKind, Timeline

_KINDS: tuple[EventKind, ...] = ("action", "caption")


@dataclass(frozen=True, slots=True)
class ObservedActions:
    """The past of a video, as far as its timeline tells it.

    Attributes:
        window: The actions, in words of the taxonomy, and the captions of the same time.
        events: The events that the actions were read from, one for each.
        repairs: How many words were read otherwise than exactly, by how and slot.
    """

    window: ActionWindow
    events: tuple[Event, ...]
    repairs: Mapping[str, int]


def observe(timeline: Timeline, taxonomy: Taxonomy, observed: int = 8) -> ObservedActions:
    """Gives the latest `observed` actions of a timeline; there may be fewer, or none.

    They are read from its action events; from its captions where no action event tells an
    action. An event whose verb is known and whose noun is not takes the noun of the action
    before.
    """
    repairs: Counter[str] = Counter()
    for kind in _KINDS:
        read = _read(list(timeline.of_kind(kind)), taxonomy, repairs)
        if read:
            break
    else:
        read = []
    latest = read[-observed:]
    events = tuple(event for event, _ in latest)
    captions = [event.text for event in timeline.of_kind("caption")]
    if latest:
        since = events[0].interval.start
        captions = [e.text for e in timeline.of_kind("caption") if e.interval.end > since]
    window = ActionWindow(
        key=f"{timeline.video.name}_{max(0, len(read) - 1)}",
        video=timeline.video.content_hash,
        past=tuple(action for _, action in latest),
        captions=tuple(captions[-observed:]),
    )
    return ObservedActions(window, events, dict(repairs))


def _read(
    events: Sequence[Event], taxonomy: Taxonomy, repairs: Counter[str]
) -> list[tuple[Event, Action]]:
    told: list[tuple[Event, Action]] = []
    for event in events:
        read = taxonomy.read(event.text)
        if read is None or read.verb is None or (read.noun is None and not told):
            repairs["not_an_action"] += 1
            continue
        noun = told[-1][1].noun if read.noun is None else read.noun.label
        for match, slot in ((read.verb, "verb"), (read.noun, "noun")):
            how = "carried" if match is None else match.how
            if how != "exact":
                repairs[f"{how}_{slot}"] += 1
        told.append((event, Action(read.verb.label, noun)))
    return told
