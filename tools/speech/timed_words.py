"""Puts utterances together from words that have times of their own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, FiniteFloat

from foretell.tools.speech.transcriber import Utterance
from foretell.tools.texts.text_cleaning import one_line
from foretell.types import Interval

PAUSE_SECONDS = 0.5
"""Silence between two utterances; within sentences people pause for less."""
LONGEST_SECONDS = 30.0
"""Longest utterance: Whisper's own segments are no longer."""
_LEAST = 1e-6
"""Probability that stands for none at all, which has no logarithm."""
_ENDS = (".", "?", "!", "…", "。", "\uff1f", "\uff01")
"""What a sentence ends with, the full-width marks of Chinese and Japanese among them."""


class TimedWord(BaseModel):
    """A word, or a piece of one, and when it is said in seconds from the first sample.

    Attributes:
        probability: How likely the model held it, in [0, 1]; None where it does not tell.
    """

    word: str
    start: FiniteFloat
    end: FiniteFloat
    probability: FiniteFloat | None = None


def utterances_of_words(text: str, words: Iterable[TimedWord]) -> list[Utterance]:
    """Returns words as utterances in order of time, parted at pauses and ends of sentences.

    Words come without the punctuation and often without the spaces of the text that they are of:
    an utterance has those of the text wherever its words stand in it, in their order.

    Args:
        text: All that is said.
        words: Its words; those that are blank are left out.
    """
    timed = sorted((one for one in words if one.word.strip()), key=lambda one: one.start)
    written = _written(text, timed) if timed else []
    said: list[Utterance] = []
    held: list[int] = []
    for at, word in enumerate(timed):
        if held and _is_apart([timed[one] for one in held], written[held[-1]], word):
            said.append(_utterance(timed, written, held))
            held = []
        held.append(at)
    return [*said, _utterance(timed, written, held)] if held else said


def _written(text: str, words: Sequence[TimedWord]) -> list[str]:
    """Returns each word as it stands in the text, with all that follows up to the next one."""
    starts = list(_places(text, words))
    if len(starts) < len(words):
        return [f"{one.word} " for one in words]
    ends = [*starts[1:], len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _places(text: str, words: Iterable[TimedWord]) -> Iterator[int]:
    """Yields where each word begins in the text, up to the first that is not in the rest of it."""
    end = 0
    for one in words:
        word = one.word.strip()
        start = text.find(word, end)
        if start < 0:
            return
        yield start
        end = start + len(word)


def _is_apart(held: Sequence[TimedWord], last_written: str, following: TimedWord) -> bool:
    """Tells whether a word begins an utterance of its own."""
    return (
        following.start - held[-1].end >= PAUSE_SECONDS
        or following.end - held[0].start > LONGEST_SECONDS
        or last_written.rstrip().endswith(_ENDS)
    )


def _utterance(
    words: Sequence[TimedWord], written: Sequence[str], held: Sequence[int]
) -> Utterance:
    start = words[held[0]].start
    end = max([start, *(words[at].end for at in held)])
    text = one_line("".join(written[at] for at in held))
    return Utterance(Interval(start, end), text, _likelihood([words[at] for at in held]))


def probability_of(mean_log: float | None) -> float | None:
    """Returns the probability of words in [0, 1] by the mean logarithm of their tokens'."""
    return None if mean_log is None else math.exp(min(0.0, mean_log))


def _likelihood(words: Sequence[TimedWord]) -> float | None:
    """Returns the geometric mean of the words' probabilities; None where one is not told."""
    told = [one.probability for one in words if one.probability is not None]
    if len(told) < len(words):
        return None
    return math.exp(sum(math.log(max(one, _LEAST)) for one in told) / len(told))
