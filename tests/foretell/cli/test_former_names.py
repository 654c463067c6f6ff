"""Former names of options are taken, and each is told of in a line beside the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.cli.option_names import FORMER_NAMES, present_names
from tests.foretell.test_readme import options_of


@pytest.mark.parametrize(
    ("command", "given", "present"),
    [
        ("anticipate", ["a.mp4", "--candidates-k", "3"], ["a.mp4", "--k", "3"]),
        ("plan", ["--routes-k=2", "--goal", "tea"], ["--k", "2", "--goal", "tea"]),
        ("locate", ["--top", "7", "--labels", "x.txt"], ["--k", "7", "--moment-labels", "x.txt"]),
        ("watch", ["--labels", "everyday"], ["--labels", "everyday"]),
        ("eval ego4d-lta", ["--candidates-k", "2"], ["--k", "2"]),
        ("eval nextqa", ["--part", "choose"], ["--split", "dev"]),
        ("eval car", ["--part=report"], ["--split", "test"]),
        ("eval ual-bench", ["--part", "all", "--limit", "1"], ["--split", "all", "--limit", "1"]),
        ("eval nextqa", ["--split", "val"], ["--published-split", "val"]),
        ("eval nextqa", ["--split", "dev"], ["--split", "dev"]),
        ("eval procedure-planning", ["--endpoints", "oracle"], ["--start-goal", "oracle"]),
        ("eval procedure-planning", ["--endpoints", "corrupt:0.3"], ["--start-goal-noise", "0.3"]),
        (
            "eval procedure-planning",
            ["--confusions", "--k", "1"],
            ["--confusion-model", "--k", "1"],
        ),
        ("plan", ["--", "--routes-k", "2"], ["--", "--routes-k", "2"]),
        ("locate", ["--top"], ["--top"]),
    ],
)
def test_options_go_by_their_present_names(
    command: str, given: list[str], present: list[str]
) -> None:
    assert list(present_names(command, given)) == present


def test_a_former_name_is_told_of_beside_the_result(tmp_path: Path) -> None:
    environment = {"FORETELL_EMBEDDER": "hash", "FORETELL_LIBRARY": str(tmp_path)}
    given = ["plan", "--goal", "scrambled eggs on a plate", "--routes-k", "1", "--json"]
    ended = CliRunner(env=environment).invoke(app, given)
    assert ended.stderr == "foretell: --routes-k is called --k now\n"
    assert json.loads(ended.stdout)["alternatives"] == []
    assert "--routes-k" not in CliRunner().invoke(app, ["plan", "--help"]).stdout


def test_present_names_are_those_of_options() -> None:
    for name in FORMER_NAMES:
        command = "eval nextqa" if name.command == "eval" else name.command
        options = options_of(command.split())
        assert name.present in options
        assert name.former not in options or name.value == "train|val"
