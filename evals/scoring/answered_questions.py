"""Which questions a file of choices answers, and how."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.errors import DatasetError, argument
from foretell.evals.datasets.question_files import splits_there
from foretell.evals.scoring.choice_files import GivenChoice
from foretell.questions import VideoQuestion

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AnsweredQuestions:
    """The questions that count, and what is chosen for each.

    Attributes:
        questions: N, each with its right choice.
        places: (N,) choices; None where there is none or it cannot be read.
        right: (N,) whether each is answered right.
        given: How many of them the file says something to.
        ignored: How many questions of the file are none of these.
    """

    questions: Sequence[VideoQuestion]
    places: Sequence[int | None]
    right: Bools
    given: int
    ignored: int


def answered_questions(
    choices: Mapping[str, GivenChoice],
    questions: Sequence[VideoQuestion],
    predictions: Path,
    *,
    official: bool = False,
) -> AnsweredQuestions:
    """Returns the questions whose answer is known beside what is chosen for each.

    Args:
        choices: By name of the question.
        questions: All that count; one without a choice is answered wrong.
        predictions: The file of the choices, for errors.
        official: Whether a question without a choice is an error, where the official scripts stop,
            and a choice is right that is what its file has as right, as they compare the two.

    Raises:
        DatasetError: If no question has a choice, one is missing where that is an error, or a
            choice is past the last of its question.
    """
    known = [question for question in questions if question.answer is not None]
    missing = [question.id for question in known if question.id not in choices]
    given = len(known) - len(missing)
    check_belonging(predictions, choices, [question.id for question in known])
    if official and missing:
        raise DatasetError(
            f"{predictions} answers {given} of {len(known)} questions, not {missing[0]!r}; the "
            f"official script stops there: leave out {argument('official')} to count them as wrong"
        )
    places = [chosen_place(choices.get(one.id), one, official) for one in known]
    right = [one.answer == place for one, place in zip(known, places, strict=True)]
    if official:
        agreed = [choices[one.id].agrees for one in known]
        right = [
            ours if theirs is None else theirs for ours, theirs in zip(right, agreed, strict=True)
        ]
    return AnsweredQuestions(
        known, places, np.array(right, dtype=np.bool_), given, len(choices) - given
    )


def chosen_place(said: GivenChoice | None, question: VideoQuestion, official: bool) -> int | None:
    """Returns the place of what is chosen, None where nothing is or no choice is named.

    Raises:
        DatasetError: If it is past the last choice; with `official`, which compares it as it is
            written with what the file has as right, it is None.
    """
    if said is None:
        return None
    try:
        return said.place(question.choices)
    except DatasetError:
        if official and said.agrees is not None:
            return None
        raise


def load_answered_split(
    load: Callable[..., list[VideoQuestion]],
    data: Path,
    names: Collection[str],
    *,
    files: Sequence[str],
    splits: Sequence[str],
) -> list[VideoQuestion]:
    """Returns the questions of that split of a folder in which more are named; a file is itself.

    Args:
        load: Reads a split; all there is where there are no splits.
        data: A file, or a folder that holds some of the splits.
        names: Of the questions that a file answers.
        files: Names of the files of a split, with "{split}" for it.
        splits: Those that are published; none where all questions stand together.

    Raises:
        DatasetError: If there is no split, or it cannot be read.
    """
    if not splits:
        return load(data)
    there = splits_there(data, files, splits)
    if len(there) < 2:
        return load(data, there[0] if there else splits[0])
    loaded = [load(data, split) for split in there]
    return max(loaded, key=lambda questions: sum(question.id in names for question in questions))


def check_belonging(predictions: Path, answered: Collection[str], wanted: Collection[str]) -> None:
    """Refuses predictions for other data.

    Args:
        predictions: The file, for the error.
        answered: What it has predictions for.
        wanted: What is to be predicted.

    Raises:
        DatasetError: If the two have nothing in common.
    """
    if not any(name in answered for name in wanted):
        theirs, ours = (next(iter(names), None) for names in (answered, wanted))
        raise DatasetError(
            f"{predictions} predicts nothing that is in the data: it has {len(answered)} such as "
            f"{theirs!r}, the data have {len(wanted)} such as {ours!r}; give those that belong "
            "together"
        )
