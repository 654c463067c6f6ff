"""Quotes events in the words of an answer, and chooses which a person would tell first."""

from __future__ import annotations

from collections.abc import Sequence

from foretell.agent.embedded.draft import DraftAnswer
from foretell.agent.embedded.question_state import QuestionState, events_in_order
from foretell.memory.words.wording import meanings
from foretell.tools.pictures.perceivers import Shots
from foretell.tools.texts.marks import event_mark
from foretell.tools.texts.text_cleaning import capitalised
from foretell.types import Event, EventKind, Hit, spread

MAX_LISTED = 6
"""Events of a list, which is read at a glance."""
TELLING: tuple[EventKind, ...] = ("caption", "action", "speech")
"""Kinds that tell what happens."""
PREFERRED_KINDS: tuple[EventKind, ...] = ("action", "caption", "speech", "screen_text", "object")
"""Kinds in the order in which a person would tell them."""
_SENTENCE_STARTS = frozenset({"A", "An", "Another", "Nobody", "Somebody", "Something", "The"})
_CUT_AFTER = frozenset({"a", "an", "and", "from", "his", "in", "into", "of", "on", "the", "with"})


def quoted(hit: Hit, *, capital: bool = False) -> str:
    """Writes an event with its label as a clause that ends a sentence."""
    return f"{_clause(hit, capital)}{event_mark(hit.event.id)}."


def mentioned(hit: Hit) -> str:
    """Writes an event with its times as a sentence, which nothing rests on."""
    return f"{_clause(hit, capital=True)} [{hit.event.interval}]."


def _clause(hit: Hit, capital: bool) -> str:
    text = hit.event.text.rstrip(". ")
    if text.rsplit(" ", 1)[-1] in _CUT_AFTER:  # captioners stop at a length, not at an end
        text += "\N{HORIZONTAL ELLIPSIS}"
    if hit.event.kind in ("speech", "screen_text"):
        verb = "it is said" if hit.event.kind == "speech" else "the screen shows"
        text = f'{verb} "{text}"'
    return capitalised(text) if capital else _uncapitalised(text)


def _uncapitalised(text: str) -> str:
    """Lowers a first capital that only begins the sentence, such as that of "The"."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if first in _SENTENCE_STARTS and rest else text


def listed(lead: str, hits: Sequence[Hit]) -> DraftAnswer:
    """Lists events in order of time."""
    if not hits:
        return DraftAnswer("The timeline holds nothing there.")
    shown = " ".join(quoted(hit, capital=True) for hit in spread(hits, MAX_LISTED))
    return DraftAnswer(f"{lead}: {shown}", rests_on=without_shots(hits))


def without_shots(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Filters out shots: how a video is cut is no answer to what happens in it."""
    return tuple(hit for hit in hits if hit.event.source != Shots.source)


def main_events(hits: Sequence[Hit]) -> list[Hit]:
    """Returns what a person would tell first: deeds and words before camera work."""
    return distinct(of_best_kind(events_in_order(hits), None), None)


def of_best_kind(hits: Sequence[Hit], anchor: Event | None) -> list[Hit]:
    """Returns the hits of the anchor's kind, or of the first kind that there is any of."""
    kinds = {hit.event.kind for hit in hits}
    if anchor is not None and anchor.kind in kinds:
        return [hit for hit in hits if hit.event.kind == anchor.kind]
    best = next((kind for kind in PREFERRED_KINDS if kind in kinds), None)
    return [hit for hit in hits if best is None or hit.event.kind == best]


def distinct(hits: Sequence[Hit], anchor: Event | None) -> list[Hit]:
    """Filters out events that only repeat the one before, beginning with the anchor."""
    kept: list[Hit] = []
    before = meanings(anchor.text) if anchor else frozenset[str]()
    for hit in hits:
        now = meanings(hit.event.text)
        if now != before:
            kept.append(hit)
        before = now
    return kept


def all_hits(state: QuestionState) -> list[Hit]:
    """Returns every hit that was looked up, each event once."""
    return list({hit.event.id: hit for hits in state.seen.values() for hit in hits}.values())


def all_told(state: QuestionState) -> list[Hit]:
    """Returns all of the timelines that tells what happens, by whomever it is done."""
    return [
        Hit(event, video, 1.0)
        for video in state.videos
        for event in state.scorer.timeline(video)
        if event.kind in TELLING
    ]
