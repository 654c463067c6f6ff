"""Ranks the plans of a chat model and the routes of counting together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from foretell import ranking
from foretell.tools.planning.model import PlannedRoute


@dataclass(frozen=True, slots=True)
class RankedRoute:
    """A candidate plan.

    Attributes:
        actions: Ids, in order.
        probability: Its share among all candidates.
        step_probabilities: For each place, the share of the candidates of this length that have
            the same action there.
    """

    actions: tuple[int, ...]
    probability: float
    step_probabilities: tuple[float, ...]


def rank(told: Sequence[tuple[int, ...]], counted: Sequence[PlannedRoute]) -> list[RankedRoute]:
    """Gives all distinct candidates, the likeliest first; among equals the first told.

    Half of a candidate's probability is its share of the model's votes, half its share of the
    posterior of the counted routes. Where there are no votes, or no routes, the other is all.
    """
    votes = Counter(told)
    posterior = {tuple(one.actions.tolist()): one.probability for one in counted}
    voted, weighed = sum(votes.values()), sum(posterior.values())
    parts = (voted > 0) + (weighed > 0)
    shares = {
        actions: (
            (votes[actions] / voted if voted else 0.0)
            + (posterior.get(actions, 0.0) / weighed if weighed else 0.0)
        )
        / parts
        for actions in dict.fromkeys((*votes, *posterior))
    }
    ranked = ranking.ordered(shares, shares.__getitem__)
    at_place, of_length = _marginals(shares)
    return [
        RankedRoute(
            actions,
            shares[actions],
            tuple(
                at_place[len(actions), place, action] / of_length[len(actions)]
                for place, action in enumerate(actions)
            ),
        )
        for actions in ranked
    ]


def _marginals(
    shares: dict[tuple[int, ...], float],
) -> tuple[dict[tuple[int, int, int], float], dict[int, float]]:
    """Gives the share of each (length, place, action), and of each length."""
    at_place: dict[tuple[int, int, int], float] = defaultdict(float)
    of_length: dict[int, float] = defaultdict(float)
    for actions, share in shares.items():
        of_length[len(actions)] += share
        for place, action in enumerate(actions):
            at_place[len(actions), place, action] += share
    return at_place, of_length
