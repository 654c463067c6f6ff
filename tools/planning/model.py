"""Plans by counting: one generative model of task, route and what is seen at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.errors import ConfigError
from foretell.plans import Procedures
from foretell.tools.planning.length_model import LengthModel, RoutePosterior, known_tasks
from foretell.tools.planning.observation import Floats, Ids, LabelObservation, Observation
from foretell.tools.planning.planner import PlanQuery, PlanSettings

LONGEST = 20
"""Most steps of a plan."""
_NOTHING = -1
"""Stands where a route has ended; no action has this number."""


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRoute:
    """One way to the goal.

    Attributes:
        actions: (T,) action ids.
        probability: Of this route among all routes, given what was seen.
        step_probabilities: (T,) of each action at its place, over all routes of this length.
        task: The task that it most likely carries out.
    """

    actions: Ids
    probability: float
    step_probabilities: Floats
    task: int


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What there is to do.

    Attributes:
        routes: The chosen one first, then the others, the likelier first.
        tasks: (tasks,) how likely each task is, given what was seen.
    """

    routes: tuple[PlannedRoute, ...]
    tasks: Floats


class PlanModel:
    """Routes through procedures that were counted, and through lists that were written.

    P(task) P(route | task) P(seen start | its first step, task) P(seen goal | its last step, task)
    is summed over the tasks, so that each narrows the actions as softly as it is uncertain.

    Args:
        procedures: What to learn from.
        settings: Weights and limits.

    Attributes:
        actions: Names of all actions; an id is a place here.
        tasks: Names of all tasks.

    Raises:
        ConfigError: If the procedures hold no step, or a demonstration of no task.
    """

    def __init__(self, procedures: Procedures, settings: PlanSettings | None = None) -> None:
        self.actions = procedures.actions()
        self.tasks = tuple(task.name for task in procedures.tasks)
        if not self.actions:
            raise ConfigError(
                f"the procedures {procedures.name!r} hold no step; add demonstrations or lists "
                "of steps"
            )
        self._settings = settings or PlanSettings()
        self._known = known_tasks(procedures, self.actions)
        self._ids = {name: number for number, name in enumerate(self.actions)}
        self._lengths: dict[int, LengthModel] = {}

    def label(self, action: str, accuracy: float = 1.0) -> LabelObservation:
        """Gives the observation of an action by its name.

        Raises:
            ConfigError: If there is no such action.
        """
        if action not in self._ids:
            close = get_close_matches(action, self.actions)
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise ConfigError(
                f"action {action!r} is none of the {len(self.actions)} that are known{hint}"
            )
        return LabelObservation(self._ids[action], accuracy)

    def ends(self, query: PlanQuery) -> tuple[Observation, Observation]:
        """Gives what the labels of a query say of its first and its last step.

        Raises:
            ConfigError: If there is no such action.
        """
        labelled = (
            self.label(query.start, query.accuracy),
            self.label(query.goal, query.accuracy),
        )
        if query.confusions is None:
            return labelled
        start, goal = query.confusions
        return start.seen(query.start, self.actions), goal.seen(query.goal, self.actions)

    def told(self, task: str, accuracy: float) -> Floats:
        """Gives (tasks,) the likelihood of each where one is named that is right with `accuracy`.

        Raises:
            ConfigError: If there is no such task.
        """
        if task not in self.tasks:
            raise ConfigError(f"task {task!r} is none of the {len(self.tasks)} known tasks")
        others = (1.0 - accuracy) / max(1, len(self.tasks) - 1)
        return np.array([accuracy if name == task else others for name in self.tasks])

    def plan(
        self,
        start: Observation | None,
        goal: Observation | None,
        steps: int | tuple[int, int],
        *,
        task: Sequence[float] | NDArray[np.floating[Any]] | None = None,
        k: int = 5,
    ) -> Planned:
        """Plans the steps from a start to a goal, both included.

        Args:
            start: What is seen of the first step; None where nothing is.
            goal: What is seen of the last step.
            steps: How many, or the least and the most.
            task: (tasks,) likelihood of each task on other grounds, on any scale.
            k: Most routes to give.

        Raises:
            ConfigError: If `steps` is out of range, or no route leads from the start to the goal.
        """
        lengths = _lengths(steps)
        told = None if task is None else np.asarray(task, dtype=np.float64)
        posteriors = [self._length_model(n).posterior(start, goal, told) for n in lengths]
        seen = np.sum([posterior.tasks for posterior in posteriors], axis=0)
        if not seen.any():
            raise ConfigError(self._no_route(start, goal, lengths))
        routes = [r for p in posteriors for r in _routes(p, seen.sum())]
        likely = ranking.ordered(routes, lambda route: route.probability)
        return Planned(tuple(self._chosen_first(likely)[:k]), seen / seen.sum())

    def _length_model(self, length: int) -> LengthModel:
        if length not in self._lengths:
            self._lengths[length] = LengthModel(
                self._known, len(self.actions), length, self._settings
            )
        return self._lengths[length]

    def _chosen_first(self, routes: list[PlannedRoute]) -> list[PlannedRoute]:
        routes = routes[: self._settings.candidates]
        best = best_by_expected_score(
            [route.actions for route in routes],
            np.array([route.probability for route in routes]),
            self._settings.success_weight,
        )
        return [routes[best], *routes[:best], *routes[best + 1 :]]

    def _no_route(self, start: Observation | None, goal: Observation | None, lengths: range) -> str:
        count = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
        ends = " to ".join(
            repr(self.actions[end.action]) if isinstance(end, LabelObservation) else "what was seen"
            for end in (start, goal)
        )
        return (
            f"no route of {count} steps leads from {ends} in any task that fits; check that the "
            "start comes before the goal, or ask for another number of steps"
        )


