"""A run keeps each result at once, and goes on where it was killed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from foretell.errors import ConfigError, DatasetError, ModelError
from foretell.evals.run_folder import PROOF, Record, RunFolder
from foretell.evals.runner import Progress, run
from foretell.types import Usage

ITEMS = {name: len(name) for name in ("a", "bb", "ccc", "dddd")}
SETTINGS = {"model": "embedded", "k": 5}


class Killed(Exception):
    """What ends a run in these tests."""


class Predictor:
    """Gives twice an item's length, counts what it is asked, and may die on the way."""

    def __init__(self, dies_at: int | None = None) -> None:
        self.asked: list[int] = []
        self._dies_at = dies_at

    def __call__(self, items: Sequence[int]) -> Iterator[tuple[str, Record]]:
        for item in reversed(items):
            if item == self._dies_at:
                raise Killed
            self.asked.append(item)
            yield next(key for key in ITEMS if ITEMS[key] == item), {"twice": 2 * item}


RESULTS = [{"key": key, "twice": 2 * len(key)} for key in ITEMS]


def predictions(folder: Path) -> list[str]:
    return (folder / "predictions.jsonl").read_text().splitlines()


def kept(folder: Path) -> list[Record]:
    """Gives what the lines of a folder hold, without what proves them."""
    lines = [json.loads(line) for line in predictions(folder)]
    return [{name: held for name, held in line.items() if name != PROOF} for line in lines]


def test_results_come_in_the_order_of_the_items() -> None:
    assert run(ITEMS, Predictor()) == RESULTS


def test_each_result_is_a_line_of_the_folder(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path / "run", SETTINGS) as folder:
        assert run(ITEMS, Predictor(), folder) == RESULTS
    assert kept(tmp_path / "run") == RESULTS[::-1]
    settings = json.loads((tmp_path / "run" / "run.json").read_text())
    assert settings == SETTINGS | {PROOF: settings[PROOF]}


def test_a_killed_run_goes_on_and_asks_nothing_twice(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as folder, pytest.raises(Killed):
        run(ITEMS, Predictor(dies_at=2), folder)
    assert len(predictions(tmp_path)) == 2
    later = Predictor()
    told: list[Progress] = []
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        assert run(ITEMS, later, folder, told.append) == RESULTS
    assert later.asked == [2, 1]
    assert told == [Progress(done, 4, 2) for done in (2, 3, 4)]
    assert len(predictions(tmp_path)) == 4


def test_what_all_will_take_goes_by_what_is_new() -> None:
    progress = Progress(done=6, total=104, resumed=4, usage=Usage(20, 4, 0.5))
    assert progress.expected == Usage(1000, 200, 25.0)
    assert Progress(4, 104, 4).expected == Usage()


def test_a_half_written_last_line_is_predicted_again(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as folder:
        run(ITEMS, Predictor(), folder)
    file = tmp_path / "predictions.jsonl"
    file.write_bytes(file.read_bytes()[:-4])
    later = Predictor()
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        assert run(ITEMS, later, folder) == RESULTS
    assert later.asked == [1]
    assert kept(tmp_path) == RESULTS[::-1]


def test_an_empty_folder_may_be_resumed(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        assert run(ITEMS, Predictor(), folder) == RESULTS


def test_a_broken_line_inside_is_named(tmp_path: Path) -> None:
    finished(tmp_path)
    file = tmp_path / "predictions.jsonl"
    first, _, *rest = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([first, b"[1]\n", *rest]))
    with (
        RunFolder.open(tmp_path, SETTINGS, resume=True) as folder,
        pytest.raises(DatasetError, match=r"line 2 of .*predictions\.jsonl is no JSON object"),
    ):
        run(ITEMS, Predictor(), folder)


def finished(folder: Path) -> None:
    with RunFolder.open(folder, SETTINGS) as opened:
        run(ITEMS, Predictor(), opened)


def test_a_run_without_a_result_is_forgotten(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as folder, pytest.raises(Killed):
        run(ITEMS, Predictor(dies_at=4), folder)
    with RunFolder.open(tmp_path, SETTINGS | {"k": 3}) as folder:
        assert run(ITEMS, Predictor(), folder) == RESULTS
    assert json.loads((tmp_path / "run.json").read_text())["k"] == 3


def test_a_finished_run_is_not_written_over(tmp_path: Path) -> None:
    finished(tmp_path)
    with pytest.raises(ConfigError, match="holds a run already; give resume"):
        RunFolder.open(tmp_path, SETTINGS)


def test_other_settings_are_told_by_name(tmp_path: Path) -> None:
    finished(tmp_path)
    with pytest.raises(ConfigError, match="other settings: k was 5 and is 3; give the same"):
        RunFolder.open(tmp_path, SETTINGS | {"k": 3}, resume=True)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "run").touch()
    with pytest.raises(ConfigError, match="is a file; give out a folder"):
        RunFolder.open(tmp_path / "run", SETTINGS)


def test_broken_settings_are_told(tmp_path: Path) -> None:
    finished(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ConfigError, match=r"run\.json is not one that a run wrote"):
        RunFolder.open(tmp_path, SETTINGS, resume=True)


def test_an_item_without_a_forecast_is_told() -> None:
    with pytest.raises(ModelError, match="2 of 4 items got no forecast, 'ccc' the first"):
        run(ITEMS, lambda items: list(Predictor()(items[:2])))
