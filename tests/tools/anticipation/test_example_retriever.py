"""Examples for a window: which ones, in which groups, and from which videos never."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from foretell.actions import Action, ActionWindow, ExampleUse
from foretell.errors import ConfigError
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.tools.anticipation.example_retriever import ExampleRetriever, RetrievalSettings

VERBS = ("take", "put", "cut", "wash", "turn", "open")
NOUNS = ("knife", "onion", "pan", "tap", "door", "bowl", "cloth")


class RecordingEmbedder(HashEmbedder):
    """Notes every text that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        return super().embed(texts)


def window(number: int, video: str | None = None, **fields: Any) -> ActionWindow:
    """A window of two past and two future actions that its number decides."""
    chance = np.random.default_rng(number)
    actions = [Action(str(chance.choice(VERBS)), str(chance.choice(NOUNS))) for _ in range(4)]
    return ActionWindow(
        key=f"clip_{number}",
        video=video or f"video-{number}",
        past=tuple(actions[:2]),
        future=tuple(actions[2:]),
        **fields,
    )


POOL = [window(number) for number in range(40)]
QUERY = window(100)


def retriever(pool: Sequence[ActionWindow] = POOL, **settings: Any) -> ExampleRetriever:
    return ExampleRetriever(pool, HashEmbedder(), RetrievalSettings(**settings))


def keys(uses: Sequence[ExampleUse]) -> list[str]:
    return [use.window.key for use in uses]


def flat(groups: Sequence[Sequence[ExampleUse]]) -> list[str]:
    return [key for group in groups for key in keys(group)]


def test_each_candidate_gets_four_examples_of_its_own() -> None:
    groups = retriever().groups(QUERY)
    assert [len(group) for group in groups] == [4] * 5
    assert len(set(flat(groups))) == 20


def test_mmr_gives_no_more_than_it_fetched() -> None:
    shown = set(flat(retriever(k=32, fetch_k=20).groups(QUERY, 8, 4)))
    nearest = flat(retriever(selection="nearest", k=20).groups(QUERY, 5, 4))
    assert shown == set(nearest)
    assert len(shown) == 20


def test_examples_are_dealt_again_where_there_are_too_few() -> None:
    groups = retriever(selection="nearest", k=6).groups(QUERY, 3, 4)
    first, *_ = retriever(selection="nearest").groups(QUERY, 1, 6)
    a, b, c, d, e, f = keys(first)
    assert [keys(group) for group in groups] == [[a, b, c, d], [e, f, a, b], [c, d, e, f]]


def test_a_group_holds_no_example_twice() -> None:
    groups = retriever(k=3).groups(QUERY, 2, 4)
    assert [len(set(keys(group))) for group in groups] == [3, 3]


def test_nearest_is_in_falling_order_of_the_cosine() -> None:
    embedder = HashEmbedder()
    (group,) = retriever(selection="nearest").groups(QUERY, 1, 40)
    texts = [", ".join(map(str, use.window.past)) for use in group]
    query, *others = embedder.embed([", ".join(map(str, QUERY.past)), *texts])
    expected = np.stack(others) @ query
    assert np.allclose([use.similarity for use in group], expected)
    assert (np.diff(expected) <= 1e-6).all()


def test_lambda_1_is_nearest_and_a_lower_one_is_not() -> None:
    nearest = flat(retriever(selection="nearest").groups(QUERY))
    assert set(flat(retriever(lambda_=1.0).groups(QUERY))) == set(nearest)
    assert flat(retriever(lambda_=1.0).groups(QUERY))[:4] == nearest[:4]
    diverse = flat(retriever(lambda_=0.2, fetch_k=40).groups(QUERY))
    assert diverse[0] == nearest[0]
    assert set(diverse) != set(nearest)


def test_random_picks_are_those_of_the_seed_and_the_window() -> None:
    first = flat(retriever(selection="random").groups(QUERY))
    assert flat(retriever(selection="random").groups(QUERY)) == first
    assert flat(retriever(selection="random", seed=1).groups(QUERY)) != first
    assert flat(retriever(selection="random").groups(window(101))) != first
    assert len(set(first)) == 20


