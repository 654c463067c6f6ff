"""Patterns are compiled when first used, and match as those of `re` do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from foretell.patterns import LazyPattern

ROOT = Path(__file__).parents[2]
FOLDERS = ("foretell", "agent", "tools", "memory", "prompts", "evals")
WORD = LazyPattern(r"(?P<first>[a-z])\w*", re.IGNORECASE)


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (ROOT / folder).rglob("*.py")


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


def test_a_pattern_matches_as_those_of_re_do() -> None:
    compiled, text = re.compile(WORD.pattern, re.IGNORECASE), "Milk, 12 cups of tea"
    assert [one.span() for one in WORD.finditer(text, 4)] == [(9, 13), (14, 16), (17, 20)]
    assert WORD.findall(text) == compiled.findall(text)
    assert WORD.sub(lambda found: found["first"], text) == compiled.sub(r"\g<first>", text)
    assert WORD.sub("-", text, count=1) == "-, 12 cups of tea"
    assert WORD.subn("-", text) == compiled.subn("-", text)
    assert WORD.split(text, maxsplit=1) == compiled.split(text, maxsplit=1)
    for found, word in ((WORD.search(text, 5), "cups"), (WORD.match(text), "Milk")):
        assert found is not None
        assert found[0] == word
    assert WORD.fullmatch(text) is None


def test_a_faulty_pattern_is_refused_at_its_first_use() -> None:
    faulty = LazyPattern("(")
    with pytest.raises(re.error):
        faulty.search("milk")


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    compiled = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for node in outside_functions(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "re.compile"
    ]
    assert compiled == []


def test_what_was_watched_is_told_without_importing_what_watches() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from foretell.tools.perceivers import "
            "perceivers_for; tracks = [(one.source, one.settings) for one in "
            "perceivers_for(Path('talk.mp4'))]; print(*sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "foretell.tools.pictures.perceivers" in told
    looking = (
        *("pictures.shots", "pictures.motion", "pictures.slides", "screen_text.readings"),
        *("importing.captions", "importing.subtitles", "decoding.pyav_backend"),
    )
    assert not {f"foretell.tools.{one}" for one in looking} & set(told)
