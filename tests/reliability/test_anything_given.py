"""Whatever a file, a model or an argument holds: a result or one sentence."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.cli.screen import usable_width
from foretell.config import load_config
from foretell.errors import ConfigError, ForetellError, MemoryStoreError
from foretell.memory.database import Database
from foretell.memory.schema import APPLICATION_ID, SCHEMA_VERSION


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["timeline", "v.mp4", "--start", "nan"], "--start is nan; give a finite number"),
        (["timeline", "v.mp4", "--start=-inf"], "--start is -inf; give a finite number"),
        (["timeline", "v.mp4", "--end", "NaN"], "--end is nan; give a finite number"),
        (["anticipate", "v.mp4", "--at", "inf"], "--at is inf; give a finite number"),
        (["plan", "--goal", "tea", "--steps", "9" * 5000], "is no number; give one such as 4"),
        (["plan", "--goal", "tea", "--steps", "1..1e9"], "--steps '1..1e9' is no number"),
    ],
)
def test_numbers_that_are_none(arguments: list[str], sentence: str) -> None:
    ran = CliRunner().invoke(app, arguments)
    assert isinstance(ran.exception, ForetellError)
    assert sentence in str(ran.exception)
    assert len(str(ran.exception)) < 200


@pytest.mark.parametrize("given", ["nan", "inf", "1e999"])
def test_words_that_python_takes_for_numbers_are_words(given: str, tmp_path: Path) -> None:
    named = ["--library", str(tmp_path), "--start", given, "--goal", "scrambled eggs", "--json"]
    ran = CliRunner().invoke(app, ["plan", *named])
    assert ran.exception is None or f"{given!r}" in str(ran.exception), ran.exception


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("version", [None, SCHEMA_VERSION + 1])
def test_a_database_that_is_refused_is_left_byte_for_byte(
    tmp_path: Path, version: int | None
) -> None:
    file = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE t (x)")
        if version is not None:
            made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            made.execute(f"PRAGMA user_version = {version}")
        made.commit()
    before = digest(file)
    with pytest.raises(MemoryStoreError, match=r"another program|has schema"):
        Database(file)
    assert digest(file) == before
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_an_empty_variable_is_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    file.write_text('api_key = "from-the-file"\nlibrary = "/from/the/file"')
    monkeypatch.setenv("FORETELL_CONFIG", str(file))
    for name in ("FORETELL_LIBRARY", "OPENAI_API_KEY", "FORETELL_API_KEY", "FORETELL_MAX_STEPS"):
        monkeypatch.setenv(name, "")
    config = load_config()
    assert config.api_key is not None
    assert config.api_key.get_secret_value() == "from-the-file"
    assert (str(config.library), config.max_steps) == ("/from/the/file", 12)
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")
    config = load_config()
    assert config.api_key is not None
    assert config.api_key.get_secret_value() == "from-the-environment"


def test_a_variable_that_is_no_json_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORETELL_PRICES", "{")
    with pytest.raises(ConfigError, match="environment sets FORETELL_PRICES to something that is"):
        load_config()


@pytest.mark.parametrize("columns", ["0", "", "many", "-3"])
def test_a_terminal_without_a_width_is_given_one(
    monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    width = usable_width()
    assert width is not None
    assert width > 0
