"""The package is laid out as its metadata says, and stays quick to import."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import foretell
from foretell import errors

ROOT = Path(__file__).parents[2]
METADATA = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = ("torch", "transformers", "langchain", "langchain_core", "openai", "faiss", "av", "decord")


def packages_on_disk() -> set[str]:
    folders = METADATA["tool"]["setuptools"]["package-dir"]
    found: set[str] = set()
    for package, folder in folders.items():
        for init in (ROOT / folder).rglob("__init__.py"):
            inner = init.parent.relative_to(ROOT / folder).parts
            found.add(".".join((package, *inner)))
    return found


def test_every_package_is_shipped() -> None:
    assert set(METADATA["tool"]["setuptools"]["packages"]) == packages_on_disk()


@pytest.mark.parametrize("name", ["agent", "tools", "prompts", "memory", "evals"])
def test_every_folder_is_linked_into_the_package(name: str) -> None:
    link = ROOT / "foretell" / name
    assert link.is_symlink()
    assert link.resolve() == ROOT / name


def test_the_version_is_told_once() -> None:
    assert foretell.__version__ == METADATA["project"]["version"]


def test_every_public_name_can_be_had() -> None:
    assert [name for name in foretell.__all__ if not hasattr(foretell, name)] == []
    assert set(foretell.__all__) <= set(dir(foretell))
    with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
        _ = foretell.nonsense


def test_every_public_name_is_typed() -> None:
    """What type checkers and editors see is what can be imported."""
    tree = ast.parse(Path(foretell.__file__).read_text(encoding="utf-8"))
    typed = [
        alias.name
        for block in tree.body
        if isinstance(block, ast.If)
        for one in block.body
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    ]
    assert sorted(typed) == sorted(foretell.__all__)


def test_every_error_is_public() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    tree = {kind.__name__ for kind in kinds if issubclass(kind, errors.ForetellError)}
    assert tree <= set(foretell.__all__)


@pytest.mark.parametrize("code", ["import foretell", "import foretell.cli"])
def test_importing_loads_nothing_heavy(code: str) -> None:
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert set(HEAVY) & set(json.loads(printed)) == set()


def test_no_file_sets_the_log_level_of_the_decoder() -> None:
    """It deadlocks on damaged files."""
    folders = ("foretell", "agent", "tools", "memory", "evals", "benchmarks", "tests")
    sources = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    call = "av.logging." + "set_level"
    assert [str(file) for file in sources if call in file.read_text(encoding="utf-8")] == []


def test_benchmarks_need_no_tests() -> None:
    for file in (ROOT / "benchmarks").rglob("*.py"):
        assert not re.search(r"^\s*(?:from|import) tests\b", file.read_text(), re.MULTILINE), file
