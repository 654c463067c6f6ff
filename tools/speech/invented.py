"""Leaves out what a model invents where nobody speaks, and what it merely guesses at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from foretell.patterns import LazyPattern
from foretell.tools.speech.transcriber import Utterance

LEAST_PROBABILITY = 0.45
"""Probability of its words, on the geometric mean, below which an utterance is guessed. Measured
with tiny.en: 0.40 for what is written of a pan on a stove, 0.48 and more for what is said, with
noise 20 dB below it or not. Whisper itself gives up below 0.37 (a mean log-probability of -1)."""
_NEAR_SECONDS = 2.0
"""Silence over which two utterances still belong together: that by which Whisper parts speech."""
_STOCK = frozenset(
    {
        "thank you",
        "thank you very much",
        "thanks",
        "thanks for watching",
        "thank you for watching",
        "please subscribe",
        "bye",
        "bye bye",
        "you",
        "okay",
        "oh",
        "the end",
        "subtitles by the amara org community",
    }
)
"""What Whisper writes most for sound without speech, though it may be said: after Barański et al.,
Investigation of Whisper ASR Hallucinations Induced by Non-Speech Audio (2025)."""
_NO_LETTERS = LazyPattern(r"[\W_]+")


def without_invented(said: Sequence[Utterance]) -> list[Utterance]:
    """Returns the utterances without those that the model invents, as far as can be told.

    These are utterances of unlikely words, and stock phrases that come again at once or stand
    beside unlikely words. Where a model tells no probabilities, nothing is known to be unlikely.

    Args:
        said: In order of time.
    """
    doubted = [_is_guessed(one) for one in said]
    repeated = [False] * len(said)
    for at, (one, following) in enumerate(pairwise(said)):
        near = following.interval.start - one.interval.end <= _NEAR_SECONDS
        if near and _is_stock(one) and _letters(one) == _letters(following):
            repeated[at] = repeated[at + 1] = True
    for order in (range(len(said)), reversed(range(len(said)))):
        _spread(said, doubted, list(order))
    return [one for one, out, again in zip(said, doubted, repeated, strict=True) if not out | again]


def _spread(said: Sequence[Utterance], doubted: list[bool], order: Sequence[int]) -> None:
    """Doubts each stock phrase that comes right after one in doubt, in the order given."""
    for last, at in pairwise(order):
        first, second = sorted((last, at))
        silence = said[second].interval.start - said[first].interval.end
        if doubted[last] and silence <= _NEAR_SECONDS and _is_stock(said[at]):
            doubted[at] = True


def _is_guessed(one: Utterance) -> bool:
    return one.probability is not None and one.probability < LEAST_PROBABILITY


def _is_stock(one: Utterance) -> bool:
    return _letters(one) in _STOCK


def _letters(one: Utterance) -> str:
    return _NO_LETTERS.sub(" ", one.text.lower()).strip()
