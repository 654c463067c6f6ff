from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.actions import Action
from foretell.errors import ConfigError, DatasetError
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.tools.anticipation.completion import parse_completion
from foretell.tools.anticipation.edit_distance import levenshtein

TAXONOMY = Taxonomy(
    "kitchen",
    Vocabulary(
        ["take", "put", "wash", "cut", "turn on", "turn"], {"grab": 0, "place": 1, "pick": 0}
    ),
    Vocabulary(
        ["dough", "knife", "hand", "oven", "nut (tool)", "milk", "spatula"],
        {"nut": 4, "blade": 1},
    ),
)
LAST = Action("wash", "hand")


def read(text: str, horizon: int = 3) -> tuple[list[str], dict[str, int]]:
    parsed = parse_completion(text, TAXONOMY, horizon=horizon, last=LAST)
    return [str(action) for action in parsed.actions], dict(parsed.repairs)


WANTED = ["take dough", "put knife", "turn on oven"]


@pytest.mark.parametrize(
    "text",
    [
        "take dough, put knife, turn on oven",
        "The next 3 actions are: take dough, put knife, turn on oven.",
        "take dough. Put knife. Turn on oven.",
        "take_dough; put_knife; turn_on_oven",
        "take dough -> put knife -> turn on oven",
        "Sure, I'd be happy to help! Here is what I expect:\n\n1. take dough\n2. put knife\n"
        "3. turn on oven\n\nPlease note that there are 2 commas in the sequence.",
        "1) take dough 2) put knife 3) turn on oven",
        "Action 1: take dough\nAction 2: put knife\nAction 3: turn on oven",
        "- take the dough\n- put the knife\n- turn the oven on\n",
        "**Next actions:** *take dough*, *put knife*, *turn on oven*",
        "She takes the dough, then puts the knife on the oven, and turns on the oven.",
        "(take, dough), (put, knife), (turn on, oven).",
        "Verb: take Noun: dough\nVerb: put, Noun: knife\nVerb: turn on; Noun: oven",
        '[{"verb": "take", "noun": "dough"}, {"noun": "knife", "verb": "put"}, '
        '{"verb": "turn on", "noun": "oven"}]',
        'Here:\n```json\n{"actions": [["take", "dough"], ["put", "knife"], ["turn on", "oven"]]}'
        "\n```",
        '["take dough", "put knife", "turn on oven"]',
        "Past actions: wash knife, wash hand.\nFuture actions: take dough, put knife, turn on oven",
        "(take, dough), (put, knife), (turn on, oven)\nNarrations: A person cooks.\n"
        "Past actions: (cut, dough)\nFuture actions: (wash, hand), (wash, knife), (cut, milk)",
        "I am happy to help, but take care. take dough, put knife, turn on oven",
    ],
)
def test_a_list_is_read_in_any_layout(text: str) -> None:
    assert read(text) == (WANTED, {})


@pytest.mark.parametrize(
    ("text", "actions", "repairs"),
    [
        ("", ["wash hand"] * 3, {"empty": 1, "padded": 3}),
        ("I'm sorry, I cannot help.", ["wash hand"] * 3, {"empty": 1, "padded": 3}),
        ("take dough", ["take dough"] * 3, {"padded": 2}),
        (
            "take dough, put knife, cut dough, put dough, cut",
            [*WANTED[:2], "cut dough"],
            {"cut": 2},
        ),
        (
            "grab dough, place blade, cut spatulla, cut dough.",
            ["take dough", "put knife", "cut spatula"],
            {"synonym_verb": 2, "synonym_noun": 1, "fuzzy_noun": 1, "cut": 1},
        ),
        (
            "(put, fresh dough), (pick up, knife), (wash)",
            ["put dough", "take knife", "wash knife"],
            {"inside_noun": 1, "inside_verb": 1, "carried_noun": 1},
        ),
        (
            "dry dough, put, saw knife, put milk.",
            ["wash dough", "put dough", "put knife"],
            {"carried_verb": 2, "carried_noun": 1, "cut": 1},
        ),
        (
            "take dough, receive email, put knife, put milk.",
            ["take dough", "put knife", "put milk"],
            {"dropped_item": 1},
        ),
        (
            "take dough, put knife, wash ha",
            ["take dough", "put knife", "put knife"],
            {"truncated_item": 1, "padded": 1},
        ),
        (
            '[{"verb": "take", "noun": "dough"}, {"verb": "put", "noun": "kni',
            ["take dough"] * 3,
            {"truncated_item": 1, "padded": 2},
        ),
        (
            "(take, dough), (put, kn",
            ["take dough"] * 3,
            {"truncated_item": 1, "padded": 2},
        ),
        (
            "(cut, nut (tool)), (cut, nut), take dough",
            ["cut nut (tool)", "cut nut (tool)", "cut nut (tool)"],
            {"synonym_noun": 1, "padded": 1},
        ),
    ],
)
def test_every_repair_is_counted(text: str, actions: list[str], repairs: dict[str, int]) -> None:
    assert read(text) == (actions, repairs)