def test_random_picks_say_how_like_the_query_they_are() -> None:
    pool = [window(100, video="other"), *POOL]
    (group,) = retriever(pool, selection="random").groups(QUERY, 1, 41)
    alike = {use.window.video: use.similarity for use in group}
    assert alike["other"] == pytest.approx(1.0)
    assert max(alike.values()) == alike["other"]


@pytest.mark.parametrize(
    ("settings", "per_candidate"), [({"selection": "none"}, 4), ({"selection": "mmr"}, 0)]
)
def test_zero_shot_needs_no_pool(settings: dict[str, Any], per_candidate: int) -> None:
    assert retriever([], **settings).groups(QUERY, 5, per_candidate) == ((),) * 5


@given(
    selection=st.sampled_from(["mmr", "nearest", "random"]),
    excluded=st.frozensets(st.integers(0, 6), max_size=5),
    n_candidates=st.integers(1, 6),
)
def test_no_example_is_of_a_video_that_is_excluded(
    selection: Any, excluded: frozenset[int], n_candidates: int
) -> None:
    pool = [window(number, video=f"video-{number % 8}") for number in range(40)]
    query = window(100, video="video-7", excluded=frozenset(f"video-{n}" for n in excluded))
    groups = retriever(pool, selection=selection).groups(query, n_candidates, 2)
    videos = {use.window.video for group in groups for use in group}
    assert videos.isdisjoint({*query.excluded, "video-7"})
    left = 5 * (7 - len(excluded))
    assert len(set(flat(groups))) == min(left, 2 * n_candidates)


def test_the_past_and_the_captions_are_compared() -> None:
    embedder = RecordingEmbedder()
    captioned = [window(n, captions=(f"Caption {n}.", "More.")) for n in range(2)]
    ExampleRetriever(captioned, embedder).groups(QUERY, 1, 2)
    past = [", ".join(map(str, one.past)) for one in (QUERY, *captioned)]
    assert embedder.texts == [past[0], f"{past[1]} Caption 0. More.", f"{past[2]} Caption 1. More."]


def test_futures_are_compared_where_asked_for_but_only_the_examples_have_one() -> None:
    embedder = RecordingEmbedder()
    settings = RetrievalSettings(embed="past+future")
    ExampleRetriever(POOL[:1], embedder, settings).groups(QUERY, 1, 1)
    actions = [*POOL[0].past, *POOL[0].future]
    assert embedder.texts == [", ".join(map(str, QUERY.past)), ", ".join(map(str, actions))]


def test_the_pool_is_embedded_once_even_across_runs(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    embedders = [RecordingEmbedder(), RecordingEmbedder()]
    shown = [
        flat(
            ExampleRetriever(
                POOL,
                embedder,
                folder=tmp_path,
                on_progress=lambda done, total: told.append((done, total)),
            ).groups(QUERY)
        )
        for embedder in embedders
    ]
    assert shown[0] == shown[1]
    distinct = len({one.past for one in POOL})
    assert [len(embedder.texts) for embedder in embedders] == [distinct + 1, 1]
    assert told == [(distinct, distinct)]


@pytest.mark.parametrize(
    ("pool", "n_candidates", "per_candidate", "sentence"),
    [
        (
            [],
            5,
            4,
            "5 candidates of 4 examples each need at least 5 examples, and of 0 in the pool the "
            "window 'clip_100' may learn from 0; give more examples, ask for fewer, or choose "
            "the selection 'none'",
        ),
        (POOL[:3], 2, 4, "need at least 4 examples, and of 3 in the pool"),
        ([window(n, video=QUERY.video) for n in range(9)], 5, 1, "may learn from 0"),
    ],
    ids=["empty", "small", "own video"],
)
def test_too_few_examples_are_refused(
    pool: list[ActionWindow], n_candidates: int, per_candidate: int, sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        retriever(pool).groups(QUERY, n_candidates, per_candidate)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"selection": "best"},
            "there is no selection 'best' of examples; choose one of mmr, nearest, random, none",
        ),
        (
            {"embed": "future"},
            "examples cannot be compared by 'future'; choose one of past, past+future",
        ),
        ({"lambda_": 1.5}, "lambda must be 0 to 1, got 1.5"),
        ({"fetch_k": 0}, "fetch_k must be 1 or more, got 0"),
        ({"k": -1}, "k must be 1 or more, got -1"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RetrievalSettings(**settings)
    assert str(caught.value) == sentence
