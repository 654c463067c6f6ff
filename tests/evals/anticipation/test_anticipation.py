"""The evaluation of anticipation on made-up clips."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from foretell.actions import ActionSequence
from foretell.errors import DatasetError, ModelError
from foretell.evals.anticipation.evaluation import evaluate
from foretell.evals.datasets.ego4d_lta import AnticipationTask
from foretell.evals.run_folder import RunFolder
from foretell.types import Usage
from tests.evals.made_sequences import NOUNS, TAXONOMY, VERBS, Repeater, circle, clips


def task(count: int = 3) -> AnticipationTask:
    pool = clips(count)
    windows = tuple(window for clip in pool for window in clip.windows(4, 4))
    return AnticipationTask(windows, pool, TAXONOMY, observed=4, horizon=4, k=2)


def test_an_anticipator_that_repeats_scores_as_the_baseline_does() -> None:
    result = evaluate(task(), Repeater(4), settings={})
    record = result.record()
    assert record["n"] == result.n == len(task().windows)
    assert record["ed"] == record["baselines"]["repeat-last"]
    assert set(record["baselines"]) == {
        "repeat-last",
        "loop-past",
        "commonest-past",
        "random",
        "nearest-example",
    }
    for head in ("verb", "noun", "action"):
        assert record["ed"][head] == record["ed_at"][head][-1]
        assert len(record["ed_at"][head]) == 4
        low, high = record["intervals"][head]
        assert low <= record["ed"][head] <= high
        area = np.trapezoid(record["ed_at"][head]) / 3
        assert record["aued"][head] == pytest.approx(area)
    assert record["repairs"] == {"padded": result.n}
    assert record["notes"] == []
    json.dumps(record)


def test_the_folder_holds_predictions_and_the_official_submission(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, {}) as folder:
        evaluate(task(), Repeater(4), settings={}, folder=folder)
    submission = json.loads((tmp_path / "submission.json").read_text())
    assert list(submission) == [window.key for window in task().windows]
    for window in task().windows:
        last = window.past[-1]
        assert submission[window.key] == {
            "verb": [[VERBS.index(last.verb)] * 4] * 2,
            "noun": [[NOUNS.index(last.noun)] * 4] * 2,
        }
    lines = (tmp_path / "predictions.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["key"] == task().windows[-1].key


def test_a_resumed_run_gives_the_same_result_without_asking(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, {}) as folder:
        first = evaluate(task(), Repeater(4), settings={}, folder=folder).record()
    nobody = Repeater(4)
    with RunFolder.open(tmp_path, {}, resume=True) as folder:
        again = evaluate(task(), nobody, settings={}, folder=folder).record()
    assert nobody.asked == []
    assert again | {"seconds": first["seconds"]} == first


def test_baselines_that_lack_examples_are_noted() -> None:
    result = evaluate(task(1), Repeater(4), settings={})
    assert result.notes[0].startswith("random and nearest-example are left out: a window has")


def test_a_forecast_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ModelError, match=r"holds 3 candidates of \[4\] actions; it must hold 2 of"):
        evaluate(task(), Repeater(4, candidates=3), settings={})


def test_data_without_a_window_is_refused() -> None:
    with pytest.raises(DatasetError, match="no window of 4 past and 9 future actions in this data"):
        AnticipationTask((), (), TAXONOMY, observed=4, horizon=9)


def test_windows_that_share_a_name_are_refused() -> None:
    windows = clips()[0].windows(4, 4)
    with pytest.raises(DatasetError, match="2 windows are called 'clip0_3'; give each clip a name"):
        AnticipationTask((*windows, windows[0]), (), TAXONOMY)


def test_other_windows_have_another_fingerprint() -> None:
    other = ActionSequence("clip0", "video0", circle(14, 5)).windows(4, 4)
    changed = AnticipationTask(tuple(other), (), TAXONOMY)
    assert task().fingerprint() == task().fingerprint() != changed.fingerprint()


def test_nothing_was_spent() -> None:
    assert evaluate(task(), Repeater(4), settings={}).usage == Usage()
