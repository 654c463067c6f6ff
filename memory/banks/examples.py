"""The example bank: annotated action sequences to learn from, imported once into the library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from sqlite3 import Connection
from typing import Any

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.errors import MemoryStoreError
from foretell.memory.banks.named_banks import Change, NamedBanks, digest_of
from foretell.memory.database import Database
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.types import VideoInfo


@dataclass(frozen=True, slots=True)
class BankInfo:
    """What a list of banks shows of one.

    Attributes:
        name: What it is called.
        taxonomy: Name of the taxonomy whose words its actions use.
        sequences: How many sequences it holds.
        videos: From how many videos these are.
        actions: How many actions they have together.
    """

    name: str
    taxonomy: str
    sequences: int
    videos: int
    actions: int


class ExampleBank:
    """Keeps named banks of action sequences in the library's database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._banks = NamedBanks(database, "example_banks", "example bank", "foretell examples add")

    def add(
        self, name: str, sequences: Iterable[ActionSequence], taxonomy: Taxonomy | None = None
    ) -> Change:
        """Imports sequences under a name, all of them or none.

        Args:
            name: What to call the bank. One of the same content is left as it is; any other
                under this name is replaced.
            sequences: What to learn from.
            taxonomy: Whose words they use; None for just their own words.

        Raises:
            MemoryStoreError: If there is no sequence, or the name is empty or that of the bank
                that ships with foretell.
            DatasetError: If no taxonomy is given and two words differ in punctuation alone.
        """
        added = tuple(sequences)
        self._banks.check_name(name)
        if not added:
            raise MemoryStoreError(f"the example bank {name!r} would be empty; give some sequences")
        words = dump_taxonomy(taxonomy or taxonomy_of_words(name, added))
        rows = [(one.video, len(one.actions), dump_sequence(one)) for one in added]
        digest = digest_of([words, *(record for _, _, record in rows)])

        def insert(connection: Connection) -> None:
            bank = connection.execute(
                "INSERT INTO example_banks (name, taxonomy, digest) VALUES (?, ?, ?)",
                (name, words, digest),
            ).lastrowid
            connection.executemany(
                "INSERT INTO example_sequences (bank, video, actions, record) VALUES (?, ?, ?, ?)",
                ((bank, *row) for row in rows),
            )

        return self._banks.replace(name, digest, insert)

    def banks(self) -> tuple[BankInfo, ...]:
        """Gives what each bank holds, in order of their names."""
        rows = self._database.read(
            "SELECT b.name, json_extract(b.taxonomy, '$.name'), "
            "count(*), count(DISTINCT s.video), sum(s.actions) "
            "FROM example_banks b JOIN example_sequences s ON s.bank = b.id "
            "GROUP BY b.id ORDER BY b.name"
        )
        return tuple(BankInfo(*row) for row in rows)

    def names(self) -> tuple[str, ...]:
        """Gives the banks' names in order."""
        return self._banks.names()

    def find(self, name: str) -> BankInfo:
        """Gives what a bank holds.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        for bank in self.banks():
            if bank.name == name:
                return bank
        raise self._banks.unknown(name)

    def sequences(self, name: str) -> tuple[ActionSequence, ...]:
        """Gives every sequence of a bank, in the order in which they were added.

        Raises:
            MemoryStoreError: If there is no bank of this name.
        """
        rows = self._database.read(
            "SELECT s.record FROM example_sequences s JOIN example_banks b ON b.id = s.bank "
            "WHERE b.name = ? ORDER BY s.id",
            (name,),
        )
        if not rows:
            raise self._banks.unknown(name)
        return tuple(load_sequence(record) for (record,) in rows)

    def taxonomy(self, name: str) -> Taxonomy:
        """Gives the taxonomy whose words a bank uses.

        Raises:
            MemoryStoreError: If there is no bank of this name.
        """
        rows = self._database.read("SELECT taxonomy FROM example_banks WHERE name = ?", (name,))
        if not rows:
            raise self._banks.unknown(name)
        return load_taxonomy(rows[0][0])

    def sequences_for(
        self, name: str, query: ActionWindow, video: VideoInfo | None = None
    ) -> tuple[ActionSequence, ...]:
        """Gives the sequences of a bank that may serve as examples for a query, as `examples_for`.

        Raises:
            MemoryStoreError: If there is no bank of this name.
        """
        return examples_for(query, self.sequences(name), video)

    def remove(self, name: str) -> None:
        """Deletes a bank.

        Raises:
            MemoryStoreError: If there is none of this name.
        """
        self._banks.remove(name)


def examples_for(
    query: ActionWindow, sequences: Iterable[ActionSequence], video: VideoInfo | None = None
) -> tuple[ActionSequence, ...]:
    """Gives the sequences that may serve as examples for a query.

    None is of a video that the query says not to learn from, nor of its own: that may be spelt as
    a path, or as a file's name with or without its ending, and where the query was taken from the
    library's `video`, by its content hash too.
    """
    own = _spellings(query.video)
    if video is not None:
        own |= _spellings(video.path) | {video.content_hash}
    return tuple(
        sequence
        for sequence in sequences
        if query.may_learn_from(sequence.video) and own.isdisjoint(_spellings(sequence.video))
    )


def _spellings(video: str) -> frozenset[str]:
    """Gives the forms in which a file or an id is written, lest a video be taken for another."""
    path = PurePosixPath(video.replace("\\", "/"))
    return frozenset({video, path.name, path.stem})


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
