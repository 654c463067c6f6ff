"""Foretells which verbs follow in the rest of a video, without a model.

The verbs of a video are taken for draws from a distribution of its own, about which the observed
part and other videos tell. Other videos count the more, the more alike their verbs are, and the
more so where the same person acts: what a kitchen's owner does is a habit. Their weighted counts
make the prior of a Dirichlet-multinomial model, the observed verbs update it, and the expected
number of uses still to come is the score. The settings were chosen by cross-validation on the
training videos of EPIC-KITCHENS-55; docs/design/anticipation.md tells how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VerbHistory:
    """The verbs used in a video or in its observed part, as ids, and who uses them."""

    person: str
    verbs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FutureVerbSettings:
    """How much is believed of whom.

    Attributes:
        same_person: How many times more a video of the same person counts.
        sharpness: How much more a video of alike verbs counts: e to the power of this, between
            one that shares no verb and one with the same.
        prior_uses: How many observed verbs the prior counts for.
    """

    same_person: float = 30.0
    sharpness: float = 5.0
    prior_uses: float = 300.0


class FutureVerbPredictor:
    """Scores verbs by how often they are expected to follow.

    Args:
        videos: Whole videos to learn from.
        classes: How many verbs there are, C.
        settings: How much is believed of whom.

    Raises:
        ValueError: If no video holds a verb, or a verb is not in [0, C).
    """

    def __init__(
        self,
        videos: Sequence[VerbHistory],
        classes: int,
        settings: FutureVerbSettings | None = None,
    ) -> None:
        self._settings = settings or FutureVerbSettings()
        self._classes = classes
        self._people = np.array([video.person for video in videos])
        self._counts = np.stack([self._count(video) for video in videos]) if videos else None
        if self._counts is None or not self._counts.any():
            raise ValueError("no video with verbs was given; give at least one to learn from")
        used_in = np.count_nonzero(self._counts, axis=0)
        self._rarity: Floats = np.log((len(videos) + 1) / (used_in + 1))
        self._directions = self._direction(self._counts)

    def scores(self, observed: VerbHistory, fraction: float = 0.5) -> Floats:
        """Returns how often each verb is expected to follow.

        Args:
            observed: The verbs seen so far.
            fraction: The observed share of the video; a half, so that as much follows as was
                seen, where it is not known.

        Returns:
            (C,) expected numbers of uses, each at least 0.

        Raises:
            ValueError: If `fraction` is not inside (0, 1), or a verb is not in [0, C).
        """
        if not 0.0 < fraction < 1.0:
            raise ValueError(f"fraction {fraction!r} must lie between 0 and 1, both excluded")
        counts = self._count(observed)
        prior = self._prior(counts, observed.person)
        prior_uses = self._settings.prior_uses
        chances = (counts + prior_uses * prior) / (counts.sum() + prior_uses)
        expected: Floats = chances * len(observed.verbs) * (1.0 - fraction) / fraction
        return expected

    def _prior(self, counts: Floats, person: str) -> Floats:
        """Returns the verbs' shares in videos like this one, (C,)."""
        likeness = self._directions @ self._direction(counts)
        weights = np.exp(self._settings.sharpness * likeness)
        weights = np.where(self._people == person, self._settings.same_person, 1.0) * weights
        uses = weights @ self._counts
        prior: Floats = uses / uses.sum()
        return prior

    def _direction(self, counts: Floats) -> Floats:
        """Returns (..., C) unit vectors of damped counts; a rarer verb tells more."""
        damped = np.log1p(counts) * self._rarity
        length = np.linalg.norm(damped, axis=-1, keepdims=True)
        direction: Floats = damped / np.maximum(length, np.finfo(np.float64).tiny)
        return direction

    def _count(self, history: VerbHistory) -> Floats:
        verbs = np.array(history.verbs, dtype=np.int64)
        if np.any((verbs < 0) | (verbs >= self._classes)):
            raise ValueError(f"verbs {history.verbs!r} must be ids from 0 to {self._classes - 1}")
        return np.bincount(verbs, minlength=self._classes).astype(np.float64)