def _lengths(steps: int | tuple[int, int]) -> range:
    low, high = (steps, steps) if isinstance(steps, int) else steps
    if not 1 <= low <= high <= LONGEST:
        raise ConfigError(
            f"a plan has 1 to {LONGEST} steps, got {steps!r}; give their number, or the least "
            "and the most"
        )
    return range(low, high + 1)


def _routes(posterior: RoutePosterior, total: float) -> list[PlannedRoute]:
    """Gives the routes of one length, with probabilities among those of every length."""
    # Both sums were added up in other orders than their parts, so that a share may round above 1.
    joint = (posterior.joint.sum(axis=0) / total).clip(max=1.0)
    seen = max(posterior.tasks.sum(), np.finfo(float).tiny)
    marginals = (posterior.marginals / seen).clip(max=1.0)
    tasks = ranking.best_places(_shares_of_largest(posterior.joint).T)
    places = list(range(posterior.routes.shape[1]))
    return [
        PlannedRoute(route, float(likely), marginals[places, route], int(task))
        for route, likely, task in zip(posterior.routes, joint, tasks, strict=True)
    ]


def _shares_of_largest(joint: Floats) -> Floats:
    """Gives (tasks, n) values as shares of the largest in their column."""
    return np.asarray(joint / np.maximum(joint.max(axis=0, initial=0.0), np.finfo(float).tiny))


def best_by_expected_score(
    routes: Sequence[Ids], probabilities: Floats, success_weight: float
) -> int:
    """Gives the route with the greatest expected sum of success, accuracy and overlap.

    The true route is taken to be one of those given (minimum Bayes risk decoding). Success is
    being equal, accuracy the share of places with the same action, overlap that of the sets of
    actions, intersection over union.

    Args:
        routes: (T,) action ids each, of any lengths.
        probabilities: (n,) of each route, on any scale.
        success_weight: How much success is worth beside each of the others.
    """
    lengths = np.array([len(route) for route in routes])
    padded = np.full((len(routes), lengths.max()), _NOTHING)
    for row, route in zip(padded, routes, strict=True):
        row[: len(route)] = route
    same = (padded[:, None] == padded[None]) & (padded != _NOTHING)
    longer = np.maximum(lengths[:, None], lengths[None])
    score = same.sum(axis=2) / longer + _overlaps(padded) + success_weight * np.eye(len(routes))
    return ranking.best(score @ (probabilities / probabilities.sum()))


def _overlaps(padded: Ids) -> Floats:
    """Gives (n, n) intersection over union of the actions of each two routes."""
    known, places = np.unique(padded, return_inverse=True)
    holds = np.zeros((len(padded), len(known)))
    np.put_along_axis(holds, places.reshape(padded.shape), 1.0, axis=1)
    holds = holds[:, known != _NOTHING]
    common = holds @ holds.T
    sizes = holds.sum(axis=1)
    return np.asarray(common / (sizes[:, None] + sizes[None] - common))
