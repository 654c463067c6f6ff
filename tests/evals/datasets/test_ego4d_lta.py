"""Which windows Ego4D's evaluation forecasts, and from what it learns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.evals.datasets.ego4d_lta import AnticipationTask, Ego4dLta, load_ego4d_lta
from tests.evals.made_files import SUBSET, write_antgpt, write_ego4d
from tests.evals.made_sequences import circle, clips


def load(data: Path, **settings: Any) -> AnticipationTask:
    given: dict[str, Any] = {"observed": 4, "horizon": 4} | settings
    return load_ego4d_lta(Ego4dLta(data, **given))


def test_the_official_files_keep_their_clips_and_videos(tmp_path: Path) -> None:
    task = load(write_ego4d(tmp_path, clips()))
    assert [window.key for window in task.windows][:8] == [
        *(f"clip0_{last}" for last in range(3, 10)),
        "clip1_3",
    ]
    assert {window.video for window in task.windows} == {"video0", "video1", "video2"}
    assert [clip.name for clip in task.pool] == ["clip0", "clip1", "clip2"]


def test_a_training_split_is_what_is_learnt_from(tmp_path: Path) -> None:
    write_ego4d(tmp_path, clips(3)[:1], "val")
    write_ego4d(tmp_path, clips(3)[1:], "train")
    task = load(tmp_path)
    assert {window.video for window in task.windows} == {"video0"}
    assert [clip.video for clip in task.pool] == ["video1", "video2"]


def test_examples_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = write_ego4d(tmp_path / "other", clips(4)[3:])
    data = write_ego4d(tmp_path, clips())
    assert [clip.video for clip in load(data, examples=other).pool] == ["video3"]


def test_the_recognised_past_is_shown(tmp_path: Path) -> None:
    task = load(write_antgpt(tmp_path), past="recognised")
    assert task.recognised
    assert task.windows[0].past == circle(14)[:4]


def test_a_subset_keeps_the_order_of_its_file(tmp_path: Path) -> None:
    data = write_antgpt(tmp_path)
    whole = load(data).windows
    assert load(data, subset=3).windows == tuple(whole[row] for row in SUBSET)


def test_the_first_windows(tmp_path: Path) -> None:
    task = load(write_ego4d(tmp_path, clips()))
    assert task.first(2).windows == task.windows[:2]
    assert task.first(None).windows == task.windows
    with pytest.raises(ConfigError, match="limit must be 1 or more, got 0"):
        task.first(0)


def test_a_shorter_past_of_the_same_windows(tmp_path: Path) -> None:
    data = write_antgpt(tmp_path)
    short, whole = (load(data, subset=3, observed=observed).windows for observed in (2, 4))
    assert [window.key for window in short] == [window.key for window in whole]
    assert [window.past for window in short] == [window.past[-2:] for window in whole]


def test_a_subset_without_so_long_a_past(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the subset's 3 windows, 'clip000_\d+' the first, have"):
        load(write_antgpt(tmp_path), subset=3, observed=8)


def test_data_that_no_recogniser_saw(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"has no recognised actions beside it; give past=gt"):
        load(write_ego4d(tmp_path, clips()), past="recognised")


def test_an_unknown_past(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="past 'seen' is unknown; give 'gt' or 'recognised'"):
        load(tmp_path, past="seen")


@pytest.mark.parametrize("name", ["observed", "horizon", "k"])
def test_lengths_must_be_positive(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"^{name} must be 1 or more, got 0"):
        load(tmp_path, **{name: 0})


def test_data_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"data '.*nowhere' is not there; give a file or a"):
        load(tmp_path / "nowhere")


def test_data_without_a_taxonomy(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps([{"video": "a", "actions": ["take cup", "put cup"]}]))
    with pytest.raises(DatasetError, match=r"belongs to no taxonomy; name one with taxonomy"):
        load(file)


def test_data_of_a_taxonomy_that_is_named(tmp_path: Path) -> None:
    words = [str(action) for action in circle(9)]
    (tmp_path / "mine.json").write_text(json.dumps([{"video": "a", "actions": words}]))
    data = write_ego4d(tmp_path, clips())
    task = load(tmp_path / "mine.json", taxonomy=str(data / "fho_lta_taxonomy.json"))
    assert len(task.windows) == 2


def test_clips_that_are_too_short(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no window of 8 past and 20 future actions"):
        load(write_ego4d(tmp_path, clips()), observed=8, horizon=20)
