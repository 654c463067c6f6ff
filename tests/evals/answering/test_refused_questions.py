"""A question that a model refuses for good costs itself alone, and no run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import RefusedRequest
from foretell.evals.answering.evaluation import QuestionsResult, evaluate
from foretell.evals.answering.sets import QuestionSet
from foretell.evals.run_folder import RunFolder
from foretell.questions import Answerer, ChoiceAnswer
from tests.evals.made_questions import Always, events, question

REFUSED = ChoiceAnswer(None, failure="the endpoint answered 400: filtered")
QUESTIONS = tuple(question(f"q{n}", "v", 1, "CW") for n in range(7))
SETTINGS = {"evaluation": "made"}


def evaluated(
    answerer: Answerer, folder: RunFolder | None = None, asked: int = len(QUESTIONS)
) -> QuestionsResult:
    dataset = QuestionSet("made", QUESTIONS[:asked], {"v": events("a dog")})
    return evaluate(
        dataset, answerer, blind=Always(ChoiceAnswer(0)), settings=SETTINGS, folder=folder
    )


def test_a_refused_question_counts_as_wrong_and_is_told() -> None:
    result = evaluated(Always(REFUSED, ChoiceAnswer(1)), asked=4)
    assert (result.n, result.failed, result.abstained, result.unparsed) == (4, 2, 0, 0)
    assert (result.record()["accuracy"], result.record()["failed"]) == (50.0, 2)
    assert result.notes[-1] == (
        "2 of the 4 questions were refused for good and count as wrong; 'q0': "
        "the endpoint answered 400: filtered"
    )


def test_a_refusal_is_kept_and_not_asked_again(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as folder:
        evaluated(Always(ChoiceAnswer(1), REFUSED), folder, asked=4)
    written = [
        json.loads(line)
        for line in (tmp_path / "predictions.jsonl").read_text().split("\n")
        if line
    ]
    assert [one.get("failure", "") for one in written] == ["", REFUSED.failure] * 2
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        again = evaluated(Always(REFUSED), folder)  # the three that are left
    assert (again.n, again.failed) == (7, 5)


def test_a_run_in_which_nothing_is_answered_ends(tmp_path: Path) -> None:
    with (
        RunFolder.open(tmp_path, SETTINGS) as folder,
        pytest.raises(RefusedRequest, match="filtered; none of the first 5 was answered"),
    ):
        evaluated(Always(REFUSED), folder)
    assert (tmp_path / "predictions.jsonl").read_text() == ""
    with pytest.raises(RefusedRequest, match="none of the first 2 was answered"):
        evaluated(Always(REFUSED), asked=2)
