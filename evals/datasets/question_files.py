"""What the files of question sets have in common: where they lie, how they name the right one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from foretell.errors import DatasetError, argument
from foretell.questions import VideoQuestion
from foretell.ranges import whole_number
from foretell.tools.texts.annotation_file import Node


def check_there(path: Path) -> None:
    """Checks that a file or a folder is there.

    Raises:
        DatasetError: If it is not.
    """
    if not path.exists():
        raise DatasetError(
            f"{argument('data')} {str(path)!r} is not there; give a file or a folder"
        )


def found_file(path: Path, *names: str, split: str = "") -> Path:
    """Returns the first of some files that a folder holds; a file is itself.

    Args:
        path: A file, or a folder.
        *names: Of files; "{split}" in them stands for the split.
        split: Which published split is meant.

    Raises:
        DatasetError: If there is none.
    """
    check_there(path)
    if path.is_file():
        return path
    of_split = [name.format(split=split) for name in names]
    for name in of_split:
        if (path / name).is_file():
            return path / name
    raise DatasetError(
        f"{str(path)!r} holds none of {', '.join(of_split)}; give the folder that is published, "
        f"another {argument('published_split')}, or the file itself"
    )


def splits_there(path: Path, names: Iterable[str], splits: Iterable[str]) -> list[str]:
    """Returns the published splits whose files a folder holds, in their order.

    Args:
        path: The folder; a file holds none.
        names: Of files; "{split}" in them stands for the split.
        splits: Those that are published.
    """
    patterns = tuple(names)
    return [
        split
        for split in splits
        if any((path / name.format(split=split)).is_file() for name in patterns)
    ]


def choice_place(node: Node, answer: str, choices: Sequence[str]) -> int:
    """Reads an answer that is written as a place among the choices, from 0.

    Raises:
        DatasetError: If it is no such place.
    """
    place = whole_number(answer)
    if place is not None and place < len(choices):
        return place
    raise node.error(f"field 'answer' is {answer!r}; give 0 to {len(choices) - 1}")


def place_of_text(node: Node, answer: str, choices: Sequence[str]) -> int:
    """Returns the place of an answer that is written in words; among equals, the first.

    Raises:
        DatasetError: If it is none of the choices.
    """
    if answer in choices:
        return choices.index(answer)
    raise node.error(f"field 'answer' is {answer!r}; give one of the choices, {list(choices)!r}")


def unique_questions(path: Path, questions: Iterable[VideoQuestion]) -> list[VideoQuestion]:
    """Returns the questions as a list.

    Raises:
        DatasetError: If two have the same name, so that answers could not be told apart, or one
            has fewer than two choices.
    """
    found: dict[str, VideoQuestion] = {}
    for question in questions:
        if question.id in found:
            raise DatasetError(
                f"{path} holds two questions {question.id!r}; each needs a name of its own"
            )
        if len(question.choices) < 2:
            raise DatasetError(
                f"{path}, question {question.id!r}: has {len(question.choices)} choices; "
                "two are the least"
            )
        found[question.id] = question
    return list(found.values())
