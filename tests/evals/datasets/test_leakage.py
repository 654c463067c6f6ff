"""Examples whose question is asked in the test are found word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.datasets.nextqa import load_nextqa
from foretell.evals.leakage import refuse_leaks, without_leaks
from foretell.tools.texts.annotation_file import read_annotations
from tests.evals.made_questions import question

ASKED = [question("the Dog"), question("it")]
POOL = ["What is the dog?", "what is the dog doing", "What is -- IT"]


def test_leaks_are_left_out_and_counted() -> None:
    assert without_leaks(POOL, str, ASKED) == (["what is the dog doing"], 2)


def test_leaks_are_refused() -> None:
    refuse_leaks(POOL[1:2], ASKED)
    with pytest.raises(DatasetError, match=r"2 of the 3 examples .* 'What is the dog\?'"):
        refuse_leaks(POOL, ASKED)


def test_the_open_split_holds_the_same_questions(data_root: Path) -> None:
    rows = read_annotations(data_root / "qa" / "nextoe" / "val.csv.gz").items()
    pool = [str(row.fields()["question"]) for row in rows]
    asked = load_nextqa(data_root / "qa" / "nextqa")
    kept, leaked = without_leaks(pool, str, asked)
    assert len(pool) == 5343
    assert len(kept) + leaked == len(pool)
    assert leaked > 4000
