"""`foretell eval ego4d-lta`: its JSON, its folder, its errors, and its end after a failure."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from foretell.cli import app
from foretell.errors import ConfigError, DatasetError, ForetellError, ModelError
from tests.evals.made_files import write_antgpt, write_ego4d
from tests.evals.made_sequences import clips
from tests.servers.replies import Fail, Say
from tests.servers.scripted_server import ScriptedServer

SHAPE = ("--observed", 4, "--horizon", 4, "--k", 2)
FUTURE = "take knife, wash onion, cut onion, put knife"
HEADS = {"verb", "noun", "action"}


@pytest.fixture
def ego4d(tmp_path: Path) -> Path:
    folder = tmp_path / "ego4d"
    folder.mkdir()
    return write_ego4d(folder, clips(4))


@pytest.fixture
def antgpt(tmp_path: Path) -> Path:
    folder = tmp_path / "antgpt"
    folder.mkdir()
    return write_antgpt(folder)


@pytest.fixture
def completions(tmp_path: Path) -> Path:
    file = tmp_path / "completions.json"
    file.write_text(json.dumps([[FUTURE, "1. take cup"], [FUTURE, FUTURE], ["", "nonsense"]]))
    return file


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer([Say(FUTURE)], repeat_last=True) as running:
        yield running


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
        given = ["eval", "ego4d-lta", *map(str, (*SHAPE, *arguments))]
        return CliRunner(env=environment).invoke(app, given, catch_exceptions=False)


def record(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def fails(*arguments: object) -> ForetellError:
    with pytest.raises(ForetellError) as caught:
        run(*arguments)
    return caught.value


def asked_of(server: ScriptedServer, *more: object) -> tuple[object, ...]:
    endpoint = ("--base-url", server.base_url, "--model", f"openai:{server.model}")
    return (*endpoint, "--selection", "random", "--free-text", "--in-flight", 1, *more)


def test_stored_completions_are_scored_beside_the_baselines(
    antgpt: Path, completions: Path, tmp_path: Path
) -> None:
    told = record(
        *("--data", antgpt, "--past", "recognised", "--subset", 3),
        *("--model", f"replay:{completions}", "--out", tmp_path / "run"),
    )
    assert told["n"] == 3
    assert set(told["ed"]) == set(told["aued"]) == set(told["ed_at"]) == HEADS
    assert all(0.0 <= told["ed"][head] <= 1.0 for head in HEADS)
    assert set(told["baselines"]) == {"repeat-last", "loop-past", "commonest-past"}
    assert all(set(scores) == HEADS for scores in told["baselines"].values())
    assert sum(told["repairs"].values()) > 0
    assert told["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    submission = json.loads((tmp_path / "run" / "submission.json").read_text())
    assert len(submission) == 3
    assert all(len(one["verb"]) == 2 and len(one["verb"][0]) == 4 for one in submission.values())


def test_the_run_folder_holds_a_report_and_a_plot(
    antgpt: Path, completions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    told = record("--data", antgpt, "--subset", 3, "--model", f"replay:{completions}", "--out", out)
    report = (out / "report.md").read_text()
    assert f"| **replay:completions.json** | {told['ed']['verb']:.4f} [" in report
    assert f"| repeat-last | {told['baselines']['repeat-last']['verb']:.4f} [" in report
    assert "- past: gt" in report
    assert "![Edit distance after each number of actions](ed_at_z.png)" in report
    assert (out / "ed_at_z.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((out / "result.json").read_text())["ed"] == told["ed"]


def test_people_get_a_table(antgpt: Path, completions: Path) -> None:
    shown = run("--data", antgpt, "--subset", 3, "--model", f"replay:{completions}").output
    assert "ED@4 over 3 windows, lower is better" in shown
    assert "commonest-past" in shown
    assert "random and nearest-example are left out" in shown


def test_the_embedded_anticipator_needs_no_key(ego4d: Path) -> None:
    told = record("--data", ego4d, "--limit", 5)
    assert told["n"] == 5
    assert set(told["baselines"]) >= {"random", "nearest-example"}
    assert told["settings"]["model"] == "embedded"


def test_a_chat_model_is_asked_and_can_be_replayed(
    ego4d: Path, server: ScriptedServer, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    told = record("--data", ego4d, "--limit", 3, "--out", out, *asked_of(server))
    assert len(server.requests) == 3 * 2
    assert told["usage"]["input_tokens"] > 0
    kept = [json.loads(line) for line in (out / "completions.jsonl").read_text().splitlines()]
    assert {len(one["prompts"]) for one in kept} == {2}
    assert kept[0]["completions"] == [FUTURE, FUTURE]
    assert kept[0]["parses"][0] == FUTURE.split(", ")
    again = record("--data", ego4d, "--limit", 3, "--model", f"replay:{out / 'completions.jsonl'}")
    assert again["ed"] == told["ed"]


def test_a_failed_run_goes_on_and_repeats_no_request(ego4d: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    asked = ("--data", ego4d, "--limit", 4)
    with ScriptedServer([*[Say(FUTURE)] * 5, Fail(500), Say(FUTURE)], repeat_last=True) as server:
        again = (*asked_of(server), "--library", tmp_path / "library")
        assert isinstance(fails(*asked, "--out", out, *again), ModelError)
        before = (out / "predictions.jsonl").read_text().splitlines()
        assert 1 <= len(before) <= 2
        told = record(*asked, "--out", out, "--resume", *again)
        assert len(server.requests) == 4 * 2 + 1
        assert told["ed"] == record(*asked, *asked_of(server))["ed"]


def test_candidates_may_be_chosen_among_both(ego4d: Path, server: ScriptedServer) -> None:
    told = record("--data", ego4d, "--limit", 1, *asked_of(server), "--candidates", "llm+embedded")
    assert len(server.requests) == 4
    assert told["n"] == 1


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (("--resume",), ConfigError, "--resume needs the folder of the run; give it with --out"),
        (("--past", "seen"), ConfigError, "--past 'seen' is unknown"),
        (("--limit", 0), ConfigError, "--limit must be 1 or more, got 0"),
        (("--candidates", "both"), ConfigError, "--candidates 'both' is unknown; give 'llm' or"),
        (("--candidates", "llm+embedded"), ConfigError, "and --model is 'embedded'; name one"),
        (("--selection", "best"), ConfigError, "no selection 'best'"),
        (("--past", "recognised"), DatasetError, "has no recognised actions beside it"),
        (("--model", "replay:nowhere.json"), DatasetError, "nowhere.json"),
        (("--taxonomy", "mine"), ConfigError, "taxonomy 'mine' is neither a file, a folder nor"),
        (("--horizon", 90), DatasetError, "there is no window of 4 past and 90 future actions"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    ego4d: Path, arguments: tuple[object, ...], kind: type[ForetellError], message: str
) -> None:
    error = fails("--data", ego4d, *arguments)
    assert isinstance(error, kind)
    assert message in str(error)


def test_nothing_to_learn_from(tmp_path: Path) -> None:
    error = fails("--data", write_ego4d(tmp_path, clips(1)))
    assert isinstance(error, DatasetError)
    assert "add examples of other videos" in str(error)


def test_a_folder_is_not_written_over(ego4d: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    record("--data", ego4d, "--limit", 2, "--out", out)
    assert "holds a run already" in str(fails("--data", ego4d, "--limit", 2, "--out", out))
    other = fails("--data", ego4d, "--limit", 3, "--out", out, "--resume")
    assert "limit was 2 and is 3" in str(other)
