"""Reads labels: actions that a person wrote down, and stretches put in order into sequences.

An action is written "take cup", ["take", "cup"] or {"verb": ..., "noun": ...}.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from foretell.actions import Action, ActionSequence
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


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a video that shows one action.

    Attributes:
        video: Names the video.
        start: Where it starts, in whatever unit the file counts.
        stop: Where it ends, in the same unit.
        action: What is done.
        caption: The same in somebody's own words; empty where nobody said.
    """

    video: str
    start: float
    stop: float
    action: Action
    caption: str = ""


def sequences_of(segments: Iterable[Segment]) -> tuple[ActionSequence, ...]:
    """Gives one sequence a video, in the order in which the videos first appear.

    The actions of a video are sorted by start, then end, then place in the file. Captions are
    kept where every segment of the video has one.
    """
    by_video: defaultdict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        by_video[segment.video].append(segment)
    return tuple(_sequence(video, found) for video, found in by_video.items())


def labelled_action(row: Node, taxonomy: Taxonomy, verb: int, noun: int) -> Action:
    """Gives the action that a row names by number.

    Raises:
        DatasetError: If the taxonomy has no such verb or noun.
    """
    verbs, nouns = taxonomy.verbs.labels, taxonomy.nouns.labels
    for slot, number, labels in (("verb", verb, verbs), ("noun", noun, nouns)):
        if not 0 <= number < len(labels):
            raise row.error(
                f"{slot} {number} is not in the taxonomy {taxonomy.name!r}, whose {slot}s are 0 "
                f"to {len(labels) - 1}; give the taxonomy that the file was made with"
            )
    return Action(verbs[verb], nouns[noun])


def _sequence(video: str, segments: list[Segment]) -> ActionSequence:
    ordered = sorted(segments, key=lambda segment: (segment.start, segment.stop))
    captions = tuple(segment.caption for segment in ordered)
    return ActionSequence(
        name=video,
        video=video,
        actions=tuple(segment.action for segment in ordered),
        captions=captions if all(captions) else (),
    )
