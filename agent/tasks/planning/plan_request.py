"""Describes what a plan is wanted for: what is known of its start, its goal and its length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError, ToolError, argument
from foretell.tools.planning.model import PlanModel
from foretell.tools.planning.observation import LabelObservation, Observation, TextObservation
from foretell.tools.planning.planner import PlanQuery
from foretell.tools.planning.step_texts import DEED_FITS, STATE_FITS, Edge, Likeness, StepTexts
from foretell.types import Event, EventKind, Timeline

Steps = int | tuple[int, int]
"""How many steps a plan has, or the least and the most."""
LATEST = 3
"""Most events that tell a moment."""
_NEAR_SECONDS = 30.0
"""Seconds before the last event that still describe where somebody stands."""
_KINDS: tuple[EventKind, ...] = ("action", "caption", "speech")


@dataclass(frozen=True, slots=True, eq=False)
class PlanEnd:
    """What is known of the start or of the goal.

    Attributes:
        texts: It in words, as a chat model is told.
        observation: What it says about the action there.
        action: Id of the action where it is known for certain; else None.
        likeness: How alike its words are to the procedures; None where it is a known action.
        fits: From which cosine on a task is taken to fit these words.
        events: What it was read from in a timeline.
    """

    texts: tuple[str, ...]
    observation: Observation
    action: int | None = None
    likeness: Likeness | None = None
    fits: float = 0.0
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PlanRequest:
    """A plan that is wanted.

    Attributes:
        start: Of the first step; None where nothing is known.
        goal: Of the last step; None where nothing is known.
        steps: How many, both ends included.
        task: (T,) likelihood of each task where one is named; None for none.
        task_words: How alike words for the task are to the procedures, where it is told in words.
        task_text: What the task was called, as a chat model is told; "" for nothing.
        key: Names the request among others.
    """

    start: PlanEnd | None
    goal: PlanEnd | None
    steps: Steps
    task: NDArray[np.float64] | None = None
    task_words: Likeness | None = None
    task_text: str = ""
    key: str = ""

    @property
    def ends(self) -> tuple[PlanEnd, ...]:
        """The ends of which something is known."""
        return tuple(end for end in (self.start, self.goal) if end is not None)

    @property
    def length_range(self) -> tuple[int, int]:
        """The fewest and the most steps."""
        return (self.steps, self.steps) if isinstance(self.steps, int) else self.steps


def request_of_query(query: PlanQuery, model: PlanModel) -> PlanRequest:
    """Returns the request that an evaluation's query is.

    Raises:
        ConfigError: If a label or the task is unknown.
    """
    start, goal = model.ends(query)
    return PlanRequest(
        start=_labelled(query.start, start),
        goal=_labelled(query.goal, goal),
        steps=query.steps,
        task=model.told(query.task, query.task_accuracy) if query.task else None,
        task_text=query.task,
        key=query.key,
    )


def _labelled(name: str, seen: Observation) -> PlanEnd:
    sure = seen.action if isinstance(seen, LabelObservation) and seen.accuracy == 1.0 else None
    return PlanEnd((name,), seen, sure)


def end_in_words(text: str, edge: Edge, known: StepTexts) -> PlanEnd:
    """Reads the name of a step as that step, and any other words as a state.

    Raises:
        ModelError: If the embedder fails.
    """
    words = " ".join(text.split())
    names = {name.casefold(): number for number, name in enumerate(known.actions)}
    if words.casefold() in names:
        return end_of_action(names[words.casefold()], known)
    likeness = known.likeness([words])
    seen = TextObservation(known.state_likelihoods(likeness, edge))
    return PlanEnd((words,), seen, likeness=likeness, fits=STATE_FITS)


def end_untold(edge: Edge, known: StepTexts) -> PlanEnd:
    """Returns an end of which nothing is said: a start begins procedures, a goal ends them."""
    return PlanEnd((), TextObservation(known.state_likelihoods(None, edge)))


def end_of_action(action: int, known: StepTexts, accuracy: float = 1.0) -> PlanEnd:
    """Returns the end that a known action is, which stays where it is if its `accuracy` is 1."""
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
        before = [e for e in timeline.of_kind(kind) if e.interval.start <= seconds]
        if before:
            since = max(event.interval.end for event in before) - _NEAR_SECONDS
            return tuple(event for event in before[-LATEST:] if event.interval.end >= since)
    raise ToolError(
        f"the timeline of {video.name} tells nothing that was done or said by {seconds:g} s; add "
        f"captions with `foretell watch {video.name} --captions FILE`, or say the start in words "
        f"with {argument('start', 'TEXT')}"
    )
