"""The evaluation of planning on made videos: scores, resuming, stored plans, reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from foretell.config import Config, load_config
from foretell.errors import ConfigError, ModelError
from foretell.evals.datasets.plan_evidence import StartGoalLabels, TaskLabels
from foretell.evals.datasets.procedures import (
    PlanningTask,
    ProcedurePlanning,
    load_procedure_planning,
)
from foretell.evals.metrics.bootstrap import mean_interval
from foretell.evals.metrics.plans import successes
from foretell.evals.planning.evaluation import PlanningResult, evaluate
from foretell.evals.planning.records import ReplayPlanner, encode_plans
from foretell.evals.planning.run import load_planner, run_planning
from foretell.evals.planning.scores import score_plans
from foretell.evals.run_folder import RunFolder
from foretell.evals.runner import Progress, RunOptions
from foretell.plans import Plan, PlannedStep, Route
from foretell.tools.planning.planner import PlanQuery
from foretell.types import Usage
from tests.evals.made_procedures import dataset, write_dataset
from tests.tools.procedure_files import write

BASELINES = {
    "markov-viterbi",
    "vote-same-ends",
    "nearest-window",
    "commonest-of-task",
    "copy-start",
    "random",
}


class Killed(Exception):
    """What ends a run in these tests."""


class Copier:
    """Copies the start up to the goal, the last query first, counts what it is asked, may die."""

    def __init__(self, dies_after: int | None = None, steps: int | None = None) -> None:
        self.asked: list[str] = []
        self._dies_after = dies_after
        self._steps = steps

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        for query in reversed(list(queries)):
            if len(self.asked) == self._dies_after:
                raise Killed
            self.asked.append(query.key)
            length = self._steps or query.steps
            yield query, Plan(route(*[query.start] * (length - 1), query.goal), usage=Usage(10, 2))


class Told:
    """Gives routes that were written down, the first of them chosen, and a task."""

    def __init__(self, routes: Mapping[str, list[Route]], task: str = "Make Tea") -> None:
        self._routes = routes
        self._task = task

    def plan_windows(self, queries: Iterable[PlanQuery]) -> Iterator[tuple[PlanQuery, Plan]]:
        for query in queries:
            first, *others = self._routes[query.key]
            yield query, Plan(first, alternatives=tuple(others), task=self._task)


def route(*steps: str) -> Route:
    return Route(tuple(PlannedStep(step, 0.5) for step in steps), 0.25)


def load(
    folder: Path, *, noise: float | None = None, task: str = "predicted", steps: int = 3
) -> PlanningTask:
    ends, tasks = StartGoalLabels.parse(noise=noise), TaskLabels.parse(task)
    return load_procedure_planning(
        ProcedurePlanning(write_dataset(folder), "crosstask", steps, ends, tasks)
    )


@pytest.fixture
def task(tmp_path: Path) -> PlanningTask:
    return load(tmp_path / "data")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(library=tmp_path / "library")


def same(result: PlanningResult, other: PlanningResult) -> bool:
    return replace(result, seconds=0.0) == replace(other, seconds=0.0)


def test_right_plans_score_all(task: PlanningTask) -> None:
    truth = {window.key: [route(*window.steps)] for window in task.windows}
    result = evaluate(task, Told(truth), settings={"miou_batch": 32})
    record = result.record()
    assert record["n"] == result.n == 6
    assert [record[name] for name in ("sr", "macc", "miou", "miou_batch", "middle")] == [100.0] * 5
    assert set(record["intervals"]) == {"sr", "macc", "miou"}
    assert all(interval == [100.0, 100.0] for interval in record["intervals"].values())
    assert record["success_within"] == [100.0] * 5
    assert record["task_accuracy"] == 50.0
    assert record["endpoint_accuracy"] == [100.0, 100.0]
    assert set(record["baselines"]) == set(record["baseline_intervals"]) == BASELINES
    assert record["notes"] == []
    assert record["usage"] == {"input_tokens": 0, "output_tokens": 0, "cost": None}
    assert json.loads(json.dumps(record)) == record


def test_a_planner_that_copies_scores_as_that_baseline_does(task: PlanningTask) -> None:
    told: list[Progress] = []
    result = evaluate(task, Copier(), settings={}, on_progress=told.append)
    assert result.score == result.baselines["copy-start"]
    # Of six windows "boil, boil, pour" is right alone; the others are right at both ends.
    assert result.score.sr == pytest.approx(100 / 6)
    assert result.score.macc == pytest.approx((5 * 200 / 3 + 100) / 6)
    assert result.score.middle == pytest.approx(100 / 6)
    assert result.usage == Usage(60, 12, None)
    assert result.task_accuracy == 0.0
    assert told == [Progress(done, 6, usage=Usage(10 * done, 2 * done)) for done in range(7)]
    assert [progress.expected for progress in told] == [Usage(), *[Usage(60, 12)] * 6]


def test_a_right_plan_among_the_alternatives_is_told(task: PlanningTask) -> None:
    wrong = route("add tea", "add tea", "add tea")
    right = [route(*window.steps) for window in task.windows]
    places = [0, 1, 1, 2, 4, None]
    routes = {
        window.key: [wrong] * 5 if place is None else [*[wrong] * place, truth, wrong]
        for window, truth, place in zip(task.windows, right, places, strict=True)
    }
    result = evaluate(task, Told(routes), settings={})
    assert result.success_within == pytest.approx([100 * n / 6 for n in (1, 3, 4, 4, 5)])
    assert result.score.sr == pytest.approx(result.success_within[0])
    fewer = evaluate(replace(task, k=2), Told(routes), settings={})
    assert fewer.success_within == pytest.approx([100 / 6, 50])


def test_intervals_are_over_videos(task: PlanningTask) -> None:
    truth = encode_plans([window.steps for window in task.windows], task.actions)
    plans = truth.copy()
    plans[::2, 1] = 99
    videos = [window.video for window in task.windows]
    scores = score_plans({"half": plans, "all": truth}, truth, videos, batch=2, seed=3)
    expected = mean_interval(100.0 * successes(plans, truth), videos, seed=3)
    assert scores["half"].intervals["sr"] == expected
    assert expected.low < scores["half"].sr == 50.0 < expected.high
    again = score_plans({"half": plans}, truth, videos, batch=2, seed=3)["half"]
    assert again == scores["half"]


def test_plans_of_two_steps_have_no_middle(tmp_path: Path) -> None:
    result = evaluate(load(tmp_path, steps=2), Copier(), settings={})
    assert (result.score.sr, result.score.middle) == (100.0, None)
    assert result.record()["middle"] is None


def test_labels_that_were_not_right_are_told(tmp_path: Path) -> None:
    task = load(tmp_path, noise=0.5)
    result = evaluate(task, Copier(), settings={})
    right = [
        [query.start == window.steps[0], query.goal == window.steps[-1]]
        for query, window in zip(task.queries, task.windows, strict=True)
    ]
    assert result.endpoint_accuracy == tuple(100 * np.mean(right, axis=0))
    assert result.endpoint_accuracy != (100.0, 100.0)


def test_tasks_that_nobody_demonstrates_are_noted(tmp_path: Path) -> None:
    content = dataset()
    shown = [one for one in content["videos"] if not one["vid"].startswith("train-1")]
    write(tmp_path / "crosstask.json", content | {"videos": shown})
    ends, tasks = StartGoalLabels.parse(), TaskLabels.parse("oracle")
    task = load_procedure_planning(ProcedurePlanning(tmp_path, None, 3, ends, tasks))
    result = evaluate(task, Copier(), settings={})
    assert result.notes == ("3 windows show a task that nobody demonstrates in training",)


def test_the_commonest_of_the_told_task_is_taken(task: PlanningTask) -> None:
    def commonest(told: str) -> float:
        queries = tuple(replace(query, task=told) for query in task.queries)
        result = evaluate(replace(task, queries=queries), Copier(), settings={})
        return result.baselines["commonest-of-task"].sr

    # The commonest window of each task is right once; without a word, the ends tell the task.
    assert commonest("Make Toast") == pytest.approx(100 / 6)
    assert commonest("") == pytest.approx(200 / 6)


def test_a_cut_run_goes_on_and_asks_nothing_twice(task: PlanningTask, tmp_path: Path) -> None:
    whole = evaluate(task, Copier(), settings={})
    with RunFolder.open(tmp_path, {}) as folder, pytest.raises(Killed):
        evaluate(task, Copier(dies_after=4), settings={}, folder=folder)
    lines = (tmp_path / "predictions.jsonl").read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == [q.key for q in task.queries[:1:-1]]
    later = Copier()
    with RunFolder.open(tmp_path, {}, resume=True) as folder:
        resumed = evaluate(task, later, settings={}, folder=folder)
    assert later.asked == [query.key for query in task.queries[1::-1]]
    assert same(resumed, whole)


def test_a_finished_run_is_scored_again_without_asking(task: PlanningTask, tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, {}) as folder:
        first = evaluate(task, Copier(), settings={}, folder=folder)
    nobody = Copier()
    with RunFolder.open(tmp_path, {}, resume=True) as folder:
        again = evaluate(task, nobody, settings={}, folder=folder)
    assert nobody.asked == []
    assert same(again, first)


def test_a_plan_of_another_length_is_refused(task: PlanningTask) -> None:
    last = task.queries[-1].key
    with pytest.raises(ModelError, match=f"^a plan of '{last}' has 4 steps; it must have 3$"):
        evaluate(task, Copier(steps=4), settings={})


def test_stored_plans_are_scored(task: PlanningTask, tmp_path: Path) -> None:
    plans = {window.key: list(window.steps) for window in task.windows}
    plans[task.windows[0].key][1] = "sing a song"
    file = write(tmp_path / "plans.json", plans)
    result = evaluate(task, ReplayPlanner(file), settings={})
    assert result.score.sr == pytest.approx(500 / 6)
    assert result.score.macc == pytest.approx(100 * 17 / 18)
    assert result.score.miou == pytest.approx(100 * (5 + 2 / 4) / 6)
    assert result.task_accuracy == 0.0


def test_a_run_is_stored_and_replayed(task: PlanningTask, config: Config, tmp_path: Path) -> None:
    first = run_planning(task, config, {}, run=RunOptions(out=tmp_path / "run"))
    stored = tmp_path / "run" / "predictions.jsonl"
    replayed = run_planning(task, load_config(model=f"replay:{stored}"), {})
    assert replayed.score == first.score
    assert replayed.task_accuracy == first.task_accuracy > 80.0


def test_the_embedded_planner_learns_the_order(task: PlanningTask, config: Config) -> None:
    planner = load_planner(task, config)
    plans = {
        query.key: [step.action for step in plan.route.steps]
        for query, plan in planner.plan_windows(task.queries)
    }
    first, *_ = task.windows
    assert plans[first.key] == ["boil water", "add tea", "pour water"]
    assert all(len(plan) == 3 for plan in plans.values())
    result = evaluate(task, planner, settings={})
    assert result.score.sr > result.baselines["copy-start"].sr
    # "add tea, pour water, add tea" begins and ends as the task does that is nothing but "add tea".
    assert result.task_accuracy == pytest.approx(500 / 6)


def test_the_folder_of_a_run_holds_a_report(
    task: PlanningTask, config: Config, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    result = run_planning(task, config, {"endpoints": "oracle"}, run=RunOptions(out=out))
    assert json.loads((out / "result.json").read_text()) == result.record()
    report = (out / "report.md").read_text()
    assert report.startswith("# Procedure planning by embedded: 6 windows of 3 steps\n")
    assert "|  | SR | 95 % | mAcc | mIoU | mIoU of 32 | middle |\n|---|" in report
    figures = [f"{result.score.macc:.1f}", f"{result.score.miou:.1f}"]
    assert f"| **embedded** | {result.score.sr:.1f} | " in report
    assert f" | {' | '.join(figures)} | " in report
    assert all(f"\n| {name} | " in report for name in BASELINES)
    assert "- right labels seen: 100.0 % of the starts, 100.0 % of the goals\n" in report
    assert "- right tasks named: 83.3 %\n" in report
    assert "- a right plan among the first: 1 " in report
    assert "\n- endpoints: oracle\n" in report
    assert "\n- no tokens\n" in report
    assert "## Notes" not in report


def test_a_report_says_where_there_is_no_middle(config: Config, tmp_path: Path) -> None:
    run_planning(load(tmp_path / "data", steps=2), config, {}, run=RunOptions(out=tmp_path / "run"))
    assert " | none |\n" in (tmp_path / "run" / "report.md").read_text()


def test_a_run_goes_on_with_the_same_settings_only(
    task: PlanningTask, config: Config, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    first = run_planning(task, config, {}, run=RunOptions(out=out))
    with pytest.raises(ConfigError, match="holds a run already; give resume to go on with it"):
        run_planning(task, config, {}, run=RunOptions(out=out))
    assert same(run_planning(task, config, {}, run=RunOptions(out=out, resume=True)), first)
    with pytest.raises(ConfigError, match="with other settings: limit was None and is 2; windows"):
        run_planning(task, config, {}, run=RunOptions(2, out, resume=True))
    with pytest.raises(ConfigError, match="resume needs the folder of the run; give it with"):
        run_planning(task, config, {}, run=RunOptions(resume=True))


def test_the_first_windows_alone(task: PlanningTask, config: Config) -> None:
    result = run_planning(task, config, {}, run=RunOptions(limit=2))
    assert (result.n, result.settings["limit"]) == (2, 2)


def test_settings_tell_what_was_run(task: PlanningTask, config: Config) -> None:
    settings = run_planning(task, config, {"task": "predicted"}).settings
    assert settings == {
        "task": "predicted",
        "limit": None,
        "model": "embedded",
        "dataset": "crosstask",
        "steps": 3,
        "k": 5,
        "seed": 0,
        "miou_batch": 32,
        "windows": task.fingerprint(),
    }


def test_the_embedded_planner_beats_counting_moves_on_crosstask(data_root: Path) -> None:
    ends, tasks = StartGoalLabels.parse(), TaskLabels.parse("predicted")
    data = ProcedurePlanning(data_root / "planning", "crosstask", 3, ends, tasks)
    task = load_procedure_planning(data).first(1000)
    result = evaluate(task, load_planner(task, load_config()), settings={})
    counted = result.baselines["markov-viterbi"]
    assert result.score.sr > counted.sr
    assert result.score.macc > counted.macc
    assert result.score.miou > counted.miou
    assert result.success_within[-1] > 85.0
    assert result.task_accuracy > 85.0
