"""Plans by counting: tasks as a soft mask, several routes, open lengths, written lists, errors."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell import ranking
from foretell.errors import ConfigError
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.planning.embedded import EmbeddedPlanner
from foretell.tools.planning.model import PlanModel, Planned, PlannedRoute
from foretell.tools.planning.observation import LabelObservation, TextObservation
from foretell.tools.planning.planner import PlanQuery, PlanSettings

TEA = ("fill kettle", "boil water", "add tea", "pour water", "drink")
TOAST = ("slice bread", "toast bread", "spread butter", "eat")
SHELF = ("open box", "lay out parts", "screw sides", "add back", "put up shelf")
KITCHEN = Procedures(
    "kitchen",
    (ProcedureTask("tea", TEA), ProcedureTask("toast", TOAST), ProcedureTask("shelf", SHELF)),
    (
        *(Demonstration(f"tea {n}", "tea", TEA) for n in range(6)),
        *(Demonstration(f"late {n}", "tea", (*TEA[:2], TEA[3], TEA[2], TEA[4])) for n in range(2)),
        *(Demonstration(f"toast {n}", "toast", TOAST) for n in range(8)),
    ),
)


@pytest.fixture(scope="module")
def model() -> PlanModel:
    return PlanModel(KITCHEN)


def steps(model: PlanModel, route: PlannedRoute) -> tuple[str, ...]:
    actions: list[int] = route.actions.tolist()
    return tuple(model.actions[action] for action in actions)


def first(model: PlanModel, planned: Planned) -> tuple[str, ...]:
    return steps(model, planned.routes[0])


def words(model: PlanModel, **weights: float) -> TextObservation:
    """Gives words that are like the actions whose first word is named, and hardly like others."""
    likelihoods = np.full(len(model.actions), 0.01)
    for place, action in enumerate(model.actions):
        likelihoods[place] = weights.get(action.split()[0], 0.01)
    return TextObservation(likelihoods)


def told(model: PlanModel, task: str, accuracy: float) -> NDArray[np.float64]:
    likely = np.full(len(model.tasks), (1 - accuracy) / (len(model.tasks) - 1))
    likely[model.tasks.index(task)] = accuracy
    return likely


def test_what_is_known_has_names(model: PlanModel) -> None:
    assert model.actions == (*TEA, *TOAST, *SHELF)
    assert model.tasks == ("tea", "toast", "shelf")
    assert model.label("boil water", 0.7) == LabelObservation(1, 0.7)


def test_the_commonest_way_between_two_labels(model: PlanModel) -> None:
    planned = model.plan(model.label("boil water"), model.label("drink"), 4)
    assert first(model, planned) == TEA[1:]
    assert model.tasks[int(planned.tasks.argmax())] == "tea"
    assert planned.tasks == pytest.approx([1.0, 0.0, 0.0])
    route, other, *_ = planned.routes
    assert route.task == 0
    assert route.step_probabilities[[0, -1]] == pytest.approx([1.0, 1.0])
    assert steps(model, other) == ("boil water", "pour water", "add tea", "drink")
    assert route.probability > 2 * other.probability > 0.0


def test_routes_are_distinct_and_share_the_probability(model: PlanModel) -> None:
    start, goal = model.label("fill kettle", 0.7), model.label("drink", 0.7)
    planned = model.plan(start, goal, 4, k=40)
    assert 5 < len(planned.routes) <= 40
    assert len({steps(model, route) for route in planned.routes}) == len(planned.routes)
    assert sum(route.probability for route in planned.routes) <= 1.0 + 1e-9
    _, *others = [route.probability for route in planned.routes]
    assert ranking.order(others).tolist() == list(range(len(others)))
    fewer = model.plan(start, goal, 4, k=2).routes
    assert [steps(model, r) for r in fewer] == [steps(model, r) for r in planned.routes[:2]]


def test_the_first_route_is_the_likeliest_where_success_is_all_that_counts() -> None:
    model = PlanModel(KITCHEN, PlanSettings(success_weight=1e6))
    start, goal = model.label("fill kettle", 0.4), words(model, drink=0.5, pour=0.4)
    likely = [route.probability for route in model.plan(start, goal, 3, k=9).routes]
    assert likely == sorted(likely, reverse=True)


def test_a_wrong_word_of_the_task_is_outvoted(model: PlanModel) -> None:
    start, goal = model.label("fill kettle", 0.9), model.label("drink", 0.9)
    planned = model.plan(start, goal, 5, task=told(model, "toast", 0.8))
    assert first(model, planned) == TEA
    assert planned.tasks[0] > 0.9
    assert planned.tasks[1] < 0.1


def test_a_wrong_label_of_another_task_is_outvoted(model: PlanModel) -> None:
    start, goal = model.label("slice bread", 0.7), model.label("drink", 0.9)
    planned = model.plan(start, goal, 5, task=told(model, "tea", 0.9))
    assert set(first(model, planned)) <= set(TEA)
    assert first(model, planned)[-1] == "drink"


def test_both_tasks_are_kept_where_the_ends_disagree(model: PlanModel) -> None:
    planned = model.plan(model.label("slice bread", 0.7), model.label("drink", 0.7), 4, k=30)
    assert {route.task for route in planned.routes} >= {0, 1}
    assert planned.tasks[:2].min() > 0.1


def test_the_task_may_be_told_on_any_scale(model: PlanModel) -> None:
    start, goal = model.label("slice bread", 0.7), model.label("drink", 0.7)
    one, ten = (model.plan(start, goal, 4, task=[n, 2 * n, 0.0]) for n in (1, 10))
    assert one.tasks == pytest.approx(ten.tasks)
    assert one.tasks[2] == 0.0


def test_nothing_seen_leaves_the_task_and_its_windows(model: PlanModel) -> None:
    planned = model.plan(None, None, 4, task=[0.0, 1.0, 0.0])
    assert first(model, planned) == TOAST
    goal_only = model.plan(None, model.label("eat"), 3)
    assert first(model, goal_only) == TOAST[1:]


def test_words_are_weighed_against_each_other(model: PlanModel) -> None:
    start, goal = words(model, fill=0.5, boil=0.6, slice=0.4), words(model, drink=0.9)
    planned = model.plan(start, goal, 5)
    assert first(model, planned) == TEA, "five steps begin with the kettle"
    assert first(model, model.plan(start, goal, 4)) == TEA[1:]


def test_an_open_number_of_steps_is_chosen(model: PlanModel) -> None:
    start, goal = model.label("fill kettle"), model.label("drink")
    planned = model.plan(start, goal, (2, 6), k=50)
    assert first(model, planned) == TEA
    assert len({len(route.actions) for route in planned.routes}) > 1
    assert sum(route.probability for route in planned.routes) <= 1.0 + 1e-9
    fixed = model.plan(start, goal, 5).routes[0]
    assert planned.routes[0].probability < fixed.probability
    assert planned.routes[0].step_probabilities == pytest.approx(fixed.step_probabilities)


def test_a_plan_of_one_step(model: PlanModel) -> None:
    label = model.label("add tea")
    assert first(model, model.plan(label, label, 1)) == ("add tea",)


@pytest.mark.parametrize("places", [(0, 4), (1, 4), (0, 3)])
def test_a_task_with_nothing_but_a_written_list(model: PlanModel, places: tuple[int, int]) -> None:
    start, goal = (model.label(SHELF[place]) for place in places)
    length = places[1] - places[0] + 1
    planned = model.plan(start, goal, length)
    assert first(model, planned) == SHELF[places[0] : places[1] + 1]
    assert planned.tasks[2] == pytest.approx(1.0)


def test_written_steps_may_be_passed_over_and_not_turned_round(model: PlanModel) -> None:
    start, goal = model.label("open box"), model.label("put up shelf")
    routes = [steps(model, route) for route in model.plan(start, goal, 4, k=50).routes]
    assert sorted(routes) == sorted(
        tuple(step for step in SHELF if step != left_out) for left_out in SHELF[1:-1]
    )


@pytest.mark.parametrize("seed", range(3, 6))
def test_the_only_route_there_is_has_a_probability_of_one_at_most(seed: int) -> None:
    model = PlanModel(Procedures("one", (ProcedureTask("shelf", SHELF),)))
    likely = np.random.default_rng(seed).random(2)
    start, goal = np.zeros(5), np.zeros(5)
    start[0], goal[-1] = likely
    [route] = model.plan(TextObservation(start), TextObservation(goal), 5).routes
    assert route.probability == pytest.approx(1.0)
    assert max(route.probability, *route.step_probabilities.tolist()) <= 1.0


def test_any_order_lets_written_steps_come_otherwise() -> None:
    model = PlanModel(KITCHEN, PlanSettings(any_order=True))
    start, goal = model.label("put up shelf"), model.label("open box")
    assert first(model, model.plan(start, goal, 2)) == ("put up shelf", "open box")
    forward = model.plan(goal, start, 5).routes[0]
    assert steps(model, forward) == SHELF


def test_short_demonstrations_count_where_they_are_padded() -> None:
    short = Demonstration("short", "toast", ("slice bread", "eat"))
    shown = KITCHEN.with_demonstrations([*KITCHEN.demonstrations, *[short] * 9])
    plain, padded = (PlanModel(shown, PlanSettings(pad=pad)) for pad in (False, True))
    ends = plain.label("slice bread"), plain.label("eat")
    assert first(plain, plain.plan(*ends, 3)) != ("slice bread", "slice bread", "eat")
    assert first(padded, padded.plan(*ends, 3)) == ("slice bread", "slice bread", "eat")


def test_a_task_of_which_nothing_is_known_does_no_harm() -> None:
    more = Procedures("more", (*KITCHEN.tasks, ProcedureTask("sing")), KITCHEN.demonstrations)
    model = PlanModel(more)
    planned = model.plan(model.label("fill kettle"), model.label("drink"), 5)
    assert first(model, planned) == TEA
    assert planned.tasks.tolist()[3] == 0.0


def test_procedures_without_a_step_are_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        PlanModel(Procedures("empty", (ProcedureTask("tea"),)))
    assert str(refused.value) == (
        "the procedures 'empty' hold no step; add demonstrations or lists of steps"
    )


def test_a_demonstration_of_no_task_is_refused() -> None:
    shown = Procedures("odd", (ProcedureTask("tea", TEA),), (Demonstration("v", "dive", ("a",)),))
    with pytest.raises(ConfigError) as refused:
        PlanModel(shown)
    assert str(refused.value) == (
        "demonstration 'v' is of the task 'dive', which is none of the 1 tasks of 'odd'; add it "
        "to the tasks"
    )


@pytest.mark.parametrize("asked", [0, -1, 21, (3, 2), (0, 4), (5, 21)])
def test_the_number_of_steps_has_limits(model: PlanModel, asked: int | tuple[int, int]) -> None:
    with pytest.raises(ConfigError) as refused:
        model.plan(None, None, asked)
    assert str(refused.value) == (
        f"a plan has 1 to 20 steps, got {asked!r}; give their number, or the least and the most"
    )


def test_an_unknown_action_is_told_with_what_comes_close(model: PlanModel) -> None:
    with pytest.raises(ConfigError) as refused:
        model.label("boil watter")
    assert str(refused.value) == (
        "action 'boil watter' is none of the 14 that are known; did you mean 'boil water' or "
        "'pour water'?"
    )
    with pytest.raises(ConfigError, match=r"^action 'xyz' is none of the 14 that are known$"):
        model.label("xyz")


@pytest.mark.parametrize(
    ("start", "goal", "length", "told_route"),
    [
        ("put up shelf", "open box", 3, "3 steps leads from 'put up shelf' to 'open box'"),
        ("open box", "put up shelf", (6, 8), "6 to 8 steps leads from 'open box' to 'put up s"),
        ("fill kettle", "eat", 3, "3 steps leads from 'fill kettle' to 'eat'"),
        (None, "open box", 2, "2 steps leads from what was seen to 'open box'"),
    ],
)
def test_where_no_route_leads_that_is_told(
    model: PlanModel, start: str | None, goal: str, length: int | tuple[int, int], told_route: str
) -> None:
    seen = None if start is None else model.label(start)
    with pytest.raises(ConfigError) as refused:
        model.plan(seen, model.label(goal), length)
    assert str(refused.value).startswith(f"no route of {told_route}")
    assert str(refused.value).endswith(
        " in any task that fits; check that the start comes before the goal, or ask for another "
        "number of steps"
    )


def test_a_task_that_cannot_be_leaves_no_route(model: PlanModel) -> None:
    with pytest.raises(ConfigError, match="no route of 5 steps leads from what was seen to what w"):
        model.plan(None, None, 5, task=[0.0, 0.0, 0.0])


def test_a_planner_answers_in_words_and_in_order() -> None:
    planner = EmbeddedPlanner(KITCHEN, k=3)
    queries = [
        PlanQuery("a", "fill kettle", "drink", 5),
        PlanQuery("b", "slice bread", "eat", 4),
        PlanQuery("c", "fill kettle", "drink", 5),
    ]
    answers = list(planner.plan_windows(queries))
    assert [query for query, _ in answers] == queries
    (_, tea), (_, toast), (_, again) = answers
    assert again is tea
    assert tuple(step.action for step in toast.route.steps) == TOAST
    assert (tea.task, toast.task) == ("tea", "toast")
    assert tea.task_probability == pytest.approx(1.0)
    assert len(tea.alternatives) == 2
    shares = [tea.route.probability, *(step.probability for step in tea.route.steps)]
    assert all(0.0 < share <= 1.0 for share in shares)


def test_a_planner_weighs_the_task_it_is_told() -> None:
    planner = EmbeddedPlanner(KITCHEN)
    asked = [
        PlanQuery("q", "slice bread", "drink", 4, 0.7, task, sure)
        for task, sure in (("tea", 0.9), ("toast", 0.9), ("toast", 1.0), ("dive", 0.9), ("", 1.0))
    ]
    plans = [plan for _, plan in planner.plan_windows(asked)]
    assert [plan.task for plan in plans[:3]] == ["tea", "toast", "toast"]
    assert plans[1].task_probability < plans[2].task_probability == 1.0
    assert plans[3].route == plans[4].route, "a task that nobody knows says nothing"
