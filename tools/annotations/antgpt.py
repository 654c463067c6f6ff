"""Reads AntGPT's windows of Ego4D: `{"prompt": "v n, ... ###", "completion": " v n, ... ###"}`.

AntGPT: Zhao et al., "AntGPT: Can Large Language Models Help Long-term Action Anticipation from
Videos?", ICLR 2024. Its files name neither clips nor videos. Both can be told from the order of
the rows: a row that continues the one before, shifted by one action, is of the same clip, and
clips of one video stand near each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.patterns import LazyPattern
from foretell.tools.annotations.tables import read_rows, rows_of
from foretell.tools.texts.annotation_file import Node

NEIGHBOUR_ROWS = 300
"""Rows of the published list within which the windows of one recording stand."""

_SUBSET = LazyPattern(r"(_subset\d+)?$")


class _Row(BaseModel):
    prompt: str
    completion: str


@dataclass(frozen=True, slots=True)
class Window:
    """A row: the observed actions and those that followed."""

    past: tuple[Action, ...]
    future: tuple[Action, ...]

    def continues(self, earlier: Window) -> bool:
        """Whether this is the row of the same clip that is one action later."""
        mine, theirs = self.past + self.future, earlier.past + earlier.future
        return theirs[1:] == mine[:-1] and len(self.past) == len(earlier.past)


def read_antgpt(node: Node, taxonomy: Taxonomy) -> tuple[ActionSequence, ...]:
    """Gives the clips that the rows were cut from, named "clip000" and on.

    Their windows, of as many actions as the rows have, are the rows in their order. Where a file
    `*_recog.jsonl` lies beside, its pasts are what the recogniser saw. Where most rows continue
    the one before, so that the file keeps the order of the videos, each clip excludes every clip
    that has a row within `NEIGHBOUR_ROWS` rows of one of its own.

    Raises:
        DatasetError: If a row is not in this form, a word is not in the taxonomy, or the file of
            recognised pasts does not belong to this one.
    """
    if "_recog" in node.path.stem:
        raise node.error(
            "holds recognised pasts, which do not tell the clips apart; give "
            f"{node.path.name.replace('_recog', '')!r}, beside which it is found"
        )
    windows = read_windows(node, taxonomy)
    recognised = _recognised_windows(node, windows, taxonomy)
    starts = _starts(windows)
    excluded = _neighbours(starts, len(windows))
    return tuple(
        ActionSequence(
            name=_name(number),
            video=_name(number),
            actions=_joined([window.past + window.future for window in windows[start:end]]),
            recognised=_joined([window.past for window in recognised[start:end]]),
            excluded=excluded[number],
        )
        for number, (start, end) in enumerate(pairwise([*starts, len(windows)]))
    )


def read_windows(node: Node, taxonomy: Taxonomy) -> list[Window]:
    """Gives the rows of a file, each as it stands.

    Raises:
        DatasetError: If a row is not in this form or a word is not in the taxonomy.
    """
    reader = _RowReader(taxonomy)
    return [reader.window(item) for item in rows_of(node)]


def recognised_file(path: Path) -> Path:
    """Gives the file beside one of these that would hold its recognised pasts."""
    return path.with_stem(_SUBSET.sub(r"_recog\1", path.stem, count=1))


def _recognised_windows(
    node: Node, windows: Sequence[Window], taxonomy: Taxonomy
) -> Sequence[Window]:
    path = recognised_file(node.path)
    if not path.exists():
        return ()
    recognised = read_windows(read_rows(path), taxonomy)
    if not _belong_together(windows, recognised):
        raise node.error(
            f"its rows are not those of {path.name!r} beside it, with another past; give two files "
            "that belong together, or move that one away"
        )
    return recognised


def _belong_together(windows: Sequence[Window], recognised: Sequence[Window]) -> bool:
    """Whether futures are the same row by row, and recognised pasts too are of a clip's rows."""
    same = [window.future for window in windows] == [window.future for window in recognised]
    return same and all(
        recognised[row].past[:-1] == recognised[row - 1].past[1:]
        for row in range(1, len(windows))
        if windows[row].continues(windows[row - 1])
    )


class _RowReader:
    """Reads rows into the words of a taxonomy; an action that was read before is looked up."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._known: dict[str, Action] = {}

    def window(self, item: Node) -> Window:
        row = item.parse(_Row)
        return Window(self._actions(item, row.prompt), self._actions(item, row.completion))

    def _actions(self, item: Node, text: str) -> tuple[Action, ...]:
        return tuple(self._action(item, pair) for pair in text.split("###")[0].split(","))

    def _action(self, item: Node, pair: str) -> Action:
        if pair not in self._known:
            self._known[pair] = self._look_up(item, pair.split())
        return self._known[pair]

    def _look_up(self, item: Node, words: list[str]) -> Action:
        if len(words) != 2:
            raise item.error(f"{' '.join(words)!r} is no action; write a verb and a noun")
        verb = _label(words[0], self._taxonomy.verbs)
        noun = _label(words[1], self._taxonomy.nouns)
        if verb is None or noun is None:
            raise item.error(
                f"{' '.join(words)!r} is not in the taxonomy {self._taxonomy.name!r}; give the "
                "taxonomy that the file was made with"
            )
        return Action(verb, noun)


def _label(word: str, vocabulary: Vocabulary) -> str | None:
    """Gives the label that a word is or begins: AntGPT keeps the first word of each."""
    if word in vocabulary.labels:
        return word
    begun = (label for label in vocabulary.labels if label.split()[0] == word)
    match = vocabulary.named([word])
    return next(begun, match.label if match else None)


def _starts(windows: Sequence[Window]) -> list[int]:
    """Gives the first row of each clip."""
    later = [row for row in range(1, len(windows)) if not windows[row].continues(windows[row - 1])]
    return [0, *later]


def _neighbours(starts: Sequence[int], rows: int) -> list[frozenset[str]]:
    """Gives, for each clip, those that have a row near one of its own, itself among them."""
    if 2 * len(starts) > rows:
        return [frozenset()] * len(starts)
    near: list[frozenset[str]] = []
    for start, end in pairwise([*starts, rows]):
        first = bisect_right(starts, start - NEIGHBOUR_ROWS) - 1
        after = bisect_left(starts, end + NEIGHBOUR_ROWS)
        near.append(frozenset(map(_name, range(max(first, 0), after))))
    return near


def _joined(rows: Sequence[tuple[Action, ...]]) -> tuple[Action, ...]:
    """Gives the actions of rows, each of which is the one before shifted by one action."""
    return rows[0] + tuple(row[-1] for row in rows[1:]) if rows else ()


def _name(number: int) -> str:
    return f"clip{number:03d}"
