"""Reads a user's own annotations: sequences of actions, and the window that is to be forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, Field

from foretell.actions import ActionSequence, ActionWindow
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.action_words import ActionWords, Segment, sequences_of
from foretell.tools.annotations.tables import rows_of
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Seconds, Text

PLAIN_FORM = (
    '{"video": ..., "actions": ["take cup", ...], "captions"?: [...], "goal"?: ...} a line, or a '
    "table with the columns video, verb, noun and, if you like, start"
)
WINDOW_FORM = (
    '{"past": ["take cup", ...], "captions"?: [...], "goal"?: ..., "video"?: ..., "key"?: ..., '
    '"future"?: [...]}'
)


class _Sequence(BaseModel):
    video: str = Field(min_length=1)
    name: str = ""
    actions: list[object] = Field(min_length=1)
    captions: list[Text] = Field(default_factory=list[Text])
    goal: Text = ""


class _Row(BaseModel):
    video: str = Field(min_length=1)
    verb: str
    noun: str
    start: Seconds | None = None


def read_plain(node: Node, words: ActionWords) -> tuple[ActionSequence, ...]:
    """Gives the sequences of a file in `PLAIN_FORM`.

    A video may be named by a path; its file's name is kept. Rows without a start stand in the
    order in which the actions were done.

    Raises:
        DatasetError: If a field is missing or wrong, a name is given twice, an action cannot be
            read, captions are not as many as actions, or only some rows have a start.
    """
    rows = rows_of(node)
    if "actions" in rows[0].fields():
        _check_names(rows)
        return tuple(_sequence(row, words) for row in rows)
    return sequences_of(_segments(rows, words))


def _check_names(rows: list[Node]) -> None:
    """Refuses a sequence that is named as another is."""
    named: dict[str, str] = {}
    for row in rows:
        name = row.fields().get("name")
        if isinstance(name, str) and name and named.setdefault(name, row.place) != row.place:
            raise row.error(f"is named {name!r} as {named[name]} is; give each name once")


def _sequence(row: Node, words: ActionWords) -> ActionSequence:
    fields = row.parse(_Sequence)
    if fields.captions and len(fields.captions) != len(fields.actions):
        raise row.error(
            f"has {len(fields.captions)} captions for {len(fields.actions)} actions; give one for "
            "each, or none"
        )
    video = _file_name(fields.video)
    return ActionSequence(
        name=fields.name or video,
        video=video,
        actions=tuple(words.read(item) for item in row.entries()["actions"].items()),
        captions=tuple(fields.captions),
        goal=fields.goal,
    )


def _segments(rows: list[Node], words: ActionWords) -> Iterator[Segment]:
    timed = "start" in rows[0].fields()
    for place, row in enumerate(rows):
        fields = row.parse(_Row)
        if timed != (fields.start is not None):
            raise row.error("some rows have a start and some have none; give it in all or in none")
        start = float(place) if fields.start is None else fields.start
        action = words.pair(row, fields.verb, fields.noun)
        yield Segment(_file_name(fields.video), start, start, action)


def _file_name(video: str) -> str:
    return PurePosixPath(video.replace("\\", "/")).name


@dataclass(frozen=True, slots=True)
class WindowFile:
    """A window as read from a file.

    Attributes:
        window: The window, in words of the taxonomy.
        repairs: How many words were matched to the taxonomy otherwise than exactly, by how.
    """

    window: ActionWindow
    repairs: Mapping[str, int]


class _Window(BaseModel):
    past: list[object]
    future: list[object] = Field(default_factory=list[object])
    captions: list[Text] = Field(default_factory=list[Text])
    goal: Text = ""
    video: str = ""
    key: str = ""


def read_window(path: Path, taxonomy: Taxonomy | None) -> WindowFile:
    """Gives the window in a file of `WINDOW_FORM`.

    Args:
        path: JSON. Where it names no key or video, the file's name without its ending serves.
        taxonomy: What the words are matched to; None keeps them as they are.

    Raises:
        DatasetError: If the file is not in this form, its past is empty, or a word is not in the
            taxonomy.
    """
    node = read_annotations(path)
    if "past" not in node.fields():
        raise node.error(f"holds no window; write {WINDOW_FORM}")
    fields = node.parse(_Window)
    if not fields.past:
        raise node.error("field 'past' is empty; give the actions seen so far, the latest last")
    words = ActionWords(taxonomy)
    written = {"future": Node(path, [])} | node.entries()
    window = ActionWindow(
        key=fields.key or path.stem,
        video=fields.video or path.stem,
        past=tuple(words.read(item) for item in written["past"].items()),
        future=tuple(words.read(item) for item in written["future"].items()),
        captions=tuple(fields.captions),
        goal=fields.goal,
    )
    return WindowFile(window, words.repairs)
