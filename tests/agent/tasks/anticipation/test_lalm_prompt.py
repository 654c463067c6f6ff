"""What a model is shown: each choice changes the prompt as its name says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foretell.actions import Action, ActionWindow, ExampleUse
from foretell.agent.chat_models.chat_endpoint import ChatPrompt
from foretell.agent.tasks.anticipation.lalm_prompt import LalmSettings, write_prompt
from foretell.errors import ConfigError
from tests.agent.tasks.anticipation.lalm_scene import POOL, TAXONOMY, WINDOW

EXAMPLES = [ExampleUse(POOL[0], 0.9), ExampleUse(POOL[7], 0.8)]


def prompt(**settings: Any) -> ChatPrompt:
    return write_prompt(WINDOW, EXAMPLES, LalmSettings(**settings), TAXONOMY)


def listed(actions: tuple[Action, ...]) -> str:
    return ", ".join(f"{action.verb} {action.noun}" for action in actions)


def test_examples_come_with_their_future_and_the_window_without() -> None:
    text = prompt().user
    assert text.count("Past actions: ") == 3
    for use in EXAMPLES:
        assert f"Past actions: {listed(use.window.past)}\n" in text
        assert f"Future actions: {listed(use.window.future)}\n" in text
    assert text.endswith(f"Past actions: {listed(WINDOW.past)}\nFuture actions:")
    assert listed(WINDOW.future) not in text


def test_the_numbers_are_told() -> None:
    told = prompt(observed=3, horizon=7).system
    assert "latest 3 actions" in told
    assert "exactly 7 actions" in told


def test_fewer_actions_are_shown_where_fewer_are_asked_for() -> None:
    text = prompt(observed=3, horizon=2).user
    assert text.endswith(f"Past actions: {listed(WINDOW.past[-3:])}\nFuture actions:")
    assert f"Future actions: {listed(POOL[0].future[:2])}\n" in text
    assert f"Narrations: {' '.join(WINDOW.captions[-3:])}\n" in text


def test_captions_and_goal_can_be_left_out() -> None:
    assert prompt().user.count("Narrations: C") == 1, "those of the window alone"
    assert prompt().user.count("Goal: finish job") == 3
    assert "Narrations" not in prompt(captions=False).user
    assert "Goal" not in prompt(goal=False).user


def test_without_captions_and_goals_there_are_no_empty_lines_for_them() -> None:
    bare = replace(WINDOW, captions=(), goal="")
    text = write_prompt(bare, [], LalmSettings(), TAXONOMY).user
    assert "Narrations" not in text
    assert "Goal" not in text


def test_a_caption_stays_on_one_line_and_ends_as_a_sentence() -> None:
    captioned = replace(WINDOW, captions=("A person\n is sitting", "He cuts."))
    text = write_prompt(captioned, [], LalmSettings(), TAXONOMY).user
    assert "Narrations: A person is sitting. He cuts.\n" in text


def test_the_vocabulary_is_listed_where_asked_for() -> None:
    assert "turn on" not in prompt().system
    told = prompt(vocabulary=True).system
    assert "Use these verbs only: take, put, cut, wash, turn on, open, close, wipe." in told
    assert "Use these nouns only: knife, onion, pan, tap, chopping board" in told


def test_a_real_prompt_of_the_palm_challenge(data_root: Path) -> None:
    file = data_root / "anticipation" / "palm_challenge_demo_prompt" / "examples.json"
    *examples, query = [_window(number, row) for number, row in enumerate(_rows(file))]
    uses = [ExampleUse(example, 1.0) for example in examples]
    text = write_prompt(
        query, uses, LalmSettings(observed=12, example_captions=True), TAXONOMY
    ).user
    assert len(examples) == 8
    assert len(query.past) == 12
    shown = re.findall(r"^(?:Past|Future) actions: (.+)$", text, re.MULTILINE)
    assert len(shown) == 2 * 8 + 1
    for example, past, future in zip(examples, shown[:-1:2], shown[1:-1:2], strict=True):
        assert f"{past}, {future}" == listed(example.past + example.future)
    assert shown[-1] == listed(query.past)
    told = [caption for one in (*examples, query) for caption in one.captions]
    places = [text.index(caption) for caption in told]
    assert len(places) == 8 * 8 + 12


def _rows(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(file.read_text())
    return rows


def _window(number: int, row: dict[str, Any]) -> ActionWindow:
    actions = [Action(*text.split(" ", 1)) for text in row["actions"]]
    past = 12 if row["is_query"] else 8
    return ActionWindow(
        key=str(number),
        video=str(number),
        past=tuple(actions[:past]),
        future=tuple(actions[past:]),
        captions=tuple(row["captions"]),
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"observed": 0}, "observed must be 1 or more, got 0"),
        ({"horizon": 0}, "horizon must be 1 or more, got 0"),
        ({"examples_per_candidate": -1}, "examples_per_candidate must be 0 or more, got -1"),
        ({"requests_in_flight": 0}, "requests_in_flight must be 1 or more, got 0"),
        (
            {"requests_per_second": 0.0},
            "requests_per_second must be positive and finite, got 0.0; None is no limit",
        ),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        LalmSettings(**settings)
    assert str(caught.value) == sentence
