"""`foretell plan`: its JSON, what people read, and its errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.agent.tasks.planning.procedure_planning import VECTORS
from foretell.cli import app
from foretell.errors import ConfigError, ToolError, VideoError
from tests.agent.tasks.planning.plan_scene import as_json
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

EGGS = ("--start", "raw eggs in the carton", "--goal", "scrambled eggs on a plate")
SLEEP = {"tasks": [{"name": "rest", "steps": ["sit down", "close eyes", "sleep"]}]}


@pytest.fixture(scope="module", autouse=True)
def _library(tmp_path_factory: pytest.TempPathFactory, everyday_vectors: Path) -> Iterator[None]:
    """A library of this module's own, on the embedder that a fresh install has."""
    folder = tmp_path_factory.mktemp("library")
    (folder / VECTORS).symlink_to(everyday_vectors, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETELL_LIBRARY", str(folder))
        patch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
        yield


@pytest.fixture
def rest(tmp_path: Path) -> tuple[str, ...]:
    """The arguments that name a file of procedures."""
    file = tmp_path / "rest.json"
    file.write_text(json.dumps(SLEEP))
    return "--procedures", str(file)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def record(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return told


def actions(told: dict[str, Any]) -> list[str]:
    return [step["action"] for step in told["steps"]]


def test_raw_eggs_become_scrambled_eggs() -> None:
    told = record(*EGGS)
    assert set(told) == {
        "steps", "probability", "alternatives", "task", "evidence", "examples", "notes", "usage",
        "status",
    }  # fmt: skip
    assert told["task"]["name"] == "make scrambled eggs"
    assert told["task"]["probability"] > 0.9
    words = [word for action in actions(told) for word in action.split()]
    order = [words.index(word) for word in ("crack", "beat", "stir", "plate")]
    assert order == sorted(order)
    assert all(set(step) == {"action", "probability"} for step in told["steps"])
    assert [set(other) for other in told["alternatives"]] == [{"steps", "probability"}] * 2
    assert told["evidence"] == []
    assert told["examples"][0]["task"] == "make scrambled eggs"
    assert told["notes"][0].startswith("steps from the procedures 'everyday'; most alike: ")
    assert told["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}


def test_four_steps_are_four() -> None:
    told = record(*EGGS, "--steps", "4", "--k", "5")
    assert len(actions(told)) == 4
    assert len(told["alternatives"]) == 4
    assert {len(other["steps"]) for other in told["alternatives"]} == {4}


@pytest.mark.parametrize(
    ("start", "goal", "task"),
    [
        ("an empty kettle", "a hot cup of tea", "make a cup of tea"),
        ("a car with a flat tyre", "a car with its spare wheel on", "change a flat tyre on a car"),
        ("bread and cheese", "a sandwich", "make a sandwich"),
        ("flour, eggs and milk", "a stack of pancakes", "make pancakes"),
        ("a wrinkled shirt", "a smooth shirt on a hanger", "iron a shirt"),
    ],
)
def test_everyday_goals_are_found(start: str, goal: str, task: str) -> None:
    assert record("--start", start, "--goal", goal)["task"]["name"] == task


def test_a_task_is_enough() -> None:
    told = record("--task", "iron a shirt", "--steps", "3..8")
    assert told["task"] == {"name": "iron a shirt", "probability": 1.0}
    assert 3 <= len(actions(told)) <= 8


def test_what_no_procedure_fits_is_said() -> None:
    told = record("--start", "a rocket on the launch pad", "--goal", "a satellite in orbit")
    assert "nothing in the procedures 'everyday' fits" in told["notes"][0]
    assert told["status"] == "unknown"


@pytest.mark.parametrize(("start", "goal"), [("raw eggs", "fly to the moon"), ("asdf", "qwer")])
def test_people_see_no_probability_beside_what_fits_nothing(start: str, goal: str) -> None:
    printed = run("--start", start, "--goal", goal)
    assert printed.startswith("No plan is known for this:")
    assert "%" not in printed
    assert "1.00" not in printed
    assert "or (" not in printed


def test_people_read_steps_and_grounds(rest: tuple[str, ...]) -> None:
    printed = run("--start", "sit down", "--goal", "sleep", *rest)
    assert "rest (100%)" in printed
    assert "  1. sit down" in printed
    assert "  3. sleep" in printed
    assert "or (" in printed
    assert "as written, 'rest': sit down, close eyes, sleep" in printed
    assert "steps from the procedures" in printed


def test_a_video_tells_the_start(kitchen: tuple[str, ...]) -> None:
    told = record(*kitchen, "--goal", "a cup of tea with milk")
    assert told["evidence"]
    assert all(set(event) == {"start", "end", "kind", "text"} for event in told["evidence"])
    assert {"milk", "tea"} & set(" ".join(actions(told)).split())
    earlier = record(*kitchen, "--start", "10", "--goal", "a cup of tea with milk")
    assert max(event["start"] for event in earlier["evidence"]) <= 10
    assert "seen: " in run(*kitchen, "--goal", "a cup of tea with milk")


def test_a_chat_model_is_asked(rest: tuple[str, ...]) -> None:
    steps = SLEEP["tasks"][0]["steps"]
    assert isinstance(steps, list)
    with ScriptedServer([Say(as_json(steps))], repeat_last=True, key="no-key-needed") as server:
        told = record(
            "--start", "sit down", "--goal", "sleep", *rest,
            "--model", f"openai:{server.model}", "--base-url", server.base_url,
        )  # fmt: skip
    assert actions(told) == steps
    assert told["usage"]["input_tokens"] == 500
    assert told["notes"][1].startswith("ranked among 5 plans that the model told")


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((), ConfigError, "no goal was given; say what is to be reached with --goal TEXT"),
        (("--goal", "tea", "--steps", "some"), ConfigError, "--steps 'some' is no number; give on"),
        (("--goal", "tea", "--steps", "40"), ConfigError, "a plan cannot have 40 steps"),
        (("--goal", "tea", "--steps", "6..3"), ConfigError, "a plan cannot have 6..3 steps"),
        (("--goal", "12"), ConfigError, "the goal 12 is a second of a video, and no video was"),
        (("--goal", "tea", "--procedures", "gone"), ConfigError, "procedures 'gone' are neither a"),
        (("--goal", "tee", "--exact"), ConfigError, "action 'tee' is none of the "),
        (("--goal", "tea", "--captions", "c.json"), ConfigError, "--captions c.json describes a"),
        (("gone.mp4", "--goal", "tea"), VideoError, "gone.mp4"),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: tuple[str, ...], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        run(*arguments)
    assert sentence in str(caught.value)


def test_moments_of_a_video_are_checked(kitchen: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"400 s lies outside ego_kitchen_milk_41s\.mp4"):
        run(*kitchen, "--start", "400", "--goal", "tea")
    with pytest.raises(ConfigError, match="the start, 30 s, must lie before the goal, 20 s"):
        run(*kitchen, "--start", "30", "--goal", "20")


def test_a_video_without_words_is_told(videos: Path) -> None:
    with pytest.raises(ToolError, match=r"sign_eat_1s\.mkv tells nothing that was done or said"):
        run(str(videos / "sign_eat_1s.mkv"), "--goal", "tea")


def test_the_command_ends_with_two(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "foretell", "plan", "--json", "--library", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.startswith("foretell: no goal was given; ")
    assert json.loads(ended.stdout)["error"]["kind"] == "ConfigError"
    assert "Traceback" not in ended.stderr
