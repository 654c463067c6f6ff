"""The same question is not paid for twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import ModelError
from foretell.types import Answer, Usage
from tests.agent.endpoint_agent import QUESTION, asker, words
from tests.servers.replies import Call, Empty, Fail, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

DIALOGUE: list[ScriptLine] = [
    Call("search_memory", {"query": "milk"}),
    Say("It is poured [e10].\nConfidence: 0.9"),
]
both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def ask_twice(
    library: Path,
    script: Sequence[ScriptLine],
    question: str = QUESTION,
    **settings: Any,
) -> tuple[Answer, Answer, int]:
    """Asks, then asks with other settings; gives both answers and how often the second asked."""
    with ScriptedServer(script) as server:
        with asker(server, library) as kitchen:
            first = kitchen.ask()
        before = len(server.requests)
        with asker(server, library, **settings) as kitchen:
            second = kitchen.ask(question)
    return first, second, len(server.requests) - before


def without_costs(answer: Answer) -> Answer:
    """What an answer says, apart from what it took."""
    steps = tuple(replace(step, seconds=0.0) for step in answer.trajectory)
    return replace(answer, usage=Usage(), seconds=0.0, trajectory=steps)


def test_the_second_time_is_free_and_the_same(tmp_path: Path) -> None:
    prices = {"scripted": (2.0, 10.0)}
    first, second, requests = ask_twice(tmp_path, DIALOGUE, prices=prices)
    assert requests == 0
    assert second.usage == Usage(0, 0, cost=0.0)
    assert first.usage == Usage(200, 40)
    assert without_costs(second) == without_costs(first)
    assert len(second.evidence) == 1


@both_ways
def test_what_was_kept_can_be_streamed_again(tmp_path: Path, stream: bool) -> None:
    with ScriptedServer(DIALOGUE) as server, asker(server, tmp_path) as kitchen:
        first = kitchen.ask(stream=stream)
        *told, second = kitchen.events(stream=True)
    assert isinstance(second, Answer)
    assert len(server.requests) == 2
    assert without_costs(second) == without_costs(first)
    assert words(told) in ("", second.text)


@pytest.mark.parametrize(
    "change",
    [
        {"question": "When is the tap closed?"},
        {"temperature": 0.5},
        {"model": "openai:scripted"},
        {"cache_responses": False},
    ],
    ids=["question", "temperature", "name", "off"],
)
def test_any_difference_is_asked_anew(tmp_path: Path, change: dict[str, Any]) -> None:
    _, _, requests = ask_twice(tmp_path, DIALOGUE + DIALOGUE, **change)
    assert requests == 2


def test_another_endpoint_is_asked_anew(tmp_path: Path) -> None:
    for _ in range(2):
        with ScriptedServer(DIALOGUE) as server, asker(server, tmp_path) as kitchen:
            kitchen.ask()
        assert len(server.requests) == 2


def test_choices_are_a_part_of_the_question(tmp_path: Path) -> None:
    script = [*DIALOGUE, Say("Choice: 2")]
    with ScriptedServer(script, repeat_last=True) as server, asker(server, tmp_path) as kitchen:
        kitchen.ask()
        assert kitchen.ask(choices=["at the start", "at the end"]).choice == 1


@pytest.mark.parametrize("failure", [Fail(500), Fail(429)])
def test_a_failure_is_not_kept(tmp_path: Path, failure: Reply) -> None:
    with ScriptedServer([failure, *DIALOGUE]) as server, asker(server, tmp_path) as kitchen:
        with pytest.raises(ModelError):
            kitchen.ask()
        assert kitchen.ask().evidence
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", [Empty(), Call("overview", "{broken"), Say("It is po", "length")])
def test_an_unusable_reply_is_not_kept(tmp_path: Path, fault: Reply) -> None:
    with (
        ScriptedServer([fault, fault, fault, *DIALOGUE]) as server,
        asker(server, tmp_path) as kitchen,
    ):
        with pytest.raises(ModelError, match="no usable reply in 3 attempts"):
            kitchen.ask()
        assert kitchen.ask().evidence
    assert len(server.requests) == 5
