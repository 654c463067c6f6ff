"""Watches a video with an action recogniser: an action for each stretch that shows just one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from foretell.errors import ConfigError
from foretell.tools.action_recognizer import ActionRecognizer, LabelSet
from foretell.tools.captioner import Clip
from foretell.tools.read_ahead import read_ahead
from foretell.tools.recognition.sliding import ClipGrid
from foretell.tools.recognition.vote import PartVote, sliding_votes
from foretell.tools.sampling import fit_around
from foretell.tools.video import Video
from foretell.types import Event, Interval, ScoredLabel

CLIP_SECONDS = 4.0
OVERLAP = 4
KEPT_LABELS = 5


@dataclass(frozen=True, slots=True)
class _Part:
    interval: Interval
    vote: PartVote


class ClipActions:
    """A perceiver that lets a recogniser look at overlapping clips, and lets these vote.

    Neighbouring parts that the same labels win are one action. Frames are decoded while the model
    runs, a few clips ahead, so that memory does not grow with the video.

    Args:
        recognizer: What tells actions apart.
        clip_seconds: About how long a clip is; a video that is shorter is one clip.
        overlap: How many clips cover each moment away from the ends of the video; a part is as
            long as a clip divided by this.

    Raises:
        ConfigError: If a setting is out of range.
    """

    def __init__(
        self,
        recognizer: ActionRecognizer,
        *,
        clip_seconds: float = CLIP_SECONDS,
        overlap: int = OVERLAP,
    ) -> None:
        if not (clip_seconds > 0 and math.isfinite(clip_seconds)):
            raise ConfigError(f"clip_seconds must be positive and finite, got {clip_seconds!r}")
        if overlap < 1:
            raise ConfigError(f"overlap must be at least 1, got {overlap!r}")
        self._recognizer = recognizer
        self._clip_seconds = clip_seconds
        self._overlap = overlap
        self.source = f"recognizer:{recognizer.name}"

    @property
    def settings(self) -> str:
        """The model, what it chooses from, and how clips lie."""
        return f"{self._recognizer.id}; {self._overlap} in {self._clip_seconds:g} s"

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives an "action" event for each stretch with one winner; see `Perceiver`.

        Raises:
            ModelError: If the model fails.
        """
        info, recognizer = video.info, self._recognizer
        grid = ClipGrid.over(
            info.interval, self._clip_seconds, self._overlap, recognizer.frames_per_clip
        )
        wanted = 0 if since_seconds is None else grid.first_part_after(since_seconds)
        if wanted == len(grid.parts):
            return
        first = max(0, wanted - grid.reach + 1)
        clips = grid.clips(video, first, fit_around(info.width, info.height, recognizer.side))
        votes = sliding_votes(self._recognized(clips), grid.reach)
        parts = map(_Part, grid.parts[first:], votes)
        for _, run in groupby(islice(parts, wanted - first, None), lambda part: part.vote.winners):
            yield self._event(list(run))

    def _recognized(self, clips: Iterator[Clip]) -> Iterator[Sequence[NDArray[np.float64]]]:
        """Gives the (L,) probabilities of each clip, one array for each label set."""
        ahead = self._recognizer.clips_at_once
        coming = read_ahead(clips, 2 * ahead)
        while batch := list(islice(coming, ahead)):
            yield from zip(*self._recognizer.recognize(batch), strict=True)

    def _event(self, run: Sequence[_Part]) -> Event:
        """Makes one event of neighbouring parts with the same winners."""
        sets, winners = self._recognizer.label_sets, run[0].vote.winners
        means = [np.mean(rows, axis=0) for rows in zip(*(p.vote.means for p in run), strict=True)]
        chosen = [one.labels[winner] for one, winner in zip(sets, winners, strict=True)]
        sure = math.prod(float(mean[w]) for mean, w in zip(means, winners, strict=True))
        return Event(
            Interval(run[0].interval.start, run[-1].interval.end),
            "action",
            " ".join(chosen),
            self.source,
            confidence=min(1.0, sure),
            labels=tuple(label for one in zip(sets, means, strict=True) for label in _likely(*one)),
        )


def _likely(labels: LabelSet, mean: NDArray[np.float64]) -> list[ScoredLabel]:
    """Gives the likeliest labels of a set, most likely first."""
    best: list[int] = np.argsort(-mean, kind="stable")[:KEPT_LABELS].tolist()
    return [
        ScoredLabel(labels.slot, labels.labels[index], min(1.0, float(mean[index])))
        for index in best
    ]
