"""How the example bank writes down sequences of actions, and the taxonomy of their words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary


def dump_sequence(sequence: ActionSequence) -> str:
    """Gives a sequence as JSON, without what it leaves empty."""
    fields: dict[str, Any] = {
        "name": sequence.name,
        "video": sequence.video,
        "actions": [(action.verb, action.noun) for action in sequence.actions],
        "recognised": [(action.verb, action.noun) for action in sequence.recognised],
        "captions": sequence.captions,
        "goal": sequence.goal,
        "excluded": sorted(sequence.excluded),
        "first": sequence.first,
    }
    return json.dumps({name: value for name, value in fields.items() if value})


def load_sequence(record: str) -> ActionSequence:
    """Gives the sequence that `dump_sequence` wrote."""
    fields: dict[str, Any] = json.loads(record)
    return ActionSequence(
        name=fields.get("name", ""),
        video=fields.get("video", ""),
        actions=_actions(fields.get("actions", ())),
        recognised=_actions(fields.get("recognised", ())),
        captions=tuple(fields.get("captions", ())),
        goal=fields.get("goal", ""),
        excluded=frozenset(fields.get("excluded", ())),
        first=fields.get("first", 0),
    )


def dump_taxonomy(taxonomy: Taxonomy) -> str:
    """Gives a taxonomy as JSON."""
    slots = {"verbs": taxonomy.verbs, "nouns": taxonomy.nouns}
    words = {slot: {"labels": v.labels, "synonyms": v.synonyms} for slot, v in slots.items()}
    return json.dumps({"name": taxonomy.name, **words})


def load_taxonomy(record: str) -> Taxonomy:
    """Gives the taxonomy that `dump_taxonomy` wrote."""
    fields: dict[str, Any] = json.loads(record)
    return Taxonomy(fields["name"], Vocabulary(**fields["verbs"]), Vocabulary(**fields["nouns"]))


def taxonomy_of_words(name: str, sequences: Sequence[ActionSequence]) -> Taxonomy:
    """Gives a taxonomy of just the words that sequences use."""
    actions = [action for sequence in sequences for action in sequence.actions]
    verbs = sorted({action.verb for action in actions})
    nouns = sorted({action.noun for action in actions})
    return Taxonomy(name, Vocabulary(verbs, {}), Vocabulary(nouns, {}))


def _actions(pairs: Iterable[tuple[str, str]]) -> tuple[Action, ...]:
    return tuple(Action(verb, noun) for verb, noun in pairs)
