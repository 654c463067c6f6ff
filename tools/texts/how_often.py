"""Reads how often a question claims that something happens: never, only once, at least 3 times."""

from __future__ import annotations

import re
from dataclasses import dataclass

from foretell.memory.words.word_book import AUXILIARIES, NUMBERS
from foretell.patterns import LazyPattern

_NUMBER = rf"(?P<number>\d{{1,6}}|{'|'.join(NUMBERS)}|once|twice)"
_HOW_MANY = (
    r"(?P<bound>at least|at most|more than|no more than|less than|fewer than|exactly|only|just)"
)
_CLAIM = LazyPattern(
    rf"\b(?:(?:{_HOW_MANY} )?{_NUMBER}(?: times?\b|(?<=once)\b(?=\W*$)|(?<=twice)\b(?=\W*$))|"
    r"(?P<never>never|not (?:even )?(?:once|ever)))",
    re.IGNORECASE,
)
_ADVERB = LazyPattern(r"\b(?:only|just|exactly)\b", re.IGNORECASE)
"""Stands beside the verb, too: "does it only ring once"."""
_EVER = LazyPattern(r"\bever\b ?", re.IGNORECASE)
_YES_NO = LazyPattern(rf"^(?:{'|'.join(sorted(AUXILIARIES))})\b", re.IGNORECASE)
_WORDS = {**NUMBERS, "once": 1, "twice": 2}
_MANY = 10**9
"""More times than anything happens in a video: what "at least" leaves open."""


@dataclass(frozen=True, slots=True)
class HowOften:
    """A yes-or-no question, and how often it claims that something happens.

    Attributes:
        rest: The question without the claim.
        least: How often at least; None where it claims nothing.
        most: How often at most.
    """

    rest: str
    least: int | None = None
    most: int = _MANY

    def holds(self, count: int) -> bool:
        """Whether something that happens `count` times happens as often as is claimed."""
        return self.least is not None and self.least <= count <= self.most


def read_how_often(text: str) -> HowOften:
    """Returns how often a yes-or-no question claims that something happens.

    Any other question claims nothing, and neither does "ever", which asks whether it happens.
    """
    if not _YES_NO.match(text):
        return HowOften(text)
    text = _EVER.sub("", text) if not re.search(r"\bnot ever\b", text) else text
    found = _CLAIM.search(text)
    if found is None:
        return HowOften(text)
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    rest = " ".join(_ADVERB.sub("", rest).split()).replace(" ?", "?")
    if found["never"]:
        return HowOften(rest, 0, 0)
    word = found["number"].lower()
    return HowOften(rest, *_bounds((found["bound"] or "").lower(), _WORDS.get(word) or int(word)))


def _bounds(bound: str, count: int) -> tuple[int, int]:
    """Returns how often at least and at most "at least 3 times" means; a bare number is exact."""
    match bound:
        case "at least":
            return count, _MANY
        case "more than":
            return count + 1, _MANY
        case "at most" | "no more than":
            return 0, count
        case "less than" | "fewer than":
            return 0, count - 1
        case _:
            return count, count
