"""The command line of the procedure banks, its JSON and its errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.errors import ForetellError

TASK = {"name": "make tea", "steps": ["boil water", "add tea"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"tasks": [TASK]}))
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def run(library: Path, *arguments: object) -> str:
    words = ["procedures", *map(str, arguments), "--library", str(library)]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def ask(library: Path, *arguments: object) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(run(library, *arguments, "--json"))
    return record


def test_a_bank_is_added_listed_and_removed(file: Path, library: Path) -> None:
    info = {"name": "mine", "tasks": 1, "actions": 2, "demonstrations": 0}
    assert ask(library, "list") == {"banks": []}
    assert ask(library, "add", file, "--name", "mine") == {"change": "added", **info}
    assert ask(library, "add", file, "--name", "mine")["change"] == "unchanged"
    shown = {"video": "a.mp4", "task": "make tea", "steps": ["boil water", "pour water"]}
    file.write_text(json.dumps({"tasks": [TASK], "demonstrations": [shown]}))
    assert ask(library, "add", file, "--name", "mine")["change"] == "replaced"
    info |= {"actions": 3, "demonstrations": 1}
    assert ask(library, "list") == {"banks": [info]}
    assert ask(library, "remove", "mine") == {"change": "removed", **info}
    assert ask(library, "list") == {"banks": []}


def test_what_people_read(file: Path, library: Path) -> None:
    line = "mine: tasks 1, actions 2, demonstrations 0\n"
    assert run(library, "list").startswith("no banks; import one with `foretell procedures add F")
    assert run(library, "add", file, "--name", "mine") == f"added {line}"
    assert run(library, "list") == line
    assert run(library, "remove", "mine") == "removed mine\n"


def test_one_dataset_of_a_folder(data_root: Path, library: Path) -> None:
    added = ask(library, "add", data_root, "--name", "cooking", "--dataset", "crosstask")
    assert (added["tasks"], added["actions"], added["demonstrations"]) == (18, 105, 2718)
    with pytest.raises(ForetellError, match="no dataset 'youcook'; choose one of crosstask, coin"):
        run(library, "add", data_root, "--name", "cooking", "--dataset", "youcook")


def test_a_mistake_is_one_sentence(library: Path) -> None:
    command = [sys.executable, "-m", "foretell", "procedures", "remove", "mine", "--library"]
    done = subprocess.run([*command, str(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "foretell: the library has no procedure bank 'mine'; there are none yet: "
        "`foretell procedures add`\n"
    )
