"""Windows are cut as PDPP cuts them: counted on the real data, looked at on made videos."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.evals.datasets.plan_evidence import read_windows
from foretell.evals.datasets.procedure_windows import ProcedureWindow, procedure_windows
from foretell.plans import Demonstration
from foretell.tools.procedures.load import load_numbered
from foretell.tools.procedures.normalized import NumberedProcedures
from foretell.types import Interval
from tests.tools.procedure_files import write

COUNTS = {
    ("crosstask", 3): (10942, 4583),
    ("crosstask", 4): (9271, 3901),
    ("crosstask", 5): (7789, 3296),
    ("crosstask", 6): (6548, 2805),
    ("coin", 3): (15538, 6379),
    ("coin", 4): (12270, 5022),
}
PADDED = {("crosstask", 3): 52, ("crosstask", 4): 115, ("coin", 3): 821, ("coin", 4): 1636}
REPEATS = {3: 35.7, 4: 58.2}
SEEN_IN_TRAINING = {3: 90.5, 4: 74.9}

SHORT = Demonstration("short", "tea", ("boil", "pour"), (Interval(1, 2), Interval(3, 4)))
LONG = Demonstration("long", "tea", ("boil", "steep", "steep", "pour"))


@pytest.fixture(scope="module")
def datasets(data_root: Path) -> dict[str, NumberedProcedures]:
    folder = data_root / "planning"
    return {name: load_numbered(folder, name) for name in ("crosstask", "coin")}


def cut(numbered: NumberedProcedures, split: str, length: int) -> tuple[ProcedureWindow, ...]:
    return procedure_windows(numbered.procedures.of_split(split).demonstrations, length)


@pytest.mark.parametrize(("dataset", "length"), COUNTS)
def test_counts_are_those_of_the_published_windows(
    datasets: dict[str, NumberedProcedures], dataset: str, length: int
) -> None:
    splits = (cut(datasets[dataset], split, length) for split in ("train", "test"))
    assert tuple(map(len, splits)) == COUNTS[dataset, length]


@pytest.mark.parametrize("length", [3, 4, 5, 6])
@pytest.mark.parametrize("dataset", ["crosstask", "coin"])
def test_longer_windows_are_fewer_by_one_for_each_video_that_holds_them(
    datasets: dict[str, NumberedProcedures], dataset: str, length: int
) -> None:
    for split in ("train", "test"):
        windows, longer = (cut(datasets[dataset], split, t) for t in (length, length + 1))
        lengths = [
            len(one.steps) for one in datasets[dataset].procedures.of_split(split).demonstrations
        ]
        assert len(windows) == sum(max(1, steps - length + 1) for steps in lengths)
        assert len(windows) - len(longer) == sum(steps > length for steps in lengths)
        assert len({window.key for window in windows}) == len(windows)


@pytest.mark.parametrize(("dataset", "length"), PADDED)
def test_short_videos_give_one_padded_window(
    datasets: dict[str, NumberedProcedures], dataset: str, length: int
) -> None:
    shown = datasets[dataset].procedures.of_split("test").demonstrations
    short = [one for one in shown if len(one.steps) < length]
    windows = procedure_windows(short, length)
    assert len(windows) == len(short) == PADDED[dataset, length]
    assert all(window.steps[0] == window.steps[1] for window in windows)


@pytest.mark.parametrize("length", [3, 4])
def test_the_windows_of_crosstask_are_as_hard_as_measured(
    datasets: dict[str, NumberedProcedures], length: int
) -> None:
    known = {(window.task, window.steps) for window in cut(datasets["crosstask"], "train", length)}
    windows = cut(datasets["crosstask"], "test", length)
    repeats = sum(len(set(window.steps)) < length for window in windows)
    seen = sum((window.task, window.steps) in known for window in windows)
    assert 100 * repeats / len(windows) == pytest.approx(REPEATS[length], abs=0.05)
    assert 100 * seen / len(windows) == pytest.approx(SEEN_IN_TRAINING[length], abs=0.05)


@pytest.mark.parametrize(
    ("dataset", "split", "length", "published"),
    [
        ("crosstask", "test", 3, "mtid/crosstask/output3.json"),
        ("crosstask", "test", 4, "mtid/crosstask/output4.json"),
        ("crosstask", "train", 4, "kepp/crosstask_T4_step_predictions/train_list.json"),
        ("coin", "test", 3, "mtid/coin/output3.json"),
        ("coin", "test", 4, "mtid/coin/output4.json"),
    ],
)
def test_windows_are_those_that_others_published(
    data_root: Path,
    datasets: dict[str, NumberedProcedures],
    dataset: str,
    split: str,
    length: int,
    published: str,
) -> None:
    numbered = datasets[dataset]
    tasks = [task.name for task in numbered.procedures.tasks]
    theirs = Counter(
        (row.video, tasks[row.task_id], tuple(numbered.actions[n] for n in row.actions))
        for row in read_windows(data_root / "planning" / published)
    )
    ours = Counter((one.video, one.task, one.steps) for one in cut(numbered, split, length))
    assert ours == theirs


def test_every_run_of_steps_is_a_window() -> None:
    assert [(window.key, window.steps) for window in procedure_windows([LONG], 3)] == [
        ("long_0", ("boil", "steep", "steep")),
        ("long_1", ("steep", "steep", "pour")),
    ]
    assert all(window.intervals == () for window in procedure_windows([LONG], 3))


def test_a_short_video_begins_with_its_first_step_over_and_over() -> None:
    first, last = SHORT.intervals
    assert procedure_windows([SHORT], 4) == (
        ProcedureWindow(
            "short_0",
            "short",
            "tea",
            ("boil", "boil", "boil", "pour"),
            (first, first, first, last),
        ),
    )


def test_a_video_without_steps_gives_no_window() -> None:
    assert procedure_windows([Demonstration("empty", "tea", ())], 3) == ()


def test_videos_stay_in_their_order() -> None:
    windows = procedure_windows([LONG, SHORT], 2)
    assert [window.key for window in windows] == ["long_0", "long_1", "long_2", "short_0"]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=9), st.integers(1, 8))
def test_windows_put_together_give_the_video_again(steps: list[str], length: int) -> None:
    windows = procedure_windows([Demonstration("v", "task", tuple(steps))], length)
    assert {len(window.steps) for window in windows} == {length}
    rest = [window.steps[-1] for window in windows[1:]]
    padding = [steps[0]] * (length - len(steps))
    assert [*windows[0].steps, *rest] == padding + steps


def test_niv_is_cut_alike(tmp_path: Path) -> None:
    tyre = [[0, 0, 5], [1, 6, 9], [2, 9, 12], [1, 12, 15]]
    content = {
        "dataset": "NIV",
        "actions": {"0": "jack up", "1": "unscrew", "2": "pull wheel", "3": "boil", "4": "pour"},
        "tasks": [
            {"task_id": 0, "name": "changing_tire", "action_ids": [0, 1, 2]},
            {"task_id": 1, "name": "coffee", "action_ids": [3, 4]},
        ],
        "videos": [
            {"vid": "changing_tire_0001", "task_id": 0, "split": "train", "steps": tyre},
            {"vid": "coffee_0001", "task_id": 1, "split": "test", "steps": [[3, 0, 1], [4, 1, 2]]},
            {"vid": "changing_tire_0002", "task_id": 0, "split": "test", "steps": tyre[:3]},
        ],
    }
    numbered = load_numbered(write(tmp_path / "niv.json", content), "niv")
    train = cut(numbered, "train", 3)
    assert [window.steps for window in train] == [
        ("jack up", "unscrew", "pull wheel"),
        ("unscrew", "pull wheel", "unscrew"),
    ]
    assert train[1].intervals == (Interval(6, 9), Interval(9, 12), Interval(12, 15))
    assert [window.steps for window in cut(numbered, "test", 3)] == [
        ("boil", "boil", "pour"),
        ("jack up", "unscrew", "pull wheel"),
    ]
