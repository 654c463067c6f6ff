"""Reads `fho_lta_train.json` and `fho_lta_val.json`, the official annotations of Ego4D's LTA.

Ego4D: Grauman et al., "Ego4D: Around the World in 3,000 Hours of Egocentric Video", CVPR 2022.
"""

from __future__ import annotations

from collections import defaultdict

from pydantic import AliasChoices, BaseModel, Field

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.action_words import labelled_action
from foretell.tools.texts.annotation_file import Node

_UNNAMED = "placeholder"


class _Row(BaseModel):
    video: str = Field(validation_alias=AliasChoices("video_uid", "clip_uid"))
    clip: str = Field(validation_alias="clip_uid")
    index: int = Field(validation_alias="action_idx")
    verb: str = _UNNAMED
    noun: str = _UNNAMED
    verb_label: int
    noun_label: int


def read_ego4d_lta(node: Node, taxonomy: Taxonomy) -> tuple[ActionSequence, ...]:
    """Gives one sequence a clip, in order of `action_idx`: actions overlap in time.

    Raises:
        DatasetError: If the file has no rows or no labels, a row lacks a field, a clip's actions
            are not numbered through, or a word and its number disagree with the taxonomy.
    """
    clips = node.entries()["clips"]
    rows = clips.items()
    if not rows:
        raise clips.error("holds no clips; fetch the file again")
    if "verb_label" not in rows[0].fields():
        raise clips.error(
            "has no labels, as the test split is published; give fho_lta_train.json or "
            "fho_lta_val.json"
        )
    by_clip: defaultdict[str, list[tuple[Node, _Row]]] = defaultdict(list)
    for item in rows:
        row = item.parse(_Row)
        by_clip[row.clip].append((item, row))
    return tuple(_sequence(clip, taxonomy) for clip in by_clip.values())


def _sequence(clip: list[tuple[Node, _Row]], taxonomy: Taxonomy) -> ActionSequence:
    ordered = sorted(clip, key=lambda numbered: numbered[1].index)
    first = ordered[0][1]
    for expected, (item, row) in enumerate(ordered, start=first.index):
        if row.index != expected:
            raise item.error(
                f"action_idx of clip {row.clip!r} is {row.index} where {expected} is due; "
                "give the file whole, and each action once"
            )
    return ActionSequence(
        name=first.clip,
        video=first.video,
        actions=tuple(_action(item, row, taxonomy) for item, row in ordered),
        first=first.index,
    )


def _action(item: Node, row: _Row, taxonomy: Taxonomy) -> Action:
    action = labelled_action(item, taxonomy, row.verb_label, row.noun_label)
    words = (("verb", row.verb, action.verb), ("noun", row.noun, action.noun))
    for slot, word, label in words:
        if not _agree(word, label):
            raise item.error(
                f"{slot} {word!r} has the number that the taxonomy {taxonomy.name!r} gives to "
                f"{label!r}; give the taxonomy that came with the file"
            )
    return action


def _agree(word: str, label: str) -> bool:
    """Whether a label is the head of a taxonomy's entry, or the beginning of it."""
    head = word.split("_(")[0].replace("_", " ")
    return word == _UNNAMED or head.startswith(label) or label.startswith(head)
