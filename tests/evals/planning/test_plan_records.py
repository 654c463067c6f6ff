"""Plans as lines of a run folder, and as files that are read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.errors import DatasetError, ModelError
from foretell.evals.planning.records import ReplayPlanner, encode_plans, plan_record
from foretell.plans import Plan, PlannedStep, Route
from foretell.tools.planning.planner import PlanQuery
from foretell.types import Usage
from tests.tools.procedure_files import write

QUERY = PlanQuery("kitchen_0", "boil water", "pour water", 3)
STEPS = ("boil water", "add tea", "pour water")


def route(*steps: str) -> Route:
    return Route(tuple(PlannedStep(step, 0.5) for step in steps), 0.25)


def test_a_plan_is_kept_with_all_that_was_told() -> None:
    plan = Plan(
        route(*STEPS),
        alternatives=(route("boil water", "boil water", "pour water"),),
        task="Make Tea",
        task_probability=0.9,
        notes=("counted",),
        usage=Usage(10, 2, 0.5),
    )
    assert plan_record(QUERY, plan) == {
        "start": "boil water",
        "goal": "pour water",
        "steps": list(STEPS),
        "step_probabilities": [0.5, 0.5, 0.5],
        "probability": 0.25,
        "alternatives": [
            {"steps": ["boil water", "boil water", "pour water"], "probability": 0.25}
        ],
        "task": "Make Tea",
        "task_probability": 0.9,
        "notes": ["counted"],
        "usage": {"input_tokens": 10, "output_tokens": 2, "cost": 0.5},
    }


def test_every_route_has_the_length_asked_for() -> None:
    with pytest.raises(ModelError, match=r"^a plan of 'kitchen_0' has 2 steps; it must have 3$"):
        plan_record(QUERY, Plan(route("boil water", "pour water")))
    with pytest.raises(ModelError, match=r"^a plan of 'kitchen_0' has 4 steps; it must have 3$"):
        plan_record(QUERY, Plan(route(*STEPS), alternatives=(route(*STEPS, "drink"),)))


def test_unknown_words_are_no_action() -> None:
    ids = encode_plans([["boil", "sing"], ["dance", "sing"]], ["boil", "pour"])
    assert ids.tolist() == [[0, 2], [3, 2]]


def test_plans_are_given_to_their_queries(tmp_path: Path) -> None:
    file = write(tmp_path / "plans.json", {"other": ["sit"], "kitchen_0": list(STEPS)})
    [(query, plan)] = ReplayPlanner(file).plan_windows([QUERY])
    assert query == QUERY
    assert plan == Plan(Route(tuple(PlannedStep(step, 1.0) for step in STEPS), 1.0))


def test_lines_of_a_run_tell_the_task_too(tmp_path: Path) -> None:
    file = tmp_path / "predictions.jsonl"
    line = '{"key": "kitchen_0", "steps": ["boil water"], "task": "Make Tea", "notes": []}'
    file.write_text(f"{line}\n")
    [(_, plan)] = ReplayPlanner(file).plan_windows([QUERY])
    assert plan.task == "Make Tea"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plans.json", "{", "line 1: not JSON: "),
        ("plans.json", '{"a": [1]}', "'a': field 'steps.0' is 1; "),
        ("plans.jsonl", '{"key": "a"}\n', "field 'steps' is missing; found 'key'"),
        ("gone.json", None, "cannot read "),
        ("plans.json", b"\xff\xfe\xff", "cannot be read; save it as UTF-8"),
    ],
)
def test_other_files_hold_no_plans(
    tmp_path: Path, name: str, content: str | bytes | None, message: str
) -> None:
    if content is not None:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
    with pytest.raises(DatasetError) as refused:
        ReplayPlanner(tmp_path / name)
    assert message in str(refused.value)
    assert str(tmp_path / name) in str(refused.value)


def test_a_plan_that_was_not_stored_is_missed(tmp_path: Path) -> None:
    file = write(tmp_path / "plans.json", {"other": list(STEPS)})
    with pytest.raises(DatasetError) as refused:
        list(ReplayPlanner(file).plan_windows([QUERY]))
    assert str(refused.value) == (
        f"{str(file)!r} holds nothing of the window 'kitchen_0'; give the file that was made for "
        "these windows"
    )
