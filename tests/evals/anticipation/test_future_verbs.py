"""The predictor of future verbs: habits, likeness, what was seen, and how much is still to come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.evals.anticipation.future_verbs import (
    FutureVerbPredictor,
    FutureVerbSettings,
    VerbHistory,
)
from foretell.evals.anticipation.verb_run import verb_votes

TAKE, PUT, WASH, CUT, PEEL = range(5)
KITCHENS = [
    VerbHistory("ann", (TAKE, PUT, WASH, WASH, WASH)),
    VerbHistory("bob", (TAKE, PUT, CUT, CUT, PEEL)),
]
histories = st.builds(
    VerbHistory, st.sampled_from(["ann", "bob", "eve"]), st.lists(st.integers(0, 4)).map(tuple)
)


@pytest.fixture(scope="module")
def predictor() -> FutureVerbPredictor:
    return FutureVerbPredictor(KITCHENS, classes=5)


def test_a_person_keeps_their_habits(predictor: FutureVerbPredictor) -> None:
    anns = predictor.scores(VerbHistory("ann", (TAKE, PUT)))
    bobs = predictor.scores(VerbHistory("bob", (TAKE, PUT)))
    assert anns[WASH] > anns[CUT]
    assert bobs[CUT] > bobs[WASH]


def test_alike_videos_tell_what_follows(predictor: FutureVerbPredictor) -> None:
    scores = predictor.scores(VerbHistory("eve", (PEEL,)))
    assert scores[CUT] > scores[WASH]


def test_what_was_seen_often_is_expected_again() -> None:
    settings = FutureVerbSettings(prior_uses=1.0)
    predictor = FutureVerbPredictor(KITCHENS, 5, settings)
    scores = predictor.scores(VerbHistory("ann", (PEEL, PEEL, PEEL, PEEL, PEEL)))
    assert int(scores.argmax()) == PEEL


@given(histories, st.floats(0.05, 0.95))
def test_scores_add_up_to_the_actions_still_to_come(history: VerbHistory, fraction: float) -> None:
    predictor = FutureVerbPredictor(KITCHENS, 5)
    scores = predictor.scores(history, fraction)
    assert scores.shape == (5,)
    assert np.all(scores >= 0.0)
    assert scores.sum() == pytest.approx(len(history.verbs) * (1.0 - fraction) / fraction)


def test_unknown_fraction_counts_as_a_half(predictor: FutureVerbPredictor) -> None:
    seen = VerbHistory("ann", (TAKE, CUT))
    assert np.array_equal(predictor.scores(seen), predictor.scores(seen, 0.5))


def test_needs_videos_to_learn_from() -> None:
    with pytest.raises(ValueError, match="no video with verbs was given; give at least one"):
        FutureVerbPredictor([], 5)
    with pytest.raises(ValueError, match="no video with verbs was given"):
        FutureVerbPredictor([VerbHistory("ann", ())], 5)


@pytest.mark.parametrize("verb", [-1, 5])
def test_verbs_must_be_known(predictor: FutureVerbPredictor, verb: int) -> None:
    with pytest.raises(ValueError, match="must be ids from 0 to 4"):
        predictor.scores(VerbHistory("ann", (TAKE, verb)))


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.5])
def test_fraction_must_leave_something(predictor: FutureVerbPredictor, fraction: float) -> None:
    with pytest.raises(ValueError, match="must lie between 0 and 1, both excluded"):
        predictor.scores(VerbHistory("ann", (TAKE,)), fraction)


def test_votes_and_what_was_seen_count_alike() -> None:
    forecast = np.array([[TAKE, PUT], [TAKE, CUT]])
    scores = verb_votes(forecast, [WASH, WASH, TAKE, PUT], 5, fraction=0.25)
    assert scores.tolist() == pytest.approx([4.5, 3.0, 3.0, 1.5, 0.0])


@given(st.floats(0.05, 0.95))
def test_votes_add_up_to_the_actions_still_to_come(fraction: float) -> None:
    scores = verb_votes(np.array([[TAKE, PUT]]), [WASH, CUT, CUT], 5, fraction)
    assert scores.sum() == pytest.approx(3 * (1.0 - fraction) / fraction)


@pytest.mark.parametrize(
    ("forecast", "observed", "fraction"),
    [
        (np.empty((0, 20), int), [TAKE], 0.5),
        (np.array([[TAKE]]), [], 0.5),
        (np.array([[1]]), [1], 1),
    ],
)
def test_votes_need_something_to_count(
    forecast: NDArray[np.integer], observed: list[int], fraction: float
) -> None:
    with pytest.raises(ValueError, match="give at least one of each, and a fraction between"):
        verb_votes(forecast, observed, 5, fraction)
