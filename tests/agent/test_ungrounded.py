"""Replies as small models give them: from nothing, of our own words, in raw calls and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foretell.agent.chat_models.echoes import without_echoes
from foretell.agent.chat_models.json_words import words_of_json
from foretell.agent.planned_answer import NO_CALLS, TOO_LONG
from foretell.agent.planner_events import TextDelta
from foretell.errors import ModelError
from foretell.prompts.loader import load_prompt, prompt_names
from foretell.types import UNGROUNDED, Answer
from tests.agent.endpoint_agent import QUESTION, asker, words
from tests.agent.made_library import LECTURE, put, video
from tests.servers.replies import Call, Fail, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

GUESS = Say("The milk is poured in the morning.")
POURED = "It is poured [22.0-24.0 s]."
both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def answered(script: list[ScriptLine], library: Path, **asked: Any) -> tuple[Answer, list[Any]]:
    with ScriptedServer(script) as server, asker(server, library) as kitchen:
        *told, answer = kitchen.events(**asked)
    assert isinstance(answer, Answer)
    return answer, [*told, *server.requests]


@both_ways
def test_a_model_without_tools_is_shown_the_timeline(tmp_path: Path, stream: bool) -> None:
    with (
        ScriptedServer([GUESS, GUESS, Say("It is poured [22-24 s].")]) as server,
        asker(server, tmp_path) as kitchen,
    ):
        *told, answer = kitchen.events(stream=stream)
    assert isinstance(answer, Answer)
    assert (answer.text, answer.notes) == (POURED, (NO_CALLS,))
    assert answer.status == "answered"
    assert "morning" not in words(told), "what is thrown away is not shown"
    assert words(told) == (POURED if stream else "")
    again, shown = server.requests[1], server.requests[2]
    assert again.messages[-1]["content"] == load_prompt("ground").fill()
    assert shown.tool_names == []
    assert "22-24 s: The camera wearer pours the milk" in shown.messages[-1]["content"]
    assert answer.usage.input_tokens == 300


@both_ways
def test_a_model_that_calls_when_it_is_asked_again_goes_on(tmp_path: Path, stream: bool) -> None:
    script: list[ScriptLine] = [
        GUESS,
        Call("search_memory", {"query": "milk"}),
        Say("It is poured [e10]."),
    ]
    answer, _ = answered(script, tmp_path, stream=stream)
    assert (answer.text, answer.notes) == (POURED, ())


def test_an_answer_without_evidence_says_so(tmp_path: Path) -> None:
    script: list[ScriptLine] = [
        Call("search_memory", {"query": "dog"}),
        Say("There is no dog.\nStatus: absent"),
    ]
    answer, _ = answered(script, tmp_path)
    assert answer.notes == (UNGROUNDED,)
    answer, _ = answered([GUESS] * 3, tmp_path / "guess")
    assert answer.notes == (NO_CALLS, UNGROUNDED)
    assert answer.to_dict()["notes"] == [NO_CALLS, UNGROUNDED]


@both_ways
@pytest.mark.parametrize(
    "fault",
    [
        Say("…"),
        Say("Your last message was cut off at the length limit. Answer again in at most three"),
        Say(load_prompt("close").fill(limit="12 steps")),
        Say(load_prompt("planner").text),
        Say('{"name": "search_memory", "arguments": {"query": "mi'),
        Say('{"query": "milk", "kinds": ["caption"]}'),
        Say('{"answer": "It is pou', "length"),
    ],
    ids=["stand-in", "note", "closing", "rules", "half a call", "arguments", "half of JSON"],
)
def test_nothing_of_ours_is_an_answer(tmp_path: Path, stream: bool, fault: Reply) -> None:
    script: list[ScriptLine] = [fault, Say("It is poured [e10].")]
    answer, seen = answered(script, tmp_path, stream=stream)
    assert answer.text == POURED
    shown = "".join(one.text for one in seen if isinstance(one, TextDelta))
    assert shown.endswith(POURED if stream else "")
    assert "{" not in shown


def test_what_is_asked_again_puts_no_words_into_the_models_mouth(tmp_path: Path) -> None:
    script: list[ScriptLine] = [Say("It is pou", "length"), Say("It is poured [e10].")]
    _, seen = answered(script, tmp_path)
    own = [one["content"] for one in seen[-1].messages if one["role"] == "assistant"]
    assert not any(any(map(str.isalpha, text)) for text in own)


@both_ways
def test_the_words_of_json_are_the_answer(tmp_path: Path, stream: bool) -> None:
    said = '```json\n{"answer": "It is poured [e10].", "confidence": 0.9}\n```'
    answer, _ = answered([Say(said)], tmp_path, stream=stream)
    assert (answer.text, answer.confidence) == (POURED, 0.9)


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ('{"reason": "He pours", "choice": "B"}', "He pours"),
        ('{"reason": "He pours the mi', "He pours the mi"),
        ('[{"answer": "Milk"}]', "Milk"),
        ('{"verb": "take"}', ""),
        ("{}", ""),
        ("It is {nested}", None),
        ("[22.0-24.0 s] He pours", None),
    ],
)
def test_json_is_read_for_its_words(reply: str, read: str | None) -> None:
    assert words_of_json(reply) == read


@pytest.mark.parametrize("name", prompt_names())
def test_every_prompt_is_known_as_our_own(name: str) -> None:
    """Only short pieces beside fields are left of a prompt that is given back."""
    left = without_echoes(load_prompt(name).text)
    assert len(left.split()) < 25


def test_the_timelines_words_are_no_echo() -> None:
    said = (
        "The camera wearer pours the milk into the mug, and closes the fridge with his left hand."
    )
    assert without_echoes(said) == said


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('{"name": "search_memory", "arguments": {"query": "milk"}}', "wrote a tool call"),
        ('<tool_call>{"name": "search_memory", "arguments": {}}</tool_call>', "wrote a tool call"),
        ('{"moments": []}', "gave no words"),
        (load_prompt("answer").text, "only repeated what it was told"),
    ],
    ids=["call", "marked call", "JSON", "rules"],
)
def test_one_call_tells_what_is_no_answer(tmp_path: Path, said: str, why: str) -> None:
    with (
        ScriptedServer([Say(said)], repeat_last=True) as server,
        asker(server, tmp_path) as kitchen,
        pytest.raises(ModelError, match=why),
    ):
        list(kitchen.agent.converse(QUESTION, [kitchen.kitchen], strategy="one-call"))


def test_a_conversation_that_does_not_fit_is_one_call_with_what_does(tmp_path: Path) -> None:
    """As llama.cpp's server refuses it, with a context of 2,048 tokens."""

    def small(body: dict[str, Any]) -> Reply:
        size = sum(len(str(one["content"])) for one in body["messages"]) // 3
        if body.get("tools") or size > 1500:
            return Fail(
                400,
                f"request ({size} tokens) exceeds the available context size (2048 tokens), try "
                "increasing it",
            )
        return Say("Nobody says it.\nStatus: absent")

    with ScriptedServer([small], repeat_last=True) as server, asker(server, tmp_path) as kitchen:
        long = video("long", 4000.0)
        lines = [(n, n + 1.0, "speech", f"{n} words of a long talk") for n in range(3000)]
        put(kitchen.agent.library, long, [*lines, *LECTURE])  # type: ignore[list-item]
        *_, answer = kitchen.agent.converse("Who says it?", [long])
    assert isinstance(answer, Answer)
    assert answer.notes[0] == TOO_LONG
    assert "shortened to fit into the 2048 tokens" in answer.notes[1]
    chats = [one for one in server.requests if one.body]
    assert len(chats) == 3, "the conversation, the timeline, and what fits of it"
