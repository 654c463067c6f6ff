"""A closed list of labels, and how a text is matched to one of them.

What comes first wins: the label itself, a synonym, the first known phrase inside the text, as long
as it can be, and last a spelling close to a known phrase. Phrases are compared by whole words, so
that "can" is not found in "candle".
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from foretell.errors import DatasetError
from foretell.memory.words.inflections import base_forms
from foretell.patterns import LazyPattern

MatchKind = Literal["exact", "synonym", "inside", "fuzzy"]
# Chosen on the words of 3,000 completions of Llama-2 for Ego4D that name no label: at 89 "heat" is
# taken for wheat and "bush" for a brush, at 90 nothing is; a word of seven letters with one too
# many still scores 93.
FUZZY_THRESHOLD = 90.0
_PERFECT = 100.0
"""The score of words that are the same, as RapidFuzz counts."""
_WORD = LazyPattern(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A label found in a text.

    Attributes:
        index: The label's number.
        label: The label.
        how: "exact" and "synonym" where the text is the label or another name of it, in any
            inflection; "inside" where a part of the text is; "fuzzy" where the spelling is close.
        score: In (0, 100]: 100 for a whole text, the share of words used for "inside", the
            similarity of the spelling for "fuzzy".
    """

    index: int
    label: str
    how: MatchKind
    score: float


@dataclass(frozen=True, slots=True)
class Span:
    """A label found at words [start, end) of a text."""

    match: Match
    start: int
    end: int


class Vocabulary:
    """The labels of one slot and their other names.

    Attributes:
        labels: As given.
        synonyms: As given.

    Args:
        labels: Readable labels such as "chopping board"; the position is the label's number.
        synonyms: Other names, each with the number of its label. A label that stands twice
            needs an entry here that says which of the two its word means.

    Raises:
        DatasetError: If there is no label, one is empty or stands twice, or a synonym's number
            is not that of a label.
    """

    def __init__(self, labels: Sequence[str], synonyms: Mapping[str, int]) -> None:
        self.labels = tuple(labels)
        self.synonyms = dict(synonyms)
        if not self.labels:
            raise DatasetError("a vocabulary needs at least one label, got none")
        others = {_phrase(name): index for name, index in synonyms.items()}
        for name, index in others.items():
            if not 0 <= index < len(self.labels):
                raise DatasetError(
                    f"synonym {name!r} belongs to label {index}; the labels are 0 to "
                    f"{len(self.labels) - 1}"
                )
        self._heads = _heads(self.labels, others)
        self._names = {**others, **self._heads}
        self._longest = max(name.count(" ") + 1 for name in self._names)
        self._index = {label: self._heads[_phrase(label)] for label in self.labels}
        self._found: dict[tuple[str, float], Match | None] = {}

    def __len__(self) -> int:
        return len(self.labels)

    def index(self, label: str) -> int:
        """Returns the number of a label, written exactly as in `labels`.

        Raises:
            DatasetError: If there is no such label; names close ones.
        """
        if label in self._index:
            return self._index[label]
        close = difflib.get_close_matches(label, self.labels, n=3) or self.labels[:3]
        raise DatasetError(
            f"{label!r} is none of the {len(self.labels)} labels; close to it: "
            f"{', '.join(map(repr, close))}"
        )

    def find(self, text: str, *, threshold: float = FUZZY_THRESHOLD) -> Match | None:
        """Returns the label that a short text names, or None.

        Args:
            text: A word or a phrase, in any spelling of case, hyphens and inflections.
            threshold: How alike two spellings must be to count as one, in [0, 100], as
                rapidfuzz's `ratio` measures it.
        """
        key = (text, threshold)
        if key not in self._found:
            self._found[key] = self._search(words_of(text), threshold)
        return self._found[key]

    def spans(self, words: Sequence[str]) -> list[Span]:
        """Returns the labels named in a text, from left to right, each as long as it can be."""
        found: list[Span] = []
        start = 0
        while start < len(words):
            span = self._span_at(words, start)
            if span is not None:
                found.append(span)
            start = start + 1 if span is None else span.end
        return found

    def named(self, words: Sequence[str]) -> Match | None:
        """Returns the label that all the words together name, in any inflection, or None."""
        for name in _uninflected(words):
            if name in self._names:
                how: MatchKind = "exact" if name in self._heads else "synonym"
                index = self._names[name]
                return Match(index, self.labels[index], how, _PERFECT)
        return None

    def _span_at(self, words: Sequence[str], start: int) -> Span | None:
        for end in range(min(start + self._longest, len(words)), start, -1):
            match = self.named(words[start:end])
            if match is not None:
                return Span(match, start, end)
        return None

    def _search(self, words: list[str], threshold: float) -> Match | None:
        if not words:
            return None
        whole = self.named(words)
        if whole is not None:
            return whole
        spans = self.spans(words)
        if not spans:
            return self._spelled_like(" ".join(words), threshold)
        best = compound_head(spans)
        share = (best.end - best.start) / len(words)
        return Match(best.match.index, best.match.label, "inside", _PERFECT * share)

    def _spelled_like(self, phrase: str, threshold: float) -> Match | None:
        from rapidfuzz import fuzz, process

        found = process.extractOne(
            phrase, list(self._names), scorer=fuzz.ratio, score_cutoff=threshold
        )
        if found is None:
            return None
        index = self._names[found[0]]
        return Match(index, self.labels[index], "fuzzy", float(found[1]))


def words_of(text: str) -> list[str]:
    """Returns the words of a text in lower case, without punctuation."""
    return _WORD.findall(text.lower().replace("'", ""))


def compound_head(spans: Sequence[Span]) -> Span:
    """Returns the last of the first unbroken run of spans: the carton of "milk carton"."""
    head = spans[0]
    for span in spans[1:]:
        if span.start != head.end:
            break
        head = span
    return head


def _phrase(text: str) -> str:
    return " ".join(words_of(text))


def _heads(labels: Sequence[str], synonyms: Mapping[str, int]) -> dict[str, int]:
    """Returns the number of each label by its words; a repeated one is for `synonyms` to settle."""
    owners: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        owners.setdefault(_phrase(label), []).append(index)
    if "" in owners:
        raise DatasetError(f"label {owners[''][0]} is {labels[owners[''][0]]!r}, which has no word")
    for phrase, indices in owners.items():
        if len(indices) > 1 and synonyms.get(phrase) not in indices:
            raise DatasetError(
                f"label {labels[indices[0]]!r} stands at {' and '.join(map(str, indices))}; "
                "each label must be unlike the others"
            )
    return {
        phrase: indices[0] if len(indices) == 1 else synonyms[phrase]
        for phrase, indices in owners.items()
    }


def _uninflected(words: Sequence[str]) -> list[str]:
    """Returns the phrases that a phrase may be an inflection of: its first or last word is bent."""
    if len(words) == 1:
        return list(base_forms(words[0]))
    first = [" ".join([form, *words[1:]]) for form in base_forms(words[0])]
    last = [" ".join([*words[:-1], form]) for form in base_forms(words[-1])[1:]]
    return first + last
