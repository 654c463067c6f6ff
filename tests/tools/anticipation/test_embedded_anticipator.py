"""Forecasts without a language model: whom they learn from, and that nothing else sways them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.actions import Action, ActionSequence, ActionWindow, Forecast
from foretell.errors import DatasetError
from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta
from foretell.tools.anticipation.edit_distance import levenshtein
from foretell.tools.anticipation.embedded import EmbeddedAnticipator, EmbeddedSettings
from foretell.tools.anticipation.set_selection import SelectionSettings
from tests.tools.made_habits import NOUNS, TAXONOMY, VERBS, actions, clip, clips

OBSERVED, HORIZON, K = 5, 6, 3
POOL = clips(10)
WINDOWS = [w for c in POOL for w in c.windows(OBSERVED, HORIZON)]
ASKED = [w for w in WINDOWS if w.video in ("video0", "video3", "video7")][::4]
QUERY = ActionWindow(key="mine_4", video="mine", past=actions(70, OBSERVED))


def anticipator(
    pool: Sequence[ActionSequence] = POOL,
    *,
    observed: int = OBSERVED,
    recognised: bool = False,
    **settings: Any,
) -> EmbeddedAnticipator:
    small: dict[str, Any] = {
        "samples": 24,
        "examples": 8,
        "selection": SelectionSettings(starts=12, sweeps=1),
    }
    return EmbeddedAnticipator(
        pool,
        TAXONOMY,
        observed=observed,
        horizon=HORIZON,
        recognised=recognised,
        settings=EmbeddedSettings(**(small | settings)),
    )


def nouns_of(forecast: Forecast) -> set[str]:
    return {action.noun for candidate in forecast.candidates for action in candidate}


def videos_of(forecast: Forecast) -> set[str]:
    return {use.window.video for use in forecast.examples}


def test_a_forecast_holds_k_futures_and_the_examples_it_leant_on() -> None:
    for k in (1, K, 24):
        forecast = anticipator().forecast(QUERY, k)
        assert forecast.window == QUERY
        assert [len(candidate) for candidate in forecast.candidates] == [HORIZON] * k
        assert all(use.window in WINDOWS for use in forecast.examples)
        weights = [use.weight or 0.0 for use in forecast.examples]
        assert weights == sorted(weights, reverse=True)
        assert 0.0 < sum(weights) <= 1.0
        likeness = [use.similarity for use in forecast.examples]
        assert likeness == sorted(likeness, reverse=True)


def test_the_same_past_elsewhere_is_the_first_example() -> None:
    for window in WINDOWS[7::60]:
        first = anticipator().forecast(replace(QUERY, past=window.past), K).examples[0]
        assert first.similarity == pytest.approx(1.0)
        assert sorted(first.window.past) == sorted(window.past)
        assert first.window in WINDOWS


def test_what_the_past_keeps_coming_back_to_is_noted() -> None:
    cup = [Action(verb, "cup") for verb in ("take", "wash", "take", "wash", "take")]
    often = anticipator().forecast(replace(QUERY, past=tuple(cup)), K)
    assert often.notes == (
        "'take cup' is 3 of the 5 actions seen",
        "5 of the 5 actions seen are with 'cup'",
    )
    never = tuple(Action(VERBS[n], NOUNS[n]) for n in range(OBSERVED))
    assert anticipator().forecast(replace(QUERY, past=never), K).notes == ()


def unique(number: int, **fields: Any) -> ActionSequence:
    """A clip in which everything is done to a jar, which no other clip knows."""
    return replace(clip(number, nouns=("jar",)), **fields)


def test_nothing_is_learnt_from_the_own_video() -> None:
    pool = (*POOL, unique(50))
    own = replace(QUERY, video="video50")
    forecast = anticipator(pool).forecast(own, 8)
    assert "jar" not in nouns_of(forecast)
    assert "video50" not in videos_of(forecast)
    jar = tuple(Action(action.verb, "jar") for action in own.past)
    assert "jar" in nouns_of(anticipator(pool).forecast(replace(QUERY, past=jar), 8))


def test_nothing_is_learnt_from_excluded_videos() -> None:
    asked = anticipator((*POOL, unique(50), unique(51)))
    barred = frozenset({"video50", "video51"})
    assert "jar" not in nouns_of(asked.forecast(replace(QUERY, excluded=barred), 8))
    jars = replace(QUERY, past=unique(52).actions[:OBSERVED])
    assert videos_of(asked.forecast(jars, 8)) & barred
    assert not videos_of(asked.forecast(replace(jars, excluded=barred), 8)) & barred


def test_every_window_may_learn_from_its_own_set_of_videos() -> None:
    """Windows that come together but exclude others, or lie in other videos, do not mix."""
    pool = (*POOL, unique(50))
    queries = [
        replace(QUERY, key="a", video="video50"),
        replace(QUERY, key="b", excluded=frozenset({"video50"})),
        replace(QUERY, key="c", past=unique(52).actions[:OBSERVED]),
        replace(QUERY, key="d", past=QUERY.past[:2], excluded=frozenset({"video50"})),
    ]
    together = list(anticipator(pool).forecasts(queries, 8))
    assert together == [anticipator(pool).forecast(query, 8) for query in queries]
    assert ["jar" in nouns_of(forecast) for forecast in together] == [False, False, True, False]


def test_forecasts_do_not_depend_on_batches_or_order() -> None:
    asked = anticipator()
    alone = {window.key: asked.forecast(window, K) for window in ASKED}
    for batch in (1, 4, 32):
        told = list(anticipator(batch=batch).forecasts(ASKED, K))
        assert {forecast.window.key: forecast for forecast in told} == alone
    resumed = list(anticipator().forecasts(ASKED[::-3], K))
    assert resumed == [alone[window.key] for window in ASKED[::-3]]


def test_another_seed_and_another_key_draw_other_futures() -> None:
    drawn = anticipator().sample(QUERY)
    assert drawn.shape == (24, HORIZON, 2)
    assert np.array_equal(anticipator().sample(QUERY), drawn)
    assert not np.array_equal(anticipator(seed=1).sample(QUERY), drawn)
    assert not np.array_equal(anticipator().sample(replace(QUERY, key="other_4")), drawn)


@pytest.mark.parametrize("shown", [1, 2, 30])
def test_a_past_may_be_shorter_or_longer_than_the_pools(shown: int) -> None:
    forecast = anticipator().forecast(replace(QUERY, past=actions(70, shown)), K)
    assert [len(candidate) for candidate in forecast.candidates] == [HORIZON] * K


def test_one_other_sequence_is_enough() -> None:
    forecast = anticipator(POOL[:1]).forecast(QUERY, K)
    assert [len(candidate) for candidate in forecast.candidates] == [HORIZON] * K
    known = {action.noun for action in (*POOL[0].actions, *QUERY.past)}
    assert nouns_of(forecast) <= known


def test_recognised_pasts_are_compared_with_recognised_ones() -> None:
    windows = POOL[0].windows(OBSERVED, HORIZON, recognised=True)
    forecast = anticipator(recognised=True).forecast(windows[3], K)
    shown = {a for c in POOL for w in c.windows(OBSERVED, HORIZON, recognised=True) for a in w.past}
    assert Action("open", "jar") in {a for use in forecast.examples for a in use.window.past}
    assert {a for use in forecast.examples for a in use.window.past} <= shown
    assert "jar" not in {a.noun for use in forecast.examples for a in use.window.future}


def test_what_the_recogniser_says_is_taken_for_what_followed_it() -> None:
    """It sees a jar in every third action, and nobody ever touches one."""
    windows = POOL[0].windows(OBSERVED, HORIZON, recognised=True)
    jar = NOUNS.index("jar")
    told, literal = (
        float((anticipator(recognised=way, samples=96).sample(windows[4])[..., 1] == jar).mean())
        for way in (True, False)
    )
    assert told < 0.05 < literal


def test_a_pool_without_windows_is_refused() -> None:
    short = (clip(0, OBSERVED + HORIZON - 1), clip(1, 0))
    sentence = "the pool of 2 sequences has no window of 5 past and 6 future actions to learn from;"
    with pytest.raises(DatasetError, match=sentence):
        anticipator(short)


def test_a_pool_of_the_own_video_alone_is_refused() -> None:
    sentence = (
        "window 'mine_4' of video 'video0' may learn from none of the pool's 1 sequences; add"
    )
    with pytest.raises(DatasetError, match=sentence):
        anticipator(POOL[:1]).forecast(replace(QUERY, video="video0"))


def test_an_empty_past_is_refused() -> None:
    with pytest.raises(DatasetError, match="window 'mine_4' shows no action; give at least one"):
        anticipator().forecast(replace(QUERY, past=()))


def test_a_word_that_is_no_label_is_refused() -> None:
    strange = (*QUERY.past, Action("take", "oinon"))
    with pytest.raises(DatasetError, match="'oinon'"):
        anticipator().forecast(replace(QUERY, past=strange))


@pytest.mark.parametrize("past", ["gt", "recognised"])
def test_the_commonest_actions_are_beaten_on_ego4d(data_root: Path, past: str) -> None:
    """Some windows of the published 600; the figures themselves are those of `make eval`."""
    data = Ego4dLta(data_root / "anticipation" / "antgpt_ego4d_v1", past=past, subset=600)
    task = load_ego4d_lta(data)
    windows = sorted(task.windows, key=lambda window: window.video)[::10]
    few = EmbeddedSettings(samples=48, selection=SelectionSettings(starts=24, sweeps=1))
    embedded = EmbeddedAnticipator(
        task.pool, task.taxonomy, recognised=task.recognised, settings=few
    )
    errors: list[float] = []
    constant: list[float] = []
    counts = np.bincount(task.taxonomy.encode(a for c in task.pool for a in c.actions)[:, 0])
    commonest = np.repeat(np.argsort(-counts)[:5, None], 20, axis=1)
    for forecast in embedded.forecasts(windows):
        told = np.stack([task.taxonomy.encode(one) for one in forecast.candidates])
        assert told.shape == (5, 20, 2)
        truth = task.taxonomy.encode(forecast.window.future)[None, :, 0]
        errors.append(levenshtein(told[..., 0], truth).min() / 20)
        constant.append(levenshtein(commonest, truth).min() / 20)
    assert len(errors) == 60
    assert np.mean(errors) < np.mean(constant) - 0.03
