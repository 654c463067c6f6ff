"""T3AL behind the interface that every localizer has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from foretell import ranking
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_localizer import NEVER, OpenByName, by_video
from foretell.tools.localization.frame_scorer import OnProgress
from foretell.tools.localization.localizer import Localizer
from foretell.tools.localization.settings import T3ALSettings
from foretell.tools.localization.sub_events import without_question
from foretell.tools.localization.t3al import T3AL, Detections
from foretell.types import Event


class ActionDetector:
    """Finds the instances of actions with T3AL: a `Localizer`.

    A video shows one of the classes. What a query asks for that is no class is one more of them
    for that query, so that what is found of a query does not depend on the others.

    Args:
        scorer: Gives the features of frames, and has the model.
        open_video: Opens the video of a query.
        fallback: Finds in the text of a timeline what cannot be looked at.
        labels: The classes, as queries name them by their labels or else by their texts.
        settings: What T3AL goes by.
        on_progress: Told how much of each video was looked at.
    """

    def __init__(
        self,
        scorer: FrameFeatureScorer,
        open_video: OpenByName,
        fallback: Localizer,
        labels: Sequence[str],
        settings: T3ALSettings | None = None,
        *,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._scorer = scorer
        self._open_video = open_video
        self._fallback = fallback
        self._labels = {_folded(label): label for label in labels}
        self._on_progress = on_progress
        self._t3al = T3AL(scorer.encoder, settings)

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives the instances of every query's action, none where the video shows another.

        Raises:
            VideoError: If a video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
        """
        return by_video(queries, captions, self._open_video, self._fallback, self._detected)

    def _detected(
        self, video: Video, queries: Sequence[MomentQuery], events: Sequence[Event]
    ) -> Iterator[LocateResult]:
        """Gives what is found of queries about one video, which is searched once a class list."""
        features = self._scorer.features(video, self._on_progress)
        shown = [event for event in events if event.kind == "caption"]
        found: dict[frozenset[str], Detections] = {}
        for query in queries:
            wanted = _wanted(query)
            classes = {**self._labels}
            label = classes.setdefault(_folded(wanted), wanted)
            key = frozenset(classes)
            if key not in found:
                found[key] = self._t3al.detect(features, list(classes.values()), shown)
            located = _located(label, found[key], events)
            yield replace(located, source=self._scorer.id)


def _wanted(query: MomentQuery) -> str:
    return query.label or without_question(query.text)


def _folded(label: str) -> str:
    """Gives a label as it is compared."""
    return " ".join(label.split()).casefold()


def _located(label: str, detections: Detections, events: Sequence[Event]) -> LocateResult:
    if label != detections.label:
        return LocateResult((), f"the video shows {detections.label!r}")
    ranked = ranking.ordered(detections.instances, lambda one: one.score, ranking.MODEL_PRECISION)
    moments = tuple(
        LocatedMoment(
            one.interval,
            one.score,
            tuple(event for event in events if event.interval.overlaps(one.interval)),
        )
        for one in ranked
    )
    return LocateResult(moments, "" if moments else NEVER)
