"""What answers owe to more than one caption, and to the order of the captions.

TOMATO's diagnostics (Shangguan et al., ICLR 2025) with a caption in the place of a frame, so that
they serve any set of questions and any answerer that reads text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.evals.answering.scores import accuracy_percent
from foretell.evals.datasets.stored_captions import Captions
from foretell.evals.metrics.bootstrap import ConfidenceInterval, mean_interval
from foretell.evals.metrics.diagnostics import (
    chronological_accuracy,
    frame_gain,
    information_disparity,
    order_sensitivity,
)
from foretell.evals.run_folder import Record
from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder
from foretell.questions import Answerer, VideoQuestion
from foretell.types import Event

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Shares of right answers in per cent, and how much one lies above another.

    Attributes:
        n: How many questions have captions and a known answer, which is what all shares are of.
        one: With one caption of the video, drawn at random.
        all: With all captions in order.
        shuffled: With all captions in another order.
        chosen: With the one caption that is nearest to the question and its right answer.
        frame_gain: kappa, of all over one, per cent; None where one is 0.
        order_sensitivity: tau, of all over shuffled, per cent; None where shuffled is 0.
        information_disparity: rho, of chosen over one, per cent; None where one is 0.
    """

    n: int
    one: float
    all: float
    shuffled: float
    chosen: float
    frame_gain: float | None
    order_sensitivity: float | None
    information_disparity: float | None

    def record(self) -> Record:
        """Returns the figures as JSON can hold them."""
        return asdict(self)


def diagnose(
    questions: Sequence[VideoQuestion],
    captions: Captions,
    answerer: Answerer,
    embedder: Embedder,
    *,
    seed: int = 0,
) -> Diagnostics | None:
    """Lets an answerer answer four times; None where no question has captions and an answer.

    Args:
        questions: Those without captions or without a known answer are left out.
        captions: What each video shows.
        answerer: Who answers.
        embedder: Finds the caption that tells the right answer best.
        seed: Of the caption that is drawn and of the shuffled order.
    """
    answerable = [one for one in questions if one.answer is not None and captions.get(one.video)]
    if not answerable:
        return None

    def share(captioned: Mapping[str, Sequence[Event]]) -> float:
        answers = answerer.answer(answerable, captioned)
        return accuracy_percent(answerable, [answer.choice for answer in answers])

    random = np.random.default_rng(seed)
    captioned = {video: captions[video] for video in sorted({one.video for one in answerable})}
    one = share({video: [_drawn(events, random)] for video, events in captioned.items()})
    in_order = share(captioned)
    shuffled = share({video: _shuffled(events, random) for video, events in captioned.items()})
    chosen = _share_with_chosen(answerable, captioned, answerer, embedder)
    return Diagnostics(
        n=len(answerable),
        one=one,
        all=in_order,
        shuffled=shuffled,
        chosen=chosen,
        frame_gain=frame_gain(in_order, one),
        order_sensitivity=order_sensitivity(in_order, shuffled),
        information_disparity=information_disparity(chosen, one),
    )


def _drawn(events: Sequence[Event], random: np.random.Generator) -> Event:
    return events[int(random.integers(len(events)))]


def _shuffled(events: Sequence[Event], random: np.random.Generator) -> list[Event]:
    """Returns the same texts, each at the time of another."""
    order: list[int] = random.permutation(len(events)).tolist()
    return [
        replace(events[source], interval=event.interval)
        for event, source in zip(events, order, strict=True)
    ]


def _share_with_chosen(
    questions: Sequence[VideoQuestion],
    captions: Mapping[str, Sequence[Event]],
    answerer: Answerer,
    embedder: Embedder,
) -> float:
    """Returns the share that is right where each question is a video of its own, with a caption."""
    alone = [replace(question, video=question.id) for question in questions]
    answers = answerer.answer(alone, _most_telling(questions, captions, embedder))
    return accuracy_percent(questions, [answer.choice for answer in answers])


def _most_telling(
    questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]], embedder: Embedder
) -> dict[str, list[Event]]:
    texts = [f"{one.text} {one.choices[one.answer or 0]}" for one in questions]
    wanted = embedder.embed(texts)
    vectors = {
        video: embedder.embed([event.text for event in events])
        for video, events in captions.items()
    }
    return {
        question.id: [
            captions[question.video][ranking.best(cosines(vectors[question.video], vector))]
        ]
        for question, vector in zip(questions, wanted, strict=True)
    }


@dataclass(frozen=True, slots=True)
class EmbedderChronology:
    """Share of the descriptions that lie nearer to their captions in order, per cent."""

    n: int
    accuracy: float
    interval: ConfidenceInterval

    def record(self) -> Record:
        """Returns the score as JSON can hold it."""
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
    timelines = embedder.embed([_timeline(question, captions) for question in questions])
    right, wrong = (
        embedder.embed([question.choices[_place(question, is_right)] for question in questions])
        for is_right in (True, False)
    )
    in_order, shuffled = _alike(timelines, right), _alike(timelines, wrong)
    score = chronological_accuracy(in_order, shuffled)
    hits = 100.0 * (in_order > shuffled).astype(np.float64)
    interval = mean_interval(hits, [question.video for question in questions], seed=seed)
    return EmbedderChronology(score.n, score.percent, interval)


def _timeline(question: VideoQuestion, captions: Captions) -> str:
    window = question.spans[0]
    texts = [one.text for one in captions[question.video] if one.interval.overlaps(window)]
    return " ".join(texts)


def _place(question: VideoQuestion, is_right: bool) -> int:
    return next(place for place in (0, 1) if (place == question.answer) is is_right)


def _alike(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> Floats:
    products: Floats = (vectors.astype(np.float64) * others).sum(axis=1)
    return products
