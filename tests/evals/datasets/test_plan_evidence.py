"""What is seen of the ends and told of the task: the truth, drawn mistakes, files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.evals.datasets.plan_evidence import Ends, StartGoalLabels, TaskLabels
from foretell.evals.datasets.procedure_windows import ProcedureWindow
from foretell.evals.datasets.procedures import (
    PlanningTask,
    ProcedurePlanning,
    load_procedure_planning,
)
from foretell.tools.procedures.load import load_numbered
from foretell.tools.procedures.normalized import NumberedProcedures
from tests.evals.made_procedures import (
    Row,
    dataset,
    planned_windows,
    read_dataset,
    rows,
    write_dataset,
)
from tests.tools.procedure_files import write


@dataclass(frozen=True)
class Planned:
    """The windows of a dataset that are planned."""

    numbered: NumberedProcedures
    windows: tuple[ProcedureWindow, ...]

    def ends(
        self, source: str | Path = "oracle", seed: int = 0, *, noise: float | None = None
    ) -> list[Ends]:
        return StartGoalLabels.parse(str(source), noise).of(self.windows, self.numbered, seed)

    def tasks(self, source: str | Path) -> list[str]:
        return TaskLabels.parse(str(source)).of(self.windows, self.numbered)

    def rows(self, **told: object) -> list[Row]:
        return rows(self.windows, self.numbered, **told)

    def true_ends(self) -> list[Ends]:
        return [(window.steps[0], window.steps[-1]) for window in self.windows]


@pytest.fixture
def made(tmp_path: Path) -> Planned:
    numbered = read_dataset(tmp_path)
    return Planned(numbered, planned_windows(numbered, 3))


@pytest.fixture(scope="module")
def crosstask(data_root: Path) -> Planned:
    numbered = load_numbered(data_root / "planning", "crosstask")
    return Planned(numbered, planned_windows(numbered, 3))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "predicted.json"


def test_the_oracle_tells_the_truth(made: Planned) -> None:
    assert made.ends("oracle") == made.true_ends()
    assert made.ends("oracle")[0] == ("boil water", "pour water")
    assert made.tasks("oracle") == ["Make Tea"] * 3 + ["Make Toast"] * 3


def test_no_task_is_told_where_it_is_to_be_predicted(made: Planned) -> None:
    assert made.tasks("predicted") == [""] * 6


@pytest.mark.parametrize("rate", [0.3, 0.6])
def test_each_end_is_wrong_at_the_rate_and_on_its_own(crosstask: Planned, rate: float) -> None:
    wrong = np.array(crosstask.ends(noise=rate)) != np.array(crosstask.true_ends())
    spread = 4 * np.sqrt(rate * (1 - rate) / len(wrong))
    assert wrong.mean(axis=0) == pytest.approx([rate, rate], abs=spread)
    assert wrong.all(axis=1).mean() == pytest.approx(rate**2, abs=spread)


def test_a_wrong_label_is_another_step_of_the_task(crosstask: Planned) -> None:
    steps = {task.name: set(task.steps) for task in crosstask.numbered.procedures.tasks}
    seen = zip(crosstask.ends(noise=0.9), crosstask.windows, strict=True)
    assert all(set(ends) <= steps[window.task] for ends, window in seen)


def test_mistakes_are_drawn_by_the_seed(crosstask: Planned) -> None:
    assert crosstask.ends(noise=0.3, seed=7) == crosstask.ends(noise=0.3, seed=7)
    assert crosstask.ends(noise=0.3, seed=7) != crosstask.ends(noise=0.3, seed=8)
    assert crosstask.ends(noise=0) == crosstask.true_ends()


def test_a_higher_rate_adds_mistakes_and_keeps_those_there_were(crosstask: Planned) -> None:
    true, some, more = map(
        np.array,
        (crosstask.true_ends(), crosstask.ends(noise=0.2), crosstask.ends(noise=0.5)),
    )
    wrong = some != true
    assert (some[wrong] == more[wrong]).all()
    assert (more != true).sum() > 2 * wrong.sum()


def test_the_only_step_of_a_task_is_taken_for_no_other(made: Planned) -> None:
    [first, *_] = made.windows
    alone = ProcedureWindow("w", "v", "Wait", ("add tea", "add tea"), first.intervals[:2])
    ends = StartGoalLabels.parse(noise=0.99).of([alone] * 20, made.numbered, 0)
    assert ends == [("add tea", "add tea")] * 20


def test_a_file_tells_the_ends(made: Planned, file: Path) -> None:
    listed = made.rows(pred_list=[0, 0, 2])
    listed[1]["id"]["pred_list"] = [5, 1]
    write(file, listed)
    expected = [("boil water", "pour water")] * 6
    expected[1] = ("spread butter", "add tea")
    assert made.ends(file) == expected


def test_a_file_tells_the_tasks(made: Planned, file: Path) -> None:
    listed = made.rows(event_class=1)
    listed[2]["id"]["event_class"] = 0
    write(file, listed)
    assert made.tasks(file) == ["Make Toast"] * 2 + ["Make Tea"] + ["Make Toast"] * 3


def test_videos_may_be_listed_in_any_order(made: Planned, file: Path) -> None:
    listed = made.rows(event_class=0)
    for number, row in enumerate(listed):
        row["id"]["event_class"] = number % 3
    by_video = sorted(listed, key=lambda row: str(row["id"]["vid"]), reverse=True)
    assert [row["id"]["vid"] for row in by_video] != [row["id"]["vid"] for row in listed]
    write(file, by_video)
    names = [task.name for task in made.numbered.procedures.tasks]
    assert made.tasks(file) == [names[number % 3] for number in range(6)]


def test_kepps_recogniser_is_right_as_often_as_measured(data_root: Path) -> None:
    folder = data_root / "planning"
    numbered = load_numbered(folder, "crosstask")
    planned = Planned(numbered, planned_windows(numbered, 4))
    ends = planned.ends(folder / "kepp" / "crosstask_T4_step_predictions" / "test_list.json")
    right = np.array(ends) == np.array(planned.true_ends())
    assert right.mean(axis=0) == pytest.approx([0.730, 0.634], abs=5e-4)
    assert right.all(axis=1).mean() == pytest.approx(0.500, abs=5e-4)


@pytest.mark.parametrize(("name", "accuracy"), [("crosstask", 0.937), ("coin", 0.815)])
def test_mtids_classifier_is_right_as_often_as_measured(
    data_root: Path, name: str, accuracy: float
) -> None:
    folder = data_root / "planning"
    numbered = load_numbered(folder, name)
    planned = Planned(numbered, planned_windows(numbered, 3))
    told = planned.tasks(folder / "mtid" / name / "output3.json")
    right = [task == window.task for task, window in zip(told, planned.windows, strict=True)]
    assert np.mean(right) == pytest.approx(accuracy, abs=5e-4)


def test_other_windows_than_the_dataset_has_are_refused(made: Planned, file: Path) -> None:
    write(file, made.rows(event_class=0)[1:])
    with pytest.raises(DatasetError) as refused:
        made.tasks(file)
    assert str(refused.value) == (
        f"{file} holds 1 windows of the video 'test-0-0', and there are 2; give a file of the "
        "same dataset, split and steps"
    )
    unknown = made.rows(event_class=0)
    write(file, [*unknown, {"id": {**unknown[0]["id"], "vid": "elsewhere"}}])
    with pytest.raises(DatasetError, match="holds 1 windows of the video 'elsewhere', and there a"):
        made.tasks(file)


@pytest.mark.parametrize(
    "steps",
    [
        [[0, 2, 0], [2, 4, 1], [5, 7, 1]],
        [[0, 2, 0], [2, 4, 1], [5, 9, 2]],
        [[0, 2, 0], [2, 4, 1]],
        [[0, 2, 0], [2, 4, 1], [5, 7, 99]],
        [[0, 2, 0], [2, 4, 1], [5, 7, -4]],
    ],
    ids=["another step", "another time", "too few steps", "unknown step", "negative step"],
)
def test_other_steps_than_the_window_has_are_refused(
    made: Planned, file: Path, steps: list[list[int]]
) -> None:
    listed = made.rows(pred_list=[0, 2])
    listed[0]["id"]["legal_range"] = steps
    write(file, listed)
    with pytest.raises(DatasetError) as refused:
        made.ends(file)
    assert str(refused.value) == (
        f"{file} tells other steps or times of the window 'test-0-0_0', which holds boil water, "
        "add tea, pour water; give a file of the same dataset, split and steps"
    )


def test_a_file_must_tell_what_is_asked_of_it(made: Planned, file: Path) -> None:
    write(file, made.rows())
    with pytest.raises(DatasetError) as refused:
        made.ends(file)
    assert str(refused.value) == (
        f"{file} tells no predicted steps of the video 'test-0-0'; give a file whose windows "
        "have 'pred_list'"
    )
    with pytest.raises(DatasetError) as refused:
        made.tasks(file)
    assert str(refused.value) == (
        f"{file} tells no predicted task of the video 'test-0-0'; give a file whose windows "
        "have 'event_class'"
    )


@pytest.mark.parametrize("number", [6, -1])
def test_a_predicted_step_must_be_one_of_the_dataset(
    made: Planned, file: Path, number: int
) -> None:
    write(file, made.rows(pred_list=[0, number]))
    with pytest.raises(DatasetError) as refused:
        made.ends(file)
    assert str(refused.value) == (
        f"{file} predicts the step {number}, and the dataset has 0 to 5; give a file of the same "
        "dataset"
    )


def test_a_predicted_task_must_be_one_of_the_dataset(made: Planned, file: Path) -> None:
    write(file, made.rows(event_class=3))
    with pytest.raises(DatasetError, match="predicts the task 3, and the dataset has 0 to 2; give"):
        made.tasks(file)


def test_how_often_labels_are_right_is_known_or_given(file: Path) -> None:
    write(file, [])
    assert StartGoalLabels.parse().accuracy == 1.0
    assert StartGoalLabels.parse(noise=0.3).accuracy == 0.7
    assert StartGoalLabels.parse(str(file)).accuracy == 0.7
    assert StartGoalLabels.parse(noise=0.3, accuracy=0.9).accuracy == 0.9
    assert TaskLabels.parse("oracle").accuracy == 1.0
    assert TaskLabels.parse("predicted").accuracy == 1.0
    assert TaskLabels.parse(str(file)).accuracy == 0.8
    assert TaskLabels.parse(str(file), 0.95).accuracy == 0.95


@pytest.mark.parametrize("source", ["seen", "corrupt", "gone.json", "predicted"])
def test_unknown_labels_are_refused(source: str) -> None:
    with pytest.raises(ConfigError) as refused:
        StartGoalLabels.parse(source)
    assert str(refused.value) == (
        f"start_goal {source!r} is unknown; give 'oracle', or a file of windows with predicted "
        "steps"
    )


@pytest.mark.parametrize("noise", [1.0, 1.5, -0.1, float("nan")])
def test_noise_is_a_share_below_one(noise: float) -> None:
    with pytest.raises(ConfigError) as refused:
        StartGoalLabels.parse(noise=noise)
    assert str(refused.value) == (
        f"start_goal_noise is {noise!r}; give the share of wrong labels, from 0 to below 1"
    )


def test_noise_spoils_true_labels_alone(file: Path) -> None:
    write(file, [])
    with pytest.raises(ConfigError, match=r"is a file of predicted ones; leave one of them out$"):
        StartGoalLabels.parse(str(file), 0.3)


def test_unknown_tasks_are_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        TaskLabels.parse("guessed")
    assert str(refused.value) == (
        "task 'guessed' is unknown; give 'oracle', 'predicted', or a file of windows with "
        "predicted tasks"
    )


@pytest.mark.parametrize("accuracy", [0.0, -0.5, 1.01, float("nan")])
def test_an_accuracy_is_a_share_above_nothing(accuracy: float) -> None:
    said = f"must be above 0 and at most 1, got {accuracy!r}"
    with pytest.raises(ConfigError, match=f"^start_goal_accuracy {said}$"):
        StartGoalLabels.parse(accuracy=accuracy)
    with pytest.raises(ConfigError, match=f"^task_accuracy {said}$"):
        TaskLabels.parse("oracle", accuracy)


def planning(folder: Path, **settings: int) -> ProcedurePlanning:
    given = {"steps": 3, **settings}
    oracle, none = StartGoalLabels.parse(), TaskLabels.parse("predicted")
    return ProcedurePlanning(folder, "crosstask", ends=oracle, tasks=none, **given)


def load(folder: Path, ends: StartGoalLabels, tasks: TaskLabels) -> PlanningTask:
    write_dataset(folder)
    return load_procedure_planning(ProcedurePlanning(folder, "crosstask", 3, ends, tasks))


def test_a_query_holds_what_is_seen_and_told(tmp_path: Path) -> None:
    task = load(tmp_path, StartGoalLabels.parse(noise=0.4), TaskLabels.parse("oracle", 0.9))
    assert [query.key for query in task.queries] == [window.key for window in task.windows]
    assert {query.accuracy for query in task.queries} == {0.6}
    assert {query.task_accuracy for query in task.queries} == {0.9}
    assert [query.task for query in task.queries] == [window.task for window in task.windows]
    assert {query.steps for query in task.queries} == {3}
    assert all(query.confusions is None for query in task.queries)
    assert {one.split for one in task.train.demonstrations} == {"train"}
    assert task.name == "crosstask"


def test_confusions_are_learnt_where_asked(tmp_path: Path) -> None:
    ends = StartGoalLabels.parse(noise=0.4, learn_confusion_model=True)
    task = load(tmp_path, ends, TaskLabels.parse("predicted"))
    learnt = [query.confusions for query in task.queries]
    assert all(pair and pair[0].actions == task.actions for pair in learnt)


def test_the_first_windows_may_be_asked_for(tmp_path: Path) -> None:
    task = load_procedure_planning(planning(write_dataset(tmp_path)))
    assert task.first(None) == task
    part = task.first(2)
    assert (part.windows, part.queries) == (task.windows[:2], task.queries[:2])
    with pytest.raises(ConfigError, match=r"^limit must be 1 or more, got 0$"):
        task.first(0)


def test_other_evidence_has_another_fingerprint(tmp_path: Path) -> None:
    tasks, ends = TaskLabels.parse("predicted"), StartGoalLabels.parse()
    task = load(tmp_path, ends, tasks)
    assert task.fingerprint() == load(tmp_path, ends, tasks).fingerprint()
    others = [
        load(tmp_path, StartGoalLabels.parse(noise=0.6), tasks),
        load(tmp_path, StartGoalLabels.parse(accuracy=0.9), tasks),
        load(tmp_path, ends, TaskLabels.parse("oracle")),
        task.first(2),
    ]
    assert len({one.fingerprint() for one in (task, *others)}) == 5


def test_settings_are_told() -> None:
    settings = ProcedurePlanning(
        Path("here"), None, 3, StartGoalLabels.parse(noise=0.3), TaskLabels.parse("oracle")
    )
    assert settings.settings("procedure-planning") == {
        "evaluation": "procedure-planning",
        "data": "here",
        "endpoints": "corrupt:0.3",
        "endpoint_accuracy": 0.7,
        "learn_confusions": False,
        "task": "oracle",
        "task_accuracy": 1.0,
    }


@pytest.mark.parametrize("steps", [1, 0, -3, 21])
def test_a_plan_is_neither_too_short_nor_too_long(tmp_path: Path, steps: int) -> None:
    said = f"steps must be 2 to 20, got {steps}; the first and the last step count"
    with pytest.raises(ConfigError, match=f"^{said}$"):
        planning(tmp_path, steps=steps)


@pytest.mark.parametrize("name", ["k", "batch"])
def test_routes_and_batches_are_counted_from_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} must be 1 or more, got 0$"):
        planning(tmp_path, **{name: 0})


def test_data_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone' is not there; give a file or a folder$"):
        load_procedure_planning(planning(tmp_path / "gone"))


@pytest.mark.parametrize(
    ("split", "told"),
    [
        ("train", "5 videos of the split 'train' and 0 windows of the split 'test'"),
        ("test", "0 videos of the split 'train' and 6 windows of the split 'test'"),
    ],
)
def test_both_splits_are_needed(tmp_path: Path, split: str, told: str) -> None:
    write(tmp_path / "crosstask.json", dataset(splits=[split]))
    with pytest.raises(DatasetError, match=f"holds {told}; both are needed$"):
        load_procedure_planning(planning(tmp_path))
