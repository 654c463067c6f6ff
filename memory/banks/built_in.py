"""The built-in banks: everyday procedures, so that a fresh machine can forecast and plan.

`everyday_procedures.jsonl` holds one procedure a line, `everyday_synonyms.json` other words for
the verbs and nouns they use, `everyday_plans.jsonl` plainer goals and just their steps. All are
foretell's own, written from common knowledge.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.plans import Procedures, ProcedureTask

_FOLDER = files("foretell.memory.banks")
# Verbs of two words; every other verb is the first word of its action.
_PHRASAL_VERBS = ("turn on", "turn off")


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """One step of a procedure.

    Attributes:
        text: A plain imperative sentence, such as "fill the kettle with water".
        actions: The fine-grained actions that carry it out, in order.
    """

    text: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A way to reach an everyday goal.

    Attributes:
        goal: What is reached, as an imperative without an end mark.
        scenario: The kind of activity, such as "laundry".
        steps: In order.
    """

    goal: str
    scenario: str
    steps: tuple[ProcedureStep, ...]

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of all steps, in order."""
        return tuple(action for step in self.steps for action in step.actions)


@cache
def everyday_procedures() -> tuple[Procedure, ...]:
    """Gives the procedures that ship with foretell; their words are heads of Ego4D's taxonomy."""
    return tuple(_procedure(record) for record in _records("everyday_procedures.jsonl"))


@cache
def built_in_sequences() -> tuple[ActionSequence, ...]:
    """Gives the procedures as action sequences, each a video of its own."""
    return tuple(_sequence(procedure) for procedure in everyday_procedures())


@cache
def built_in_taxonomy() -> Taxonomy:
    """Gives the verbs and nouns that the procedures use, with their everyday synonyms."""
    synonyms = json.loads((_FOLDER / "everyday_synonyms.json").read_text(encoding="utf-8"))
    actions = [action for sequence in built_in_sequences() for action in sequence.actions]
    return Taxonomy(
        "everyday",
        _vocabulary((action.verb for action in actions), synonyms["verbs"]),
        _vocabulary((action.noun for action in actions), synonyms["nouns"]),
    )


@cache
def built_in_plans() -> Procedures:
    """Gives the steps to each goal, the plainer goals first; nobody demonstrates them."""
    plain = (
        ProcedureTask(record["goal"], tuple(record["steps"]))
        for record in _records("everyday_plans.jsonl")
    )
    full = (
        ProcedureTask(procedure.goal, tuple(step.text for step in procedure.steps))
        for procedure in everyday_procedures()
    )
    return Procedures("everyday", (*plain, *full))


def _records(name: str) -> Iterator[Any]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return (json.loads(line) for line in text.splitlines())


def _vocabulary(words: Iterable[str], synonyms: Mapping[str, Sequence[str]]) -> Vocabulary:
    labels = sorted(set(words))
    others = {name: labels.index(label) for label, names in synonyms.items() for name in names}
    return Vocabulary(labels, others)


def _procedure(record: dict[str, Any]) -> Procedure:
    steps = tuple(
        ProcedureStep(step["text"], tuple(_action(text) for text in step["actions"]))
        for step in record["steps"]
    )
    return Procedure(record["goal"], record["scenario"], steps)


def _action(text: str) -> Action:
    verb = next((v for v in _PHRASAL_VERBS if text.startswith(f"{v} ")), text.split(" ", 1)[0])
    return Action(verb, text[len(verb) + 1 :])


def _sequence(procedure: Procedure) -> ActionSequence:
    slug = re.sub(r"[^a-z0-9]+", "-", procedure.goal.lower()).strip("-")
    name = f"everyday:{slug}"
    return ActionSequence(name=name, video=name, actions=procedure.actions, goal=procedure.goal)
