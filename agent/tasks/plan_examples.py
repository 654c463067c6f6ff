"""Finds the demonstrations and instructions that bear out a plan."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from foretell.plans import Demonstration, Procedures

MOST = 3


def leaning_on(
    procedures: Procedures, task: str, steps: Sequence[str]
) -> tuple[Demonstration, ...]:
    """Gives the written steps of a task, and its demonstrations that share most with a plan.

    The written steps are a demonstration without a video. What shares no step is left out.
    """
    written = [
        Demonstration("", one.name, one.steps)
        for one in procedures.tasks
        if one.name == task and one.steps
    ]
    shown = [one for one in procedures.demonstrations if one.task == task]
    shared = {id(one): _shared(one.steps, steps) for one in shown}
    ranked = sorted(shown, key=lambda one: shared[id(one)], reverse=True)
    borne_out = [one for one in ranked if shared[id(one)][1] > 0]
    return (*written, *borne_out)[:MOST]


def _shared(shown: Sequence[str], steps: Sequence[str]) -> tuple[int, int]:
    """Gives how many moves and how many steps two sequences share."""
    return len(set(pairwise(shown)) & set(pairwise(steps))), len(set(shown) & set(steps))
