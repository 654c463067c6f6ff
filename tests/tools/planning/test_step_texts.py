"""How words are compared with steps and tasks, and how well that tells them on made examples."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from foretell.memory.banks.built_in import built_in_plans
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.planning.step_texts import (
    MOST_TASKS,
    STATE_FITS,
    Floats,
    Likeness,
    StepTexts,
    best_fit,
    task_likelihoods,
)
from tests.tools.made_ends import MADE_ENDS, NO_TASK, MadeEnds

TEA = ("fill kettle", "boil water", "pour water")
MADE = Procedures(
    "made",
    (ProcedureTask("make tea", TEA), ProcedureTask("wash up"), ProcedureTask("rest", ("sit",))),
    (
        Demonstration("one", "wash up", ("rinse cup", "pour water", "dry cup")),
        Demonstration("two", "make tea", (*TEA, "drink")),
    ),
)


def made() -> StepTexts:
    return StepTexts(MADE, HashEmbedder())


def test_words_are_compared_in_the_context_of_the_task() -> None:
    texts = made()
    likeness = texts.likeness(["pour water (wash up)"])
    assert texts.actions[int(likeness.actions.argmax())] == "pour water"
    for seen_now, task in ((likeness, 1), (texts.likeness(["rest"]), 2)):
        best, cosine = best_fit([seen_now])
        assert best == task
        assert cosine == pytest.approx(1.0, abs=1e-3)


def test_several_texts_count_on_average() -> None:
    texts = made()
    one, other = texts.likeness(["fill kettle"]), texts.likeness(["sit (rest)"])
    both = texts.likeness(["fill kettle", "sit (rest)"])
    assert both.actions.max() < max(one.actions.max(), other.actions.max())


def test_a_state_lies_near_its_edge() -> None:
    texts = made()
    start = texts.state_likelihoods(None, "start")
    goal = texts.state_likelihoods(None, "goal")
    assert start.max() == goal.max() == 1.0
    of = {name: number for number, name in enumerate(texts.actions)}
    assert start[of["fill kettle"]] == 1.0 > start[of["boil water"]] > start[of["dry cup"]]
    assert goal[of["pour water"]] == 1.0 > goal[of["boil water"]] > goal[of["fill kettle"]]
    assert start[of["rinse cup"]] == goal[of["dry cup"]] == 1.0


def test_a_start_follows_the_step_that_led_to_it() -> None:
    texts = made()
    of = {name: number for number, name in enumerate(texts.actions)}
    done = texts.likeness(["boil water (make tea)"])
    start, goal = texts.state_likelihoods(done, "start"), texts.state_likelihoods(done, "goal")
    assert start[of["pour water"]] > start[of["boil water"]]
    assert goal[of["boil water"]] > goal[of["fill kettle"]]
    assert done.before[of["fill kettle"]] == done.actions[of["fill kettle"]]


def test_deeds_have_no_edge() -> None:
    texts = made()
    deed = texts.deed_likelihoods(texts.likeness(["boil water (make tea)"]))
    assert texts.actions[int(deed.argmax())] == "boil water"
    assert deed.max() == 1.0


def test_the_nearest_step_among_some() -> None:
    texts = made()
    (found,) = texts.nearest(["boil the water"], [0, 1, 2])
    assert (found[0], found[1] > 0.3) == (1, True)
    ((other, _),) = texts.nearest(["boil the water"], [0, 2])
    assert other in (0, 2)


def test_few_tasks_stay() -> None:
    seen = Likeness(np.zeros(1), np.zeros(1), np.linspace(0.0, 1.0, 30))
    likelihoods = task_likelihoods([seen])
    assert np.count_nonzero(likelihoods) == MOST_TASKS
    assert likelihoods[-1] == 1.0
    assert (np.diff(likelihoods) >= 0).all()


def test_vectors_are_kept(tmp_path: Path) -> None:
    StepTexts(MADE, HashEmbedder(), tmp_path).likeness(["tea"])
    assert len(list(tmp_path.iterdir())) == 2


@cache
def everyday(vectors: Path) -> StepTexts:
    return StepTexts(built_in_plans(), SentenceEmbedder(), vectors)


@cache
def seen(vectors: Path, start: str, goal: str) -> tuple[Likeness, Likeness]:
    texts = everyday(vectors)
    return texts.likeness([start]), texts.likeness([goal])


def found(vectors: Path, ends: MadeEnds) -> Floats:
    """The share of the tasks that the ends may mean."""
    likelihoods = task_likelihoods(seen(vectors, ends.start, ends.goal))
    meant = [everyday(vectors).tasks.index(task) for task in ends.tasks]
    return np.asarray(likelihoods[meant].sum() / likelihoods.sum())


@pytest.mark.parametrize("half", [0, 1], ids=["chosen on", "checked on"])
def test_the_task_is_found(everyday_vectors: Path, half: int) -> None:
    shares = np.array([found(everyday_vectors, ends) for ends in MADE_ENDS[half::2]])
    assert (shares > 0.5).mean() >= 0.9
    assert -np.log(np.maximum(shares, 1e-6)).mean() < 0.13


@pytest.mark.parametrize("half", [0, 1], ids=["chosen on", "checked on"])
def test_the_step_is_found_at_the_edge(everyday_vectors: Path, half: int) -> None:
    texts = everyday(everyday_vectors)
    steps = {task.name: task.steps for task in built_in_plans().tasks}
    losses: list[float] = []
    for ends in MADE_ENDS[half::2]:
        ids = [texts.actions.index(step) for step in steps[ends.tasks[0]]]
        start, goal = seen(everyday_vectors, ends.start, ends.goal)
        for likelihoods, place in (
            (texts.state_likelihoods(start, "start")[ids], ends.first),
            (texts.state_likelihoods(goal, "goal")[ids], min(ends.last, len(ids) - 1)),
        ):
            losses.append(-np.log(likelihoods[place] / likelihoods.sum()))
    assert np.mean(losses) < 0.65, "1.67 where all steps are as likely"


def test_what_fits_is_told_from_what_does_not(everyday_vectors: Path) -> None:
    fits = [best_fit(seen(everyday_vectors, e.start, e.goal))[1] for e in MADE_ENDS]
    others = [best_fit(seen(everyday_vectors, *ends))[1] for ends in NO_TASK]
    assert np.mean(np.array(fits) >= STATE_FITS) == 1.0
    assert np.mean(np.array(others) < STATE_FITS) >= 0.75
