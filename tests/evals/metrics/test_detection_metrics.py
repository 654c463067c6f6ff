"""Average precision of detections: the official script's edge cases, and where ours differs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.evals.metrics.detection import (
    Detection,
    detection_precision,
    mean_over_classes,
    proposal_recall,
)
from foretell.evals.metrics.frame_detection import ActionBox, frame_precision, mean_precision

THRESHOLDS = np.array([0.3, 0.5, 0.7])
Span = tuple[float, float, float]


def found(
    truth: Sequence[Span], predicted: Sequence[Span], *, official: bool = False
) -> list[float]:
    """Average precision at 0.3, 0.5 and 0.7 of (start, end, score) in one video."""
    true = [Detection("video", "jump", start, end) for start, end, _ in truth]
    given = [Detection("video", "jump", *span) for span in predicted]
    precision = detection_precision(true, given, THRESHOLDS, official=official)
    return [round(float(value), 6) for value in precision["jump"]]


@pytest.mark.parametrize("official", [False, True])
@pytest.mark.parametrize(
    ("truth", "predicted", "expected"),
    [
        pytest.param([(0, 10, 1)], [(0, 10, 1)], [1, 1, 1], id="perfect"),
        pytest.param([(0, 10, 1)], [], [0, 0, 0], id="no predictions"),
        pytest.param([(0, 10, 1)], [(0, 5, 1)], [1, 1, 0], id="just half is a hit at 0.5"),
        pytest.param([(0, 10, 1)], [(0, 10, 0.9), (0, 10, 0.8)], [1, 1, 1], id="duplicate"),
        pytest.param([(0, 10, 1), (20, 30, 1)], [(0, 10, 1)], [0.5] * 3, id="one of two found"),
        pytest.param(
            [(0, 10, 1), (2, 12, 1)], [(0, 10, 0.9), (0, 10, 0.8)], [1, 1, 0.5], id="falls back"
        ),
        pytest.param([(5, 5, 1)], [(4, 6, 1)], [0, 0, 0], id="empty instance"),
        pytest.param(
            [(0, 10, 1), (20, 30, 1), (40, 50, 1)],
            [(0, 10, 0.9), (60, 70, 0.8), (20, 30, 0.7)],
            [0.555556] * 3,
            id="hit, miss, hit",
        ),
    ],
)
def test_the_same_by_both_rules(
    truth: list[Span], predicted: list[Span], expected: list[float], official: bool
) -> None:
    assert found(truth, predicted, official=official) == expected


@pytest.mark.parametrize(
    ("truth", "predicted", "ours", "theirs"),
    [
        pytest.param([(5, 5, 1)], [(5, 5, 1)], [0, 0, 0], [1, 1, 1], id="both empty"),
        pytest.param([(0, 5, 1)], [(20, 5, 1)], [0, 0, 0], [0, 0, 0], id="inverted elsewhere"),
        pytest.param([(0, 10, 1)], [(10, 0, 1)], [1, 1, 1], [1, 1, 1], id="inverted"),
        pytest.param(
            [(0, 10, 1)], [(0, 10, 0.5), (50, 60, 0.5)], [0.5] * 3, [0.5] * 3, id="right one first"
        ),
        pytest.param(
            [(0, 10, 1)], [(50, 60, 0.5), (0, 10, 0.5)], [0.5] * 3, [1, 1, 1], id="right one last"
        ),
    ],
)
def test_where_the_official_script_goes_wrong(
    truth: list[Span], predicted: list[Span], ours: list[float], theirs: list[float]
) -> None:
    assert found(truth, predicted) == ours
    assert found(truth, predicted, official=True) == theirs


@pytest.mark.parametrize(("score", "expected"), [(1.0, 0.5), (0.1, 1.0)])
def test_a_video_without_instances(score: float, expected: float) -> None:
    truth = [Detection("a", "jump", 0, 10)]
    given = [Detection("a", "jump", 0, 10, 0.5), Detection("b", "jump", 0, 10, score)]
    for official in (False, True):
        precision = detection_precision(truth, given, THRESHOLDS, official=official)
        assert precision["jump"] == pytest.approx([expected] * 3)


def test_classes_weigh_alike_and_others_do_not_count() -> None:
    truth = [Detection("a", "jump", 0, 10), Detection("a", "run", 0, 10)]
    given = [Detection("a", "jump", 0, 10), Detection("a", "swim", 0, 10)]
    precision = detection_precision(truth, given, THRESHOLDS)
    assert list(precision) == ["jump", "run"]
    assert mean_over_classes(precision) == pytest.approx([0.5] * 3)


detections = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(0, 6), st.integers(0, 6), st.sampled_from([0.2, 0.5])
    ),
    min_size=1,
    max_size=4,
)


@given(detections, detections)
def test_the_order_of_listing_tells_nothing(
    truth: list[tuple[str, int, int, float]], predicted: list[tuple[str, int, int, float]]
) -> None:
    true = [Detection(video, "jump", start, end) for video, start, end, _ in truth]
    given = [Detection(video, "jump", start, end, score) for video, start, end, score in predicted]
    expected = detection_precision(true, given, THRESHOLDS)["jump"]
    assert ((expected >= 0.0) & (expected <= 1.0)).all()
    for order in itertools.islice(itertools.permutations(given), 6):
        again = detection_precision(true[::-1], order, THRESHOLDS)["jump"]
        assert again == pytest.approx(expected)


def test_recall_grows_with_the_proposals() -> None:
    truth = {"a": np.array([[0.0, 10.0], [20.0, 30.0]]), "b": np.array([[0.0, 5.0]])}
    recall = proposal_recall(truth, {"a": np.array([[0.0, 10.0], [20.0, 30.0]])}, most=2)
    assert recall.at == pytest.approx(np.array([2 / 3, 2 / 3]))
    assert recall.auc == pytest.approx(100 / 3)
    with pytest.raises(ValueError, match="1 instances and 0 proposals; both must be 1 or more"):
        proposal_recall({"a": truth["b"]}, {})


def test_boxes_of_frames() -> None:
    whole, left = (0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.5, 1.0)
    truth = [ActionBox("v,0001", 1, whole), ActionBox("v,0001", 2, left)]
    given = [
        ActionBox("v,0001", 1, left, 0.9),
        ActionBox("v,0001", 1, whole, 0.8),
        ActionBox("v,0002", 1, whole, 1.0),
        ActionBox("v,0001", 4, whole, 1.0),
    ]
    precision = frame_precision(truth, given, [1, 2, 3])
    assert precision[1] == 1.0
    assert precision[2] == 0.0
    assert np.isnan(precision[3])
    assert mean_precision(precision.values()) == 0.5
    assert np.isnan(mean_precision([float("nan")]))


def test_a_box_finds_only_what_it_overlaps_most() -> None:
    truth = [ActionBox("v,1", 1, (0.0, 0.0, 1.0, 1.0)), ActionBox("v,1", 1, (0.0, 0.0, 1.0, 0.8))]
    same = ActionBox("v,1", 1, (0.0, 0.0, 1.0, 1.0), 0.9)
    assert frame_precision(truth, [same, same], [1])[1] == 0.25
