"""Picks the demonstrations that a chat model is shown beside a request for a plan."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from foretell.agent.tasks.planning.plan_request import PlanRequest
from foretell.agent.tasks.planning.procedure_pool import KnownProcedures
from foretell.memory.cosines import nearest
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.plans import Demonstration


class PlanRetriever:
    """Picks among the demonstrations of some tasks, like the request and unlike each other.

    Args:
        known: Where demonstrations come from.
        lambda_: Weight of likeness to the request in MMR, in [0, 1].
        fetch_k: Among how many of the nearest MMR picks.
    """

    def __init__(self, known: KnownProcedures, lambda_: float = 0.5, fetch_k: int = 20) -> None:
        self._known = known
        self._lambda = lambda_
        self._fetch_k = fetch_k

    def pick(
        self, request: PlanRequest, tasks: Collection[str], wanted: int
    ) -> tuple[Demonstration, ...]:
        """Gives at most `wanted` demonstrations of `tasks`, in the order of the picks.

        Raises:
            ModelError: If the embedder fails.
        """
        shown = self._known.procedures.demonstrations
        rows = [row for row, one in enumerate(shown) if one.task in tasks]
        if not rows or wanted == 0:
            return ()
        query = self._known.embedder.embed([_query(request)])[0]
        near, _ = nearest(query, self._vectors, self._fetch_k, np.array(rows))
        picks = maximal_marginal_relevance(
            query, self._vectors[near], k=wanted, lambda_=self._lambda
        )
        return tuple(shown[int(near[pick.index])] for pick in picks)

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        known = self._known
        texts = [", ".join(one.steps) for one in known.procedures.demonstrations]
        return text_vectors(texts, known.embedder, known.folder)


def _query(request: PlanRequest) -> str:
    return ", ".join([*(text for end in request.ends for text in end.texts), request.task_text])