@pytest.mark.parametrize(
    ("padding", "third", "fourth"), [("last", "put knife", "put knife"), ("loop", *WANTED[:2])]
)
def test_too_few_actions_are_padded(
    padding: Literal["last", "loop"], third: str, fourth: str
) -> None:
    text = "take dough, put knife"
    parsed = parse_completion(text, TAXONOMY, horizon=4, last=LAST, padding=padding)
    assert [str(action) for action in parsed.actions] == [*WANTED[:2], third, fourth]
    assert parsed.repairs == {"padded": 2}


def test_the_horizon_must_be_positive() -> None:
    with pytest.raises(ConfigError, match="horizon must be 1 or more, got 0"):
        parse_completion("take dough", TAXONOMY, horizon=0, last=LAST)


def test_the_last_action_must_be_of_the_taxonomy() -> None:
    with pytest.raises(DatasetError, match="'fly' is none of the 6 labels"):
        parse_completion("take dough", TAXONOMY, horizon=2, last=Action("fly", "hand"))


WORDS = st.sampled_from(
    [
        "take", "dough", "put", "nut (tool)", "zzz", "(", ")", "[", "]", "{", "}", '"', ",", ".",
        "\n", "1.", "verb:", "noun:", "Past actions:", "Next actions:", "then", "Narrations:",
    ]
)  # fmt: skip


@given(st.text() | st.lists(WORDS).map(" ".join), st.integers(1, 30))
def test_any_text_gives_exactly_the_actions_asked_for(text: str, horizon: int) -> None:
    parsed = parse_completion(text, TAXONOMY, horizon=horizon, last=LAST)
    assert len(parsed.actions) == horizon
    assert TAXONOMY.encode(parsed.actions).shape == (horizon, 2)
    assert all(count > 0 for count in parsed.repairs.values())


@given(
    st.lists(
        st.tuples(st.sampled_from(TAXONOMY.verbs.labels), st.sampled_from(TAXONOMY.nouns.labels)),
        min_size=1,
        max_size=25,
    )
)
def test_what_is_written_plainly_is_read_back(pairs: list[tuple[str, str]]) -> None:
    actions = tuple(Action(*pair) for pair in pairs)
    for text in (
        ", ".join(map(str, actions)) + ".",
        ", ".join(f"({action.verb}, {action.noun})" for action in actions),
        "\n".join(f"{n}. {action}" for n, action in enumerate(actions, start=1)),
        json.dumps([{"verb": action.verb, "noun": action.noun} for action in actions]),
        json.dumps([[action.verb, action.noun] for action in actions]),
    ):
        parsed = parse_completion(text, TAXONOMY, horizon=len(actions), last=LAST)
        assert (parsed.actions, dict(parsed.repairs)) == (actions, {})


def _actions(words: str) -> list[Action]:
    return [Action(*item.split()) for item in words.replace("#", "").strip().split(", ")]


def test_every_real_completion_is_read_as_twenty_actions(data_root: Path) -> None:
    """The distances are those that LALM's rules give on what Llama-2 wrote for 600 windows."""
    folder = data_root / "anticipation/antgpt_ego4d_v1"
    taxonomy = load_taxonomy(folder)
    lines = (folder / "val_nseg8_recog_subset600.jsonl").read_text(encoding="utf-8").splitlines()
    replies = json.loads((folder / "subset600_responses_icl_recog.json").read_text("utf-8"))
    repairs = Counter[str]()
    predicted: list[list[Action]] = []
    future: list[Action] = []
    for line, completions in zip(lines, replies, strict=True):
        window = json.loads(line)
        last = _actions(window["prompt"])[-1]
        future += _actions(window["completion"])
        for completion in completions:
            parsed = parse_completion(completion, taxonomy, horizon=20, last=last)
            predicted.append([*parsed.actions])
            repairs.update(parsed.repairs)
    assert {len(actions) for actions in predicted} == {20}
    candidates = taxonomy.encode([a for actions in predicted for a in actions])
    candidates = candidates.reshape(600, 5, 20, 2)
    truth = taxonomy.encode(future).reshape(600, 1, 20, 2)
    distances = [
        levenshtein(ids, true).min(axis=1).mean() / 20
        for ids, true in (
            (candidates[..., 0], truth[..., 0]),
            (candidates[..., 1], truth[..., 1]),
            (candidates @ np.array([1000, 1]), truth @ np.array([1000, 1])),
        )
    ]
    assert distances == pytest.approx([0.780, 0.756, 0.938], abs=0.005)
    assert repairs["carried_verb"] > 1000
    assert repairs["fuzzy_noun"] == 0


def test_real_chat_about_other_goals_is_read(data_root: Path) -> None:
    folder = data_root / "anticipation/antgpt_ego4d_v1"
    taxonomy = load_taxonomy("ego4d-v2", data_root)
    cells = json.loads((folder / "counterfactual_gpt_outputs.json").read_text("utf-8"))
    lists = [line for cell in cells for line in cell["stdout"].splitlines() if line.count(",") > 10]
    assert len(lists) >= 10
    for line in lists:
        parsed = parse_completion(line, taxonomy, horizon=20, last=Action("put", "metal"))
        assert len(parsed.actions) == 20
        assert "empty" not in parsed.repairs
