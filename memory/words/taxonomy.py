"""The closed vocabularies of verbs and nouns that a dataset labels actions with.

Each slot has a vocabulary of its own, because many words are both a verb and a noun ("drill",
"water").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.actions import Action
from foretell.errors import DatasetError
from foretell.memory.words.inflections import base_forms
from foretell.memory.words.vocabulary import Match, Span, Vocabulary, compound_head, words_of
from foretell.memory.words.word_book import BE, DETERMINERS

__all__ = ["Match", "ReadAction", "Taxonomy", "Vocabulary"]

# "starts cutting", "uses a knife to cut": what follows is the action.
_LEADING_ON = {"begin", "continue", "finish", "keep", "start", "stop", "try", "use"}


@dataclass(frozen=True, slots=True)
class ReadAction:
    """A verb and the noun that it acts on, as far as a sentence tells them."""

    verb: Match | None
    noun: Match | None


class Taxonomy:
    """The verbs and the nouns of a dataset."""

    def __init__(self, name: str, verbs: Vocabulary, nouns: Vocabulary) -> None:
        self.name = name
        self.verbs = verbs
        self.nouns = nouns

    def __repr__(self) -> str:
        return f"Taxonomy({self.name!r}, {len(self.verbs)} verbs, {len(self.nouns)} nouns)"

    def encode(self, actions: Iterable[Action]) -> NDArray[np.int32]:
        """Returns the numbers of verb and noun of each action, (n, 2) int32.

        Raises:
            DatasetError: If a word is no label.
        """
        pairs = [
            (self.verbs.index(action.verb), self.nouns.index(action.noun)) for action in actions
        ]
        return np.array(pairs, dtype=np.int32).reshape(-1, 2)

    def decode(self, ids: NDArray[np.integer[Any]]) -> tuple[Action, ...]:
        """Returns the actions that (n, 2) numbers of verbs and nouns stand for.

        Raises:
            DatasetError: If a number is out of range.
        """
        sizes = (len(self.verbs), len(self.nouns))
        if ids.size and ((ids < 0) | (ids >= np.array(sizes))).any():
            raise DatasetError(
                f"a verb or noun number is out of range: {self.name} has {sizes[0]} verbs and "
                f"{sizes[1]} nouns"
            )
        pairs: list[tuple[int, int]] = ids.tolist()
        return tuple(Action(self.verbs.labels[v], self.nouns.labels[n]) for v, n in pairs)

    def read(self, text: str) -> ReadAction | None:
        """Reads the action out of a sentence such as "C picks up the milk carton".

        The verb is the first one named; the noun is what is named first after it, a compound
        counting as one ("milk carton" is a carton); without a verb, the first one after an
        auxiliary, if there is any. Nothing is guessed from spelling.

        Returns:
            What was found, either part of which may be None, or None if nothing was.
        """
        words = words_of(text)
        verb = self._first_verb(words)
        start = _object_start(words) if verb is None else verb.end
        nouns = self.nouns.spans(words[start:])
        noun = compound_head(nouns) if nouns else None
        if verb is None:
            return None if noun is None else ReadAction(None, noun.match)
        after = words[start + noun.end :] if noun else []
        return ReadAction(self._with_particle(verb, words, after), noun.match if noun else None)

    def _first_verb(self, words: Sequence[str]) -> Span | None:
        spans = [
            span
            for span in self.verbs.spans(words)
            if span.start == 0 or words[span.start - 1] not in DETERMINERS
        ]
        for span, following in pairwise(spans):
            between = words[span.end : following.start]
            leads_on = not _LEADING_ON.isdisjoint(base_forms(words[span.start]))
            if not (leads_on and (not between or between[-1] == "to")):
                return span
        return spans[-1] if spans else None

    def _with_particle(self, verb: Span, words: Sequence[str], after: Sequence[str]) -> Match:
        """Reads "turns the tap off" as "turns off the tap", `after` being what follows the noun.

        An "on" that more words follow says where: "turns the dough on the tray".
        """
        if not after or (after[0] == "on" and len(after) > 1):
            return verb.match
        return self.verbs.named([*words[verb.start : verb.end], after[0]]) or verb.match


def _object_start(words: Sequence[str]) -> int:
    """Returns where a sentence goes on after its subject, as far as an auxiliary tells."""
    return next((place for place, word in enumerate(words) if word in BE), 0)
