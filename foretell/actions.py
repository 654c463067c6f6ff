"""Actions as (verb, noun) pairs: as annotated, as shown to an anticipator, as forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from foretell import display
from foretell.types import Event, Usage


@dataclass(frozen=True, slots=True, order=True)
class Action:
    """What is done to what, in words of a taxonomy, such as "take" and "chopping board"."""

    verb: str
    noun: str

    def __str__(self) -> str:
        return f"{self.verb} {self.noun}"


@dataclass(frozen=True, slots=True)
class ActionWindow:
    """The actions seen so far, and, where they are known, those that followed.

    Attributes:
        key: Names the window: the clip, "_", and the index of the last observed action.
        video: The video it is cut from.
        past: Observed actions, the latest last; as annotated or as a recogniser saw them.
        future: The actions that followed, the next first; empty in a query.
        captions: What is seen during the past, in order; empty where nobody said.
        goal: What the person is after, in plain words; empty where nobody said.
        excluded: Videos whose windows must not serve as examples for this one, beside `video`.
    """

    key: str
    video: str
    past: tuple[Action, ...]
    future: tuple[Action, ...] = ()
    captions: tuple[str, ...] = ()
    goal: str = ""
    excluded: frozenset[str] = frozenset()

    def may_learn_from(self, video: str) -> bool:
        """Whether examples of `video` may be used for this window."""
        return video != self.video and video not in self.excluded


@dataclass(frozen=True, slots=True)
class ActionSequence:
    """The actions of one clip in order, from which windows are cut.

    Attributes:
        name: Names the clip.
        video: The video that the clip belongs to.
        actions: As annotated.
        recognised: As a recogniser saw them, aligned with `actions`; it may end earlier, or be
            empty where none ran.
        captions: One for each action, or none at all.
        goal: What the person is after, in plain words; empty where nobody said.
        excluded: Other videos that show the same scene, and must not serve this one as examples.
        first: Index of the first action in the dataset's own count.
    """

    name: str
    video: str
    actions: tuple[Action, ...]
    recognised: tuple[Action, ...] = ()
    captions: tuple[str, ...] = ()
    goal: str = ""
    excluded: frozenset[str] = frozenset()
    first: int = 0

    def may_learn_from(self, video: str) -> bool:
        """Whether examples of `video` may be used for this sequence."""
        return video != self.video and video not in self.excluded

    def windows(
        self, observed: int = 8, horizon: int = 20, *, recognised: bool = False
    ) -> list[ActionWindow]:
        """Cuts every window of `observed` past and `horizon` future actions.

        A sequence of n actions gives n - observed - horizon + 1 windows (none if that is not
        positive), as Ego4D's long-term anticipation does.

        Args:
            observed: Length of each past.
            horizon: Length of each future.
            recognised: Whether the past is what the recogniser saw.
        """
        past = self.recognised if recognised else self.actions
        ends = range(observed, min(len(self.actions) - horizon, len(past)) + 1)
        return [self.window(end, observed, horizon, recognised=recognised) for end in ends]

    def window(
        self, end: int, observed: int = 8, horizon: int = 20, *, recognised: bool = False
    ) -> ActionWindow:
        """Cuts the window whose past ends before, and whose future begins with, action `end`."""
        past = self.recognised if recognised else self.actions
        return ActionWindow(
            key=f"{self.name}_{self.first + end - 1}",
            video=self.video,
            past=past[end - observed : end],
            future=self.actions[end : end + horizon],
            captions=self.captions[end - observed : end],
            goal=self.goal,
            excluded=self.excluded,
        )


@dataclass(frozen=True, slots=True)
class ExampleUse:
    """An example that a forecast leant on.

    Attributes:
        window: The example.
        similarity: How like the query's past its past is; higher is more alike.
        weight: Its share in the forecast in [0, 1], or None where a model weighed it unseen.
    """

    window: ActionWindow
    similarity: float
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """K candidate futures of Z actions each, the likeliest first, and why.

    Attributes:
        window: What was shown.
        candidates: (K, Z) actions.
        evidence: The events of a timeline that the past was read from, one for each action of it;
            empty where it comes from elsewhere.
        examples: What was leant on, the most weighty first.
        notes: Further grounds in plain words, such as a habit seen in the past actions.
        repairs: How often each kind of repair was needed to read a model's words.
        usage: What it cost.
    """

    window: ActionWindow
    candidates: tuple[tuple[Action, ...], ...]
    evidence: tuple[Event, ...] = ()
    examples: tuple[ExampleUse, ...] = ()
    notes: tuple[str, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict[str, int])
    usage: Usage = field(default_factory=Usage)

    def to_dict(self) -> dict[str, Any]:
        """Gives the candidates and why, as `foretell anticipate --json` prints them."""
        from foretell.records import forecast_record

        return forecast_record(self)

    def _repr_html_(self) -> str:
        rows = [
            (str(number), ", ".join(map(str, future)))
            for number, future in enumerate(self.candidates, start=1)
        ]
        seen = ", ".join(map(str, self.window.past)) or "nothing known"
        return display.titled(f"after {seen}", display.table(("", "what comes next"), rows))
