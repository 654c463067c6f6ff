"""The pages name every module, and neither link nor run anything that is not there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import typer

from foretell.cli import app

ROOT = Path(__file__).parents[2]
FOLDERS = ("foretell", "agent", "tools", "memory", "prompts", "evals")


def modules() -> set[str]:
    found: set[str] = set()
    for folder in FOLDERS:
        for file in (ROOT / folder).rglob("*.py"):
            if file.name != "__init__.py" and not file.parent.is_symlink():
                found.add(str(file.relative_to(ROOT)))
    return found


def test_every_module_has_its_half_line() -> None:
    text = (ROOT / "docs" / "modules.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w/]+\.py)` \| \S.*\|$", text, re.MULTILINE)
    assert set(listed) == modules()
    assert len(listed) == len(set(listed))


def test_every_page_that_is_linked_is_there() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


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
