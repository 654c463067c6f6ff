"""Every example in docs/annotations.md is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from foretell.memory.banks.built_in import built_in_taxonomy
from foretell.tools.annotations.load import load_sequences
from foretell.tools.annotations.plain import read_window
from foretell.tools.procedures.load import load_procedures

PAGE = (Path(__file__).parents[3] / "docs" / "annotations.md").read_text(encoding="utf-8")
EXAMPLES: list[tuple[str, str]] = re.findall(r"^```\w+ (\w+)\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_an_example_is_read(tmp_path: Path, kind: str, example: str) -> None:
    file = tmp_path / "example"
    file.write_text(example, encoding="utf-8")
    if kind == "window":
        assert len(read_window(file, built_in_taxonomy()).window.past) == 3
    elif kind == "procedures":
        assert "boil water" in load_procedures(file).actions()
    else:
        assert all(one.actions for one in load_sequences(file).sequences)
        assert load_sequences(file, built_in_taxonomy()).sequences


def test_the_page_shows_every_kind() -> None:
    assert {kind for kind, _ in EXAMPLES} == {"sequences", "window", "procedures"}
    assert len(EXAMPLES) == PAGE.count("```") // 2
