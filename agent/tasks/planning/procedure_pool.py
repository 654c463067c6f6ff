"""Which procedures plans are made from, ready to plan with."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from foretell.agent.tasks.planning.plan_request import PlanRequest
from foretell.errors import ConfigError
from foretell.memory.banks.built_in import built_in_plans
from foretell.memory.banks.named_banks import SHIPPED
from foretell.memory.banks.procedures import ProcedureBank
from foretell.memory.cosines import nearest
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.text_vectors import text_vectors
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.plans import Demonstration, Procedures
from foretell.tools.planning.model import PlanModel
from foretell.tools.planning.planner import PlanSettings
from foretell.tools.planning.step_texts import StepTexts
from foretell.tools.procedures.load import load_procedures


class KnownProcedures:
    """Procedures with what is counted from them and what words are compared with.

    Args:
        procedures: What is known.
        embedder: Makes words comparable.
        folder: Where vectors are kept for the next time; None keeps none.
        settings: Of the counting.

    Raises:
        ConfigError: If the procedures hold no step.
    """

    def __init__(
        self,
        procedures: Procedures,
        embedder: Embedder,
        folder: Path | None = None,
        settings: PlanSettings | None = None,
    ) -> None:
        self.procedures = procedures
        self.model = PlanModel(procedures, settings)
        self.texts = StepTexts(procedures, embedder, folder)
        self.embedder = embedder
        self.folder = folder

    @cached_property
    def written(self) -> tuple[tuple[str, ...], ...]:
        """The written steps of each task."""
        return tuple(task.steps for task in self.procedures.tasks)

    @cached_property
    def actions_of(self) -> tuple[tuple[int, ...], ...]:
        """The ids of each task's actions: the written steps in their order, then the others."""
        ids = {name: number for number, name in enumerate(self.model.actions)}
        found = {task.name: dict.fromkeys(task.steps) for task in self.procedures.tasks}
        for one in self.procedures.demonstrations:
            found[one.task].update(dict.fromkeys(one.steps))
        return tuple(tuple(ids[step] for step in steps) for steps in found.values())


def find_procedures(bank: ProcedureBank, name: str | None = None) -> Procedures:
    """Returns the procedures of a bank of the library, of a file, or those that ship with foretell.

    Args:
        bank: The banks of the library.
        name: Of a bank, or a file or folder; None for the shipped ones.

    Raises:
        ConfigError: If there is neither a bank nor a file of that name.
        DatasetError: If a file is in no known form.
    """
    if name is None or name == SHIPPED:
        return built_in_plans()
    if name in bank.names():
        return bank.procedures(name)
    if Path(name).exists():
        return load_procedures(Path(name))
    known = ", ".join(map(repr, (SHIPPED, *bank.names())))
    raise ConfigError(
        f"procedures {name!r} are neither a bank nor a file; there are the banks {known}, and "
        "`foretell procedures add FILE --name NAME` adds one"
    )


class PlanRetriever:
    """Retrieves among the demonstrations of some tasks, like the request and unlike each other.

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
        """Returns at most `wanted` demonstrations of `tasks`, in the order of the picks.

        Raises:
            ModelError: If the embedder fails.
        """
        demonstrations = self._known.procedures.demonstrations
        rows = [row for row, one in enumerate(demonstrations) if one.task in tasks]
        if not rows or wanted == 0:
            return ()
        query = self._known.embedder.embed([_query(request)])[0]
        near, _ = nearest(query, self._vectors, self._fetch_k, np.array(rows))
        picks = maximal_marginal_relevance(
            query, self._vectors[near], k=wanted, lambda_=self._lambda
        )
        return tuple(demonstrations[int(near[pick.index])] for pick in picks)

    @cached_property
    def _vectors(self) -> NDArray[np.float32]:
        known = self._known
        texts = [", ".join(one.steps) for one in known.procedures.demonstrations]
        return text_vectors(texts, known.embedder, known.folder)


def _query(request: PlanRequest) -> str:
    return ", ".join([*(text for end in request.ends for text in end.texts), request.task_text])
