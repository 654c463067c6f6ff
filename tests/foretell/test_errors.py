"""Errors name arguments in Python, and options on the command line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell import ConfigError, VideoAgent
from foretell.cli import app
from foretell.errors import ForetellError, argument


def error() -> ConfigError:
    files = argument("captions", "FILE")
    return ConfigError(f"{argument('k')} must be 1 or more, got 'k'; or give {files}")


def test_the_library_names_arguments() -> None:
    assert str(error()) == "k must be 1 or more, got 'k'; or give captions=FILE"
    assert str(pickle.loads(pickle.dumps(error()))) == str(error())
    assert str(ForetellError()) == ""


def test_the_command_line_names_its_options() -> None:
    told = error()
    told.name_options({"k": "--top", "captions": "--captions"})
    assert str(told) == "--top must be 1 or more, got 'k'; or give --captions FILE"
    told.name_options({"k": "--k"})
    assert str(told) == "--k must be 1 or more, got 'k'; or give captions=FILE"


def test_one_mistake_in_both_words(tmp_path: Path) -> None:
    with (
        VideoAgent(library=tmp_path, embedder="hash") as agent,
        pytest.raises(ConfigError, match=r"^no goal was given; .* with goal=TEXT, .* task=TEXT$"),
    ):
        agent.plan(start="raw eggs")
    no_goal = ["plan", "--start", "raw eggs", "--library", str(tmp_path)]
    with pytest.raises(ConfigError, match=r"with --goal TEXT, or name the task with --task TEXT$"):
        CliRunner().invoke(app, no_goal, catch_exceptions=False)
    goal = ["plan", "--start", "a", "--goal", "b", "--k", "0", "--library", str(tmp_path)]
    with pytest.raises(ConfigError, match=r"^--k must be 1 or more, got 0$"):
        CliRunner().invoke(app, goal, catch_exceptions=False)


def test_what_a_command_lacks_is_named_as_others_name_it() -> None:
    """`models check` has no --narrations, and `watch` has."""
    with pytest.raises(ForetellError, match=r" are imported with --captions FILE$"):
        CliRunner().invoke(app, ["models", "check", "hf:nobody/nothing"], catch_exceptions=False)
