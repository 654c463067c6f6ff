"""Writes docs/modules.md: every module with the first line of its docstring.

python docs/modules.py
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "modules.md"
FOLDERS = ("foretell", "agent", "tools", "memory", "prompts", "evals")
HEAD = """\
# Every module

One idea a file. What may import what: [CONTRIBUTING.md](../CONTRIBUTING.md). This page is made from
the docstrings by `python docs/modules.py`.
"""


def page() -> str:
    """Gives the whole page."""
    return "\n".join([HEAD, *(section(folder) for folder in packages())])


def packages() -> Iterator[Path]:
    """Gives the folders that hold modules, each before those in it."""
    for top in FOLDERS:
        for init in sorted((ROOT / top).rglob("__init__.py")):
            if not any(parent.is_symlink() for parent in init.parents):
                yield init.parent


def section(folder: Path) -> str:
    """Gives what a folder is for, and a row for each of its modules."""
    rows = [
        f"| `{module.relative_to(ROOT)}` | {first_line(module)} |"
        for module in sorted(folder.glob("*.py"))
        if module.name != "__init__.py"
    ]
    table = ["| module | |", "|---|---|", *rows, ""] if rows else []
    title = f"## `{folder.relative_to(ROOT)}/`"
    return "\n".join([title, "", first_line(folder / "__init__.py"), "", *table])


def first_line(module: Path) -> str:
    """Gives the first line of a module's docstring, without a bar, which would end the cell."""
    told = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
