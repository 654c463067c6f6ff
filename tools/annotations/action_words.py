"""Reads actions that a person wrote down: "take cup", ["take", "cup"] or {"verb", "noun"}."""

from __future__ import annotations

from collections import Counter
from typing import cast

from pydantic import BaseModel, Field

from foretell.actions import Action
from foretell.memory.taxonomy import Match, Taxonomy
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.text_cleaning import one_line


class _Pair(BaseModel):
    verb: str = Field(min_length=1)
    noun: str = Field(min_length=1)


class ActionWords:
    """Turns written actions into actions.

    Attributes:
        repairs: How many words were matched to the taxonomy otherwise than exactly, by how.
    """

    def __init__(self, taxonomy: Taxonomy | None) -> None:
        """Maps words to a taxonomy, or keeps them as they are where there is none."""
        self.repairs: Counter[str] = Counter()
        self._taxonomy = taxonomy

    def read(self, item: Node) -> Action:
        """Gives the action that stands at a place of a file.

        Raises:
            DatasetError: If it is in none of the three forms, or its words are not in the
                taxonomy.
        """
        if isinstance(item.value, str):
            return self._sentence(item, item.value)
        if isinstance(item.value, list) and len(cast(list[object], item.value)) == 2:
            item = Node(item.path, dict(zip(("verb", "noun"), item.value, strict=True)), item.place)
        if not item.fields():
            raise item.error(
                f"is {item.value!r}; write an action as 'verb noun', [verb, noun] or "
                "{'verb': ..., 'noun': ...}"
            )
        pair = item.parse(_Pair)
        return self.pair(item, pair.verb, pair.noun)

    def pair(self, item: Node, verb: str, noun: str) -> Action:
        """Gives the action of a verb and a noun that stand apart.

        Raises:
            DatasetError: If one is not in the taxonomy.
        """
        if self._taxonomy is None:
            return Action(one_line(verb).lower(), one_line(noun).lower())
        found = self._taxonomy.verbs.find(verb), self._taxonomy.nouns.find(noun)
        return self._action(item, f"{verb} {noun}", found[0], found[1])

    def _sentence(self, item: Node, text: str) -> Action:
        if self._taxonomy is not None:
            found = self._taxonomy.read(text)
            verb, noun = (found.verb, found.noun) if found else (None, None)
            return self._action(item, text, verb, noun)
        verb_word, _, noun_words = one_line(text).lower().partition(" ")
        if not noun_words:
            raise item.error(f"is {text!r}; name a verb and a noun, such as 'take cup'")
        return Action(verb_word, noun_words)

    def _action(self, item: Node, text: str, verb: Match | None, noun: Match | None) -> Action:
        if verb is None or noun is None:
            missing = " and no ".join(
                slot for slot, match in (("verb", verb), ("noun", noun)) if match is None
            )
            name = self._taxonomy.name if self._taxonomy else ""
            raise item.error(
                f"{text!r} has no {missing} of the taxonomy {name!r}; use its words, or another "
                "taxonomy"
            )
        self.repairs.update(match.how for match in (verb, noun) if match.how != "exact")
        return Action(verb.label, noun.label)
