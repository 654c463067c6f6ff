"""Levenshtein distances of integer sequences, many at once.

The distance counts insertions, deletions and substitutions, each once, and no transpositions:
V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions and reversals", 1966.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.integer[Any]]

_BLOCK = 8192
"""Pairs worked on at a time; their tables then stay in the processor's cache."""
_BYTE = 256
"""Codes that fit into a byte, for which the tables are smallest."""
_SURROGATES = range(0xD800, 0xE000)


def levenshtein(first: Ids, second: Ids) -> NDArray[np.int16]:
    """Gives the distance of each pair of sequences.

    Args:
        first: (..., Z) ids of tokens.
        second: (..., Z) ids; the leading axes are broadcast against those of `first`.

    Returns:
        (...) distances from 0 to Z.

    Raises:
        ValueError: If the sequences are empty or not equally long.
    """
    return prefix_distances(first, second)[..., -1]


def prefix_distances(first: Ids, second: Ids) -> NDArray[np.int16]:
    """Gives, of each pair of sequences, the distance of every pair of equally long prefixes.

    They are the diagonal of the table of R. A. Wagner and M. J. Fischer, "The string-to-string
    correction problem", JACM 1974, which is filled here by anti-diagonals: their cells do not
    depend on each other, so that one operation serves a whole anti-diagonal of all pairs.

    Args:
        first: (..., Z) ids of tokens.
        second: (..., Z) ids; the leading axes are broadcast against those of `first`.

    Returns:
        (..., Z) distances; at [..., z] of the first z + 1 tokens.

    Raises:
        ValueError: If the sequences are empty or not equally long.
    """
    length = first.shape[-1]
    if length == 0 or second.shape[-1] != length:
        raise ValueError(
            f"sequences of {length} and {second.shape[-1]} tokens were given; "
            "both must be equally long and hold at least one"
        )
    one, other = np.broadcast_arrays(first, second)
    shape = one.shape
    one, other = one.reshape(-1, length), other.reshape(-1, length)
    distances = np.empty(one.shape, np.int16)
    for start in range(0, len(one), _BLOCK):
        block = slice(start, start + _BLOCK)
        distances[block] = _diagonal(one[block], other[block]).T
    return distances.reshape(shape)


def _diagonal(first: Ids, second: Ids) -> NDArray[np.signedinteger[Any]]:
    """Gives (Z, N) the diagonal of each table, of (N, Z) and (N, Z) ids."""
    count, length = first.shape
    kind = np.int8 if 2 * length <= np.iinfo(np.int8).max else np.int16
    ahead = np.ascontiguousarray(first.T)
    back = np.ascontiguousarray(second.T[::-1])
    diagonal = np.empty((length, count), kind)
    # Row r of the anti-diagonal `step` is the cell (low + r, step - low - r) of the table.
    older, old = np.zeros((1, count), kind), np.ones((2, count), kind)
    for step in range(2, 2 * length + 1):
        low, high = max(0, step - length), min(step, length)
        old_low, older_low = max(0, step - 1 - length), max(0, step - 2 - length)
        top, end = max(1, low), min(step - 1, length) + 1
        new = np.full((high - low + 1, count), step, kind)
        inner = new[top - low : end - low]
        left, above = old[top - old_low : end - old_low], old[top - 1 - old_low : end - 1 - old_low]
        np.minimum(left, above, out=inner)
        inner += 1
        shift = length - step
        differs = ahead[top - 1 : end - 1] != back[shift + top : shift + end]
        np.minimum(inner, older[top - 1 - older_low : end - 1 - older_low] + differs, out=inner)
        if step % 2 == 0:
            diagonal[step // 2 - 1] = new[step // 2 - low]
        older, old = old, new
    return diagonal


def levenshtein_matrix(first: Ids, second: Ids) -> NDArray[np.int16]:
    """Gives the distance of every sequence of `first` from every one of `second`.

    The lengths may differ. It takes half the time where both are the same array.

    Args:
        first: (N, Y) ids of tokens.
        second: (M, Z) ids of tokens.

    Returns:
        (N, M) distances from 0 to max(Y, Z).
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    rows, columns = _as_texts(first, second)
    shape = (len(first), len(second))
    if 0 in shape:
        return np.zeros(shape, np.int16)
    matrix: NDArray[np.int16] = cdist(rows, columns, scorer=Levenshtein.distance, dtype=np.int16)
    return matrix


def _as_texts(first: Ids, second: Ids) -> tuple[list[str], list[str]]:
    """Gives each sequence as a text in which equal ids are equal characters."""
    if first is second:
        texts, _ = _as_texts(first, first[:0])
        return texts, texts
    codes = np.concatenate([first.ravel(), second.ravel()])
    if codes.size and (codes.min() < 0 or codes.max() >= _BYTE):
        # Few characters make narrow texts, which are compared faster.
        codes = np.unique(codes, return_inverse=True)[1]
    codes = np.where(codes >= _SURROGATES.start, codes + len(_SURROGATES), codes)
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    cut = first.size
    return _rows(text[:cut], first.shape), _rows(text[cut:], second.shape)


def _rows(text: str, shape: tuple[int, ...]) -> list[str]:
    count, length = shape
    return [text[row * length : (row + 1) * length] for row in range(count)]
