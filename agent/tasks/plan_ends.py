"""Reads the start and the goal of a plan from words and from timelines."""

from __future__ import annotations

from foretell.agent.tasks.plan_request import PlanEnd
from foretell.errors import ConfigError, ToolError
from foretell.tools.planning.observation import LabelObservation, TextObservation
from foretell.tools.planning.step_texts import StepTexts
from foretell.types import Event, EventKind, Timeline

LATEST = 3
"""Most events that tell a moment."""
_NEAR_SECONDS = 30.0
_KINDS: tuple[EventKind, ...] = ("action", "caption", "speech")


def end_in_words(text: str, known: StepTexts) -> PlanEnd:
    """Reads the name of a step as that step, and any other words by how alike they are.

    Raises:
        ModelError: If the embedder fails.
    """
    said = " ".join(text.split())
    names = {name.casefold(): number for number, name in enumerate(known.actions)}
    if said.casefold() in names:
        return end_of_action(names[said.casefold()], known)
    likeness = known.likeness([said])
    seen = TextObservation(likeness.action_likelihoods())
    return PlanEnd((said,), seen, likeness=likeness)


def end_of_action(action: int, known: StepTexts, accuracy: float = 1.0) -> PlanEnd:
    """Takes a known action, which stays where it is if its `accuracy` is 1."""
    sure = action if accuracy == 1.0 else None
    return PlanEnd((known.actions[action],), LabelObservation(action, accuracy), sure)


def end_at(seconds: float | None, timeline: Timeline, known: StepTexts) -> PlanEnd:
    """Reads the latest actions that a timeline shows by a moment, or captions, or speech.

    Args:
        seconds: The moment; None for the end of the timeline.
        timeline: What was seen.
        known: What it is compared with.

    Raises:
        ConfigError: If the moment lies outside the video.
        ToolError: If the timeline tells nothing of it.
        ModelError: If the embedder fails.
    """
    events = _told_by(seconds, timeline)
    texts = tuple(dict.fromkeys(event.text for event in events))
    likeness = known.likeness(texts)
    seen = TextObservation(likeness.action_likelihoods())
    return PlanEnd(texts, seen, likeness=likeness, events=events)


def _told_by(seconds: float | None, timeline: Timeline) -> tuple[Event, ...]:
    video = timeline.video
    if seconds is not None and not video.interval.start <= seconds <= video.interval.end:
        raise ConfigError(f"{seconds:g} s lies outside {video.name}, which covers {video.interval}")
    for kind in _KINDS:
        told = [e for e in timeline.of_kind(kind) if seconds is None or e.interval.start <= seconds]
        if told:
            since = max(event.interval.end for event in told) - _NEAR_SECONDS
            return tuple(event for event in told[-LATEST:] if event.interval.end >= since)
    raise ToolError(_nothing_told(seconds, timeline))


def _nothing_told(seconds: float | None, timeline: Timeline) -> str:
    name = timeline.video.name
    when = "" if seconds is None else f" by {seconds:g} s"
    return (
        f"the timeline of {name} tells nothing that was done or said{when}; add captions with "
        f"`foretell watch {name} --captions FILE`, or say the start in words with --start TEXT"
    )
