"""Plans of a chat model: what it is asked, what is made of its replies, many at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foretell.agent.tasks.planning.llm_plans import LlmPlanSettings
from foretell.errors import ConfigError, ModelError
from foretell.tools.planning.planner import PlanQuery
from foretell.types import Usage
from tests.agent.tasks.planning.plan_scene import COFFEE, TEA, actions, as_json, lines, llm_planner
from tests.servers.replies import Empty, Fail, Reply, Say, ScriptLine
from tests.servers.scripted_server import Request, ScriptedServer

QUERY = PlanQuery("tea 0", TEA[0], TEA[-1], 5)
UNUSUAL = (TEA[0], TEA[2], TEA[3], TEA[1], TEA[4])


def steady(reply: ScriptLine) -> ScriptedServer:
    return ScriptedServer([reply], repeat_last=True)


def user(request: Request) -> str:
    return str(request.messages[1]["content"])


def one(planner: Any, query: PlanQuery = QUERY) -> Any:
    ((asked, plan),) = planner.plan_windows([query])
    assert asked == query
    return plan


def test_votes_and_counts_agree(tmp_path: Path) -> None:
    with steady(lines(TEA)) as server:
        plan = one(llm_planner(server, tmp_path))
    assert len(server.requests) == 5
    assert actions(plan) == TEA
    assert plan.route.probability > 0.75
    assert plan.task == "make tea"
    assert plan.usage == Usage(500, 100)
    assert plan.notes[0] == "steps from the procedures 'kitchen'"
    assert plan.notes[1].startswith("ranked among 5 plans that the model told and ")


def test_a_vote_is_worth_half(tmp_path: Path) -> None:
    with steady(lines(UNUSUAL)) as server:
        plan = one(llm_planner(server, tmp_path))
    told = {tuple(s.action for s in r.steps): r for r in (plan.route, *plan.alternatives)}
    assert told[UNUSUAL].probability == pytest.approx(0.5, abs=0.05)
    assert 0.2 < told[TEA].probability < 0.5
    assert sum(route.probability for route in told.values()) <= 1.0 + 1e-9
    sure = told[UNUSUAL].steps[0].probability
    assert sure == pytest.approx(1.0)
    assert told[UNUSUAL].steps[1].probability < sure


def test_the_prompt_holds_tasks_steps_and_examples(tmp_path: Path) -> None:
    with steady(lines(TEA)) as server:
        plan = one(llm_planner(server, tmp_path, samples=2, examples=2))
    first, second = server.requests
    system = str(first.messages[0]["content"])
    assert "A plan has 5 steps." in system
    assert "- make tea (" in user(first)
    assert "fill kettle > boil water > add tea bag > pour water > drink tea" in user(first)
    assert "- scrub wheels" not in user(first)
    assert "Start: fill kettle\nGoal: drink tea\nThe plan, 5 steps:" in user(first)
    assert user(first).count("Example ") == 2
    assert {one.task for one in plan.examples} == {"make tea"}
    assert plan.examples[0].steps != plan.examples[1].steps, "MMR shows what differs"
    assert user(first) != user(second), "each sample has examples of its own"


def test_only_steps_of_likely_tasks_may_be_answered(tmp_path: Path) -> None:
    with steady(Say(as_json(TEA))) as server:
        plan = one(llm_planner(server, tmp_path, structured=True, tasks=1))
    assert actions(plan) == TEA
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    steps = schema["properties"]["steps"]
    assert steps["items"]["enum"] == list(TEA)
    assert steps["minItems"] == steps["maxItems"] == 5


def test_a_flat_posterior_keeps_several_tasks(tmp_path: Path) -> None:
    query = PlanQuery("open", "fill kettle", "pour water", 4)
    with steady(Say(as_json(COFFEE[:4]))) as server:
        one(llm_planner(server, tmp_path, structured=True), query)
    form = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert {"add tea bag", "grind beans"} <= set(form["properties"]["steps"]["items"]["enum"])


def test_an_endpoint_without_structured_output_is_asked_in_text(tmp_path: Path) -> None:
    def refuse(request: dict[str, Any]) -> Reply:
        return Fail(400, "what is response_format?") if "response_format" in request else lines(TEA)

    with steady(refuse) as server:
        plan = one(llm_planner(server, tmp_path, structured=True))
    assert actions(plan) == TEA
    assert sum("response_format" in request.body for request in server.requests) == 1


def test_replies_are_repaired_and_that_is_told(tmp_path: Path) -> None:
    with steady(Say("boil watr\nadd tea bag")) as server:
        plan = one(llm_planner(server, tmp_path, samples=1))
    assert plan.notes[-1] == "read with fuzzy 1, padded 3, start 1, goal 1"
    told = [tuple(step.action for step in r.steps) for r in (plan.route, *plan.alternatives)]
    assert ("fill kettle", "add tea bag", "add tea bag", "add tea bag", "drink tea") in told


@pytest.mark.parametrize("reply", [Empty(), Say("I would rather not.")])
def test_where_nothing_can_be_read_the_counts_remain(tmp_path: Path, reply: Reply) -> None:
    with steady(reply) as server:
        plan = one(llm_planner(server, tmp_path))
    assert actions(plan) == TEA
    assert plan.notes[-1] == "read with empty 5"


def test_many_windows_are_planned_and_taken_up_again(tmp_path: Path) -> None:
    queries = [PlanQuery(f"tea {n}", TEA[0], TEA[-1], 5) for n in range(6)]
    broken, answered = [True], list[str]()

    def reply(request: dict[str, Any]) -> Reply:
        if broken[0] and len(answered) == 9:
            return Fail(500, "out of order")
        answered.append(request["messages"][1]["content"])
        return lines(TEA)

    with steady(reply) as server:
        planner = llm_planner(server, tmp_path, samples=3, requests_in_flight=1)
        with pytest.raises(ModelError, match="answered 500: out of order"):
            list(planner.plan_windows(queries))
        broken[0] = False
        resumed = llm_planner(server, tmp_path, samples=3)
        plans = dict(resumed.plan_windows(queries))
        again = dict(resumed.plan_windows(queries))
    assert set(plans) == set(again) == set(queries)
    assert len(answered) == 18
    assert sum(plan.usage.input_tokens for plan in plans.values()) == 900
    assert {plan.usage for plan in again.values()} == {Usage(0, 0)}
    assert all(actions(plan) == TEA for plan in plans.values())


def test_a_task_that_is_told_narrows_the_choice(tmp_path: Path) -> None:
    query = PlanQuery("told", "fill kettle", "pour water", 4, task="make coffee")
    with steady(Say(as_json(COFFEE[:4]))) as server:
        plan = one(llm_planner(server, tmp_path, structured=True), query)
    form = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert form["properties"]["steps"]["items"]["enum"] == list(COFFEE)
    assert plan.task == "make coffee"
    assert "Task: make coffee" in user(server.requests[0])


def test_noisy_labels_may_be_overruled(tmp_path: Path) -> None:
    query = PlanQuery("noisy", "drink coffee", "drink tea", 5, accuracy=0.7)
    with steady(lines(TEA)) as server:
        plan = one(llm_planner(server, tmp_path), query)
    assert actions(plan) == TEA


def test_what_it_cost(tmp_path: Path) -> None:
    config = {"prices": {"scripted": (1.0, 10.0)}}
    with steady(lines(TEA)) as server:
        plan = one(llm_planner(server, tmp_path, samples=2, config=config))
    assert plan.usage.cost == pytest.approx(200 * 1e-6 + 40 * 10e-6)


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with steady(lines(TEA)) as server:
        planner = llm_planner(server, tmp_path)
        with pytest.raises(ConfigError, match="action 'fly' is none of the 12 that are known"):
            one(planner, PlanQuery("x", "fly", TEA[0], 3))
        with pytest.raises(ConfigError, match="task 'fly' is none of the 3 known tasks"):
            one(planner, PlanQuery("x", TEA[0], TEA[1], 3, task="fly"))
    assert server.requests == []


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"samples": 0}, "samples must be 1 or more, got 0"),
        ({"examples": -1}, "examples must be 0 or more, got -1"),
        ({"lambda_": 1.5}, r"lambda_ must be 0 to 1, got 1.5"),
        ({"requests_per_second": 0.0}, "requests_per_second must be positive and finite, got 0.0"),
    ],
)
def test_settings_out_of_range(setting: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        LlmPlanSettings(**setting)
