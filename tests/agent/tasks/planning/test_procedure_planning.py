"""Plans from words, from steps and from timelines, without a language model and with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.tasks.planning.procedure_planning import ProcedurePlanning
from foretell.agent.video_agent import VideoAgent
from foretell.config import load_config
from foretell.errors import ConfigError, ModelError, ToolError
from foretell.memory.library import Library
from foretell.plans import Plan, Procedures, ProcedureTask
from foretell.types import Timeline
from tests.agent.made_library import Line, make_library, put, video
from tests.agent.tasks.planning.plan_scene import CAR, COFFEE, KITCHEN, TEA, actions, as_json, lines
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

KETTLE: tuple[Line, ...] = (
    (0, 2, "caption", "A person waves"),
    (4, 6, "caption", "The person does fill kettle"),
    (8, 10, "caption", "The person does boil water"),
    (20, 22, "caption", "The person does drink tea"),
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with make_library(tmp_path / "library") as made:
        made.procedures.add("kitchen", KITCHEN)
        yield made


def planning(library: Library, bank: str | None = "kitchen", **settings: Any) -> ProcedurePlanning:
    config = load_config(library=library.store.database.path.parent, embedder="hash", **settings)
    return ProcedurePlanning(config, library.procedures, library.embedder, bank)


def timeline(library: Library, lines: tuple[Line, ...] = KETTLE) -> Timeline:
    info = put(library, video("kettle"), lines)
    return library.store.timeline(info.content_hash)


def test_names_of_steps_stand_at_the_ends(library: Library) -> None:
    plan = planning(library).plan("Drink tea", "fill  kettle")
    assert actions(plan) == TEA
    assert plan.task == "make tea"
    assert plan.task_probability == pytest.approx(1.0)
    assert plan.notes == ("steps from the procedures 'kitchen'",)
    assert plan.evidence == ()
    assert [one.video for one in plan.examples] == ["", "tea0", "tea1"]
    assert plan.usage.cost == 0.0


def test_words_find_the_task(library: Library) -> None:
    plan = planning(library).plan("the coffee is ready to drink", "some beans to grind for coffee")
    assert plan.task == "make coffee"
    assert actions(plan)[-1] == "drink coffee"
    plan = planning(library).plan("make coffee, drink coffee", "grind beans, make coffee")
    assert plan.notes[0].startswith(
        "steps from the procedures 'kitchen'; most alike: 'make coffee'"
    )


@pytest.mark.parametrize("steps", [2, 3, 4, (3, 4), (5, 6)])
def test_the_length_is_kept(library: Library, steps: int | tuple[int, int]) -> None:
    plan = planning(library).plan("dry car", "rinse car", steps=steps, k=4)
    least, most = (steps, steps) if isinstance(steps, int) else steps
    for route in (plan.route, *plan.alternatives):
        assert least <= len(route.steps) <= most
        assert (route.steps[0].action, route.steps[-1].action) == ("rinse car", "dry car")
        assert all(0.0 < step.probability <= 1.0 + 1e-9 for step in route.steps)
    assert sum(r.probability for r in (plan.route, *plan.alternatives)) <= 1.0 + 1e-9


def test_a_task_alone_is_planned_from_its_beginning(library: Library) -> None:
    assert actions(planning(library).plan(None, task="Wash car")) == CAR
    plan = planning(library).plan(None, task="how to wash my car")
    assert plan.task == "wash car"


def test_a_named_task_narrows_what_the_ends_leave_open(library: Library) -> None:
    plan = planning(library).plan("pour water", "fill kettle", steps=4, task="make tea")
    assert set(actions(plan)) <= set(TEA)
    plan = planning(library).plan("pour water", "fill kettle", task="make coffee")
    assert set(actions(plan)) <= set(COFFEE)
    assert plan.task == "make coffee"


def test_a_timeline_tells_the_start(library: Library) -> None:
    seen = timeline(library, KETTLE[:3])
    plan = planning(library).plan("drink tea", timeline=seen)
    assert [event.text for event in plan.evidence] == [line[3] for line in KETTLE[:3]]
    assert actions(plan)[-1] == "drink tea"
    assert plan.task == "make tea"


def test_seconds_are_read_up_to_there(library: Library) -> None:
    seen = timeline(library)
    plan = planning(library).plan(21.0, 5.0, timeline=seen)
    told = [event.text for event in plan.evidence]
    assert told[:2] == ["A person waves", "The person does fill kettle"]
    assert told[-1] == "The person does drink tea"


def test_words_stand_above_the_timeline(library: Library) -> None:
    plan = planning(library).plan("drink tea", "fill kettle", timeline=timeline(library))
    assert plan.evidence == ()
    assert actions(plan) == TEA


def test_where_nothing_fits_that_is_said(library: Library) -> None:
    plan = planning(library).plan("a satellite in orbit", "a rocket on its pad")
    assert "nothing in the procedures 'kitchen' fits: the nearest is " in plan.notes[0]
    assert "of 0.43 that a fit needs), so that these steps are a guess" in plan.notes[0]
    assert plan.route.steps


def test_the_vectors_of_procedures_are_kept(library: Library) -> None:
    planned = planning(library)
    planned.plan("tea is drunk", "an empty kettle")
    folder = library.store.database.path.parent / "procedure_vectors"
    kept = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert kept
    planning(library).plan("tea is drunk", "an empty kettle")
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == kept


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"goal": None}, "no goal was given; say what is to be reached with goal=TEXT"),
        ({"goal": " "}, "the goal ' ' is blank; say it in words"),
        ({"goal": "tea", "task": ""}, "the task '' is blank; say it in words"),
        ({"goal": "tea", "start": 3.0}, "the start 3 is a second of a video, and no video was"),
        ({"goal": 3}, "the goal 3 is a second of a video, and no video was given"),
        ({"goal": "tea", "steps": 1}, "a plan cannot have 1 steps; give a number from 2 to 20"),
        ({"goal": "tea", "steps": 0}, "a plan cannot have 0 steps"),
        ({"goal": "tea", "steps": 21}, "a plan cannot have 21 steps"),
        ({"goal": "tea", "steps": (5, 3)}, r"a plan cannot have 5\.\.3 steps"),
        ({"goal": "tea", "k": 0}, "k must be 1 or more, got 0"),
        ({"goal": "fly", "exact": True}, "action 'fly' is none of the 12 that are known"),
        ({"goal": "dry car", "start": "boil water"}, "no route of 2 to 12 steps leads from 'boil"),
        ({"goal": "fill kettle", "start": "drink tea", "steps": 3}, None),
    ],
)
def test_what_cannot_be_planned_is_told(
    library: Library, asked: dict[str, Any], sentence: str | None
) -> None:
    if sentence is None:
        assert actions(planning(library).plan(**asked))[0] == "drink tea"
        return
    with pytest.raises(ConfigError, match=sentence):
        planning(library).plan(**asked)


def test_moments_outside_or_in_the_wrong_order(library: Library) -> None:
    seen, planned = timeline(library), planning(library)
    with pytest.raises(
        ConfigError, match=r"99 s lies outside kettle\.mp4, which covers 0\.0-30\.0 s"
    ):
        planned.plan("drink tea", 99.0, timeline=seen)
    with pytest.raises(ConfigError, match="the start, 9 s, must lie before the goal, 5 s; give"):
        planned.plan(5.0, 9.0, timeline=seen)
    with pytest.raises(ConfigError, match="the video's end, 30 s, must lie before the goal, 5 s"):
        planned.plan(5.0, timeline=seen)


def test_a_timeline_that_tells_nothing(library: Library) -> None:
    scenes = timeline(library, ((0, 9, "scene", "cut"),))
    with pytest.raises(
        ToolError, match=r"kettle\.mp4 tells nothing that was done or said by 30 s; add cap"
    ):
        planning(library).plan("drink tea", timeline=scenes)
    late = timeline(library, ((5, 9, "caption", "tea"),))
    with pytest.raises(ToolError, match="tells nothing that was done or said by 2 s"):
        planning(library).plan("drink tea", 2.0, timeline=late)


def test_unknown_and_empty_procedures(library: Library, tmp_path: Path) -> None:
    sentence = "procedures 'gone' are neither a bank nor a file; there are the banks 'everyday', 'k"
    with pytest.raises(ConfigError, match=sentence):
        planning(library, "gone").plan("tea")
    file = tmp_path / "none.json"
    file.write_text('{"tasks": [{"name": "rest", "steps": []}]}')
    with pytest.raises((ConfigError, Exception), match="step"):
        planning(library, str(file)).plan("tea")


def test_a_file_is_planned_with(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text('{"tasks": [{"name": "rest", "steps": ["sit down", "close eyes", "sleep"]}]}')
    plan = planning(library, str(file)).plan("sleep", "sit down")
    assert actions(plan) == ("sit down", "close eyes", "sleep")
    assert [one.steps for one in plan.examples] == [("sit down", "close eyes", "sleep")]


def endpoint(server: ScriptedServer) -> dict[str, Any]:
    return {
        "model": f"openai:{server.model}",
        "base_url": server.base_url,
        "api_key": server.key,
        "request_retries": 0,
    }


def test_a_chat_model_plans_with_known_steps(library: Library) -> None:
    with ScriptedServer([Say(as_json(TEA))], repeat_last=True) as server:
        plan = planning(library, **endpoint(server)).plan("drink tea", "fill kettle", steps=5)
    assert actions(plan) == TEA
    assert plan.notes[1].startswith("ranked among 5 plans that the model told")
    assert plan.usage.input_tokens == 500


def test_a_chat_model_plans_in_its_own_words_where_nothing_fits(library: Library) -> None:
    own = ["Fuel the rocket.", "Count down", "Light the engines"]
    script = [lines(own), lines(own), lines([*own, "Reach orbit"])]
    with ScriptedServer(script) as server:
        planned = planning(library, **endpoint(server))
        plan = planned.plan("a satellite in orbit", "a rocket on its pad", steps=(2, 4))
    assert actions(plan) == ("Fuel the rocket", "Count down", "Light the engines")
    assert plan.route.probability == pytest.approx(2 / 3)
    assert plan.route.steps[0].probability == pytest.approx(1.0)
    assert len(plan.alternatives) == 1
    assert plan.notes[0].startswith("in the model's own words: nothing in the procedures 'kitchen'")
    assert (plan.task, plan.examples) == ("", ())
    system = server.requests[0].messages[0]["content"]
    assert "A plan has 2 to 4 steps, each one short imperative sentence" in system


def test_own_words_of_another_length_are_told(library: Library) -> None:
    with ScriptedServer([lines(["Fly"])], repeat_last=True) as server:
        planned = planning(library, **endpoint(server))
        with pytest.raises(ModelError, match="none of 3 replies of the model held a plan of the"):
            planned.plan("a satellite in orbit", "a rocket on its pad", steps=4)


def test_an_agent_plans_on_a_model_of_the_callers(tmp_path: Path) -> None:
    model = ScriptedModel(script=[AIMessage("\n".join(TEA))] * 5)
    with VideoAgent(chat_model=model, library=tmp_path, embedder="hash") as agent:
        agent.library.procedures.add("kitchen", KITCHEN)
        plan: Plan = agent.plan("drink tea", "fill kettle", procedures="kitchen", steps=5)
    assert actions(plan) == TEA


def test_a_task_without_steps_is_known_by_its_name(library: Library) -> None:
    tasks = (ProcedureTask("fly a kite"), *KITCHEN.tasks)
    library.procedures.add("kitchen", Procedures("kitchen", tasks, KITCHEN.demonstrations))
    plan = planning(library).plan("dry car", "rinse car")
    assert actions(plan) == CAR
