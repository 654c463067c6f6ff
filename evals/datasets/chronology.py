"""Questions about the order of events, made from captions.

Chronologically accurate retrieval after Fujiwara, Tanaka and Yu, "Chronologically accurate
retrieval for temporal grounding of motion-language models", ECCV 2024: a description of what
happens one after another stands beside one of the same events in another order.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from foretell.errors import DatasetError, argument
from foretell.evals.datasets.stored_captions import Captions
from foretell.evals.metrics.diagnostics import another_order
from foretell.questions import VideoQuestion
from foretell.ranges import check_range
from foretell.types import Event, Interval, spread

QUESTION = "In which order does this happen?"
FEWEST_EVENTS = 2


@dataclass(frozen=True, slots=True)
class _Run:
    """A caption for as long as it stays the same."""

    text: str
    interval: Interval

    @classmethod
    def of(cls, events: Sequence[Event]) -> Self:
        text = events[0].text.strip().rstrip(".")
        return cls(text, Interval(events[0].interval.start, events[-1].interval.end))


def chronology_questions(
    captions: Captions, *, events: int = FEWEST_EVENTS, per_video: int = 3, seed: int = 0
) -> list[VideoQuestion]:
    """Returns questions with two choices: what happens in its order, and in another.

    Only captions that a video has once are asked for, so that the other order is wrong.

    Args:
        captions: What each video shows.
        events: How many consecutive captions a description is made of.
        per_video: Most questions of a video, evenly spread over it.
        seed: Of the other order, and of the place of the right one.

    Returns:
        Questions whose span is what is described.

    Raises:
        ConfigError: If a number is too small.
        DatasetError: If no video has such captions.
    """
    check_range("events", events, FEWEST_EVENTS)
    check_range("per_video", per_video, 1)
    random = np.random.default_rng(seed)
    questions = [
        question
        for video, of_video in captions.items()
        for question in _questions(
            video, spread(_descriptions(of_video, events), per_video), random
        )
    ]
    if not questions:
        raise DatasetError(
            f"no video has {events} captions one after another that it has only once; give other "
            f"captions or fewer {argument('events')}"
        )
    return questions


def _descriptions(captions: Sequence[Event], length: int) -> list[tuple[_Run, ...]]:
    """Returns runs of captions that follow each other, none of which comes twice in the video."""
    runs = [_Run.of(list(same)) for _, same in itertools.groupby(captions, key=_plain)]
    times = Counter(run.text.casefold() for run in runs)
    windows = _windows(runs, length)
    return [window for window in windows if all(times[run.text.casefold()] == 1 for run in window)]


def _windows(runs: Sequence[_Run], length: int) -> Iterator[tuple[_Run, ...]]:
    return (tuple(runs[at : at + length]) for at in range(len(runs) - length + 1))


def _plain(event: Event) -> str:
    return event.text.strip().rstrip(".").casefold()


def _questions(
    video: str, windows: Sequence[Sequence[_Run]], random: np.random.Generator
) -> Iterator[VideoQuestion]:
    for runs in windows:
        texts = [run.text for run in runs]
        if other := another_order(texts, random):
            answer = int(random.integers(2))
            choices = tuple(", then ".join(order) for order in (texts, other))
            yield VideoQuestion(
                id=f"{video}_{runs[0].interval.start:g}",
                video=video,
                text=QUESTION,
                choices=choices if answer == 0 else choices[::-1],
                answer=answer,
                spans=(Interval(runs[0].interval.start, runs[-1].interval.end),),
            )
