"""How well actions are found in boxes of single frames: AVA's frame mAP.

Gu et al., "AVA: A video dataset of spatio-temporally localized atomic visual actions", CVPR 2018,
as mmaction2's `ava_eval` computes it: without a limit on the boxes of a frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foretell.evals.metrics.ranked_matches import greedy_hits, interpolated_precision

Floats = NDArray[np.float64]

LEAST_BOX_IOU = 0.5


@dataclass(frozen=True, slots=True)
class ActionBox:
    """A box with a class in a frame: an instance where it is true, else a prediction.

    Attributes:
        frame: Names the video and the second.
        label: Number of the class.
        box: Left, top, right and bottom in [0, 1] of the frame.
        score: Higher for what is surer; of no use for an instance.
    """

    frame: str
    label: int
    box: tuple[float, float, float, float]
    score: float = 1.0


def frame_precision(
    truth: Sequence[ActionBox], predictions: Sequence[ActionBox], labels: Collection[int]
) -> dict[int, float]:
    """Returns the average precision of each class in [0, 1]; NaN for a class without an instance.

    Their mean, NaN left out, is the frame mAP. Boxes of other classes do not count. A prediction is
    right where the instance that it overlaps most, of its class and frame, is not found already and
    the IoU is 0.5 or more. Predictions in frames without any instance do not count. Equal scores
    enter the ranking together.

    Args:
        truth: The instances.
        predictions: In any order.
        labels: Numbers of the classes.
    """
    frames = {box.frame for box in truth if box.label in labels}
    seen = [box for box in predictions if box.frame in frames]
    return {
        label: _class_precision(
            [box for box in truth if box.label == label],
            sorted((b for b in seen if b.label == label), key=lambda b: (-b.score, b.box)),
        )
        for label in sorted(labels)
    }


def mean_precision(precision: Collection[float]) -> float:
    """Returns the mean over the classes with an instance; NaN without any."""
    occurs = [value for value in precision if not np.isnan(value)]
    return float(np.mean(occurs)) if occurs else float("nan")


def _class_precision(truth: Sequence[ActionBox], ranked: Sequence[ActionBox]) -> float:
    if not truth:
        return float("nan")
    thresholds = np.array([LEAST_BOX_IOU])
    hits = greedy_hits(_overlaps(truth, ranked), len(truth), thresholds, only_best=True)
    scores = np.array([box.score for box in ranked])
    return float(interpolated_precision(hits, len(truth), scores)[0])


def _overlaps(
    truth: Sequence[ActionBox], ranked: Sequence[ActionBox]
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, box in enumerate(truth):
        places[box.frame].append(place)
    boxes = np.array([box.box for box in truth])
    for prediction in ranked:
        here = np.array(places.get(prediction.frame, ()), dtype=np.intp)
        yield here, _box_ious(np.array(prediction.box), boxes[here])


def _box_ious(box: Floats, others: Floats) -> Floats:
    corners = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.maximum(corners[1] - corners[0], 0.0).prod(axis=1)
    union = (box[2:] - box[:2]).prod() + (others[:, 2:] - others[:, :2]).prod(axis=1) - shared
    ious: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0)
    return ious
