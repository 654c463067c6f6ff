"""Reads one window, the actions seen so far, from a JSON file of the user's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field

from foretell.actions import ActionWindow
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.action_words import ActionWords
from foretell.tools.texts.annotation_file import Node, read_annotations
from foretell.tools.texts.timed_text import Text

WINDOW_FORM = (
    '{"past": ["take cup", ...], "captions"?: [...], "goal"?: ..., "video"?: ..., "key"?: ..., '
    '"future"?: [...]}'
)


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
