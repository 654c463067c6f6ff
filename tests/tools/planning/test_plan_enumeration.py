"""The planning model against a slow one that writes out every task and every route."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretell import ranking
from foretell.errors import ConfigError
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.planning.model import PlanModel, PlannedRoute
from foretell.tools.planning.observation import LabelObservation, Observation, TextObservation
from foretell.tools.planning.planner import PlanSettings

Shown = tuple[str, ...]
Weights = dict[str, float]

STEPS = st.lists(st.sampled_from("abcd"), max_size=5).map(tuple)
TASKS = st.lists(st.tuples(STEPS, st.lists(STEPS, max_size=3)), min_size=1, max_size=3)
SETTINGS = st.builds(
    PlanSettings,
    pad=st.booleans(),
    any_order=st.booleans(),
    chain_weight=st.sampled_from([0.5, 3.0]),
    pooled_weight=st.sampled_from([1.0, 2.0]),
    list_weight=st.sampled_from([0.5, 2.0]),
    skip=st.sampled_from([0.2, 0.5]),
    candidates=st.just(1000),
)
LABELS = st.builds(LabelObservation, st.integers(0, 3), st.sampled_from([0.6, 0.9, 1.0]))
WORDS = st.lists(st.sampled_from([0.0, 0.2, 0.7, 1.0]), min_size=4, max_size=4).map(
    lambda weights: TextObservation(np.array(weights))
)
SEEN = st.one_of(st.none(), LABELS, WORDS)


@dataclass(frozen=True)
class SlowTask:
    """A task as sets and counts of names."""

    steps: Shown
    windows: Counter[Shown]
    prior: float
    first: Weights
    move: dict[str, Weights]
    chain_weight: float

    def probability(self, route: Shown) -> float:
        """P(route | task), one step after the other."""
        chain = self.first[route[0]]
        for before, after in pairwise(route):
            chain *= self.move[before].get(after, 0.0)
        total = self.windows.total() + self.chain_weight
        return (self.windows[route] + self.chain_weight * chain) / total


def shares(weights: Weights) -> Weights:
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()} if total else {}


def cut(shown: Shown, length: int, pad: bool) -> list[Shown]:
    if pad and shown:
        shown = shown[:1] * max(0, length - len(shown)) + shown
    return [shown[i : i + length] for i in range(len(shown)) if i + length <= len(shown)]


def written_moves(steps: Shown, skip: float) -> defaultdict[tuple[str, str], float]:
    """A step may be followed by any later one; the k-th that is passed over costs `skip ** k`."""
    moves: defaultdict[tuple[str, str], float] = defaultdict(float)
    for place, before in enumerate(steps):
        weight = 1.0
        for passed, after in enumerate(steps[place + 1 :], start=1):
            moves[before, after] += weight
            weight *= skip**passed
    return moves


def slow_tasks(procedures: Procedures, length: int, chosen: PlanSettings) -> list[SlowTask]:
    shown = {
        task.name: [d.steps for d in procedures.demonstrations if d.task == task.name]
        for task in procedures.tasks
    }
    windows = {
        name: Counter(window for steps in videos for window in cut(steps, length, chosen.pad))
        for name, videos in shown.items()
    }
    pooled = Counter(
        pair for counts in windows.values() for w in counts.elements() for pair in pairwise(w)
    )
    everything = sum(counts.total() + 0.5 for counts in windows.values())
    return [
        slow_task(task, shown[task.name], windows[task.name], pooled, everything, chosen)
        for task in procedures.tasks
    ]


def slow_task(
    task: ProcedureTask,
    shown: list[Shown],
    windows: Counter[Shown],
    pooled: Counter[tuple[str, str]],
    everything: float,
    chosen: PlanSettings,
) -> SlowTask:
    steps = tuple(sorted({*task.steps, *(step for video in shown for step in video)}))
    written = written_moves(task.steps, chosen.skip)
    anyhow = 0.1 if shown or chosen.any_order else 0.0
    own = Counter(pair for window in windows.elements() for pair in pairwise(window))
    move: dict[str, Weights] = {}
    for a in steps:
        back_off = shares(
            {b: pooled[a, b] + chosen.list_weight * written[a, b] + anyhow for b in steps}
        )
        move[a] = shares(
            {b: own[a, b] + chosen.pooled_weight * back_off.get(b, 0.0) for b in steps}
        )
    firsts = Counter(window[0] for window in windows.elements())
    return SlowTask(
        steps=steps,
        windows=windows,
        prior=(windows.total() + 0.5) / everything,
        first=shares({step: firsts[step] + 0.5 for step in steps}),
        move=move,
        chain_weight=chosen.chain_weight,
    )


def likelihood(seen: Observation | None, ids: dict[str, int], step: str, task: SlowTask) -> float:
    if isinstance(seen, LabelObservation):
        wrong = 1.0 - seen.accuracy
        if seen.action not in [ids[other] for other in task.steps]:
            return wrong * 0.02 / len(ids)
        others = max(1, len(task.steps) - 1)
        return seen.accuracy if ids[step] == seen.action else wrong * 0.98 / others
    return float(seen.likelihoods[ids[step]]) if isinstance(seen, TextObservation) else 1.0


@dataclass(frozen=True)
class Case:
    """Procedures, what is seen of both ends, and what is told of the task."""

    procedures: Procedures
    settings: PlanSettings
    start: Observation | None
    goal: Observation | None
    told: tuple[float, ...] | None

    def joint(self, lengths: range) -> Iterator[tuple[int, Shown, float]]:
        """Every task and route, with their joint probability and that of what was seen.

        A task is left out that at best is a millionth as likely as another could be at best.
        """
        ids = {name: number for number, name in enumerate(self.procedures.actions())}
        for length in lengths:
            tasks = slow_tasks(self.procedures, length, self.settings)
            ends = [
                [
                    {step: likelihood(seen, ids, step, task) for step in task.steps}
                    for seen in (self.start, self.goal)
                ]
                for task in tasks
            ]
            told = self.told or [1.0] * len(tasks)
            priors = [task.prior * word for task, word in zip(tasks, told, strict=True)]
            bounds = [
                prior * max(first.values(), default=0) * max(last.values(), default=0)
                for prior, (first, last) in zip(priors, ends, strict=True)
            ]
            for number, (task, prior, (first, last)) in enumerate(
                zip(tasks, priors, ends, strict=True)
            ):
                if bounds[number] > 1e-6 * max(bounds):
                    for route in product(task.steps, repeat=length):
                        seen = first[route[0]] * last[route[-1]]
                        yield number, route, prior * task.probability(route) * seen


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draws few procedures of few actions, so that all routes can be written out."""
    drawn = draw(TASKS)
    names = [f"task {number}" for number in range(len(drawn))]
    tasks = [ProcedureTask(name, steps) for name, (steps, _) in zip(names, drawn, strict=True)]
    # What is seen speaks of four actions, so all four are known.
    tasks.append(ProcedureTask("rest", tuple("abcd")))
    shown = [
        Demonstration("video", name, steps)
        for name, (_, videos) in zip(names, drawn, strict=True)
        for steps in videos
    ]
    told = st.lists(st.sampled_from([0.1, 1.0]), min_size=len(tasks), max_size=len(tasks))
    return Case(
        Procedures("made", tuple(tasks), tuple(shown)),
        draw(SETTINGS),
        draw(SEEN),
        draw(SEEN),
        draw(st.none() | told.map(tuple)),
    )


