"""EGO-TOPO's protocol on made files and on the real ones, and the figures it gives."""

from __future__ import annotations

import math
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.evals.anticipation.verb_evaluation import VerbEvaluation, evaluate_embedded
from foretell.evals.datasets.epic_lta import (
    AnnotatedVideo,
    FutureVerbsDataset,
    Segment,
    load_egtea_lta,
    load_epic_lta,
)
from foretell.evals.metrics.average_precision import MeanAveragePrecision
from tests.evals.made_kitchens import write_ego_topo

TENTHS = [Segment(10 * n + 1, 10 * n + 10, verb=n, noun=n + 50) for n in range(10)]


@pytest.fixture
def egtea(tmp_path: Path) -> Path:
    """A made folder in the form of EGTEA's."""
    return write_ego_topo(
        tmp_path,
        ["OP01-R01-PastaSalad", "OP02-R01-PastaSalad"],
        ["OP01-R05-Cheeseburger", "OP02-R07-Pizza"],
        actions=12,
        many_shot="gtea_many_shot_verbs.csv",
    )


@pytest.fixture(scope="module")
def epic(data_root: Path) -> FutureVerbsDataset:
    return load_epic_lta(data_root / "anticipation" / "antgpt_ek55")


@pytest.fixture(scope="module")
def evaluation(epic: FutureVerbsDataset) -> VerbEvaluation:
    return evaluate_embedded(epic)


def figures(found: MeanAveragePrecision) -> tuple[float, ...]:
    return tuple(round(figure, 1) for figure in astuple(found))


def test_an_action_across_the_cut_is_on_neither_side() -> None:
    video = AnnotatedVideo("P01/P01_01", 100, tuple(TENTHS))
    record = video.observed(0.45)
    assert record is not None
    assert record.past == ((0, 50), (1, 51), (2, 52), (3, 53))
    assert record.future == {5, 6, 7, 8, 9}


def test_ends_on_the_cut_are_past() -> None:
    record = AnnotatedVideo("P01/P01_01", 100, tuple(TENTHS)).observed(0.5)
    assert record is not None
    assert (len(record.past), min(record.future)) == (5, 5)


@pytest.mark.parametrize("fraction", [0.25, 0.75])
def test_three_actions_are_needed_on_either_side(fraction: float) -> None:
    assert AnnotatedVideo("P01/P01_01", 100, tuple(TENTHS)).observed(fraction) is None
    assert AnnotatedVideo("P01/P01_01", 100, tuple(TENTHS)).observed(0.3) is not None


@pytest.mark.parametrize(
    ("name", "person"),
    [("P01/P01_07", "P01"), ("OP02-R03-BaconAndEggs", "OP02"), ("my kitchen", "my kitchen")],
)
def test_person_of_a_video(name: str, person: str) -> None:
    assert AnnotatedVideo(name, 1, ()).person == person


def test_egtea_is_read_and_scored(egtea: Path) -> None:
    dataset = load_egtea_lta(egtea)
    assert dataset.verbs == 19
    assert dataset.frequent == {1}
    assert [len(dataset.train_records()), len(dataset.test_records())] == [10, 6]
    found = evaluate_embedded(dataset)
    assert found.n == 6
    assert found.score.map.all >= found.baselines["random"].map.all
    assert sorted(found.by_ratio) == [0.25, 0.5, 0.75]


def test_counts_of_epic(epic: FutureVerbsDataset) -> None:
    records = epic.test_records()
    by_ratio = [sum(r.fraction == ratio for r in records) for ratio in (0.25, 0.5, 0.75)]
    scored = np.asarray(epic.targets(records).any(axis=0))
    assert (len(epic.train), len(epic.test)) == (205, 67)
    assert len(epic.train_records()) == 1251
    assert (len(records), by_ratio) == (172, [57, 60, 55])
    assert (scored.sum(), sum(scored.take(list(epic.frequent)))) == (81, 26)
    assert epic.targets(records).sum(axis=1).mean() == pytest.approx(10.06, abs=0.005)


