"""Names of tasks and steps as people write them, one name for each step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from foretell.tools.texts.annotation_file import Node

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


def one_line(text: str) -> str:
    """Gives a text with single spaces between its words."""
    return " ".join(text.split())


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(one_line)
]
Names = Annotated[list[Name], Field(min_length=1)]


def task_title(name: str) -> str:
    """Gives the words of a task that is written as one: "UseRiceCooker", "changing_tire"."""
    return one_line(_WORD_STARTS.sub(" ", name))


def distinct_names(names: Mapping[int, str], tasks: Mapping[int, str]) -> dict[int, str]:
    """Gives each step a name that no other has.

    COIN counts "add seasoning" of two tasks as two steps, and two steps of one task are called
    "aim at the pin". Such a name is followed by that of its task and, where this is not enough,
    by a number.

    Args:
        names: Of each step by its id.
        tasks: Name of the task of each step, by the step's id.
    """
    bearers = Counter(names.values())
    known: Counter[tuple[str, str]] = Counter()
    distinct: dict[int, str] = {}
    for number, name in names.items():
        if bearers[name] == 1:
            distinct[number] = name
            continue
        task = tasks[number]
        known[name, task] += 1
        nth = known[name, task]
        distinct[number] = f"{name} ({task})" if nth == 1 else f"{name} ({task}, {nth})"
    return distinct


def check_distinct(place: Node, what: str, names: list[str]) -> None:
    """Refuses a name that is given twice.

    Raises:
        DatasetError: If there is one; names the place.
    """
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise place.error(f"{what} {repeated[0]!r} is given twice; give each once")
