"""Scores of choices: NExT-QA, IntentQA, TOMATO and TemporalBench."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import argument
from foretell.evals.datasets.temporalbench import load_temporalbench
from foretell.evals.datasets.tomato import load_tomato
from foretell.evals.metrics.multiple_choice import (
    accuracy,
    accuracy_by,
    chance_of_all,
    merged,
    multiple_binary_accuracy,
)
from foretell.evals.scoring.answered_questions import (
    AnsweredQuestions,
    answered_questions,
)
from foretell.evals.scoring.choice_files import GivenChoice, read_choices
from foretell.evals.scoring.score_card import Figure, ScoreCard
from foretell.questions import VideoQuestion

Groups = Mapping[str, Sequence[str]]
Floats = NDArray[np.float64]
_LETTERS = string.ascii_uppercase[:2]
"""Labels of TemporalBench's two choices."""


@dataclass(frozen=True, slots=True)
class AnsweredFile:
    """A file of choices, and the questions that it answers."""

    file: Path
    choices: Mapping[str, GivenChoice]
    questions: Sequence[VideoQuestion]


def score_tomato(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores choices on TOMATO's questions, by what they ask for.

    Of a single file of questions, a choice may be named by its number alone.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    choices = read_choices(predictions).replies
    if data.is_file():
        before = f"{data.stem}_"
        choices = {f"{before}{name.removeprefix(before)}": said for name, said in choices.items()}
    answered = answered_questions(choices, load_tomato(data), predictions, official=official)
    return choice_card("tomato", answered)


def score_temporalbench(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores choices on TemporalBench's questions, singly and of whole videos.

    The official script takes the first letter of any reply, and counts no question that the file
    does not reply to.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    choices, questions = read_choices(predictions).replies, load_temporalbench(data)
    if official:
        choices = {name: _first_letter(said) for name, said in choices.items()}
        questions = [question for question in questions if question.id in choices]
    answered = answered_questions(choices, questions, predictions)
    card = choice_card("temporalbench", answered)
    videos = [question.video for question in answered.questions]
    whole = multiple_binary_accuracy(videos, answered.right)
    counted = {"mba": whole.percent, "mba_correct": whole.correct, "videos": whole.n}
    random = {**card.baselines["random"], "mba": 100.0 * chance_of_all(videos)}
    return replace(
        card, figures={**card.figures, **counted}, baselines={**card.baselines, "random": random}
    )


def choice_card(
    benchmark: str,
    answered: AnsweredQuestions,
    groups: Groups | None = None,
    notes: tuple[str, ...] = (),
) -> ScoreCard:
    """Returns the accuracy in per cent, by type, beside what needs no look at the videos.

    Args:
        benchmark: Its name.
        answered: The questions and what is chosen.
        groups: Types that are also scored together.
        notes: What a reader should know.
    """
    right, kinds = answered.right, [question.kind for question in answered.questions]
    total, by_kind = accuracy(right), accuracy_by(kinds, right)
    by_type = {**by_kind, **merged(by_kind, groups or {})} if any(kinds) else {}
    figures: dict[str, Figure] = {
        "accuracy": total.percent,
        "correct": total.correct,
        "by_type": {name: by_type[name].percent for name in sorted(by_type)},
        "unparsed": answered.given - sum(place is not None for place in answered.places),
        "coverage": 100.0 * answered.given / total.n,
    }
    blind = trivial_chances(answered.questions)
    baselines = {name: {"accuracy": 100.0 * float(c.mean())} for name, c in blind.items()}
    if answered.ignored:
        notes = (*notes, f"{answered.ignored} predictions are for other questions; ignored")
    return ScoreCard(benchmark, total.n, figures, baselines, notes=notes)


def score_choices(
    benchmark: str, given: AnsweredFile, groups: Groups, *, official: bool = False
) -> ScoreCard:
    """Scores choices on questions, by type.

    Args:
        benchmark: Its name.
        given: What a file chooses, and the questions that it answers.
        groups: Types that are also scored together.
        official: Whether the file's own right answers count where they differ from the data's,
            and a question without a choice is an error.

    Raises:
        DatasetError: If the file and the data do not belong together.
    """
    choices, questions = given.choices, given.questions
    differing = sum(_differs(choices[one.id], one) for one in questions if one.id in choices)
    notes: tuple[str, ...] = ()
    if differing:
        used = "the official script counts the former" if official else "the latter count"
        notes = (f"{differing} right answers in the file differ from the data's; {used}",)
    answered = answered_questions(choices, questions, given.file, official=official)
    return choice_card(benchmark, answered, groups, notes)


def _differs(said: GivenChoice, question: VideoQuestion) -> bool:
    """Whether the file has another right answer than the data."""
    claimed = replace(said, value=said.claimed)
    return said.claimed is not None and claimed.place(question.choices) != question.answer


def _first_letter(said: GivenChoice) -> GivenChoice:
    """Returns the choice that TemporalBench's script reads: a label's letter in either case.

    Raises:
        DatasetError: If there is no letter to take, where the script stops.
    """
    if not isinstance(said.value, str) or not said.value:
        raise said.node.error(
            f"replies {said.value!r}; the official script stops there: leave out "
            f"{argument('official')}"
        )
    place = _LETTERS.find(said.value[0].upper())
    return replace(said, value=place)


def trivial_chances(questions: Sequence[VideoQuestion]) -> dict[str, Floats]:
    """Returns (N,) the chance to be right by the name of a rule.

    "random" is what guessing gets on average; "majority" always takes the place that is right most
    often in these very questions, and "longest" the choice with the most characters.

    Args:
        questions: At least one, each with its right choice.
    """
    places = Counter(question.answer for question in questions)
    commonest = places.most_common(1)[0][0]
    longest = [max(question.choices, key=len) for question in questions]
    pairs = list(zip(questions, longest, strict=True))
    return {
        "random": np.array([1.0 / len(question.choices) for question in questions]),
        "majority": np.array([float(question.answer == commonest) for question in questions]),
        "longest": np.array([float(one.choices.index(text) == one.answer) for one, text in pairs]),
    }
