"""`foretell eval procedure-planning`: JSON, tables, the run's folder, errors."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from foretell.cli import app
from foretell.errors import ConfigError, DatasetError, ForetellError, ModelError
from tests.evals.made_procedures import dataset, planned_windows, read_dataset, rows, write_dataset
from tests.servers.replies import Fail, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer
from tests.tools.procedure_files import write

CONTRACT = {"n", "sr", "macc", "miou", "miou_batch", "baselines", "task_accuracy", "seconds"}
FIGURES = {"sr", "macc", "miou", "miou_batch", "middle"}
TEA = json.dumps({"steps": ["boil water", "add tea", "pour water"]})


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_dataset(tmp_path / "data")


def run(*arguments: object) -> Result:
    """Runs the command apart from the user's own settings, each failed request sent but once."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "FORETELL_CONFIG": f"{folder}/none.toml",
            "FORETELL_LIBRARY": f"{folder}/library",
            "FORETELL_API_KEY": "test-key",
            "FORETELL_EMBEDDER": "hash",
            "FORETELL_REQUEST_RETRIES": "0",
        }
        words = ["eval", "procedure-planning", *map(str, arguments)]
        return CliRunner(env=environment).invoke(app, words, catch_exceptions=False)


def record(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def fails(*arguments: object) -> ForetellError:
    with pytest.raises(ForetellError) as caught:
        run(*arguments)
    return caught.value


def scores(found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in (*FIGURES, "success_within", "task_accuracy")}


def test_scores_as_json(data: Path) -> None:
    found = record("--data", data)
    assert set(found) >= CONTRACT
    assert found["n"] == 6
    assert all(0.0 <= found[name] <= 100.0 for name in (*FIGURES, "task_accuracy"))
    low, high = found["intervals"]["sr"]
    assert low <= found["sr"] <= high
    assert set(found["baselines"]) > {"markov-viterbi", "nearest-window", "random"}
    assert all(set(figures) == FIGURES for figures in found["baselines"].values())
    assert found["seconds"] > 0.0
    assert found["settings"]["endpoints"] == "oracle"
    assert found["settings"]["task"] == "predicted"


def test_people_get_a_table(data: Path) -> None:
    shown = run("--data", data, "--steps", 4, "--batch", 2).stdout
    assert "4 windows of 4 steps, per cent, higher is better" in shown
    headings = next(line for line in shown.splitlines() if "mAcc" in line)
    assert headings.split("  ")[-1].strip() == "middle"
    assert "mIoU of 2" in headings
    assert [line for line in shown.splitlines() if line.strip().startswith("embedded")]
    assert "right labels seen: 100.0 % of the starts, 100.0 % of the goals" in shown
    assert "a right plan among the first: 1 " in shown
    assert "s of planning, no tokens" in shown


def test_people_are_told_what_was_never_shown(tmp_path: Path) -> None:
    content = dataset()
    shown = [one for one in content["videos"] if not one["vid"].startswith("train-1")]
    file = write(tmp_path / "made.json", content | {"videos": shown})
    assert "3 windows show a task that nobody demonstrates in train" in run("--data", file).stdout


def test_the_run_is_kept_and_taken_up_again(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    found = record("--data", data, "--out", out)
    assert json.loads((out / "result.json").read_text()) == found
    assert (out / "report.md").read_text().startswith("# Procedure planning by embedded: 6 windows")
    lines = (out / "predictions.jsonl").read_bytes().splitlines(keepends=True)
    assert len(lines) == 6
    (out / "predictions.jsonl").write_bytes(b"".join([*lines[:2], lines[2][:20]]))
    assert scores(record("--data", data, "--out", out, "--resume")) == scores(found)
    assert (out / "predictions.jsonl").read_bytes().splitlines(keepends=True) == lines
    assert "holds a run already; give --resume" in str(fails("--data", data, "--out", out))
    other = fails("--data", data, "--out", out, "--resume", "--start-goal-noise", 0.3)
    assert "endpoints was 'oracle' and is 'corrupt:0.3'" in str(other)


def test_the_first_windows_alone(data: Path) -> None:
    assert record("--data", data, "--limit", 2)["n"] == 2
    assert record("--data", data, "--limit", 2, "--k", 3)["success_within"][3:] == []


def test_ends_and_tasks_may_come_from_files(data: Path, tmp_path: Path) -> None:
    numbered = read_dataset(tmp_path / "data")
    listed = rows(planned_windows(numbered, 3), numbered, pred_list=[0, 2], event_class=0)
    file = write(tmp_path / "predicted.json", listed)
    found = record("--data", data, "--start-goal", file, "--task", file, "--task-accuracy", 0.9)
    assert found["endpoint_accuracy"] == pytest.approx([100 * 2 / 6, 100 * 2 / 6])
    assert found["task_accuracy"] == 50.0
    assert found["settings"]["endpoint_accuracy"] == 0.7
    assert found["settings"]["task_accuracy"] == 0.9


def test_corrupted_ends_are_drawn_by_the_seed(data: Path) -> None:
    def seen(seed: int) -> list[float]:
        ends = ("--start-goal-noise", 0.5, "--seed", seed)
        accuracies: list[float] = record("--data", data, *ends)["endpoint_accuracy"]
        return accuracies

    assert seen(1) == seen(1)
    assert len({tuple(seen(seed)) for seed in range(3)}) > 1


def test_confusions_are_learnt_from_other_videos(data: Path) -> None:
    found = record("--data", data, "--start-goal-noise", 0.4, "--confusion-model")
    assert found["settings"]["learn_confusions"] is True
    assert found["n"] == 6


def test_a_chat_model_is_asked_and_can_be_replayed(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with ScriptedServer([Say(TEA)], repeat_last=True) as server:
        endpoint = ("--model", f"openai:{server.model}", "--base-url", server.base_url)
        asked = ("--data", data, "--limit", 1, "--samples", 2, *endpoint)
        found = record(*asked, "--out", out)
        assert len(server.requests) == 2
    assert found["sr"] == 100.0
    assert found["usage"]["input_tokens"] > 0
    assert found["settings"]["asks"]["samples"] == 2
    again = record("--data", data, "--limit", 1, "--model", f"replay:{out / 'predictions.jsonl'}")
    assert {name: again[name] for name in FIGURES} == {name: found[name] for name in FIGURES}


def test_what_all_windows_will_take_is_told_early(data: Path) -> None:
    with ScriptedServer([Say(TEA)], repeat_last=True) as server:
        endpoint = ("--model", f"openai:{server.model}", "--base-url", server.base_url)
        told = run("--data", data, "--samples", 1, "--in-flight", 1, *endpoint)
    assert told.exit_code == 0
    assert re.match(r"about \d+ tokens in, \d+ out, cost unknown, for 6 windows\n", told.stderr), (
        told.stderr
    )
    assert "tokens in" not in run("--data", data).stderr


def test_a_failed_run_goes_on_and_repeats_no_request(data: Path, tmp_path: Path) -> None:
    replies: list[ScriptLine] = [*[Say(TEA)] * 3, Fail(500), Say(TEA)]
    with ScriptedServer(replies, repeat_last=True) as server:
        asked = (
            *("--data", data, "--limit", 3, "--samples", 2, "--in-flight", 1, "--shots", 1),
            *("--model", f"openai:{server.model}", "--base-url", server.base_url),
            *("--library", tmp_path / "library", "--out", tmp_path / "run"),
        )
        error = fails(*asked)
        assert isinstance(error, ModelError)
        assert error.exit_code == 1
        assert record(*asked, "--resume")["n"] == 3
        assert len(server.requests) == 3 * 2 + 1


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("--dataset", "youcook"), ConfigError, "no dataset 'youcook'; choose one of crosstask, c"),
        (("--dataset", "niv"), DatasetError, "holds no procedures of 'niv'; give "),
        (("--steps", 1), ConfigError, "--steps must be 2 to 20, got 1; the first and the las"),
        (("--steps", 21), ConfigError, "--steps must be 2 to 20, got 21; the first and the la"),
        (("--start-goal-noise", 2), ConfigError, "--start-goal-noise is 2.0; give the share"),
        (("--start-goal", "seen"), ConfigError, "--start-goal 'seen' is unknown; give 'oracle'"),
        (
            ("--start-goal-accuracy", 0),
            ConfigError,
            "--start-goal-accuracy must be above 0 and at",
        ),
        (("--task", "mine"), ConfigError, "--task 'mine' is unknown; give 'oracle', 'predicted'"),
        (("--task-accuracy", 2), ConfigError, "--task-accuracy must be above 0 and at most 1, g"),
        (("--limit", 0), ConfigError, "--limit must be 1 or more, got 0"),
        (("--k", 0), ConfigError, "--k must be 1 or more, got 0"),
        (("--batch", 0), ConfigError, "--batch must be 1 or more, got 0"),
        (("--resume",), ConfigError, "--resume needs the folder of the run; give it with --out"),
        (("--model", "replay:gone.jsonl"), DatasetError, "cannot read 'gone.jsonl'"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    data: Path, arguments: tuple[object, ...], kind: type[ForetellError], message: str
) -> None:
    error = fails("--data", data, *arguments)
    assert isinstance(error, kind)
    assert error.exit_code == 2
    assert message in str(error)


def test_two_datasets_in_a_folder_are_told_apart_by_name(data: Path) -> None:
    write_dataset(data, "coin")
    assert "or name a dataset" in str(fails("--data", data))
    assert record("--data", data, "--dataset", "coin")["settings"]["dataset"] == "coin"


def test_data_that_do_not_number_their_steps_are_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "mine.json", {"tasks": [{"name": "make tea", "steps": ["boil"]}]})
    error = fails("--data", file)
    assert isinstance(error, DatasetError)
    assert "does not number its steps; give a normalized file" in str(error)


def test_the_command_ends_with_two_and_one_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "foretell", "eval", "procedure-planning", "--json"]
    gone = str(tmp_path / "gone")
    ended = subprocess.run([*command, "--data", gone], capture_output=True, text=True, check=False)
    sentence = f"--data {gone!r} is not there; give a file or a folder"
    assert ended.returncode == 2
    assert ended.stderr == f"foretell: {sentence}\n"
    assert json.loads(ended.stdout) == {"error": {"kind": "ConfigError", "message": sentence}}


def test_the_windows_of_crosstask(data_root: Path) -> None:
    found = record("--data", data_root / "planning", "--dataset", "crosstask", "--limit", 200)
    assert found["n"] == 200
    assert found["settings"]["dataset"] == "crosstask"
    assert found["sr"] > found["baselines"]["copy-start"]["sr"]
