"""Watches a video with an action recogniser: an action for each stretch that shows just one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.ranges import check_positive, check_range
from foretell.tools.decoding.video import Video
from foretell.tools.recognition.recognizer import ActionRecognizer, LabelSet
from foretell.tools.recognition.vote import Ballot, ClipGrid, PartVote, PlacedClip, sliding_votes
from foretell.tools.watching.pace import Pace
from foretell.tools.watching.read_ahead import read_ahead
from foretell.tools.watching.sampling import fit_around
from foretell.types import Event, EventKind, Interval, ScoredLabel, VideoInfo

CLIP_SECONDS = 4.0
"""Seconds of a clip, long enough for a fine-grained action."""
OVERLAP = 4
"""Clips that see each instant and vote on it."""
LONGEST_SECONDS = 60.0
"""After so long an action is given and begins anew, as only what was given outlives a kill."""
KEPT_LABELS = 5
"""Labels kept of an instant, as top-5 is what the field reports."""


@dataclass(frozen=True, slots=True)
class _Part:
    number: int
    interval: Interval
    vote: PartVote

    def goes_on(self, before: _Part) -> bool:
        """Whether it shows the same as the part before, with no damage between them."""
        return self.number == before.number + 1 and self.vote.winners == before.vote.winners


class ClipActions:
    """A perceiver that lets a recogniser look at overlapping clips, and lets these vote.

    Neighbouring parts that the same labels win are one action, of `LONGEST_SECONDS` at most.
    Frames are decoded while the model runs, a few clips ahead, so that memory does not grow with
    the video.

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
        check_positive("clip_seconds", clip_seconds)
        check_range("overlap", overlap, 1)
        self._recognizer = recognizer
        self._clip_seconds = clip_seconds
        self._overlap = overlap
        self.source = f"recognizer:{recognizer.name}"

    @property
    def settings(self) -> str:
        """The model, what it chooses from, and how clips lie."""
        return f"{self._recognizer.id}; {self._overlap} in {self._clip_seconds:g} s"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives actions, of any video."""
        return ("action",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives an "action" event for each stretch with one winner; see `Perceiver`.

        Raises:
            ModelError: If the model fails.
        """
        info, recognizer, pace = video.info, self._recognizer, Pace.of(video)
        grid = ClipGrid.over(
            pace.interval, self._clip_seconds, self._overlap, recognizer.frames_per_clip
        ).at_pace(pace)
        wanted = 0 if since_seconds is None else grid.first_part_after(since_seconds)
        if wanted == len(grid.parts):
            return
        first = max(0, wanted - grid.reach + 1)
        clips = grid.clips(video, first, fit_around(info.width, info.height, recognizer.side))
        votes = sliding_votes(self._ballots(clips))
        parts = (_Part(n, grid.parts[n], vote) for n, vote in votes if n >= wanted)
        longest = max(1, int(LONGEST_SECONDS * self._overlap / self._clip_seconds))
        for run in _runs(parts, longest):
            yield self._event(run)

    def _ballots(self, clips: Iterator[PlacedClip]) -> Iterator[Ballot]:
        """Gives what the recogniser says of each clip."""
        ahead = self._recognizer.clips_at_once
        coming = read_ahead(clips, 2 * ahead)
        while batch := list(islice(coming, ahead)):
            said = self._recognizer.recognize([clip.frames for clip in batch])
            for clip, *rows in zip(batch, *said, strict=True):
                yield Ballot(clip.parts, rows)

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


def _runs(parts: Iterable[_Part], longest: int) -> Iterator[list[_Part]]:
    """Gathers the parts that go on with the one before, at most `longest` of them."""
    run: list[_Part] = []
    for part in parts:
        if run and (len(run) == longest or not part.goes_on(run[-1])):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _likely(labels: LabelSet, mean: NDArray[np.float64]) -> list[ScoredLabel]:
    """Gives the likeliest labels of a set, most likely first."""
    best: list[int] = ranking.order(mean, KEPT_LABELS, ranking.MODEL_PRECISION).tolist()
    return [
        ScoredLabel(labels.slot, labels.labels[index], min(1.0, float(mean[index])))
        for index in best
    ]
