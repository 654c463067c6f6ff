"""Which procedures plans are made from, ready to plan with."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from foretell.errors import ConfigError
from foretell.memory.banks.everyday import everyday_plans
from foretell.memory.banks.named_banks import SHIPPED
from foretell.memory.banks.procedures import ProcedureBank
from foretell.memory.embedding.embedders import Embedder
from foretell.plans import Procedures
from foretell.tools.planning.model import PlanModel
from foretell.tools.planning.settings import PlanSettings
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
    """Gives the procedures of a bank of the library, of a file, or those that ship with foretell.

    Args:
        bank: The banks of the library.
        name: Of a bank, or a file or folder; None for the shipped ones.

    Raises:
        ConfigError: If there is neither a bank nor a file of that name.
        DatasetError: If a file is in no known form.
    """
    if name is None or name == SHIPPED:
        return everyday_plans()
    if name in bank.names():
        return bank.procedures(name)
    if Path(name).exists():
        return load_procedures(Path(name))
    known = ", ".join(map(repr, (SHIPPED, *bank.names())))
    raise ConfigError(
        f"procedures {name!r} are neither a bank nor a file; there are the banks {known}, and "
        "`foretell procedures add FILE --name NAME` adds one"
    )
