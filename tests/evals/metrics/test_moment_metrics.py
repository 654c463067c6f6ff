"""Ranked moments, highlights, and the distance of their ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.metrics.moment_retrieval import moment_scores, of_length
from foretell.evals.metrics.ranked_matches import clip_precisions, highlight_scores
from foretell.evals.metrics.temporal_iou import (
    mean_distance,
    onsets_within,
    span_overlaps,
    total_distances,
)

Floats = NDArray[np.float64]
NAN = float("nan")


def rows(*pairs: tuple[float, float]) -> Floats:
    return np.array(pairs, np.float64).reshape(-1, 2)


def test_a_query_without_moments_is_missed() -> None:
    truth = [rows((0, 10)), rows((0, 10))]
    ranked = [rows((0, 10)), rows()]
    ours, theirs = (moment_scores(truth, ranked, official=official) for official in (False, True))
    assert (ours.n, ours.precision[0], ours.recall[0]) == (2, 0.5, 0.5)
    assert (theirs.n, theirs.precision[0], theirs.recall[0]) == (1, 1.0, 1.0)
    nothing = moment_scores(truth[:1], [rows()], official=True)
    assert nothing.n == 0
    assert np.isnan(nothing.precision).all()


def test_only_ten_moments_count() -> None:
    missed = [(50.0 + i, 51.0 + i) for i in range(10)]
    assert moment_scores([rows((0, 10))], [rows(*missed, (0, 10))]).precision.sum() == 0.0
    kept = moment_scores([rows((0, 10))], [rows(*missed[:9], (0, 10))])
    assert kept.precision[0] == pytest.approx(0.1)
    assert kept.recall[0] == 0.0


@pytest.mark.parametrize(
    ("span", "ours", "theirs"),
    [((10.0, 0.0), (1.0, 1.0), (1.0, 0.0)), ((5.0, 5.0), (0.0, 0.0), (0.0, 0.0))],
)
def test_inverted_and_empty_moments(
    span: tuple[float, float], ours: tuple[float, float], theirs: tuple[float, float]
) -> None:
    for official, expected in ((False, ours), (True, theirs)):
        scores = moment_scores([rows((0, 10))], [rows(span)], official=official)
        assert (scores.precision[0], scores.recall[0]) == expected


def test_two_empty_windows_have_no_overlap_when_paired() -> None:
    scores = moment_scores([rows((5, 5))], [rows((5, 5))], official=True)
    assert (scores.precision[0], scores.recall[0]) == (1.0, 0.0)


def test_ranges_of_length() -> None:
    truth = [rows((0, 10), (20, 50)), rows((0, 100))]
    ranked = [rows((1, 2)), rows((3, 4))]
    short, its = of_length(truth, ranked, 0.0, 10.0)
    assert [spans.tolist() for spans in short] == [[[0.0, 10.0]]]
    assert its[0].tolist() == [[1.0, 2.0]]
    assert len(of_length(truth, ranked, 10.0, 30.0)[0]) == 1
    assert of_length(truth, ranked, 200.0, 300.0) == ([], [])


@pytest.mark.parametrize(
    ("highlights", "scores", "expected"),
    [
        ([0, 0], [1, 2], 0.0),
        ([1, 1], [1, 2], 1.0),
        ([0, 1, 0, 1], [0.9, 0.8, 0.7, 0.6], 0.5),
        ([1, 1, 0], [3, 2, 1], 1.0),
        ([1, 0], [1, 1], 0.5),
    ],
)
def test_precision_of_clips(highlights: list[int], scores: list[float], expected: float) -> None:
    held = np.array([highlights, [0] * len(highlights)], np.bool_).T
    assert clip_precisions(held, np.array(scores, np.float64)).tolist() == [expected, 0.0]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=8))
def test_clips_are_ranked_whatever_their_order(clips: list[tuple[bool, int]]) -> None:
    held, scores = (np.array(column) for column in zip(*clips, strict=True))
    [expected] = clip_precisions(held[:, None], scores.astype(float))
    assert 0.0 <= expected <= 1.0
    turned = clip_precisions(held[::-1, None], scores[::-1].astype(float))
    assert turned == pytest.approx(expected)


def test_highlights_of_some_annotator() -> None:
    ratings = [np.array([[4.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [2.0, 2.0]])]
    scores = [np.array([1.0, 0.0]), np.array([0.0])]
    found = highlight_scores(ratings, scores, 4)
    assert (found.precision, found.hit) == (0.25, 0.5)
    past_the_end = highlight_scores(ratings[:1], [np.array([0.0, 0.0, 9.0])], 4)
    assert past_the_end.hit == 0.0
    with pytest.raises(ValueError, match="there is no query to score"):
        highlight_scores([], [], 4)


def test_distances_in_seconds() -> None:
    truth = rows((0, 4), (0, 4), (1, 9), (0, 4), (0, 4))
    predicted = rows((0, 4), (2, 5), (9, 1), (NAN, 3), (0, 20_000))
    assert span_overlaps(truth, predicted)[:4] == pytest.approx(np.array([1.0, 0.4, 1.0, 0.0]))
    ours = total_distances(truth, predicted)
    assert ours.tolist() == [0.0, 3.0, 0.0, math.inf, 19_996.0]
    assert mean_distance(truth, ours) == pytest.approx(19_999 / 4)
    assert onsets_within(truth, predicted, 1.0).tolist() == [True, False, True, False, True]


def test_the_official_distances() -> None:
    truth = rows((0, 4), (1, 9), (0, 4))
    predicted = rows((NAN, NAN), (9, 1), (0, 20_000))
    theirs = total_distances(truth, predicted, official=True)
    assert theirs.tolist() == [4.0, 16.0, 19_996.0]
    assert mean_distance(truth, theirs, official=True) == pytest.approx(24 / 3)
    assert span_overlaps(truth, predicted, official=True)[:2].tolist() == [0.0, 0.0]
    assert onsets_within(truth, predicted, 1.0, official=True).tolist() == [False, False, True]
    assert math.isnan(mean_distance(truth, np.full(3, np.inf)))
    with pytest.raises(ValueError, match=r"truth \(3, 2\) and predictions \(1, 2\) must be alike"):
        span_overlaps(truth, rows((0, 1)))
