"""Forecasts that are the futures of examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.errors import DatasetError
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.tools.anticipation.similar_pasts import WholeExamples

VERBS, NOUNS = ("take", "wash", "put", "cut"), ("cup", "pan", "bowl", "knife", "onion")
TAXONOMY = Taxonomy("kitchen", Vocabulary(VERBS, {}), Vocabulary(NOUNS, {}))
OBSERVED, HORIZON = 3, 4


def clip(number: int) -> ActionSequence:
    """Ten actions in an order of their own."""
    actions = tuple(
        Action(VERBS[(number + step) % 4], NOUNS[(number * step + step // 2) % 5])
        for step in range(10)
    )
    return ActionSequence(f"clip{number}", f"video{number}", actions)


POOL = [clip(number) for number in range(8)]
WINDOWS = [window for sequence in POOL for window in sequence.windows(OBSERVED, HORIZON)]
QUERY = replace(WINDOWS[5], key="query", video="mine", future=())


def anticipator(pool: list[ActionSequence] = POOL) -> WholeExamples:
    return WholeExamples(pool, TAXONOMY, observed=OBSERVED, horizon=HORIZON)


@pytest.mark.parametrize("k", [1, 3, len(WINDOWS)])
def test_each_candidate_is_what_followed_its_example(k: int) -> None:
    forecast = anticipator().forecast(QUERY, k)
    assert forecast.candidates == tuple(use.window.future for use in forecast.examples)
    assert len(forecast.candidates) == k
    assert {use.window for use in forecast.examples} <= set(WINDOWS)
    weights = [use.weight or 0.0 for use in forecast.examples]
    assert all(0.0 < weight <= 1.0 for weight in weights)
    assert all(-1e-6 <= use.similarity <= 1.0 + 1e-6 for use in forecast.examples)


def test_the_more_alike_the_past_the_more_it_weighs() -> None:
    examples = anticipator().forecast(QUERY, len(WINDOWS)).examples
    ranked = sorted(examples, key=lambda use: use.weight or 0.0)
    assert ranked[-1].window.past == QUERY.past
    assert ranked[-1].similarity == pytest.approx(1.0, abs=1e-5)
    similarities = [use.similarity for use in ranked]
    assert similarities == sorted(similarities)
    assert sum(use.weight or 0.0 for use in ranked) == pytest.approx(1.0)


def test_a_forecast_does_not_depend_on_chance() -> None:
    assert anticipator().forecast(QUERY) == anticipator().forecast(QUERY)


def test_a_shorter_past_serves() -> None:
    forecast = anticipator().forecast(replace(QUERY, past=QUERY.past[-1:]))
    assert len(forecast.candidates) == 5


def test_neither_its_own_video_nor_what_it_excludes_is_used() -> None:
    query = replace(QUERY, video="video1", excluded=frozenset({"video2", "video3"}))
    own, others = {"video1", "video2", "video3"}, len(WINDOWS) * 5 // 8
    used = {use.window.video for use in anticipator().forecast(query, others).examples}
    assert used == {sequence.video for sequence in POOL} - own


@pytest.mark.parametrize(
    ("pool", "window", "sentence"),
    [
        (
            POOL[:1],
            QUERY,
            "5 candidates were asked for, and window 'query' may learn from 4 windows of 3 "
            "past and 4 future actions of the pool; ask for less, or add examples",
        ),
        ([], QUERY, "may learn from 0 windows of"),
        (POOL, replace(QUERY, past=()), "window 'query' shows no action; give at least one"),
        (POOL, replace(QUERY, past=(Action("fly", "cup"),)), "'fly' is none of the 4 labels"),
    ],
)
def test_what_cannot_be_forecast(
    pool: list[ActionSequence], window: ActionWindow, sentence: str
) -> None:
    with pytest.raises(DatasetError) as caught:
        anticipator(pool).forecast(window)
    assert sentence in str(caught.value)
