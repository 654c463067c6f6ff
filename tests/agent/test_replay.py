"""Stored completions, read again as if a model gave them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import DatasetError
from foretell.evals.anticipation.replay import ReplayAnticipator
from foretell.types import Usage
from tests.agent.tasks.anticipation.lalm_scene import (
    ACTIONS,
    FUTURE,
    HORIZON,
    TAXONOMY,
    WINDOW,
    WINDOWS,
    anticipator,
    as_json,
)
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

KEYS = [window.key for window in WINDOWS]
ROWS = [[FUTURE] * 5 for _ in KEYS]


def replay(file: Path, content: Any) -> ReplayAnticipator:
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return ReplayAnticipator(file, KEYS, TAXONOMY, HORIZON)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.json", ROWS),
        ("by-key.json", dict(zip(KEYS, ROWS, strict=True))),
        ("run.jsonl", json.dumps({"key": KEYS[0], "completions": [as_json()] * 5, "more": 1})),
    ],
)
def test_each_form_is_read(tmp_path: Path, name: str, content: Any) -> None:
    forecast = replay(tmp_path / name, content).forecast(WINDOW)
    assert forecast.candidates == (ACTIONS,) * 5
    assert forecast.window == WINDOW
    assert forecast.repairs == {}
    assert forecast.usage == Usage(cost=0.0)


def test_rows_follow_the_order_of_the_windows(tmp_path: Path) -> None:
    rows = [[f"wash {noun}"] for noun in ["knife"] * (len(KEYS) - 1) + ["pan"]]
    forecast = replay(tmp_path / "rows.json", rows).forecast(WINDOWS[-1], 1)
    assert str(forecast.candidates[0][0]) == "wash pan"
    assert sum(forecast.repairs.values()) >= 1


def test_only_as_many_as_asked_for_are_read(tmp_path: Path) -> None:
    assert len(replay(tmp_path / "rows.json", ROWS).forecast(WINDOW, 2).candidates) == 2


def test_the_completions_of_a_run_can_be_replayed(tmp_path: Path) -> None:
    with ScriptedServer([Say(FUTURE)], repeat_last=True) as server:
        drawn = list(anticipator(server, tmp_path / "library").samples(WINDOWS[:3], 5))
    lines = [
        {"key": one.window.key, "completions": [each.completion for each in one.exchanges]}
        for one in drawn
    ]
    again = replay(tmp_path / "completions.jsonl", "\n".join(map(json.dumps, lines)))
    for one in drawn:
        assert again.forecast(one.window).candidates == one.forecast().candidates


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "rows.json",
            ROWS[:3],
            f"holds replies to 3 windows, and there are {len(KEYS)}; give the file that was made",
        ),
        (
            "by-key.json",
            {"other": ROWS[0]},
            f"holds nothing of the window '{WINDOW.key}'; give the file that was made for these",
        ),
        (
            "rows.json",
            [["one"]] * len(KEYS),
            f"holds 1 completions of the window '{WINDOW.key}', and 5 are asked for; ask for fewer",
        ),
        ("rows.json", "[[", "line 1: not JSON: "),
        ("rows.json", [["a"], 3], "item 1: names no window; give one of the fields key, id"),
        ("rows.json", [{"key": "a"}, 3], "item 2: names no window; give one of the fields key"),
        ("rows.json", "[3]", "item 1: names no window"),
        ("by-key.json", {"a": [1]}, "'a': field 'completions.0' is 1; "),
        ("run.jsonl", '{"key": "a"}', "field 'completions' is missing; found 'key'"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    tmp_path: Path, name: str, content: Any, sentence: str
) -> None:
    with pytest.raises(DatasetError) as caught:
        replay(tmp_path / name, content).forecast(WINDOW)
    assert str(tmp_path / name) in str(caught.value)
    assert sentence in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"cannot read '.*none.json': "):
        ReplayAnticipator(tmp_path / "none.json", KEYS, TAXONOMY, HORIZON)