class Enumerated:
    """Joint probabilities, with what was seen, of all routes of some lengths."""

    def __init__(self, case: Case, lengths: range) -> None:
        self.tasks = np.zeros(len(case.procedures.tasks))
        self.by_task: defaultdict[Shown, defaultdict[int, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        self._of_length: defaultdict[int, float] = defaultdict(float)
        self._steps: defaultdict[tuple[int, int, str], float] = defaultdict(float)
        for task, route, weight in case.joint(lengths):
            self.tasks[task] += weight
            self.by_task[route][task] += weight
            self._of_length[len(route)] += weight
            for place, step in enumerate(route):
                self._steps[len(route), place, step] += weight
        self.total = float(self.tasks.sum())

    def probability(self, route: Shown) -> float:
        """Of this route among those of all lengths."""
        return sum(self.by_task[route].values()) / self.total

    def step_probabilities(self, route: Shown) -> list[float]:
        """Of each step at its place in routes of the same length."""
        length = len(route)
        return [
            self._steps[length, place, step] / self._of_length[length]
            for place, step in enumerate(route)
        ]


def check(one: PlannedRoute, route: Shown, slow: Enumerated) -> None:
    assert one.probability == pytest.approx(slow.probability(route), abs=1e-5)
    likely = slow.by_task[route]
    assert likely[one.task] == pytest.approx(max(likely.values()), abs=1e-5 * slow.total)
    steps = slow.step_probabilities(route)
    assert one.step_probabilities == pytest.approx(steps, abs=1e-4)
    assert max(one.probability, *one.step_probabilities.tolist()) <= 1.0


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(1, 3), st.integers(0, 1))
def test_all_routes_and_tasks_are_as_likely_as_by_enumeration(
    case: Case, least: int, more: int
) -> None:
    slow = Enumerated(case, range(least, least + more + 1))
    model = PlanModel(case.procedures, case.settings)
    asked = (case.start, case.goal, (least, least + more))
    if not slow.total:
        with pytest.raises(ConfigError, match="no route of "):
            model.plan(*asked, task=case.told)
        return
    planned = model.plan(*asked, task=case.told, k=1000)
    assert planned.tasks == pytest.approx(slow.tasks / slow.total, abs=1e-5)
    found = [named(model, one) for one in planned.routes]
    assert len(set(found)) == len(found)
    assert {route for route in slow.by_task if slow.probability(route) > 1e-5} <= set(found)
    for one, route in zip(planned.routes, found, strict=True):
        check(one, route, slow)
    _, *others = [one.probability for one in planned.routes]
    assert ranking.order(others).tolist() == list(range(len(others)))


def named(model: PlanModel, route: PlannedRoute) -> Shown:
    actions: list[int] = route.actions.tolist()
    return tuple(model.actions[action] for action in actions)
