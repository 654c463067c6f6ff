"""Makes the cosines of one embedder comparable with those of another.

Every embedder has its own idea of unlike: texts that have nothing to do with each other have a
cosine around 0 with all-MiniLM-L6-v2 and around 0.8 with multilingual-e5. Thresholds are stated for
the first; cosines of an embedder whose unlike texts lie nearer are spread so that they lie alike.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder

_TEXTS: Final = (
    "a man repairs the brakes of a bicycle", "the orchestra tunes before the concert",
    "snow covers the roofs of the village", "she signs the contract with a blue pen",
    "two goats climb a steep rock", "the printer is out of paper",
    "he whisks eggs in a steel bowl", "a goalkeeper dives to the left",
    "the senator answers a reporter", "a telescope turns towards the galaxy",
    "children paint a cardboard castle", "the ferry leaves the harbour at noon",
    "a dentist polishes a tooth", "they plant potatoes in rows",
    "the elevator stops between floors", "a violin lies on the red carpet",
)  # fmt: skip
"""Sixteen sentences that have nothing to do with each other: 120 pairs."""
_WORDS: Final = (
    "bicycle", "orchestra", "snow", "contract", "goat", "printer", "egg", "goalkeeper",
    "senator", "galaxy", "castle", "ferry", "tooth", "potato", "elevator", "violin",
    "swim", "borrow", "whisper", "solder", "yellow", "narrow", "tired", "electric",
)  # fmt: skip
"""Twenty-four words that have nothing to do with each other: 276 pairs."""
_QUANTILE = 0.95
"""Share of unlike pairs that lie below the cosine from which likeness is told."""
TEXTS_APART: Final = 0.187
"""That quantile of `_TEXTS` with all-MiniLM-L6-v2."""
WORDS_APART: Final = 0.377
"""That quantile of `_WORDS` with all-MiniLM-L6-v2."""

_NOISE = 0.15
"""By how much the quantile of so few pairs differs between embedders that are alike."""
_known: dict[str, tuple[float, float]] = {}
_lock = threading.Lock()


def text_likeness(values: NDArray[np.float64], embedder: Embedder) -> NDArray[np.float64]:
    """Returns cosines of sentences, spread so that unlike ones lie as with all-MiniLM-L6-v2.

    Raises:
        ModelError: If the embedder fails.
    """
    return _spread(values, unlike(embedder)[0], TEXTS_APART)


def text_cosine(likeness: float, embedder: Embedder) -> float:
    """Returns the cosine of sentences that are so alike: what `text_likeness` turns round.

    Raises:
        ModelError: If the embedder fails.
    """
    apart = unlike(embedder)[0]
    if apart <= TEXTS_APART + _NOISE:
        return likeness
    return 1.0 - (1.0 - likeness) * (1.0 - apart) / (1.0 - TEXTS_APART)


def word_likeness(values: NDArray[np.float64], embedder: Embedder) -> NDArray[np.float64]:
    """Returns cosines of single words, spread alike.

    Raises:
        ModelError: If the embedder fails.
    """
    return _spread(values, unlike(embedder)[1], WORDS_APART)


def unlike(embedder: Embedder) -> tuple[float, float]:
    """Returns the cosine below which 95 % of unlike sentences lie, and of unlike words.

    It is measured once for each embedder of a process: 40 short texts.

    Raises:
        ModelError: If the embedder fails.
    """
    with _lock:
        found = _known.get(embedder.id)
    if found is None:
        found = _measured(_TEXTS, embedder), _measured(_WORDS, embedder)
        with _lock:
            _known[embedder.id] = found
    return found


def _measured(texts: Sequence[str], embedder: Embedder) -> float:
    vectors = embedder.embed(texts)
    among = cosines(vectors, vectors)
    pairs = among[np.triu_indices(len(texts), k=1)]
    return float(np.quantile(pairs, _QUANTILE, method="higher"))


def _spread(values: NDArray[np.float64], apart: float, wanted: float) -> NDArray[np.float64]:
    """Moves `apart` to `wanted` and leaves 1 where it is; much nearer embedders are changed."""
    if apart <= wanted + _NOISE:
        return values
    return 1.0 - (1.0 - values) * (1.0 - wanted) / (1.0 - apart)
