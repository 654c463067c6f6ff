"""Future verbs by way of forecast actions, and the result as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from foretell.actions import Action, ActionWindow, Forecast
from foretell.errors import DatasetError
from foretell.evals.anticipation.verb_evaluation import evaluate_embedded, evaluate_scores
from foretell.evals.anticipation.verb_run import (
    forecast_verb_scores,
    verb_record,
    verb_report,
    verb_task,
)
from foretell.evals.datasets.epic_lta import FutureVerbsDataset, load_future_verbs
from foretell.evals.run_folder import RunFolder
from tests.evals.made_kitchens import VERBS, write_classes, write_ego_topo


class Repeats:
    """Says that the last action goes on for ever, and counts how often it is asked."""

    asked = 0

    def forecasts(self, windows: Iterable[ActionWindow], k: int = 5) -> Iterator[Forecast]:
        for window in windows:
            self.asked += 1
            yield Forecast(window, (20 * (window.past[-1],),) * k)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A made dataset in EGO-TOPO's form, with the words of its classes."""
    write_classes(tmp_path)
    return write_ego_topo(
        tmp_path, ["P01/P01_01", "P02/P02_01"], ["P01/P01_02"], many_shot="frequent.csv"
    )


@pytest.fixture
def dataset(folder: Path) -> FutureVerbsDataset:
    return load_future_verbs(folder, len(VERBS), "frequent.csv")


def test_windows_hold_the_last_observed_actions(folder: Path, dataset: FutureVerbsDataset) -> None:
    task = verb_task(folder, dataset, observed=4)
    assert [window.key for window in task.windows] == [
        "P01/P01_02_0.25",
        "P01/P01_02_0.5",
        "P01/P01_02_0.75",
    ]
    assert task.windows[0].past == (
        Action("take", "pan"),
        Action("put", "plate"),
        Action("wash", "pan"),
        Action("take", "plate"),
    )
    assert [video.video for video in task.pool] == ["P01_01", "P02_01"]


def test_forecast_verbs_are_scored(folder: Path, dataset: FutureVerbsDataset) -> None:
    task = verb_task(folder, dataset)
    scores, forecasts = forecast_verb_scores(task, dataset, Repeats())
    assert scores.shape == (3, 4)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2]
    assert np.all(scores[:, 3] == 0.0)
    assert [forecast["key"] for forecast in forecasts] == [window.key for window in task.windows]
    found = evaluate_scores("repeats", dataset, scores)
    assert found.score.map.all == 100.0


def test_a_run_goes_on_where_it_was_killed(
    folder: Path, dataset: FutureVerbsDataset, tmp_path: Path
) -> None:
    task = verb_task(folder, dataset)
    with RunFolder.open(tmp_path / "run", {}) as run:
        first, _ = forecast_verb_scores(task, dataset, Repeats(), run)
    again = Repeats()
    with RunFolder.open(tmp_path / "run", {}, resume=True) as run:
        second, _ = forecast_verb_scores(task, dataset, again, run)
    assert np.array_equal(first, second)
    assert again.asked == 0


def test_classes_must_be_those_of_the_dataset(folder: Path) -> None:
    others = load_future_verbs(folder, 5, "frequent.csv")
    with pytest.raises(DatasetError, match="is not in numbers of 5 verbs, as the dataset is; put"):
        verb_task(folder, others)


def test_record_is_json_of_the_contract(dataset: FutureVerbsDataset) -> None:
    record = json.loads(json.dumps(verb_record(evaluate_embedded(dataset)), allow_nan=False))
    assert record["n"] == 3
    assert record["map"] == {"all": 100.0, "freq": 100.0, "rare": 100.0}
    assert sorted(record["by_ratio"]) == ["0.25", "0.5", "0.75"]
    assert set(record["baselines"]) == {
        "random",
        "train-prior",
        "observed-counts",
        "observed-set+prior",
    }
    assert set(record["told_less"]) == {"fraction", "person"}
    assert record["intervals"]["all"] == [100.0, 100.0]


def test_a_figure_over_no_class_is_none(folder: Path) -> None:
    (folder / "frequent.csv").write_text("verb_class,verb\n3,cut\n")
    found = evaluate_embedded(load_future_verbs(folder, len(VERBS), "frequent.csv"))
    assert verb_record(found)["map"]["freq"] is None
    assert "| embedded | 100.0 | none | 100.0 |" in verb_report("epic-lta", found)


def test_page_shows_the_model_beside_the_baselines(dataset: FutureVerbsDataset) -> None:
    page = verb_report("epic-lta", evaluate_embedded(dataset))
    assert page.startswith("# epic-lta: 3 records, model embedded\n")
    assert "| embedded | 100.0 | 100.0 | 100.0 | 100.0 to 100.0 | 100.0 |" in page
    assert "| not told the person | 100.0 |" in page
    assert "| observed-counts | 100.0 |" in page
    assert "| 75% | 100.0 | 100.0 | 100.0 |" in page
