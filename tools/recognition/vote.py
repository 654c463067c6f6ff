"""The vote of overlapping clips on what is done in each part of a video."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.tools.action_recognizer import Probabilities


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
    votes = np.bincount(ballot.argmax(axis=1), minlength=ballot.shape[1])
    means = ballot.mean(axis=0)
    return int(np.lexsort((-means, -votes))[0])


def sliding_votes(clips: Iterable[Sequence[NDArray[np.float64]]], reach: int) -> Iterator[PartVote]:
    """Gives the vote on each part of a video, as soon as no later clip covers it.

    Args:
        clips: For each label set, the (L,) probabilities of a clip; clip i covers the parts i to
            i + `reach` - 1.
        reach: How many parts a clip covers.

    Yields:
        The votes on the parts 0, 1, ...: `reach` - 1 more than there are clips, none for none.
    """
    covering: deque[Sequence[NDArray[np.float64]]] = deque()
    part = 0
    for part, clip in enumerate(clips, start=1):
        covering.append(clip)
        if part > reach:
            covering.popleft()
        yield _counted(covering)
    for later in range(part + 1, part + reach if covering else 0):
        if later > reach:
            covering.popleft()
        yield _counted(covering)


def _counted(clips: Iterable[Sequence[NDArray[np.float64]]]) -> PartVote:
    return vote([np.stack(ballot) for ballot in zip(*clips, strict=True)])
