"""What is learnt of a recogniser's mistakes, and what a plan makes of it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.planning.embedded import EmbeddedPlanner
from foretell.tools.planning.observation import ConfusionModel, learn_confusion_model
from foretell.tools.planning.planner import PlanQuery

ACTIONS = ("boil", "pour", "stir", "drink")
RELATED = np.ones((4, 4))


def learnt(pairs: list[tuple[int, int]], related: NDArray[np.float64] = RELATED) -> ConfusionModel:
    truth, labels = np.array(pairs).T
    return learn_confusion_model(ACTIONS, truth, labels, related)


def test_rates_of_each_action_add_up_to_one() -> None:
    rates = learnt([(0, 0), (1, 2), (2, 2), (3, 1)]).rates
    assert rates.sum(axis=1) == pytest.approx(np.ones(4))
    assert (rates > 0).all()


def test_what_was_confused_often_is_expected_again() -> None:
    rates = learnt([(1, 2)] * 80 + [(0, 0)] * 80 + [(1, 1)] * 20).rates
    assert rates[1, 2] > 0.6 > rates[1, 1] > rates[1, 0]


def test_related_actions_are_confused_before_anything_is_seen_of_them() -> None:
    related = np.eye(4)
    related[2, 3] = related[3, 2] = 1.0
    rates = learnt([(0, 0)] * 7 + [(0, 1)] * 3, related).rates
    assert rates[3, 3] == pytest.approx(0.7, abs=0.01)
    assert rates[3, 2] > 10 * rates[3, 1]


def test_a_label_is_read_for_actions_in_any_order() -> None:
    confusions = learnt([(0, 0), (1, 2), (2, 2)])
    seen = confusions.seen("stir", ("drink", "pour"))
    assert seen.likelihoods == pytest.approx(confusions.rates[[3, 1], 2])


def test_a_plan_sees_through_a_known_confusion() -> None:
    tea = Procedures(
        "tea",
        (ProcedureTask("make tea", ("boil", "pour", "drink")), ProcedureTask("mix", ("stir",))),
        (
            *(Demonstration(f"v{i}", "make tea", ("boil", "pour", "drink")) for i in range(9)),
            Demonstration("w", "mix", ("stir", "boil", "stir")),
        ),
    )
    mistaken = learnt([(0, 2)] * 90 + [(3, 3)] * 50 + [(2, 2)] * 10 + [(1, 1)] * 50)
    query = PlanQuery("q", "stir", "drink", 3, accuracy=0.5, confusions=(mistaken, mistaken))
    [(_, plan)] = EmbeddedPlanner(tea).plan_windows([query])
    assert [step.action for step in plan.route.steps] == ["boil", "pour", "drink"]
