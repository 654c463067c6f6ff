"""The command line of the example banks, its JSON and its errors."""

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

ROW = {"video": "a.mp4", "actions": ["take mug", "wash cup"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(ROW))
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def run(library: Path, *arguments: object) -> str:
    words = ["examples", *map(str, arguments), "--library", str(library)]
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def ask(library: Path, *arguments: object) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(run(library, *arguments, "--json"))
    return record


def test_a_bank_is_added_listed_and_removed(file: Path, library: Path) -> None:
    info = {"name": "mine", "taxonomy": "mine", "sequences": 1, "videos": 1, "actions": 2}
    assert ask(library, "list") == {"banks": []}
    added = ask(library, "add", file, "--name", "mine")
    assert added == {"change": "added", "form": "plain", **info, "repairs": {}}
    assert ask(library, "add", file, "--name", "mine")["change"] == "unchanged"
    file.write_text(json.dumps({**ROW, "goal": "wash up"}))
    assert ask(library, "add", file, "--name", "mine")["change"] == "replaced"
    assert ask(library, "list") == {"banks": [info]}
    assert ask(library, "remove", "mine") == {"change": "removed", **info}
    assert ask(library, "list") == {"banks": []}


def test_what_people_read(file: Path, library: Path) -> None:
    line = "mine: actions 2, sequences 1, videos 1; words of everyday"
    told = run(library, "add", file, "--name", "mine", "--taxonomy", "everyday")
    assert told.startswith(f"added {line}\n")
    assert "words matched to the taxonomy as synonym: 1" in told
    assert run(library, "list") == f"{line}\n"
    assert run(library, "remove", "mine") == "removed mine\n"
    assert run(library, "list").startswith("no banks; import one with `foretell examples add FILE")


def test_one_split_of_a_folder(tmp_path: Path, library: Path) -> None:
    taxonomy = {"verbs": ["take"], "nouns": ["cup"]}
    (tmp_path / "taxonomy.json").write_text(json.dumps(taxonomy))
    for split in ("train", "val"):
        (tmp_path / f"{split}_S1.csv").write_text(f"P01/{split}\t1\t2\t0\t0\n")
    added = ask(library, "add", tmp_path, "--name", "kitchens", "--split", "train")
    assert (added["form"], added["actions"]) == ("ego-topo", 1)
    with pytest.raises(ForetellError, match="name one of these splits or files"):
        run(library, "add", tmp_path, "--name", "kitchens")


def test_a_mistake_is_one_sentence(library: Path) -> None:
    command = [sys.executable, "-m", "foretell", "examples", "remove", "mine", "--library"]
    done = subprocess.run([*command, str(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "foretell: the library has no example bank 'mine'; there are none yet: "
        "`foretell examples add`\n"
    )
