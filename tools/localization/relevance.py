"""Judges how well a text shows what a query asks for, without a language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.likeness import text_likeness, word_likeness
from foretell.memory.words.wording import content_words, contradicts, meaning

WORD_FLOOR = 0.55
"""Cosine below which two words' embeddings say nothing of a shared meaning (all-MiniLM-L6-v2)."""
MIN_SCORE = 0.35
"""Score from which a text counts as showing what is asked for."""
MIN_COVERAGE = 0.3
"""How well a content word must be met where the question claims that something happens."""
WORDS_PER_UNMET = 4
"""One content word may stay unmet for each this many that the question has."""


@dataclass(frozen=True, slots=True)
class Relevance:
    """How well one text meets a query.

    Attributes:
        score: In [0, 1]: cosine of the sentences, lowered for words that are not met.
        unmet: How many of the query's content words the text does not meet.
        words: How many content words the query has.
    """

    score: float
    unmet: int
    words: int

    @property
    def shows(self) -> bool:
        """Whether the text counts as being about the query."""
        return self.score >= MIN_SCORE

    @property
    def proves(self) -> bool:
        """Whether the text counts as showing that all of the query happens."""
        return self.shows and self.unmet <= self.words // WORDS_PER_UNMET


def judge_relevance(
    query: str, texts: Sequence[str], fits: NDArray[np.float64], embedder: Embedder
) -> list[Relevance]:
    """Returns the relevance of each text to `query`, in the order given.

    Args:
        query: Whose words must be met.
        texts: N texts.
        fits: (N,) likeness of each text to what is asked, in [-1, 1].
        embedder: Makes words comparable.

    Raises:
        ModelError: If the embedder fails.
    """
    wanted = content_words(query)
    if not wanted or not texts:
        return [Relevance(float(max(0.0, cosine)), 0, 0) for cosine in fits]
    coverage = _coverage(wanted, texts, embedder)
    opposed = np.array([contradicts(query, text) for text in texts])
    met = np.where(opposed[:, np.newaxis], 0.0, coverage)
    scores = np.clip(text_likeness(fits, embedder), 0.0, 1.0) * (0.5 + 0.5 * met.mean(axis=1))
    unmet = (met < MIN_COVERAGE).sum(axis=1)
    return [
        Relevance(float(score), int(missing), len(wanted))
        for score, missing in zip(scores, unmet, strict=True)
    ]


def _coverage(
    wanted: Sequence[str], texts: Sequence[str], embedder: Embedder
) -> NDArray[np.float64]:
    """Returns (texts, wanted) how well each text meets each wanted word, in [0, 1]."""
    held = [content_words(text) for text in texts]
    vocabulary = list(dict.fromkeys([*wanted, *(word for words in held for word in words)]))
    position = {word: index for index, word in enumerate(vocabulary)}
    vectors = embedder.embed(vocabulary)
    meanings = np.array([meaning(word) for word in vocabulary])
    rows = [position[word] for word in wanted]
    likeness = word_likeness(cosines(vectors[rows], vectors), embedder)
    near = 0.8 * (likeness - WORD_FLOOR) / (1.0 - WORD_FLOOR)
    same = meanings[rows][:, np.newaxis] == meanings
    met = np.where(same, 1.0, np.maximum(near, 0.0))
    columns = [[position[word] for word in words] for words in held]
    return np.stack([met[:, chosen].max(axis=1, initial=0.0) for chosen in columns])
