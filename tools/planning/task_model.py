"""How one task is carried out in plans of one length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.tools.planning.observation import Ids

Floats = NDArray[np.float64]
Routes = NDArray[np.intp]


class TaskModel:
    """P(route | task): counted windows, smoothed towards a Markov chain (Dirichlet prior).

    P(route) = (count(route) + chain_weight P_chain(route)) / (all counts + chain_weight).

    Args:
        actions: (A,) ids of the task's actions, ascending.
        windows: (n, T) distinct windows, as places in `actions`.
        counts: (n,) how often each is.
        chain: Over the same places.
        chain_weight: How many windows the chain counts for.
    """

    def __init__(
        self, actions: Ids, windows: Routes, counts: Floats, chain: Chain, chain_weight: float
    ) -> None:
        self.actions = actions
        self._windows, self._chain = windows, chain
        total = counts.sum() + chain_weight
        self._counted = counts / total
        self._chain_share = chain_weight / total
        self._probability = self._counted + self._chain_share * chain.probability(windows)
        self._row_of = {tuple(window): row for row, window in enumerate(windows.tolist())}

    def marginals(self, start: Floats, goal: Floats) -> Floats:
        """Gives (T, A) P(action at each place, what was seen | task).

        Each row adds up to P(what was seen | task).

        Args:
            start: (A,) P(what was seen at the start | its action).
            goal: (A,) the same for the goal.
        """
        length = self._windows.shape[1]
        seen: Floats = self._chain_share * self._chain.marginals(start, goal, length)
        shares = self._counted * self._fit(start, goal)
        for place, row in enumerate(seen):
            row += np.bincount(self._windows[:, place], shares, len(self.actions))
        return seen

    def best(self, start: Floats, goal: Floats, k: int) -> Ids:
        """Gives (n, T) action ids of the k best windows and the k best routes of the chain."""
        shares = self._probability * self._fit(start, goal)
        rows = ranking.order(shares / max(shares.max(initial=0.0), np.finfo(float).tiny), k)
        windows = self._windows[rows[shares[rows] > 0]]
        routes = self._chain.best(start, goal, self._windows.shape[1], k)
        found: Ids = self.actions[np.concatenate([windows, routes])]
        return found

    def joint(self, routes: Ids, start: Floats, goal: Floats) -> Floats:
        """Gives (n,) P(route, what was seen | task) of (n, T) action ids."""
        places = np.searchsorted(self.actions, routes).clip(max=len(self.actions) - 1)
        feasible = (self.actions[places] == routes).all(axis=1)
        rows = [self._row_of.get(tuple(route), -1) for route in places.tolist()]
        counted = np.append(self._counted, 0.0)[rows]  # row -1, of a route never seen, counts 0
        probability = counted + self._chain_share * self._chain.probability(places)
        return np.asarray(feasible * probability * start[places[:, 0]] * goal[places[:, -1]])

    def _fit(self, start: Floats, goal: Floats) -> Floats:
        """Gives (n,) how well each window explains what was seen."""
        return np.asarray(start[self._windows[:, 0]] * goal[self._windows[:, -1]])


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
