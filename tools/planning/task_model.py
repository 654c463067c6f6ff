"""How one task is carried out in plans of one length."""

from __future__ import annotations

import numpy as np

from foretell import ranking
from foretell.tools.planning.chain import Chain, Routes
from foretell.tools.planning.observation import Floats, Ids


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
