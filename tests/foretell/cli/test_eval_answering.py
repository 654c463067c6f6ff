"""`foretell eval nextqa` and other sets of questions: JSON, tables, the run's folder, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from foretell.cli import app
from foretell.errors import ConfigError, DatasetError
from tests.evals.made_questions import CAPTIONS, write_captions, write_table
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_captions(tmp_path / "captions.json")
    write_table(tmp_path / "val.csv")
    return tmp_path


def run(*arguments: object, library: Path) -> Result:
    settings = {
        "FORETELL_EMBEDDER": "hash",
        "FORETELL_LIBRARY": str(library),
        "FORETELL_API_KEY": "test-key",
    }
    return CliRunner(env=settings).invoke(app, ["eval", *map(str, arguments)])


def record(*arguments: object, library: Path) -> dict[str, Any]:
    result = run(*arguments, "--json", library=library)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def nextqa(data: Path, *arguments: object) -> dict[str, Any]:
    captions = ("--captions", data / "captions.json")
    return record("nextqa", "--data", data, *captions, *arguments, library=data / "library")


def test_questions_as_json(data: Path) -> None:
    found = nextqa(data)
    assert {"n", "accuracy", "by_type", "unparsed", "coverage", "baselines", "usage"} <= set(found)
    assert (found["n"], found["coverage"], found["unparsed"]) == (3, 100.0, 0)
    assert set(found["by_type"]) == {"C", "T", "D", "CW", "TP&TN", "TN", "DC"}
    assert set(found["baselines"]) == {"random", "majority", "longest", "blind"}
    assert found["settings"]["evaluation"] == "nextqa"
    assert nextqa(data, "--limit", 1)["n"] == 1


def test_a_table_for_people(data: Path) -> None:
    result = run("nextqa", "--data", data, library=data)
    assert "3 questions, per cent, higher is better" in result.stdout
    assert "all questions of a video right" in result.stdout
    assert "no video has captions, so all questions were answered blind" in result.stdout


def test_diagnostics(data: Path) -> None:
    found = nextqa(data, "--diagnostics")["diagnostics"]
    assert found["n"] == 3
    assert {"frame_gain", "order_sensitivity", "information_disparity"} <= set(found)
    result = run(
        *("nextqa", "--data", data, "--captions", data / "captions.json", "--diagnostics"),
        library=data,
    )
    assert "frame gain" in result.stdout


def test_stored_answers_and_the_folder(data: Path) -> None:
    stored = data / "stored.json"
    answers = {"v1_0": "C", "v1_1": {"prediction": 1, "answer": 0}, "v2_0": "Hmm."}
    stored.write_text(json.dumps(answers))
    found = nextqa(data, "--model", f"replay:{stored}", "--out", data / "run")
    assert found["accuracy"] == pytest.approx(100 / 3)
    assert found["unparsed"] == 1
    assert found["by_type"]["C"] == 100.0
    report = (data / "run" / "report.md").read_text()
    assert report.startswith("# nextqa by replay:stored.json: 3 questions\n")
    assert str(data) not in report.splitlines()[0]


def test_grounded_questions(tmp_path: Path) -> None:
    rows = [("v1", 1, 1, 1, "why does she run", "bb", 0, "CW", "a", "bb", "c", "d", "e")]
    write_table(tmp_path / "val.csv", rows, video="video_id")
    spans = {"v1": {"duration": 3, "location": {"0": [[0, 2]]}}}
    (tmp_path / "gsub_val.json").write_text(json.dumps(spans))
    captions = write_captions(tmp_path / "captions.json")
    arguments = ("nextgqa", "--data", tmp_path, "--captions", captions)
    found = record(*arguments, library=tmp_path)
    assert {"acc_gqa", "miop", "miou", "null_rate"} <= set(found)
    assert found["baselines"]["whole-video"]["miou"] == pytest.approx(200 / 3)
    assert "whole-video" in run(*arguments, "--out", tmp_path / "run", library=tmp_path).stdout
    assert "| whole-video |" in (tmp_path / "run" / "report.md").read_text()


def test_other_sets(tmp_path: Path) -> None:
    asked = {"question": "how?", "options": ["up", "down"], "answer": 1, "key": "v1"}
    (tmp_path / "count.json").write_text(json.dumps({"0": asked}))
    found = record("tomato", "--data", tmp_path, library=tmp_path)
    assert (found["n"], found["coverage"]) == (1, 0.0)


def test_the_order_of_captions(tmp_path: Path) -> None:
    captions = write_captions(tmp_path / "captions.json", CAPTIONS)
    found = record("car", "--captions", captions, library=tmp_path)
    assert found["embedder"]["n"] == found["n"] == 3
    assert found["baselines"]["random"] == {"accuracy": 50.0}
    result = run("car", "--data", captions, "--events", 3, "--limit", 1, library=tmp_path)
    assert "order told by the embedder alone" in result.stdout
    result = run("car", library=tmp_path)
    assert isinstance(result.exception, ConfigError)
    assert "the evaluation 'car' is made from captions" in str(result.exception)


@pytest.mark.parametrize("strategy", ["one-call", "summarise", "agent"])
def test_a_chat_model(data: Path, strategy: str) -> None:
    with ScriptedServer([Say("Choice: C\nConfidence: 0.9")], repeat_last=True) as server:
        endpoint = ("--model", "openai:scripted", "--base-url", server.base_url)
        found = nextqa(data, *endpoint, "--strategy", strategy, "--choosing", "text")
    assert found["accuracy"] == pytest.approx(100 / 3)
    assert found["usage"]["input_tokens"] > 0
    assert found["settings"]["asks"]["choosing"] == "text"


def test_a_strategy_that_needs_no_chat_model(data: Path) -> None:
    found = nextqa(data, "--model", "openai:scripted", "--strategy", "embedded")
    assert found["settings"]["model"] == "embedded"
    assert found["accuracy"] == nextqa(data)["accuracy"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--strategy", "guess"), "--strategy 'guess' is unknown; give one of embedded, one-call"),
        (("--strategy", "one-call"), "strategy 'one-call' asks a chat model"),
        (("--strategy", "agent", "--model", "replay:a.json"), "leave one of them out"),
        (("--split", "none"), "--split 'none' is unknown; give one of all, dev, test"),
        (("--resume",), "--resume needs the folder of the run"),
    ],
)
def test_settings_that_do_not_go_together(
    options: tuple[str, ...], sentence: str, data: Path
) -> None:
    result = run("nextqa", "--data", data, *options, library=data)
    assert isinstance(result.exception, ConfigError)
    assert sentence in str(result.exception)


def test_a_folder_without_the_files(tmp_path: Path) -> None:
    result = run("egoschema", "--data", tmp_path, library=tmp_path)
    assert isinstance(result.exception, DatasetError)
    assert "give the folder or the file of the questions" in str(result.exception)


def test_published_predictions_keep_their_accuracy(data_root: Path, tmp_path: Path) -> None:
    folder = data_root / "qa" / "nextqa"
    stored = folder / "HGA-bert-ft-h256-val-example.pred.json"
    found = record("nextqa", "--data", folder, "--model", f"replay:{stored}", library=tmp_path)
    assert found["n"] == 4996
    shares = [found["accuracy"], *(found["by_type"][group] for group in "CTD")]
    assert [round(share, 2) for share in shares] == [49.74, 46.26, 50.74, 59.33]
    assert round(found["baselines"]["majority"]["accuracy"], 1) == 20.3
    folder = data_root / "qa" / "llovi_akeys"
    stored = folder / "akeys_gpt4o_egoschema_subset_results.json.gz"
    found = record("egoschema", "--data", folder, "--model", f"replay:{stored}", library=tmp_path)
    assert found["n"] == 246
    assert 60.0 < found["accuracy"] < 72.0
