"""Which examples a forecast may learn from, and in whose words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from foretell.actions import Action, ActionSequence
from foretell.errors import ConfigError
from foretell.memory.banks.built_in import built_in_sequences, built_in_taxonomy
from foretell.memory.banks.examples import ExampleBank, taxonomy_of_words
from foretell.memory.banks.named_banks import SHIPPED
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.load import load_sequences


@dataclass(frozen=True, slots=True)
class ExamplePool:
    """Sequences to learn from, in the words of one taxonomy.

    Attributes:
        name: The bank or the file.
        sequences: What was annotated.
        taxonomy: Of their words.
        left_out: Actions that the taxonomy has no words for.
    """

    name: str
    sequences: tuple[ActionSequence, ...]
    taxonomy: Taxonomy
    left_out: int = 0


def load_example_pool(
    bank: ExampleBank, examples: str | None = None, taxonomy: str | None = None
) -> ExamplePool:
    """Returns the examples of a bank of the library, of a file, or those that ship with foretell.

    Args:
        bank: The banks of the library.
        examples: Name of a bank, or a file or folder of annotations; None for the shipped ones.
        taxonomy: Name or file of the taxonomy to forecast in; None for that of the examples.

    Raises:
        ConfigError: If there is neither a bank nor a file of that name, or the taxonomy is
            unknown.
        DatasetError: If a file is in no known form.
    """
    name = examples or SHIPPED
    wanted = load_taxonomy(taxonomy) if taxonomy is not None else None
    if name == SHIPPED:
        own, sequences = built_in_taxonomy(), built_in_sequences()
    elif name in bank.names():
        own, sequences = bank.taxonomy(name), bank.sequences(name)
    elif Path(name).exists():
        annotations = load_sequences(name, wanted)
        sequences = annotations.sequences
        own = annotations.taxonomy or taxonomy_of_words(name, sequences)
        return ExamplePool(name, sequences, own)
    else:
        known = ", ".join(map(repr, (SHIPPED, *bank.names())))
        raise ConfigError(
            f"examples {name!r} are neither a bank nor a file; there are the banks {known}, and "
            "`foretell examples add FILE --name NAME` adds one"
        )
    if wanted is None:
        return ExamplePool(name, sequences, own)
    translated = tuple(_translated(sequence, wanted) for sequence in sequences)
    left_out = sum(len(s.actions) for s in sequences) - sum(len(s.actions) for s in translated)
    return ExamplePool(name, translated, wanted, left_out)


def _translated(sequence: ActionSequence, taxonomy: Taxonomy) -> ActionSequence:
    """Translates a sequence into another taxonomy's words; what has none there is left out.

    Captions and what a recogniser saw stand beside the actions one by one, and go where one of
    these is left out.
    """
    actions = _in_words(sequence.actions, taxonomy)
    whole = len(actions) == len(sequence.actions)
    recognised = _in_words(sequence.recognised, taxonomy)
    aligned = whole and len(recognised) == len(sequence.recognised)
    return replace(
        sequence,
        actions=actions,
        recognised=recognised if aligned else (),
        captions=sequence.captions if whole else (),
    )


def _in_words(actions: Iterable[Action], taxonomy: Taxonomy) -> tuple[Action, ...]:
    found = (
        (taxonomy.verbs.find(action.verb), taxonomy.nouns.find(action.noun)) for action in actions
    )
    return tuple(Action(verb.label, noun.label) for verb, noun in found if verb and noun)
