"""Labelled stretches of videos, put in order into one sequence of actions a video."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.texts.annotation_file import Node


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
