"""Scores of answers, beside baselines; runs that are kept, resumed and replayed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.config import Config
from foretell.errors import ConfigError, DatasetError, ModelError
from foretell.evals.answering.answerers import ReplayAnswerer
from foretell.evals.answering.evaluation import QuestionsResult, evaluate
from foretell.evals.answering.run import run_questions
from foretell.evals.answering.scores import score_questions
from foretell.evals.answering.sets import QuestionSet
from foretell.evals.datasets.egoschema import egoschema_submission
from foretell.evals.runner import RunOptions
from foretell.evals.scoring.question_grounding import score_grounding
from foretell.questions import ChoiceAnswer
from foretell.types import Interval, Usage
from tests.evals.made_questions import Always, events, question, question_set

QUESTIONS = (
    question("a", "v1", 0, "CW"),
    question("b", "v1", 1, "CH"),
    question("c", "v2", 1, "TN"),
    question("d", "v3", None, "TN"),
)
SHOWN = {"v1": events("a dog", "a cat"), "v2": events("a man sits")}


def evaluated(*answers: ChoiceAnswer, asked: QuestionSet | None = None) -> QuestionsResult:
    asked = asked or QuestionSet("made", QUESTIONS, SHOWN, {"C": ("CW", "CH"), "D": ("DC",)})
    return evaluate(
        asked,
        Always(*answers),
        blind=Always(ChoiceAnswer(3)),
        settings={"evaluation": "made"},
    )


def test_scores_beside_baselines() -> None:
    found = evaluated(ChoiceAnswer(1, usage=Usage(3, 2, 0.5))).record()
    assert (found["n"], found["scored"]) == (4, 3)
    assert found["accuracy"] == pytest.approx(200 / 3)
    assert found["by_type"] == pytest.approx({"C": 50.0, "CW": 0.0, "CH": 100.0, "TN": 100.0})
    assert found["type_counts"] == {"C": 2, "CW": 1, "CH": 1, "TN": 1}
    assert found["all_of_video"] == 50.0
    assert found["baselines"]["random"] == {"accuracy": 25.0}
    assert found["baselines"]["majority"]["accuracy"] == pytest.approx(200 / 3)
    assert found["baselines"]["longest"] == found["baselines"]["blind"] == {"accuracy": 0.0}
    assert found["intervals"]["answerer"] == [50.0, 100.0]
    assert found["coverage"] == 75.0
    assert found["usage"] == {"input_tokens": 12, "output_tokens": 8, "cost": 2.0}
    assert json.loads(json.dumps(found)) == found


def test_what_is_not_answered_is_counted_and_wrong() -> None:
    result = evaluated(ChoiceAnswer(None, reply="Hmm."), ChoiceAnswer(None))
    assert (result.unparsed, result.abstained, result.failed) == (2, 2, 0)
    assert result.record()["accuracy"] == 0.0


def test_notes_tell_what_is_missing() -> None:
    assert evaluated(ChoiceAnswer(1)).notes == (
        "1 of the 4 answers are not known, so they are not scored",
        "1 of the 4 questions are about videos without captions",
    )
    blind = evaluated(ChoiceAnswer(1), asked=question_set(question("a")))
    assert blind.notes == (
        "no video has captions, so all questions were answered blind; give captions",
    )


def test_nothing_to_score() -> None:
    result = evaluated(ChoiceAnswer(1), asked=question_set(question("a", answer=None)))
    found = result.record()
    assert (found["accuracy"], found["by_type"], found["baselines"]) == (None, {}, {})


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (ChoiceAnswer(4), "the answer to 'a' is choice 4; it must be 0 to 3"),
        (ChoiceAnswer(0, (0.5, 0.5)), "the answer to 'a' has 2 probabilities; it must have 4"),
    ],
)
def test_answers_that_are_none(answer: ChoiceAnswer, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        evaluated(answer)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_accuracy_counts_equal_places(pairs: list[tuple[int, int]]) -> None:
    asked = [question(str(n), f"v{n % 4}", answer) for n, (answer, _) in enumerate(pairs)]
    choices = [choice for _, choice in pairs]
    scores = score_questions(asked, choices, [None] * len(asked), {})
    right = sum(answer == choice for answer, choice in pairs)
    assert scores.score.accuracy == pytest.approx(100 * right / len(pairs))
    assert scores.score.interval.low <= scores.score.accuracy + 1e-9
    assert scores.baselines["blind"].accuracy == 0.0
    assert sum(share.n for share in scores.by_split.values()) == len(pairs)
    best = max(sum(answer == place for answer, _ in pairs) for place in range(4))
    assert scores.baselines["majority"].accuracy == pytest.approx(100 * best / len(pairs))


def test_spans_are_scored_beside_trivial_ones() -> None:
    asked = [
        question("a", answer=0, spans=(Interval(0, 4), Interval(6, 10)), duration_seconds=20),
        question("b", answer=0, spans=(Interval(5, 15),), duration_seconds=20),
        question("c", answer=0),
    ]
    answers = [
        ChoiceAnswer(0, span=Interval(6, 10)),
        ChoiceAnswer(0),
        ChoiceAnswer(1, span=Interval(0, 1)),
    ]
    grounding = score_grounding(asked, answers)
    assert grounding is not None
    found = grounding.record()
    assert (found["acc_gqa"], found["miop"], found["miou"]) == (50.0, 50.0, 50.0)
    assert (found["grounded_n"], found["null_rate"]) == (2, 50.0)
    assert grounding.baselines["middle-half"].miou == pytest.approx((0.4 + 1) / 2)
    assert grounding.baselines["whole-video"].miou == pytest.approx((0.2 + 0.5) / 2)
    assert 0.0 < grounding.baselines["random-span"].miou < 1.0
    assert score_grounding(asked[2:], answers[2:]) is None


def test_a_run_is_kept_and_goes_on(tmp_path: Path) -> None:
    asked = QuestionSet("egoschema", QUESTIONS, SHOWN, submission=egoschema_submission)
    config = Config(embedder="hash", library=tmp_path / "library")
    out = tmp_path / "run"
    settings = {"evaluation": "egoschema"}
    first = run_questions(asked, config, settings, run=RunOptions(out=out))
    lines = (out / "predictions.jsonl").read_text().splitlines()
    assert len(lines) == 4
    assert json.loads((out / "result.json").read_text()) == first.record()
    report = (out / "report.md").read_text()
    assert report.startswith("# egoschema by embedded: 4 questions\n")
    assert "| majority | 66.67 |" in report
    submitted = json.loads((out / "submission.json").read_text())
    assert list(submitted) == ["a", "b", "c", "d"]
    rows = [f"{uid},{place}" for uid, place in submitted.items()]
    assert (out / "submission.csv").read_text().splitlines() == ["q_uid,answer", *rows]

    (out / "predictions.jsonl").write_text("".join(f"{line}\n" for line in lines[:2]))
    again = RunOptions(out=out, resume=True)
    second = run_questions(asked, config, settings, run=again)
    assert second.answers == first.answers
    with pytest.raises(ConfigError, match="holds a run with other settings: limit was None"):
        run_questions(asked, config, settings, run=replace(again, limit=2))

    kept = Config(model=f"replay:{out / 'predictions.jsonl'}", embedder="hash", library=tmp_path)
    replayed = run_questions(asked, kept, settings)
    assert {name: one.choice for name, one in replayed.answers.items()} == {
        name: one.choice for name, one in first.answers.items()
    }


REPLAYED: list[tuple[object, list[int | None]]] = [
    ({"a": "The answer is (B).", "b": "<think>Or A?</think>C", "c": "?"}, [1, 2, None]),
    ({"a": {"prediction": 3, "answer": 0}, "b": {"prediction": 0, "answer": 1}, "c": 2}, [3, 0, 2]),
    ({"a": {"answer": 1, "label": 2}, "b": {"pred": "2"}, "c": {"answer": -1}}, [1, 2, None]),
    ([{"q_uid": name, "answer": place} for place, name in enumerate("abc")], [0, 1, 2]),
]


@pytest.mark.parametrize(("content", "choices"), REPLAYED)
def test_stored_answers_in_many_forms(
    content: object, choices: list[int | None], tmp_path: Path
) -> None:
    file = tmp_path / "stored.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    answers = list(ReplayAnswerer(file).answer(QUESTIONS[:3], {}))
    assert [answer.choice for answer in answers] == choices
    assert all(answer.reply for answer in answers)


def test_stored_answers_of_other_questions(tmp_path: Path) -> None:
    file = tmp_path / "stored.json"
    file.write_text(json.dumps({"a": 1, "b": {"choice": 0, "span": [2, 1]}}), encoding="utf-8")
    replayed = ReplayAnswerer(file)
    with pytest.raises(DatasetError, match="holds nothing of the question 'c'"):
        list(replayed.answer(QUESTIONS[2:], {}))
    with pytest.raises(DatasetError, match=r"field 'span' is \[2, 1\]; give \[start, end\]"):
        list(replayed.answer(QUESTIONS[1:2], {}))
