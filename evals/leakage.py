"""Keeps what is asked in a test out of what examples are drawn from.

Question sets are carved out of each other: most questions of IntentQA's test stand word for word
in the training split of NExT-QA.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from foretell.errors import DatasetError
from foretell.questions import VideoQuestion

Example = TypeVar("Example")

_WORD = re.compile(r"\w+")


def plain_words(text: str) -> str:
    """Gives a text without case, punctuation and extra spaces, in which leaks are looked for."""
    return " ".join(_WORD.findall(text.casefold()))


def without_leaks(
    pool: Iterable[Example], text_of: Callable[[Example], str], asked: Iterable[VideoQuestion]
) -> tuple[list[Example], int]:
    """Leaves out the examples whose question is asked in the test, word for word.

    Args:
        pool: What examples are drawn from.
        text_of: Gives an example's question.
        asked: The questions of the test.

    Returns:
        The examples that are left, and how many were left out.
    """
    secret = {plain_words(question.text) for question in asked}
    examples = list(pool)
    kept = [example for example in examples if plain_words(text_of(example)) not in secret]
    return kept, len(examples) - len(kept)


def refuse_leaks(pool: Sequence[str], asked: Iterable[VideoQuestion]) -> None:
    """Makes sure that no question of a pool is asked in the test.

    Raises:
        DatasetError: If one is.
    """
    kept, leaked = without_leaks(pool, str, asked)
    if leaked:
        clean = set(kept)
        first = next(text for text in pool if text not in clean)
        raise DatasetError(
            f"{leaked} of the {len(pool)} examples are asked in the test, such as {first!r}; "
            "leave them out of the pool"
        )
