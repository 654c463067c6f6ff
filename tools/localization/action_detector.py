"""T3AL behind the interface that every localizer has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from foretell.tools.localization.frame_features import FrameFeatureScorer
from foretell.tools.localization.frame_localizer import NEVER, OpenByName
from foretell.tools.localization.moments import Localizer, Located, LocatedMoment, MomentQuery
from foretell.tools.localization.t3al import T3AL, Detections
from foretell.tools.localization.t3al_settings import T3ALSettings
from foretell.types import Event


class ActionDetector:
    """Finds the instances of actions with T3AL: a `Localizer`.

    What the queries ask for, by their labels or else their texts, are the classes; a video shows
    one of them.

    Args:
        scorer: Gives the features of frames, and has the model.
        open_video: Opens the video of a query.
        fallback: Finds in the text of a timeline what cannot be looked at.
        settings: What T3AL goes by.
    """

    def __init__(
        self,
        scorer: FrameFeatureScorer,
        open_video: OpenByName,
        fallback: Localizer,
        settings: T3ALSettings | None = None,
    ) -> None:
        self._scorer = scorer
        self._open_video = open_video
        self._fallback = fallback
        self._t3al = T3AL(scorer.encoder, settings)

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[Located]:
        """Gives the instances of every query's action, none where the video shows another.

        Raises:
            VideoError: If a video cannot be decoded.
            ModelError: If the model cannot be loaded or fails.
        """
        labels = list(dict.fromkeys(map(_label, queries)))
        found: dict[str, Detections | None] = {}
        for query in queries:
            events = captions.get(query.video, ())
            if query.video not in found:
                found[query.video] = self._detections(query.video, labels, events)
            detections = found[query.video]
            if detections is None:
                yield from self._fallback.locate([query], captions)
            else:
                yield _located(query, detections, events)

    def _detections(
        self, name: str, labels: Sequence[str], events: Sequence[Event]
    ) -> Detections | None:
        video = self._open_video(name)
        if video is None:
            return None
        with video:
            features = self._scorer.features(video)
        return self._t3al.detect(features, labels, [one for one in events if one.kind == "caption"])


def _label(query: MomentQuery) -> str:
    return query.label or query.text


def _located(query: MomentQuery, detections: Detections, events: Sequence[Event]) -> Located:
    if _label(query) != detections.label:
        return Located((), f"the video shows {detections.label!r}")
    ranked = sorted(detections.instances, key=lambda one: -one.score)
    moments = tuple(
        LocatedMoment(
            one.interval,
            one.score,
            tuple(event for event in events if event.interval.overlaps(one.interval)),
        )
        for one in ranked
    )
    return Located(moments, "" if moments else NEVER)
