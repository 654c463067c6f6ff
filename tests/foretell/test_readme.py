"""The pages name every module, and neither link nor run anything that is not there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import typer

from docs.modules import PAGE
from docs.modules import page as modules_page
from foretell.cli import app

ROOT = Path(__file__).parents[2]


def test_the_page_of_modules_is_made_from_their_docstrings() -> None:
    assert PAGE.read_text(encoding="utf-8") == modules_page(), "run `python docs/modules.py`"


def test_every_page_that_is_linked_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


def test_every_module_that_is_named_is_there() -> None:
    folders = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    modules = {path.name for folder in folders for path in folder.rglob("*.py")}
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        named = re.findall(r"[\w/]+\.py\b", page.read_text(encoding="utf-8"))
        assert {name.rpartition("/")[2] for name in named} <= modules, page.name


def test_every_command_that_is_shown_can_be_given() -> None:
    shown = 0
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for line in re.findall(
            r"^(?:\$ +| {4,})foretell ([a-z].*)$", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            words = shlex.split(line.partition("    #")[0])
            known = options_of(words)
            shown += 1
            for word in words:
                if word.startswith("--"):
                    assert word.partition("=")[0] in known, f"{page.name} shows foretell {line}"
    assert shown > 40


def options_of(words: list[str]) -> set[str]:
    """Gives the options of the command that the words begin with."""
    command: Any = typer.main.get_command(app)
    for word in words:
        if not hasattr(command, "commands"):
            break
        assert word in command.commands, f"foretell {' '.join(words)}"
        command = command.commands[word]
    return {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
