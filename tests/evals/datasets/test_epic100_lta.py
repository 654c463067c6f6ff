"""EPIC-KITCHENS-100 as windows and examples, read as Ego4D is."""

from __future__ import annotations

from pathlib import Path

from foretell.evals.datasets.ego4d_lta import Ego4dLta, load_ego4d_lta
from foretell.evals.datasets.epic_lta import holds_epic_100


def test_windows_and_pool_of_the_real_tables(data_root: Path) -> None:
    folder = data_root / "anticipation" / "rulstm_ek100"
    assert holds_epic_100(folder)
    task = load_ego4d_lta(Ego4dLta(folder))
    assert len(task.windows) == 6511
    assert sum(len(video.windows()) for video in task.pool) == 55386
    assert not {window.video for window in task.windows} & {video.video for video in task.pool}
    assert (len(task.taxonomy.verbs), len(task.taxonomy.nouns)) == (97, 300)


def test_the_older_dataset_is_told_apart(data_root: Path) -> None:
    assert not holds_epic_100(data_root / "anticipation" / "antgpt_ek55")
