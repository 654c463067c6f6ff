"""Lists of windows, made and real."""

from __future__ import annotations

from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.datasets.plan_evidence import PlanWindow, read_windows
from foretell.tools.procedures.load import load_numbered
from foretell.types import Interval
from tests.tools.procedure_files import write

FIRST = {"vid": "a", "task_id": 2, "legal_range": [[1, 3, 7], [3, 4, 5]]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "output2.json"


def test_windows_with_what_recognisers_said(file: Path) -> None:
    told = {**FIRST, "event_class": 4, "pred_list": [7, 0, 0, 6]}
    unnamed = {"feature": "/features/niv/b.npy", "task_id": 0, "legal_range": [[0, 0, 1]]}
    write(file, [{"id": FIRST, "instruction_len": 2}, {"id": told}, {"id": unnamed}])
    intervals = (Interval(1.0, 3.0), Interval(3.0, 4.0))
    assert read_windows(file) == (
        PlanWindow("a", 2, (7, 5), intervals),
        PlanWindow("a", 2, (7, 5), intervals, predicted_task=4, predicted_ends=(7, 6)),
        PlanWindow("b", 0, (1,), (Interval(0.0, 0.0),)),
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"id": FIRST}, ': holds no windows; give a list of {"id": {"vid": ..., "task_id": ..., '),
        ([FIRST], ": holds no windows; give a list"),
        ([{"id": FIRST}, FIRST], ", item 2: field 'id' is missing; give what the window is in it"),
        ([{"id": {**FIRST, "vid": ""}}], ", item 1, 'id': names no video; give 'vid' or 'feature'"),
        ([{"id": {**FIRST, "task_id": -1}}], ", item 1, 'id': field 'task_id' is -1; "),
        ([{"id": {**FIRST, "legal_range": []}}], ", item 1, 'id': field 'legal_range' is []; "),
        ([{"id": {**FIRST, "pred_list": [1]}}], ", item 1, 'id': field 'pred_list' is [1]; "),
        (
            [{"id": {**FIRST, "legal_range": [[3, 1, 0]]}}],
            ", item 1, 'id': interval (3.0, 1.0) ends before it starts",
        ),
    ],
)
def test_wrong_lists_are_refused(file: Path, content: object, complaint: str) -> None:
    write(file, content)
    with pytest.raises(DatasetError) as refused:
        read_windows(file)
    assert str(refused.value).startswith(f"{file}{complaint}")


@pytest.mark.parametrize(
    ("dataset", "file_name", "accuracy"),
    [("crosstask", "crosstask/output3.json", 0.937), ("coin", "coin/output3.json", 0.815)],
)
def test_published_windows_are_stretches_of_the_datasets_videos(
    data_root: Path, dataset: str, file_name: str, accuracy: float
) -> None:
    windows = read_windows(data_root / "planning" / "mtid" / file_name)
    numbered = load_numbered(data_root, dataset)
    tasks = [task.name for task in numbered.procedures.tasks]
    shown = {one.video: one for one in numbered.procedures.demonstrations}
    for window in windows:
        demonstration = shown[window.video]
        assert tasks[window.task_id] == demonstration.task
        names = [numbered.actions[number] for number in window.actions]
        padded = (*demonstration.steps[:1] * len(names), *demonstration.steps)
        starts = range(len(padded) - len(names) + 1)
        assert any(list(padded[start : start + len(names)]) == names for start in starts)
    right = sum(window.predicted_task == window.task_id for window in windows)
    assert right / len(windows) == pytest.approx(accuracy, abs=5e-4)


def test_predicted_ends_are_right_as_often_as_measured(data_root: Path) -> None:
    folder = data_root / "planning" / "kepp" / "crosstask_T4_step_predictions"
    windows = read_windows(folder / "test_list.json")
    told = [window.predicted_ends or (-1, -1) for window in windows]
    pairs = list(zip(told, windows, strict=True))
    first = sum(ends[0] == window.actions[0] for ends, window in pairs)
    last = sum(ends[1] == window.actions[-1] for ends, window in pairs)
    shares = [count / len(windows) for count in (first, last)]
    assert shares == pytest.approx([0.730, 0.634], abs=1e-3)
