"""Reads the published tables of EPIC-KITCHENS and of EGTEA Gaze+.

EPIC-KITCHENS comes in three forms: the official files (Damen et al., "The EPIC-KITCHENS Dataset",
TPAMI 2021; "Rescaling Egocentric Vision", IJCV 2022), those of RULSTM (Furnari and Farinella,
"Rolling-Unrolling LSTMs for Action Anticipation from First-Person Video", TPAMI 2021) and those of
EGO-TOPO (Nagarajan et al., "Ego-Topo: Environment Affordances from Egocentric Video", CVPR 2020).
The last two hold EGTEA in the same columns.

The official EGTEA (Li, Liu and Rehg, ECCV 2018) has the words of each clip in
`raw_annotations/action_labels.csv`; `train_split1.txt` and its like have numbers, from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import AliasChoices, BaseModel, Field

from foretell.actions import ActionSequence
from foretell.memory.words.taxonomy import Taxonomy
from foretell.patterns import LazyPattern
from foretell.tools.annotations.action_words import (
    ActionWords,
    Segment,
    labelled_action,
    sequences_of,
)
from foretell.tools.texts.annotation_file import Node

_VIDEO = LazyPattern(r"P\d{2}_\d+")
_NARRATION_ID = LazyPattern(r"P\d{2}_\d+_\d+")
_CLIP = LazyPattern(r"(?P<video>.+)-(?P<start>\d+)-(?P<stop>\d+)-F\d+-F\d+")


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


class _Named(BaseModel):
    video: str = Field(validation_alias="video session")
    start: int = Field(validation_alias="starting time (ms)")
    stop: int = Field(validation_alias="ending time (ms)")
    verb: str = Field(validation_alias="verb label")
    nouns: str = Field(validation_alias="noun label(s)")


class _Numbered(BaseModel):
    clip: str
    verb: int = Field(validation_alias="verb_number")
    noun: int = Field(validation_alias="noun_number")


def read_egtea_labels(node: Node, words: ActionWords) -> tuple[ActionSequence, ...]:
    """Gives one sequence a session; of several nouns the first counts.

    Raises:
        DatasetError: If a row lacks a field, or a word is not in the taxonomy of `words`.
    """
    return sequences_of(_named(node, words))


def read_egtea_split(node: Node, taxonomy: Taxonomy) -> tuple[ActionSequence, ...]:
    """Gives one sequence a session; of several nouns the first counts.

    Raises:
        DatasetError: If a clip's name has no session and times, or the taxonomy has no such class.
    """
    return sequences_of(_numbered(node, taxonomy))


def _named(node: Node, words: ActionWords) -> Iterator[Segment]:
    for item in node.items():
        row = _stripped(item).parse(_Named)
        noun = row.nouns.split(",")[0].replace("_", " ")
        action = words.pair(item, row.verb.replace("_", " "), noun)
        yield Segment(row.video, row.start, row.stop, action)


def _numbered(node: Node, taxonomy: Taxonomy) -> Iterator[Segment]:
    for item in node.items():
        row = item.parse(_Numbered)
        clip = _CLIP.fullmatch(row.clip)
        if clip is None:
            raise item.error(
                f"clip {row.clip!r} is not named like "
                "'OP01-R01-PastaSalad-1002316-1004005-F024051-F024101'"
            )
        action = labelled_action(item, taxonomy, row.verb - 1, row.noun - 1)
        yield Segment(clip["video"], int(clip["start"]), int(clip["stop"]), action)


def _stripped(row: Node) -> Node:
    """Takes away the blanks that follow each semicolon in the published file."""
    fields = {name: str(value).strip() for name, value in row.fields().items()}
    return Node(row.path, fields, row.place)
