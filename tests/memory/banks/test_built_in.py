"""The shipped procedures: many, real words, no copies; and their taxonomy reads plain English."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from foretell.actions import Action
from foretell.memory.banks.built_in import (
    Procedure,
    built_in_plans,
    built_in_sequences,
    built_in_taxonomy,
    everyday_procedures,
)
from foretell.memory.banks.taxonomy_files import load_taxonomy

GRAM = 4


def grams(procedure: Procedure) -> set[tuple[Action, ...]]:
    actions = procedure.actions
    return {actions[start : start + GRAM] for start in range(len(actions) - GRAM + 1)}


def test_there_are_many_procedures_and_each_has_its_own_goal() -> None:
    goals = [procedure.goal for procedure in everyday_procedures()]
    assert len(goals) >= 150
    assert len(set(goals)) == len(goals)


def test_each_procedure_has_four_to_nine_steps_and_28_to_45_actions() -> None:
    for procedure in everyday_procedures():
        assert 4 <= len(procedure.steps) <= 9, procedure.goal
        assert 28 <= len(procedure.actions) <= 45, procedure.goal
        assert all(step.actions for step in procedure.steps), procedure.goal


def test_goals_and_steps_are_plain_sentences_without_an_end_mark() -> None:
    assert all(procedure.scenario for procedure in everyday_procedures())
    for task in built_in_plans().tasks:
        for text in (task.name, *task.steps):
            assert text[0].islower(), text
            assert text[-1].isalpha(), text
            assert len(text.split()) >= 2, text


def test_plans_are_the_procedures_and_plainer_goals() -> None:
    plans = built_in_plans()
    steps = {task.name: task.steps for task in plans.tasks}
    assert len(steps) == len(plans.tasks)
    for procedure in everyday_procedures():
        assert steps[procedure.goal] == tuple(step.text for step in procedure.steps)
    assert steps["make scrambled eggs"][0] == "take the raw eggs out of the carton"
    assert steps["make scrambled eggs"][-1] == "put the scrambled eggs on a plate"
    assert (plans.name, plans.demonstrations) == ("everyday", ())


def test_a_step_stands_alone_and_tells_its_task() -> None:
    plans = built_in_plans()
    steps = [step for task in plans.tasks for step in task.steps]
    assert all(len(set(task.steps)) == len(task.steps) for task in plans.tasks)
    assert not [step for step in steps if step.split()[1] in {"it", "them", "her"}]
    assert len(set(steps)) >= 0.99 * len(steps)


@pytest.mark.parametrize(
    "words",
    ["scrambled eggs", "tea", "coffee", "sandwich", "pancakes", "tyre", "wash clothes", "seedling"],
)
def test_common_goals_can_be_planned(words: str) -> None:
    assert [task for task in built_in_plans().tasks if words in task.name]


def test_phrasal_verbs_are_verbs() -> None:
    verbs = built_in_taxonomy().verbs
    actions = everyday_procedures()[0].actions
    assert Action("turn on", "kettle") in actions
    assert {"turn", "turn on", "turn off"} <= set(verbs.labels)


def test_every_action_is_in_the_taxonomy() -> None:
    taxonomy = built_in_taxonomy()
    for sequence in built_in_sequences():
        assert taxonomy.decode(taxonomy.encode(sequence.actions)) == sequence.actions


def test_sequences_are_videos_of_their_own_that_carry_the_goal() -> None:
    sequences = built_in_sequences()
    assert len({sequence.video for sequence in sequences}) == len(sequences)
    first = sequences[0]
    assert first.name == first.video == "everyday:make-a-cup-of-tea-with-milk-and-sugar"
    assert first.goal == "make a cup of tea with milk and sugar"
    assert all(sequence.windows(observed=8, horizon=20) for sequence in sequences)


def test_no_procedure_is_a_copy_of_another() -> None:
    sets = [(procedure.goal, grams(procedure)) for procedure in everyday_procedures()]
    for (goal, one), (other_goal, other) in combinations(sets, 2):
        shared = len(one & other) / min(len(one), len(other))
        assert shared <= 0.6, f"{goal!r} and {other_goal!r} share {shared:.0%}"


def test_every_word_is_a_head_of_ego4d(data_root: Path) -> None:
    ego4d = load_taxonomy("ego4d-v2", data_root)
    everyday = built_in_taxonomy()
    assert set(everyday.verbs.labels) <= set(ego4d.verbs.labels)
    assert set(everyday.nouns.labels) <= set(ego4d.nouns.labels)


def test_each_synonym_names_one_label_and_is_none_itself() -> None:
    file = Path(__file__).parents[3] / "memory" / "banks" / "everyday_synonyms.json"
    taxonomy = built_in_taxonomy()
    slots = {"verbs": taxonomy.verbs, "nouns": taxonomy.nouns}
    for slot, groups in json.loads(file.read_text(encoding="utf-8")).items():
        names = [name for group in groups.values() for name in group]
        assert len(set(names)) == len(names)
        for label, group in groups.items():
            for name in group:
                match = slots[slot].find(name)
                assert match is not None
                assert (match.label, match.how) == (label, "synonym"), name


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("picks up the milk", Action("take", "milk")),
        ("opens the fridge", Action("open", "fridge")),
        ("pours coffee in the cup", Action("pour", "coffee")),
        ("C stirs the tea with a spoon", Action("mix", "tea")),
        ("turns on the stove", Action("turn on", "stove")),
        ("turns the tap off", Action("turn off", "faucet")),
        ("#C C puts the mug down on the table", Action("put", "cup")),
        ("C takes two slices of bread from the cupboard", Action("take", "bread")),
        ("The person rinses the plates", Action("wash", "plate")),
        ("C closes the cupboard door", Action("close", "cabinet")),
        ("C unscrews the bottle cap", Action("unscrew", "lid")),
        ("She tightens the bolt with a spanner", Action("tighten", "screw")),
    ],
)
def test_plain_narrations_are_read(sentence: str, action: Action) -> None:
    read = built_in_taxonomy().read(sentence)
    assert read is not None
    assert read.verb is not None
    assert read.noun is not None
    assert Action(read.verb.label, read.noun.label) == action


def test_every_caption_of_the_kitchen_clip_has_a_verb_and_a_noun(videos: Path) -> None:
    file = videos / "ego_kitchen_milk_41s.lavila_captions.json"
    captions: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    assert captions
    for caption in captions.values():
        read = built_in_taxonomy().read(caption)
        assert read is not None, caption
        assert read.verb is not None, caption
        assert read.noun is not None, caption
