"""Looks at candidate moments again, with what lies around them, and ranks them anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from foretell import ranking
from foretell.tools.decoding.video import Video
from foretell.tools.localization.windows import ScoredInterval
from foretell.types import Interval

CONTEXT_SHARE = 0.5
"""Share of a candidate's length that is looked at on each side of it."""


class MomentJudge(Protocol):
    """Answers yes or no to whether something happens at a moment."""

    def probability(self, video: Video, moment: Interval, context: Interval, text: str) -> float:
        """Gives how likely the answer is yes, in [0, 1].

        Args:
            video: The open video.
            moment: When it is said to happen.
            context: What is to be looked at: the moment and what lies around it.
            text: What is said to happen.

        Raises:
            VideoError: If the video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
        """
        ...


def rerank_with_judge(
    candidates: Iterable[ScoredInterval], video: Video, text: str, judge: MomentJudge
) -> list[ScoredInterval]:
    """Gives the candidates with the probability of yes as their score, best first.

    Each is shown with half its length on both sides, after VideoMind (Y. Liu et al., "VideoMind: A
    Chain-of-LoRA Agent for Long Video Reasoning", 2025). Those equally likely keep their order.

    Raises:
        VideoError: If the video cannot be decoded.
        ModelError: If the judge fails.
    """
    judged = [
        ScoredInterval(
            moment,
            judge.probability(video, moment, with_context(moment, video.info.interval), text),
        )
        for moment in (candidate.interval for candidate in candidates)
    ]
    return ranking.ordered(judged, lambda one: one.score, ranking.MODEL_PRECISION)


def with_context(moment: Interval, whole: Interval) -> Interval:
    """Gives the moment with half its length on both sides, as far as the video goes."""
    margin = CONTEXT_SHARE * moment.duration
    start = min(max(moment.start - margin, whole.start), moment.start)
    return Interval(start, max(min(moment.end + margin, whole.end), moment.end))
