"""Finds when something happens by looking at the frames of a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.ranges import check_range
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_scorer import FrameScorer, FrameScores, OnProgress
from foretell.tools.localization.localizer import Localizer
from foretell.tools.localization.moment_judge import MomentJudge, rerank_with_judge
from foretell.tools.localization.sub_events import SubEvents, split_query, without_question
from foretell.tools.localization.tfvtg import GroundingCurve, ground
from foretell.tools.localization.windows import ScoredInterval
from foretell.types import Event

NEVER = "no frame of the video shows it"
OpenByName = Callable[[str], Video | None]
"""Opens the video of a query by its name; None where there is no file to look at."""
Look = Callable[[Video, Sequence[MomentQuery], Sequence[Event]], Iterator[LocateResult]]
"""Gives what is found of queries about an open video, of which the events tell."""


@dataclass(frozen=True, slots=True)
class FrameLocalizerSettings:
    """What the frame localizer goes by.

    Attributes:
        curve: How windows are found.
        limit: Most moments that are given, of those that a judge has seen.
        min_probability: How likely a judge must find a moment that is given, in [0, 1].

    Raises:
        ConfigError: If a number is out of range.
    """

    curve: GroundingCurve = field(default_factory=GroundingCurve)
    limit: int = 5
    min_probability: float = 0.5

    def __post_init__(self) -> None:
        check_range("limit", self.limit, 1)
        check_range("min_probability", self.min_probability, 0, 1)


class FrameLocalizer:
    """Finds when things happen from frames, and from text where there are none: a `Localizer`.

    Args:
        scorer: Compares frames with texts.
        open_video: Opens the video of a query.
        fallback: Finds in the text of a timeline what cannot be looked at.
        judge: Looks at each candidate again; None keeps them as they are. Cosines alone cannot
            tell that something never happens, a judge can.
        settings: What it goes by.
        on_progress: Told how much of each video was looked at.
    """

    def __init__(
        self,
        scorer: FrameScorer,
        open_video: OpenByName,
        fallback: Localizer,
        *,
        judge: MomentJudge | None = None,
        settings: FrameLocalizerSettings | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self.settings = settings or FrameLocalizerSettings()
        self._scorer = scorer
        self._open_video = open_video
        self._fallback = fallback
        self._judge = judge
        self._on_progress = on_progress

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives what is found of every query; queries about one video in a row open it once.

        Raises:
            VideoError: If a video cannot be decoded.
            ModelError: If a model cannot be loaded or fails.
        """
        return by_video(queries, captions, self._open_video, self._fallback, self._looked_at)

    def _looked_at(
        self, video: Video, queries: Sequence[MomentQuery], events: Sequence[Event]
    ) -> Iterator[LocateResult]:
        wanted = [split_query(query.text) for query in queries]
        texts = [
            (without_question(query.text), *parts.parts)
            for query, parts in zip(queries, wanted, strict=True)
        ]
        distinct = list(dict.fromkeys(text for said in texts for text in said))
        row_of = {text: row for row, text in enumerate(distinct)}
        scores = self._scorer.score(video, distinct, self._on_progress)
        for said, parts in zip(texts, wanted, strict=True):
            rows = scores.similarities[[row_of[text] for text in said]]
            yield self._located(video, said[0], parts, FrameScores(scores.borders, rows), events)

    def _located(
        self,
        video: Video,
        text: str,
        parts: SubEvents,
        scores: FrameScores,
        events: Sequence[Event],
    ) -> LocateResult:
        spans = ground(scores, parts, self.settings.curve)
        if self._judge is not None:
            judged = rerank_with_judge(spans, video, text, self._judge)
            spans = [span for span in judged if span.score >= self.settings.min_probability]
        moments = tuple(_moment(span, events) for span in spans[: self.settings.limit])
        return LocateResult(moments, "" if moments else NEVER, source=self._scorer.id)


def by_video(
    queries: Sequence[MomentQuery],
    captions: Mapping[str, Sequence[Event]],
    open_video: OpenByName,
    fallback: Localizer,
    look: Look,
) -> Iterator[LocateResult]:
    """Gives what is found of every query by looking, or by the fallback where there is no file.

    Queries about one video in a row open it once.
    """
    for name, group in groupby(queries, key=lambda query: query.video):
        of_video = list(group)
        video = open_video(name)
        if video is None:
            yield from fallback.locate(of_video, captions)
            continue
        with video:
            yield from look(video, of_video, captions.get(name, ()))


def _moment(span: ScoredInterval, events: Sequence[Event]) -> LocatedMoment:
    shown = tuple(event for event in events if event.interval.overlaps(span.interval))
    return LocatedMoment(span.interval, min(1.0, max(0.0, span.score)), shown)
