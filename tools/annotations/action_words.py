"""Reads actions that a person wrote down: "take cup", ["take", "cup"] or {"verb", "noun"}."""

from __future__ import annotations

from collections import Counter

from foretell.actions import Action
from foretell.memory.words.taxonomy import Match, Taxonomy
from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.text_cleaning import one_line


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
            DatasetError: If it is in none of the three forms, lacks a verb or a noun, or has one
                that is not in the taxonomy.
        """
        match item.value:
            case str(text):
                return self._sentence(item, text)
            case [str(verb), str(noun)] | {"verb": str(verb), "noun": str(noun)}:
                return self.pair(item, verb, noun)
            case value:
                raise item.error(
                    f"is {value!r}; write an action as 'verb noun', [verb, noun] or "
                    "{'verb': ..., 'noun': ...}"
                )

    def pair(self, item: Node, verb: str, noun: str) -> Action:
        """Gives the action of a verb and a noun that stand apart.

        Raises:
            DatasetError: If one is missing, or is not in the taxonomy.
        """
        if self._taxonomy is None:
            return _as_written(item, verb, noun)
        verbs, nouns = self._taxonomy.verbs, self._taxonomy.nouns
        return self._mapped(item, self._taxonomy, verbs.find(verb), nouns.find(noun))

    def _sentence(self, item: Node, text: str) -> Action:
        if self._taxonomy is None:
            verb, _, noun = one_line(text).partition(" ")
            return _as_written(item, verb, noun)
        found = self._taxonomy.read(text)
        verb_match, noun_match = (found.verb, found.noun) if found else (None, None)
        return self._mapped(item, self._taxonomy, verb_match, noun_match)

    def _mapped(
        self, item: Node, taxonomy: Taxonomy, verb: Match | None, noun: Match | None
    ) -> Action:
        if verb is None or noun is None:
            missing = "verb" if verb is None else "noun"
            raise item.error(
                f"{item.value!r} has no {missing} of the taxonomy {taxonomy.name!r}; use its "
                "words, or another taxonomy"
            )
        self.repairs.update(match.how for match in (verb, noun) if match.how != "exact")
        return Action(verb.label, noun.label)


def _as_written(item: Node, verb: str, noun: str) -> Action:
    action = Action(one_line(verb).lower(), one_line(noun).lower())
    if not (action.verb and action.noun):
        raise item.error(f"{item.value!r} lacks a verb or a noun; name both, such as 'take cup'")
    return action
