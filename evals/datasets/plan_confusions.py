"""The confusions of a recogniser, learnt for each video from the others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foretell.errors import DatasetError
from foretell.evals.datasets.parts import fold_of
from foretell.evals.datasets.plan_evidence import Ends
from foretell.evals.datasets.procedure_windows import ProcedureWindow
from foretell.plans import Procedures
from foretell.tools.planning.confusions import Confusions, learn_confusions
from foretell.tools.planning.observation import Floats

EndConfusions = tuple[Confusions, Confusions]


def cross_fitted(
    windows: Sequence[ProcedureWindow], ends: Sequence[Ends], procedures: Procedures
) -> list[EndConfusions]:
    """Gives each window the confusions at both ends, learnt from the other parts of the videos.

    Args:
        windows: N windows; the parts are those of `fold_of`.
        ends: (N,) the labels seen.
        procedures: The tasks; steps of one task are expected to be confused.

    Raises:
        DatasetError: If all videos fall into one part.
    """
    actions = procedures.actions()
    number = {name: place for place, name in enumerate(actions)}
    truth = np.array([[number[w.steps[0]], number[w.steps[-1]]] for w in windows])
    labels = np.array([[number[start], number[goal]] for start, goal in ends])
    parts = np.array([fold_of(window.video) for window in windows])
    if len(set(parts.tolist())) == 1:
        raise DatasetError(
            f"the {len(windows)} windows are of too few videos to learn a recogniser's confusions "
            "from others; plan more windows, or leave out --confusions"
        )
    related = _related(procedures, number)
    learnt = {
        part: tuple(
            learn_confusions(actions, truth[others, end], labels[others, end], related)
            for end in (0, 1)
        )
        for part in set(parts.tolist())
        for others in [parts != part]
    }
    return [(learnt[part][0], learnt[part][1]) for part in parts.tolist()]


def _related(procedures: Procedures, number: dict[str, int]) -> Floats:
    """Gives (A, A) in how many tasks two actions are both steps."""
    steps = {task.name: set(task.steps) for task in procedures.tasks}
    for one in procedures.demonstrations:
        steps[one.task].update(one.steps)
    member = np.zeros((len(steps), len(number)))
    for row, names in zip(member, steps.values(), strict=True):
        row[[number[name] for name in names]] = 1.0
    return member.T @ member
