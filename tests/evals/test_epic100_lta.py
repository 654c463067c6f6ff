"""EPIC-KITCHENS-100 as windows and examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.datasets.epic100_lta import load_epic100_lta


def test_windows_and_pool_of_the_real_tables(data_root: Path) -> None:
    task = load_epic100_lta(data_root / "anticipation" / "rulstm_ek100")
    assert len(task.windows) == 6511
    assert sum(len(video.windows()) for video in task.pool) == 55386
    assert not {window.video for window in task.windows} & {video.video for video in task.pool}
    assert (len(task.taxonomy.verbs), len(task.taxonomy.nouns)) == (97, 300)


def test_tables_must_name_classes(tmp_path: Path) -> None:
    (tmp_path / "validation.csv").write_text("video,verb,noun\nkitchen,take,pan\n")
    with pytest.raises(DatasetError, match="names its actions in words and not by class; give"):
        load_epic100_lta(tmp_path)
