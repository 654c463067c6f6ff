"""Reads the tables of EPIC-KITCHENS in the three forms in which they are published.

These are the official files (Damen et al., "The EPIC-KITCHENS Dataset", TPAMI 2021; "Rescaling
Egocentric Vision", IJCV 2022), those of RULSTM (Furnari and Farinella, "Rolling-Unrolling LSTMs
for Action Anticipation from First-Person Video", TPAMI 2021) and those of EGO-TOPO (Nagarajan et
al., "Ego-Topo: Environment Affordances from Egocentric Video", CVPR 2020). The last two hold
EGTEA Gaze+ in the same columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import AliasChoices, BaseModel, Field

from foretell.actions import ActionSequence
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.segments import Segment, labelled_action, sequences_of
from foretell.tools.texts.annotation_file import Node

_VIDEO = re.compile(r"P\d{2}_\d+")
_NARRATION_ID = re.compile(r"P\d{2}_\d+_\d+")


class _Row(BaseModel):
    video: str = Field(validation_alias=AliasChoices("video_id", "video", "path"))
    start: int = Field(validation_alias="start_frame")
    stop: int = Field(validation_alias=AliasChoices("stop_frame", "end_frame"))
    verb: int = Field(validation_alias=AliasChoices("verb_class", "verb"))
    noun: int = Field(validation_alias=AliasChoices("noun_class", "noun"))
    narration: str = ""

    @property
    def video_id(self) -> str:
        """The video's id, which EGO-TOPO writes after a folder: "P01/P01_17"."""
        return self.video.rsplit("/", 1)[-1]


def read_epic(node: Node, taxonomy: Taxonomy) -> tuple[ActionSequence, ...]:
    """Gives one sequence a video; narrations, where the file has them, are its captions.

    Raises:
        DatasetError: If a row lacks a field, or names a class that the taxonomy does not have.
    """
    return sequences_of(_segments(node, taxonomy))


def epic_taxonomy(first: Node) -> str:
    """Names the taxonomy of a file by its first row: "epic-100", "epic-55" or "egtea"."""
    row, fields = first.parse(_Row), first.fields()
    if _VIDEO.fullmatch(row.video_id) is None:
        return "egtea"
    identity = str(fields.get("narration_id", fields.get("id", "")))
    return "epic-100" if _NARRATION_ID.fullmatch(identity) else "epic-55"


def _segments(node: Node, taxonomy: Taxonomy) -> Iterator[Segment]:
    for item in node.items():
        row = item.parse(_Row)
        action = labelled_action(item, taxonomy, row.verb, row.noun)
        yield Segment(row.video_id, row.start, row.stop, action, row.narration)
