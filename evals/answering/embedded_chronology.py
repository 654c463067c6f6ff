"""Whether an embedder's vectors tell events in their order from the same in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.datasets.stored_captions import Captions
from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_interval
from foretell.evals.metrics.chronology import chronological_accuracy
from foretell.evals.run_folder import Record
from foretell.memory.embedding.embedders import Embedder
from foretell.questions import VideoQuestion

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EmbedderChronology:
    """Share of the descriptions that lie nearer to their captions in order, per cent."""

    n: int
    accuracy: float
    interval: ConfidenceInterval

    def record(self) -> Record:
        """Gives the score as JSON can hold it."""
        return {
            "n": self.n,
            "accuracy": self.accuracy,
            "interval": [self.interval.low, self.interval.high],
        }


def embedder_chronology(
    questions: Sequence[VideoQuestion], captions: Captions, embedder: Embedder, *, seed: int = 0
) -> EmbedderChronology:
    """Compares both orders with the text of the timeline that they describe.

    Args:
        questions: Of `chronology_questions`, at least one.
        captions: What each video shows.
        embedder: What is measured.
        seed: Of the resamples of the interval.
    """
    shown = embedder.embed([_timeline(question, captions) for question in questions])
    right, wrong = (
        embedder.embed([question.choices[_place(question, is_right)] for question in questions])
        for is_right in (True, False)
    )
    in_order, shuffled = _alike(shown, right), _alike(shown, wrong)
    score = chronological_accuracy(in_order, shuffled)
    hits = 100.0 * (in_order > shuffled).astype(np.float64)
    interval = mean_interval(hits, [question.video for question in questions], seed=seed)
    return EmbedderChronology(score.n, score.percent, interval)


def _timeline(question: VideoQuestion, captions: Captions) -> str:
    window = question.spans[0]
    told = [one.text for one in captions[question.video] if one.interval.overlaps(window)]
    return " ".join(told)


def _place(question: VideoQuestion, is_right: bool) -> int:
    return next(place for place in (0, 1) if (place == question.answer) is is_right)


def _alike(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> Floats:
    products: Floats = (vectors.astype(np.float64) * others).sum(axis=1)
    return products
