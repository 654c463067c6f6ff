"""Reads the official annotations of EGTEA Gaze+ (Li, Liu and Rehg, ECCV 2018).

`raw_annotations/action_labels.csv` has the words of each clip; `train_split1.txt` and its like
have numbers, which count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, Field

from foretell.actions import ActionSequence
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.action_words import ActionWords
from foretell.tools.annotations.segments import Segment, labelled_action, sequences_of
from foretell.tools.texts.annotation_file import Node

_CLIP = re.compile(r"(?P<video>.+)-(?P<start>\d+)-(?P<stop>\d+)-F\d+-F\d+")


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
