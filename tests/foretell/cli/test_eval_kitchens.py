"""`foretell eval epic-lta` and `egtea-lta`: JSON, tables, the run's folder, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from foretell.cli import app
from foretell.errors import ConfigError, DatasetError
from tests.evals.made_kitchens import write_ego_topo, write_rulstm


@pytest.fixture
def epic(tmp_path: Path) -> Path:
    return write_ego_topo(tmp_path, ["P01/P01_01", "P02/P02_01"], ["P01/P01_02", "P02/P02_02"])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def record(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_future_verbs_as_json(epic: Path) -> None:
    found = record("epic-lta", "--data", epic)
    assert found["n"] == 6
    assert set(found["map"]) == {"all", "freq", "rare"}
    assert set(found["by_ratio"]) == {"0.25", "0.5", "0.75"}
    assert set(found["baselines"]["observed-counts"]) == {"all", "freq", "rare"}
    assert record("epic-lta", "--data", epic, "--limit", 1)["n"] == 3


def test_egtea_as_a_table(tmp_path: Path) -> None:
    data = write_ego_topo(
        tmp_path, ["OP01-R01-Pizza"], ["OP01-R02-Pizza"], many_shot="gtea_many_shot_verbs.csv"
    )
    result = run("egtea-lta", "--data", data)
    assert "verb mAP over 3 records, higher is better" in result.stdout
    assert "observed-set+prior" in result.stdout
    assert "by what was observed: 25% 100.0, 50% 100.0, 75% 100.0" in result.stdout


def test_the_run_is_kept(epic: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    found = record("epic-lta", "--data", epic, "--out", out)
    assert json.loads((out / "result.json").read_text()) == found
    assert (out / "report.md").read_text().startswith("# epic-lta: 6 records, model embedded\n")
    scores = [json.loads(line) for line in (out / "scores.jsonl").read_text().splitlines()]
    assert [len(scores), len(scores[0]["scores"])] == [6, 125]
    assert (scores[0]["video"], scores[0]["future"]) == ("P01/P01_02", [0, 1, 2])
    again = run("epic-lta", "--data", epic, "--out", out)
    assert isinstance(again.exception, ConfigError)
    assert record("epic-lta", "--data", epic, "--out", out, "--resume") == found


def test_stored_completions_are_counted_as_votes(tmp_path: Path) -> None:
    data = write_ego_topo(tmp_path, ["P01/P01_01"], ["P01/P01_02"])
    classes = {
        "EPIC_verb_classes.csv": ("verb_id,class_key,verbs", 125),
        "EPIC_noun_classes.csv": ("noun_id,class_key,nouns", 2),
    }
    for name, (heading, count) in classes.items():
        rows = "".join(f"{n},{name[5]}word{n},\"['{name[5]}word{n}']\"\n" for n in range(count))
        (data / name).write_text(f"{heading}\n{rows}")
    keys = [f"P01/P01_02_{ratio}" for ratio in ("0.25", "0.5", "0.75")]
    completions = {key: ["vword0 nword0, vword1 nword1"] * 5 for key in keys}
    (data / "stored.json").write_text(json.dumps(completions))
    found = record("epic-lta", "--data", data, "--model", f"replay:{data / 'stored.json'}")
    assert found["n"] == 3
    assert found["map"]["all"] == 100.0
    assert found["repairs"]
    assert not found["told_less"]
    assert "replay:stored.json" in found["ties_averaged"]


def test_the_later_dataset_is_scored_by_edit_distance(tmp_path: Path) -> None:
    data = write_rulstm(tmp_path)
    keys = ["P02_02_7", "P02_02_8", "P02_02_9"]
    completions = {key: ["take pan"] * 5 for key in keys}
    (data / "stored.json").write_text(json.dumps(completions))
    arguments = ("epic-lta", "--data", data, "--model", f"replay:{data / 'stored.json'}")
    found = record(*arguments, "--out", tmp_path / "run")
    assert found["n"] == 3
    assert set(found["ed"]) == {"verb", "noun", "action"}
    assert len(found["ed_at"]["verb"]) == 20
    assert found["settings"]["evaluation"] == "epic-lta"
    assert "ED@20 over 3 windows" in run(*arguments).stdout


@pytest.mark.parametrize("command", ["epic-lta", "egtea-lta"])
def test_a_folder_without_the_files(command: str, tmp_path: Path) -> None:
    result = run(command, "--data", tmp_path)
    assert isinstance(result.exception, DatasetError)
    assert "lacks train_S1.csv, train_S1_nframes.csv, val_S1.csv" in str(result.exception)


def test_going_on_needs_a_folder(epic: Path) -> None:
    result = run("epic-lta", "--data", epic, "--resume")
    assert isinstance(result.exception, ConfigError)
    assert "--resume needs the folder of the run" in str(result.exception)
