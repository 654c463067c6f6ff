"""Every number that decides something states its unit and its reason where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDERS = ("agent", "tools", "memory", "foretell")


def unexplained(source: str) -> Iterator[str]:
    """Gives the names of the module's numbers that neither a docstring nor a comment explains.

    Constants that follow one another line by line share the docstring after the last.
    """
    lines, body = source.splitlines(), ast.parse(source).body
    waiting: list[str] = []
    end = 0
    for node in [*body, ast.Pass(lineno=len(lines) + 2)]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            waiting = []
            continue
        if waiting and (node.lineno != end + 1 or _name_of_number(node) is None):
            yield from waiting
            waiting = []
        name = _name_of_number(node)
        if name and "#" not in lines[node.lineno - 1] + lines[node.lineno - 2]:
            waiting.append(name)
            end = node.end_lineno or node.lineno


def _name_of_number(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return None
    inside = list(ast.walk(value))
    numbers = [one for one in inside if isinstance(one, ast.Constant) and _is_number(one.value)]
    built = any(isinstance(one, ast.Call | ast.Dict | ast.List) for one in inside)
    if not isinstance(target, ast.Name) or not target.id.isupper() or built or not numbers:
        return None
    return target.id


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_each_number_has_its_reason() -> None:
    modules = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in modules
        if (names := list(unexplained(path.read_text("utf-8"))))
    }
    assert found == {}


def test_a_bare_number_is_found() -> None:
    assert list(unexplained("A = 1\nB = 2.0\n")) == ["A", "B"]
    assert list(unexplained('A = 1\nB = 2.0\n"""Metres, of both."""\n')) == []
    assert list(unexplained("# Metres, as the door is wide.\nA = 1\n")) == []
    assert list(unexplained('A = 1\n\nB = 2.0\n"""Metres."""\n')) == ["A"]
