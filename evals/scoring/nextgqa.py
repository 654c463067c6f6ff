"""Scores of grounded answers: NExT-GQA."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, FiniteFloat

from foretell.evals.datasets.nextqa import FILES, load_nextgqa
from foretell.evals.metrics.grounded_answers import Floats, GroundedScores, grounded_scores
from foretell.evals.scoring.answered_questions import (
    check_belonging,
    chosen_place,
    load_answered_split,
)
from foretell.evals.scoring.choice_files import GivenChoice, read_choices
from foretell.evals.scoring.question_grounding import Grounding, grounding_record, score_grounding
from foretell.evals.scoring.score_card import Figure, ScoreCard
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.types import Interval

_FRACTIONS = "_gs"


class _Span(BaseModel):
    span: tuple[FiniteFloat, FiniteFloat] | None


def score_nextgqa(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores spans, and the choices that they support, on NExT-GQA's questions.

    The choices stand in the same file, as {"<video>_<qid>": {"span": [start, end], "prediction":
    place}}, or as the official script has it in `val-res.json` or `test-res.json` beside a file of
    spans alone, such as `val_ground.json`. Where the name of a file ends in "_gs", its spans are
    fractions of the video.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    entries = read_annotations(predictions).entries()
    loaded = load_answered_split(load_nextgqa, data, entries, files=FILES, splits=("val", "test"))
    check_belonging(predictions, entries, [question.id for question in loaded])
    questions = [question for question in loaded if question.spans]
    spans = {
        one.id: _span(entries[one.id], one, predictions) for one in questions if one.id in entries
    }
    choices = _choices(predictions, entries)
    answers = [_answer(one, spans.get(one.id), choices, official) for one in questions]
    grounding = score_grounding(questions, answers)
    if grounding is None:
        raise read_annotations(predictions).error("the data have no spans; give gsub_val.json too")
    score = _official(questions, spans, answers, choices) if official else grounding.score
    return _card(score, grounding, answers if choices else (), len(entries) - len(spans))


def _span(node: Node, question: VideoQuestion, predictions: Path) -> Floats | None:
    fields = node.fields() or {"span": node.value}
    ends = replace(node, value=fields).parse(_Span).span
    if ends is None:
        return None
    if not predictions.stem.endswith(_FRACTIONS):
        return np.array(ends)
    return np.round(np.array(ends) * (question.duration_seconds or np.nan), 1)


def _choices(predictions: Path, entries: Mapping[str, Node]) -> Mapping[str, GivenChoice]:
    if any(isinstance(entry.value, dict) for entry in entries.values()):
        return read_choices(predictions).replies
    beside = predictions.with_name(f"{predictions.name.split('_')[0]}-res.json")
    return read_choices(beside).replies if beside.is_file() else {}


def _answer(
    question: VideoQuestion,
    span: Floats | None,
    choices: Mapping[str, GivenChoice],
    official: bool,
) -> ChoiceAnswer:
    return ChoiceAnswer(
        choice=chosen_place(choices.get(question.id), question, official),
        span=None if span is None else Interval(float(span.min()), float(span.max())),
    )


def _official(
    questions: Sequence[VideoQuestion],
    spans: Mapping[str, Floats | None],
    answers: Sequence[ChoiceAnswer],
    choices: Mapping[str, GivenChoice],
) -> GroundedScores:
    truth = [np.array([(span.start, span.end) for span in one.spans]) for one in questions]
    right = [
        _is_right(question, answer, choices.get(question.id))
        for question, answer in zip(questions, answers, strict=True)
    ]
    given = [spans.get(one.id) for one in questions]
    return grounded_scores(truth, given, np.array(right), official=True)


def _is_right(question: VideoQuestion, answer: ChoiceAnswer, said: GivenChoice | None) -> bool:
    """Whether an answer is what its file has as right, which is all that the script looks at."""
    agrees = None if said is None else said.agrees
    return answer.choice == question.answer if agrees is None else agrees


def _card(
    score: GroundedScores, grounding: Grounding, answers: Sequence[ChoiceAnswer], ignored: int
) -> ScoreCard:
    figures: dict[str, Figure] = {**grounding_record(score), "null_rate": grounding.null_rate}
    notes: tuple[str, ...] = ()
    if not answers:
        figures["acc_gqa"] = None
        notes = ("no choices beside the spans, so that acc_gqa is not known",)
    if ignored:
        notes = (*notes, f"{ignored} predictions are for other questions; ignored")
    baselines = {name: grounding_record(one) for name, one in grounding.baselines.items()}
    return ScoreCard("nextgqa", score.n, figures, baselines, notes=notes)
