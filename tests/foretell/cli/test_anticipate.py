"""`foretell anticipate`: its JSON, what people read, and its errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.errors import ConfigError, DatasetError, ForetellError, ToolError
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

WINDOW = {
    "past": ["open fridge", "grabs the milk", "close fridge", "pour milk"],
    "captions": ["The camera wearer pours milk"],
}


@pytest.fixture(scope="module", autouse=True)
def _quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A library of this module's own, searched by words; nothing is read off the screen."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETELL_LIBRARY", str(tmp_path_factory.mktemp("library")))
        patch.setenv("FORETELL_EMBEDDER", "hash")
        patch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
        yield


def written(path: Path, content: object) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


@pytest.fixture
def window(tmp_path: Path) -> str:
    return written(tmp_path / "supper.json", WINDOW)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["anticipate", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def record(*arguments: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return told


def foretell(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "foretell", "anticipate", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def words(actions: list[dict[str, str]]) -> list[str]:
    return [f"{action['verb']} {action['noun']}" for action in actions]


def test_the_kitchen_clip_keeps_the_contract(kitchen: tuple[str, ...]) -> None:
    told = record(*kitchen)
    assert set(told) == {"candidates", "rationale", "repairs", "usage"}
    assert [len(future) for future in told["candidates"]] == [20] * 5
    assert all(set(action) == {"verb", "noun"} for f in told["candidates"] for action in f)
    nouns = {action["noun"] for action in told["candidates"][0]}
    assert nouns & {"milk", "cup", "fridge", "lid"}
    why = told["rationale"]
    assert set(why) == {"past", "evidence", "captions", "examples", "notes"}
    assert words(why["past"])[-1] == "pour milk"
    assert len(why["evidence"]) == len(why["past"]) == len(why["captions"]) == 8
    assert why["evidence"][-1] == {
        "start": pytest.approx(38.0, abs=0.1),
        "end": pytest.approx(40.0, abs=0.1),
        "kind": "caption",
        "text": "The camera wearer pours the milk into the",
    }
    assert [use["future"] for use in why["examples"]] == [words(f) for f in told["candidates"]]
    assert all(0.0 < use["weight"] <= 1.0 and use["goal"] for use in why["examples"])
    assert why["notes"] == ["examples from 'everyday' in words of 'everyday'"]
    assert told["repairs"].keys() <= {"synonym_verb", "synonym_noun", "not_an_action"}
    assert told["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}


def test_how_much_is_forecast_and_from_when(kitchen: tuple[str, ...]) -> None:
    asked = ("--horizon", "3", "--k", "2", "--at", "15", "--optimal")
    told = record(*kitchen, *asked)
    assert [len(future) for future in told["candidates"]] == [3, 3]
    assert all(event["start"] < 15.0 for event in told["rationale"]["evidence"])
    assert words(told["rationale"]["past"])[-1] == "put cup"


def test_what_people_read(kitchen: tuple[str, ...]) -> None:
    lines = run(*kitchen, "--k", "2").splitlines()
    assert lines[0] == "seen:"
    assert "pour milk from 'The camera wearer pours the milk into the'" in lines[8]
    assert [line.partition(" ")[0] for line in lines[9:11]] == ["1.", "2."]
    assert lines[11].startswith("like everyday:")
    assert lines[13] == "examples from 'everyday' in words of 'everyday'"
    assert lines[14].startswith("read with ")


def test_narrations_tell_actions_too(videos: Path, tmp_path: Path) -> None:
    clip = videos / "sign_eat_1s.mkv"
    rows = [{"start": 0.0, "end": 0.5, "label": "wash hands"}]
    narrations = written(tmp_path / "narrations.json", rows)
    told = record(str(clip), "--narrations", narrations, "--k", "1")
    assert words(told["rationale"]["past"]) == ["wash hand"]


def test_a_window_keeps_the_contract(window: str) -> None:
    told = record(window)
    assert set(told) == {"candidates", "rationale", "repairs", "usage"}
    assert [len(future) for future in told["candidates"]] == [20] * 5
    why = told["rationale"]
    assert words(why["past"]) == ["open fridge", "take milk", "close fridge", "pour milk"]
    assert (why["evidence"], why["captions"]) == ([], WINDOW["captions"])
    assert told["repairs"] == {"synonym": 1}


def test_a_window_for_people(window: str) -> None:
    lines = run(window, "--horizon", "4", "--k", "1").splitlines()
    assert lines[0] == "seen: open fridge, take milk, close fridge, pour milk"
    assert lines[1].startswith("1. ")


def test_the_users_own_examples_and_words(window: str, tmp_path: Path) -> None:
    steps = ["open fridge", "take milk", "pour milk", "drink milk"] * 4
    examples = written(tmp_path / "mine.json", [{"video": "a.mp4", "actions": steps}])
    asked = ("--examples", examples, "--horizon", "4", "--k", "2")
    with pytest.raises(DatasetError, match="'grabs the milk' has no verb of the taxonomy"):
        run(window, *asked)
    taxonomy = {"verbs": ["open", "grab_(take)", "close", "pour", "drink"]}
    taxonomy["nouns"] = ["fridge", "milk"]
    words_file = written(tmp_path / "words.json", taxonomy)
    told = record(window, *asked, "--taxonomy", words_file)
    shown = {action for future in told["candidates"] for action in words(future)}
    assert shown <= {"open fridge", "grab milk", "pour milk", "drink milk"}
    assert {use["video"] for use in told["rationale"]["examples"]} == {"a.mp4"}


def test_a_chat_model_forecasts(window: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([Say("drink milk, wash cup")], repeat_last=True) as server:
        monkeypatch.setenv("FORETELL_API_KEY", server.key)
        endpoint = ("--model", f"openai:{server.model}", "--base-url", server.base_url)
        told = record(window, *endpoint, "--horizon", "2", "--k", "1")
    (future,) = told["candidates"]
    assert words(future) == ["consume milk", "wash cup"]
    assert told["repairs"] == {"synonym": 1, "synonym_verb": 1, "not_json": 1}
    assert told["usage"]["input_tokens"] == 100


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "line 1: not JSON: "),
        ({"actions": ["take cup"]}, "holds no window; write "),
        ({"past": []}, "field 'past' is empty; give the actions seen so far"),
        ({"past": [7]}, "write an action as 'verb noun'"),
        (
            {"past": ["zorb the flib"]},
            "'zorb the flib' has no verb of the taxonomy 'everyday'; use its words, or another "
            "taxonomy",
        ),
    ],
)
def test_a_broken_window(tmp_path: Path, content: object, sentence: str) -> None:
    with pytest.raises(DatasetError) as caught:
        run(written(tmp_path / "window.json", content))
    assert sentence in str(caught.value)
    assert "window.json" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        (("--at", "3"), ConfigError, "--at, --captions and --narrations are for a video, not "),
        (("--examples", "yours"), ConfigError, "examples 'yours' are neither a bank nor a file"),
        (("--taxonomy", "klingon"), ConfigError, "klingon"),
        (("--horizon", "0"), ConfigError, "--horizon must be 1 to "),
        (("--k", "0"), ConfigError, "--k must be 1 to 100, got 0"),
        (("--horizon", "100"), DatasetError, "100 future actions of the pool; ask for less"),
        (("--model", "m"), ConfigError, "model 'm' needs a key or an endpoint"),
        (
            ("--model", "m", "--optimal"),
            ConfigError,
            "--optimal is a choice of the model 'embedded'",
        ),
    ],
)
def test_what_cannot_be_asked_of_a_window(
    window: str, options: tuple[str, ...], kind: type[ForetellError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        run(window, *options)
    assert sentence in str(caught.value)


def test_a_video_that_tells_no_action(videos: Path) -> None:
    with pytest.raises(ToolError, match=r"the timeline of chef_blender\.gif does not show what"):
        run(str(videos / "chef_blender.gif"))


def test_a_mistake_ends_with_one_sentence(tmp_path: Path) -> None:
    broken = written(tmp_path / "window.json", {"past": ["zorb the flib"]})
    ended = foretell(broken, "--json")
    assert ended.returncode == 2
    error = json.loads(ended.stdout)["error"]
    assert error["kind"] == "DatasetError"
    assert ended.stderr == f"foretell: {error['message']}\n"
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ended = foretell(str(tmp_path / "none.json"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "none.json" in ended.stderr
    assert "Traceback" not in ended.stderr
