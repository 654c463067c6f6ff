"""Reads the start and the goal of a plan from words and from timelines."""

from __future__ import annotations

from foretell.agent.tasks.planning.plan_request import PlanEnd
from foretell.errors import ConfigError, ToolError
from foretell.tools.planning.observation import LabelObservation, TextObservation
from foretell.tools.planning.step_texts import DEED_FITS, STATE_FITS, Edge, StepTexts
from foretell.types import Event, EventKind, Timeline

LATEST = 3
"""Most events that tell a moment."""
_NEAR_SECONDS = 30.0
_KINDS: tuple[EventKind, ...] = ("action", "caption", "speech")


def end_in_words(text: str, edge: Edge, known: StepTexts) -> PlanEnd:
    """Reads the name of a step as that step, and any other words as a state.

    Raises:
        ModelError: If the embedder fails.
    """
    said = " ".join(text.split())
    names = {name.casefold(): number for number, name in enumerate(known.actions)}
    if said.casefold() in names:
        return end_of_action(names[said.casefold()], known)
    likeness = known.likeness([said])
    seen = TextObservation(known.state_likelihoods(likeness, edge))
    return PlanEnd((said,), seen, likeness=likeness, fits=STATE_FITS)


def end_untold(edge: Edge, known: StepTexts) -> PlanEnd:
    """Takes a start of which nothing is said to be a beginning, and a goal to be an end."""
    return PlanEnd((), TextObservation(known.state_likelihoods(None, edge)))


def end_of_action(action: int, known: StepTexts, accuracy: float = 1.0) -> PlanEnd:
    """Takes a known action, which stays where it is if its `accuracy` is 1."""
    sure = action if accuracy == 1.0 else None
    return PlanEnd((known.actions[action],), LabelObservation(action, accuracy), sure)


def end_at(seconds: float, timeline: Timeline, known: StepTexts) -> PlanEnd:
    """Reads the latest actions that a timeline shows by a moment, or captions, or speech.

    Raises:
        ConfigError: If the moment lies outside the video.
        ToolError: If the timeline tells nothing of it.
        ModelError: If the embedder fails.
    """
    events = _told_by(seconds, timeline)
    texts = tuple(dict.fromkeys(event.text for event in events))
    likeness = known.likeness(texts)
    seen = TextObservation(known.deed_likelihoods(likeness))
    return PlanEnd(texts, seen, likeness=likeness, fits=DEED_FITS, events=events)


def _told_by(seconds: float, timeline: Timeline) -> tuple[Event, ...]:
    video = timeline.video
    if not video.interval.start <= seconds <= video.interval.end:
        raise ConfigError(f"{seconds:g} s lies outside {video.name}, which covers {video.interval}")
    for kind in _KINDS:
        told = [e for e in timeline.of_kind(kind) if e.interval.start <= seconds]
        if told:
            since = max(event.interval.end for event in told) - _NEAR_SECONDS
            return tuple(event for event in told[-LATEST:] if event.interval.end >= since)
    raise ToolError(
        f"the timeline of {video.name} tells nothing that was done or said by {seconds:g} s; add "
        f"captions with `foretell watch {video.name} --captions FILE`, or say the start in words "
        "with --start TEXT"
    )
