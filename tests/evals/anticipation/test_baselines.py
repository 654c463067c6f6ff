"""The baselines by hand, and against the figures known for real data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.actions import ActionSequence
from foretell.evals.anticipation.baselines import (
    baselines,
    commonest_past,
    loop_past,
    nearest_examples,
    repeat_last,
)
from foretell.evals.anticipation.encoded_windows import EncodedWindows, encode_windows
from foretell.evals.anticipation.evaluation import score
from foretell.evals.datasets.ego4d_lta import subset_keys
from foretell.tools.annotations.load import Annotations, load_sequences
from tests.evals.made_sequences import TAXONOMY, circle, clips


def ids(*rows: str) -> NDArray[np.int32]:
    """Gives (N, P, 2) ids in which a letter is a verb and a noun alike."""
    letters = np.array([[ord(letter) for letter in row] for row in rows], np.int32)
    return np.stack([letters, letters], axis=-1)


def words(candidates: NDArray[np.int32]) -> list[list[str]]:
    """Gives the verbs of (N, K, Z, 2) ids as they were written."""
    return [["".join(map(chr, row)) for row in window] for window in candidates[..., 0].tolist()]


def encoded(sequences: tuple[ActionSequence, ...]) -> EncodedWindows:
    windows = [window for sequence in sequences for window in sequence.windows(4, 4)]
    return encode_windows(windows, TAXONOMY)


def test_repeat_last() -> None:
    assert words(repeat_last(ids("abc", "xyz"), 4)) == [["cccc"], ["zzzz"]]


def test_loop_past_begins_with_the_oldest_action() -> None:
    assert words(loop_past(ids("abc"), 5)) == [["abcab"]]


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ("abcbc", ["bb", "cc", "aa"]),
        ("cabab", ["aa", "bb", "cc"]),
        ("edcba", ["ee", "dd", "cc"]),
        ("abbbb", ["bb", "aa", "bb"]),
        ("aaaaa", ["aa", "aa", "aa"]),
        ("ab", ["aa", "bb", "aa"]),
    ],
)
def test_commonest_past_takes_the_earlier_among_equals(past: str, expected: list[str]) -> None:
    assert words(commonest_past(ids(past), 2, 3)) == [expected]


def test_examples_are_of_other_videos_only() -> None:
    """Each video of this data has futures of its own, so that a leak would show."""
    sequences = tuple(
        ActionSequence(f"clip{n}", f"video{n // 2}", circle(12, n + 1)) for n in range(4)
    )
    windows = encoded(sequences)
    forecasts = baselines(windows, windows, horizon=4, k=3)
    for name in ("random", "nearest-example"):
        for query, candidates in zip(windows.windows, forecasts[name], strict=True):
            allowed = {w.future for w in windows.windows if query.may_learn_from(w.video)}
            assert all(TAXONOMY.decode(candidate) in allowed for candidate in candidates)


def test_excluded_videos_are_not_learnt_from() -> None:
    query = ActionSequence("q", "q", circle(8), excluded=frozenset({"video0", "video1"}))
    pool = encoded(clips(3))
    rows = nearest_examples(encoded((query,)), pool, 2)
    assert {pool.windows[row].video for row in rows.ravel()} == {"video2"}


def test_the_nearest_example_is_the_same_past_in_another_video() -> None:
    query = encoded((ActionSequence("q", "q", circle(8, 2)),))
    pool = encoded(clips(3))
    best = pool.windows[int(nearest_examples(query, pool, 1).item())]
    assert sorted(best.past) == sorted(query.windows[0].past)
    assert best.video == "video1"


def test_random_examples_depend_on_the_seed_alone() -> None:
    windows = encoded(clips())
    one, same, other = (
        baselines(windows, windows, horizon=4, k=2, seed=seed)["random"] for seed in (0, 0, 1)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_baselines_without_examples_are_left_out() -> None:
    alone = encoded(clips(1))
    assert list(baselines(alone, alone, horizon=4, k=2)) == [
        "repeat-last",
        "loop-past",
        "commonest-past",
    ]


@pytest.fixture(scope="module")
def antgpt(data_root: Path) -> Annotations:
    return load_sequences(data_root / "anticipation" / "antgpt_ego4d_v1")


# Verb, noun and action at 20 actions; the first three without any choice of ours.
REFERENCE = {
    ("recognised", 600): {
        "repeat-last": (0.7997, 0.7572, 0.9432),
        "commonest-past": (0.7396, 0.6842, 0.9056),
    },
    ("gt", 600): {
        "repeat-last": (0.8156, 0.6281, 0.8958),
        "loop-past": (0.6839, 0.6170, 0.8332),
        "commonest-past": (0.6918, 0.5350, 0.8182),
    },
    ("recognised", 6687): {
        "repeat-last": (0.8022, 0.7551, 0.9440),
        "loop-past": (0.7813, 0.7523, 0.9399),
    },
    ("gt", 6687): {
        "repeat-last": (0.8176, 0.6364, 0.9006),
        "loop-past": (0.6954, 0.6248, 0.8409),
    },
}


@pytest.mark.parametrize(("past", "count"), REFERENCE)
def test_reference_figures_of_ego4d_v1(antgpt: Annotations, past: str, count: int) -> None:
    assert antgpt.taxonomy is not None
    seen = past == "recognised"
    windows = [w for clip in antgpt.sequences for w in clip.windows(recognised=seen)]
    assert len(windows) == 6687
    if count == 600:
        by_key = {window.key: window for window in windows}
        windows = [by_key[key] for key in subset_keys(antgpt, 600)]
    queries = encode_windows(windows, antgpt.taxonomy)
    forecasts = baselines(queries, encode_windows([], antgpt.taxonomy))
    for name, expected in REFERENCE[past, count].items():
        scores = score(forecasts[name], queries)
        assert [head.ed for head in scores.values()] == pytest.approx(expected, abs=6e-5), name
