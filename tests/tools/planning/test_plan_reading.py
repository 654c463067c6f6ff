"""Replies of models as the steps of a plan."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.planning.plan_reading import ReadSteps, read_steps

NAMES = ("fill the kettle", "boil water", "add a tea bag", "mix flour, eggs and milk", "drink tea")
VOCABULARY = {name: number + 10 for number, name in enumerate(NAMES)}
PLAN = (10, 11, 12, 14)


def nearest(texts: Sequence[str]) -> list[tuple[int, float]]:
    """Knows one other name for one step."""
    return [(14, 0.9) if "sip" in text else (11, 0.1) for text in texts]


def read(reply: str, least: int = 4, most: int = 4, **ends: int) -> ReadSteps:
    return read_steps(reply, VOCABULARY, nearest, least=least, most=most, **ends)


@pytest.mark.parametrize(
    "reply",
    [
        "fill the kettle\nboil water\nadd a tea bag\ndrink tea",
        "1. Fill the kettle\n2. Boil water.\n3) Add a tea bag\n4. **Drink tea**",
        "Here is the plan:\n- fill the kettle\n- boil water\n- add a tea bag\n- drink tea\nEnjoy!",
        "fill the kettle -> boil water -> add a tea bag -> drink tea",
        "fill the kettle, boil water, add a tea bag, drink tea",
        "The steps are 1. fill the kettle 2. boil water 3. add a tea bag 4. drink tea",
        "Step 1: fill the kettle\nStep 2: boil water\nStep 3: add a tea bag\nStep 4: drink tea",
        json.dumps({"steps": ["fill the kettle", "boil water", "add a tea bag", "drink tea"]}),
        '```json\n["fill the kettle", "boil water", "add a tea bag", "drink tea"]\n```',
        json.dumps({"plan": [{"step": name} for name in (NAMES[i] for i in (0, 1, 2, 4))]}),
    ],
)
def test_every_layout_is_read(reply: str) -> None:
    assert read(reply) == ReadSteps(PLAN, {})


def test_a_name_with_commas_stays_whole() -> None:
    assert read("mix flour, eggs and milk\nboil water", 2, 2) == ReadSteps((13, 11), {})
    reply = json.dumps({"steps": ["mix flour, eggs and milk", "boil water"]})
    assert read(reply, 2, 2) == ReadSteps((13, 11), {})


def test_json_that_breaks_off_is_read_as_far_as_it_is_whole() -> None:
    reply = '{"steps": ["fill the kettle", "boil water", "add a te'
    assert read(reply, 2, 4) == ReadSteps((10, 11), {})


def test_other_words_are_matched_and_counted() -> None:
    read_as = read("fill the kettel\nboil water\nadd a tea bag\nsip it slowly")
    assert read_as == ReadSteps(PLAN, {"fuzzy": 1, "nearest": 1})


def test_what_is_no_step_is_dropped_and_the_rest_padded() -> None:
    read_as = read("fill the kettle\nwait for the bus\nboil water")
    assert read_as == ReadSteps((10, 11, 11, 11), {"dropped": 1, "padded": 2})


def test_a_long_plan_loses_what_stands_before_its_goal() -> None:
    reply = "\n".join(NAMES)
    assert read(reply, 2, 3) == ReadSteps((10, 11, 14), {"cut": 2})
    assert read(reply, 1, 1) == ReadSteps((14,), {"cut": 4})
    assert read(reply, 2, 8) == ReadSteps((10, 11, 12, 13, 14), {})


def test_known_ends_are_put_back() -> None:
    reply = "boil water\nadd a tea bag\nboil water"
    read_as = read(reply, 3, 3, start=10, goal=14)
    assert read_as == ReadSteps((10, 12, 14), {"start": 1, "goal": 1})
    assert read("fill the kettle\ndrink tea", 2, 2, start=10, goal=14).repairs == {}


@pytest.mark.parametrize("reply", ["", "  \n", "I cannot help with that.", "{}", '{"steps": []}'])
def test_a_reply_without_steps_is_empty(reply: str) -> None:
    assert read(reply) == ReadSteps((), {"empty": 1})


@given(st.text(), st.integers(1, 4), st.integers(0, 4))
def test_any_text_gives_a_plan_of_the_length_or_none(reply: str, least: int, more: int) -> None:
    read_as = read(reply, least, least + more)
    assert not read_as.actions or least <= len(read_as.actions) <= least + more
    assert set(read_as.actions) <= set(VOCABULARY.values())


@given(st.permutations(NAMES), st.sampled_from(["\n", " -> ", "\n- "]))
def test_any_order_is_kept(names: list[str], between: str) -> None:
    reply = between.join(names)
    assert read(reply, 5, 5).actions == tuple(VOCABULARY[name] for name in names)
