"""The vote of overlapping clips on what is done in each part of a video."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.recognition.recognizer import Probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """What one clip says.

    Attributes:
        parts: The numbers of the parts of the video that it covers.
        probabilities: Of each label set, (L,) how likely it holds each label.
    """

    parts: range
    probabilities: Sequence[NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class PartVote:
    """What the clips that cover a part of a video say of it.

    Attributes:
        winners: Of each label set, the number of the label that most clips hold likeliest.
        means: Of each label set, (L,) the probability of each label, averaged over the clips.
    """

    winners: tuple[int, ...]
    means: tuple[NDArray[np.float64], ...]


def vote(ballots: Sequence[Probabilities]) -> PartVote:
    """Counts, in each label set by itself, which label is the likeliest in most clips.

    After the aggregation of S. Kim et al., "PALM: Predicting Actions through Language Models"
    (ECCV 2024), which votes on verb and noun independently. A tie goes to the label that is
    likelier on average, not to chance.

    Args:
        ballots: For each label set, (C, L) probabilities of the C clips that cover the part, one
            at least.
    """
    return PartVote(
        winners=tuple(map(_winner, ballots)),
        means=tuple(ballot.mean(axis=0) for ballot in ballots),
    )


def _winner(ballot: Probabilities) -> int:
    winners = ranking.best_places(ballot, ranking.MODEL_PRECISION)
    votes = np.bincount(winners, minlength=ballot.shape[1])
    leading = np.flatnonzero(votes == votes.max())
    means = ballot[:, leading].mean(axis=0)
    return int(leading[ranking.best(means, ranking.MODEL_PRECISION)])


def sliding_votes(ballots: Iterable[Ballot]) -> Iterator[tuple[int, PartVote]]:
    """Gives (number, vote) of each part that a clip covers, as soon as no later clip does.

    Args:
        ballots: Of clips that begin with one part after the other, in that order.
    """
    covering: deque[Ballot] = deque()
    due = 0
    for ballot in ballots:
        covering.append(ballot)
        yield from _votes(covering, range(due, ballot.parts.start + 1))
        due = ballot.parts.start + 1
    if covering:
        yield from _votes(covering, range(due, covering[-1].parts.stop))


def _votes(covering: deque[Ballot], parts: range) -> Iterator[tuple[int, PartVote]]:
    """Gives the votes on these parts, and lets go of the clips that end before them."""
    for part in parts:
        while covering and covering[0].parts.stop <= part:
            covering.popleft()
        rows = [ballot.probabilities for ballot in covering if part in ballot.parts]
        if rows:
            yield part, vote([np.stack(ballots) for ballots in zip(*rows, strict=True)])
