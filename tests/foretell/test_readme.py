"""The pages name every module, and link nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

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
