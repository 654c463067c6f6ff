"""Cuts demonstrations into windows of one length and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def cut_windows(steps: Sequence[int], length: int, *, pad: bool) -> list[tuple[int, ...]]:
    """Gives every run of `length` steps, in order, as PDPP cuts its windows.

    Args:
        steps: Of one demonstration.
        length: Steps of a window.
        pad: Whether a demonstration that is too short gives one window, its first step repeated
            in front; else it gives none.
    """
    if pad and steps:
        steps = [steps[0]] * (length - len(steps)) + list(steps)
    return [tuple(steps[i : i + length]) for i in range(len(steps) - length + 1)]


def count_windows(
    demonstrations: Iterable[Sequence[int]], length: int, *, pad: bool
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Gives the (n, length) distinct windows of some demonstrations, and (n,) how often each is."""
    counts = Counter(w for steps in demonstrations for w in cut_windows(steps, length, pad=pad))
    windows = np.array(list(counts), dtype=np.intp).reshape(-1, length)
    return windows, np.array(list(counts.values()), dtype=np.float64)
