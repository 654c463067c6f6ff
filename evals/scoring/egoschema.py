"""Scores of choices on EgoSchema's public subset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from foretell.evals.datasets.egoschema import load_egoschema
from foretell.evals.scoring.answered_questions import answered_questions
from foretell.evals.scoring.choice_files import GivenChoice, read_choices
from foretell.evals.scoring.choices import choice_card
from foretell.evals.scoring.score_card import ScoreCard
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import read_annotations

_ANSWERS = "subset_answers.json"
_QUESTIONS = ("questions.json*", "*anno.json*")
_CHOICES = ("A", "B", "C", "D", "E")


def score_egoschema(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores choices on those of EgoSchema's questions whose answer is known.

    The official answers do without the questions; the longest choice is not told then.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    choices = read_choices(predictions).replies
    answers = _answers_alone(data)
    questions = load_egoschema(data) if answers is None else _unworded_questions(answers)
    answered = answered_questions(choices, questions, predictions, official=official)
    card = choice_card("egoschema", answered)
    if answers is None:
        return card
    baselines = {name: figures for name, figures in card.baselines.items() if name != "longest"}
    return replace(card, baselines=baselines)


def _answers_alone(data: Path) -> Path | None:
    """Returns the file of the answers, where no questions are given or lie beside it."""
    if data.name == _ANSWERS:
        return data
    has_questions = any(path for pattern in _QUESTIONS for path in data.glob(pattern))
    answers = data / _ANSWERS
    return answers if answers.is_file() and not has_questions else None


def _unworded_questions(answers: Path) -> list[VideoQuestion]:
    entries = read_annotations(answers).entries()
    places = {uid: GivenChoice(node, node.value).place(_CHOICES) for uid, node in entries.items()}
    return [VideoQuestion(uid, uid, "", _CHOICES, place) for uid, place in places.items()]
