"""A Markov chain over the actions of one task, met at both ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking

Floats = NDArray[np.float64]
Routes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """How a task begins, and how it goes on.

    Attributes:
        first: (A,) probability of each action at the start of a window.
        move: (A, A) probability of the column's action after the row's.
    """

    first: Floats
    move: Floats

    def probability(self, routes: Routes) -> Floats:
        """Gives (n,) the probability of (n, T) routes."""
        moves = self.move[routes[:, :-1], routes[:, 1:]]
        return np.asarray(self.first[routes[:, 0]] * moves.prod(axis=1))

    def marginals(self, start: Floats, goal: Floats, length: int) -> Floats:
        """Gives (T, A) the joint probability of what was seen and of each action at each place.

        Each row adds up to the probability of what was seen (forward-backward algorithm).

        Args:
            start: (A,) likelihood of what was seen at the start, given its action.
            goal: (A,) the same for the goal.
            length: T.
        """
        forward = [self.first * start]
        backward = [goal]
        for _ in range(length - 1):
            forward.append(forward[-1] @ self.move)
            backward.append(self.move @ backward[-1])
        return np.stack(forward) * np.stack(backward[::-1])

    def best(self, start: Floats, goal: Floats, length: int, k: int) -> Routes:
        """Gives the (at most k, T) likeliest routes given both ends (list Viterbi algorithm)."""
        count = len(self.first)
        scores = (self.first * start)[None]  # (ranks, A): the best ways to each action
        came_from: list[Routes] = []
        for _ in range(length - 1):
            ways = (scores[:, :, None] * self.move).reshape(-1, count)
            ranked = _largest(ways, k)
            scores = np.take_along_axis(ways, ranked, axis=0)
            came_from.append(ranked)
        last = (scores * goal).ravel()
        chosen = _largest(last[:, None], k)[:, 0]
        chosen = chosen[last[chosen] > 0]
        return _trace(came_from, chosen, count)


def _largest(values: Floats, k: int) -> Routes:
    """Gives the rows of the k largest values of each column, the largest first."""
    largest = np.maximum(values.max(axis=0), np.finfo(float).tiny)
    return ranking.order((values / largest).T).T[:k]


def _trace(came_from: list[Routes], chosen: Routes, count: int) -> Routes:
    """Follows the chosen last steps back to the first; `rank * count + action` codes a way."""
    codes = [chosen]
    for ranked in reversed(came_from):
        rank, action = np.divmod(codes[-1], count)
        codes.append(ranked[rank, action])
    return np.stack(codes[::-1], axis=1) % count