def test_baselines_of_epic_are_those_of_the_reference(evaluation: VerbEvaluation) -> None:
    found = {name: figures(score.map) for name, score in evaluation.baselines.items()}
    assert found == {
        "random": (15.2, 34.0, 6.2),
        "train-prior": (20.1, 39.6, 10.9),
        "observed-counts": (33.8, 56.9, 22.9),
        "observed-set+prior": (33.9, 52.9, 25.0),
    }


def test_a_score_alike_everywhere_is_worth_no_more_than_chance(evaluation: VerbEvaluation) -> None:
    prior = evaluation.baselines["train-prior"]
    assert figures(prior.map_of_ties) == (14.8, 33.9, 5.8)
    assert prior.map.all - prior.map_of_ties.all > 5.0


def test_embedded_beats_the_goal_and_every_baseline(evaluation: VerbEvaluation) -> None:
    assert evaluation.score.map.all > 50.0
    assert evaluation.score.map_of_ties.all > 50.0
    assert evaluation.ablated["fraction"].map.all > 42.0
    assert evaluation.ablated["person"].map.all > 43.0
    best = max(score.map.all for score in evaluation.baselines.values())
    assert evaluation.score.intervals["all"].low > best


def test_missing_files_are_named(egtea: Path) -> None:
    (egtea / "val_S1_nframes.csv").unlink()
    (egtea / "train_S1.csv").unlink()
    with pytest.raises(DatasetError, match=r"lacks train_S1.csv, val_S1_nframes.csv; give the"):
        load_egtea_lta(egtea)


def test_a_folder_of_another_dataset_is_told(egtea: Path) -> None:
    with pytest.raises(DatasetError, match=r"lacks EPIC_many_shot_verbs.csv"):
        load_epic_lta(egtea)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"is not a folder; give the one that holds train_S1"):
        load_epic_lta(tmp_path / "nowhere")


def test_a_length_must_be_there(egtea: Path) -> None:
    (egtea / "val_S1_nframes.csv").write_text("OP02-R07-Pizza\t120\n")
    with pytest.raises(DatasetError, match="how many frames 'OP01-R05-Cheeseburger' has; add it"):
        load_egtea_lta(egtea)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("OP02\t1\t10\t19\t0", "line 2, column 4: '19' is not a number from 0 to 18"),
        ("OP02\t1\tten\t1\t0", "line 2, column 3: 'ten' is not a whole number"),
        ("OP02\t1\t10\t1", "line 2, column 5: '' is not a whole number"),
    ],
)
def test_a_broken_line_is_told(egtea: Path, line: str, told: str) -> None:
    (egtea / "val_S1.csv").write_text(f"OP02\t1\t10\t1\t0\n{line}\n")
    with pytest.raises(DatasetError, match=told):
        load_egtea_lta(egtea)


def test_videos_too_short_to_cut(egtea: Path) -> None:
    (egtea / "val_S1.csv").write_text("OP02-R07-Pizza\t1\t10\t1\t0\n")
    with pytest.raises(DatasetError, match="holds 2 training videos and no test video with 3"):
        load_egtea_lta(egtea)


def test_a_group_without_verbs_is_not_a_number(egtea: Path) -> None:
    (egtea / "gtea_many_shot_verbs.csv").write_text("verb,\n")
    found = evaluate_embedded(load_egtea_lta(egtea))
    assert math.isnan(found.score.map.freq)
    assert "freq" not in found.score.intervals


def test_first_videos_only(egtea: Path) -> None:
    dataset = load_egtea_lta(egtea)
    assert {record.video for record in dataset.first(1).test_records()} == {"OP01-R05-Cheeseburger"}
    assert dataset.first(None) == dataset
    with pytest.raises(ConfigError, match="limit must be 1 or more, got 0"):
        dataset.first(0)


def test_first_videos_may_be_too_short(egtea: Path) -> None:
    rows = (egtea / "val_S1.csv").read_text().splitlines(keepends=True)
    (egtea / "val_S1.csv").write_text("".join(rows[11:]))
    with pytest.raises(ConfigError, match="the first 1 test videos are too short to score; raise"):
        load_egtea_lta(egtea).first(1)
