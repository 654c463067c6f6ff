"""The grammar of Ego4D's label lists: "put_(place,_leave,_drop)", "nut_(tool)".

An entry is a head, then any number of groups in brackets. A group holds synonyms, or it is a
qualifier that tells two things of one name apart; a qualifier is no name for the thing, so that
"tool" must not be read as a bat. Which it is cannot be told from the form, so the words that
Ego4D qualifies with are listed here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from foretell.errors import DatasetError
from foretell.memory.words.vocabulary import Vocabulary
from foretell.patterns import LazyPattern

QUALIFIERS = {
    "car", "computer", "food", "material", "metal", "planter", "sports", "tool", "vegetable",
    "with", "wood",
}  # fmt: skip
_GROUP = LazyPattern(r"\(([^()]*)\)")
_SEPARATOR = LazyPattern(r"[,/]")


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """One line of a label list.

    Attributes:
        head: The word or phrase to show.
        synonyms: Other names of the same thing.
        qualifier: What tells it from another thing of the same name, or "".
    """

    head: str
    synonyms: tuple[str, ...] = ()
    qualifier: str = ""


def read_entry(text: str) -> LabelEntry:
    """Reads an entry such as "jack_(tool)_(jack,_lift)".

    The malformed "chip_(wood'_metal)," of Ego4D's nouns is a chip qualified by "wood metal".

    Raises:
        DatasetError: If it has no head, or its brackets do not match.
    """
    head = _readable(text.partition("(")[0])
    groups = [_members(group) for group in _GROUP.findall(text)]
    if not head or re.search(r"[()]", _GROUP.sub("", text)):
        raise DatasetError(f"label {text!r} is not of the form head_(synonym,_synonym)")
    qualifiers = [group for group in groups if _qualifies(group, head)]
    synonyms = [name for group in groups if group not in qualifiers for name in group]
    return LabelEntry(
        head,
        tuple(name for name in synonyms if name != head),
        " or ".join(name for group in qualifiers for name in group),
    )


def vocabulary_of(entries: Sequence[LabelEntry]) -> Vocabulary:
    """Returns the vocabulary of a list of entries.

    A head that several entries share is shown with its qualifier, as "nut (tool)". The bare word
    then means the entry without a qualifier, else the tool (in AntGPT's validation windows of
    Ego4D, nuts are tightened and screwed, not eaten), else the first. A synonym that several
    entries share means the first.

    Raises:
        DatasetError: If two entries have the same head and the same qualifier.
    """
    shared = Counter(entry.head for entry in entries)
    labels = [_label(entry, alone=shared[entry.head] == 1) for entry in entries]
    names: dict[str, int] = {}
    for index in sorted(range(len(entries)), key=lambda index: _rank(entries[index])):
        names.setdefault(entries[index].head, index)
    for index, entry in enumerate(entries):
        for synonym in entry.synonyms:
            names.setdefault(synonym, index)
    for label in labels:
        names.pop(label, None)
    return Vocabulary(labels, names)


def _label(entry: LabelEntry, *, alone: bool) -> str:
    return entry.head if alone or not entry.qualifier else f"{entry.head} ({entry.qualifier})"


def _rank(entry: LabelEntry) -> int:
    """Returns the rank of an entry among those of one head, which means the lowest."""
    return ("", "tool").index(entry.qualifier) if entry.qualifier in ("", "tool") else 2


def _readable(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("'", "").strip(" ,").lower().split())


def _members(group: str) -> tuple[str, ...]:
    names = (_readable(name) for name in _SEPARATOR.split(group))
    return tuple(name for name in names if name)


def _qualifies(group: Sequence[str], head: str) -> bool:
    return head not in group and QUALIFIERS.issuperset(" ".join(group).split())
