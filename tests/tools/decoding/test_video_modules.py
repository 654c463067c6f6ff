"""Rules that the modules around video keep."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import foretell.tools

FOLDERS = [Path(foretell.tools.__path__[0]).parent / name for name in ("agent", "tools", "memory")]
SOURCES = sorted(path for folder in FOLDERS for path in folder.resolve().glob("**/*.py"))


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Each module that a source imports when it runs, and whether at its top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child)


def test_the_sources_are_there() -> None:
    assert {"video.py", "pyav_backend.py"} <= {path.name for path in SOURCES}


def test_one_module_imports_av_and_only_when_it_is_needed() -> None:
    found = {
        (path.name, at_top)
        for path in SOURCES
        for name, at_top in imported(path)
        if name.split(".")[0] == "av"
    }
    assert found == {("pyav_backend.py", False)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_nobody_sets_the_log_level_of_av(source: Path) -> None:
    """Setting it deadlocks on damaged files (PyAV #751, #1861)."""
    text = source.read_text(encoding="utf-8")
    assert "av.logging" not in text
    assert "set_libav_level" not in text


def test_opening_nothing_imports_no_decoder() -> None:
    script = (
        "import sys, foretell.tools.decoding.video, foretell.tools.decoding.isolated_video\n"
        "import foretell.tools.decoding.worker, foretell.tools.decoding.pyav_backend\n"
        "print(sorted({'av', 'decord', 'torch', 'pydantic'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
