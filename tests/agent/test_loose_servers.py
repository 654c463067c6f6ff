"""A conversation with a server that answers each time in another of the ways that servers have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from foretell.agent.chat import Chat
from foretell.errors import ModelError
from foretell.types import Answer, Interval, Usage
from tests.agent.endpoint_agent import TOOLS, asker, words
from tests.servers.replies import Fail, Pieces, Raw, Reply, ScriptLine
from tests.servers.scripted_server import ScriptedServer

both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
Json = dict[str, Any]
TOKENS = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
POURED = "It is poured [22.0-24.0 s]."
LEFT, RIGHT = "\N{WHITE LEFT-POINTING TRIANGLE}", "\N{WHITE RIGHT-POINTING TRIANGLE}"
ARGUMENTS = json.dumps({"query": "milk"})


def whole(message: Mapping[str, object], **more: object) -> Raw:
    """A whole reply; a server that is asked for a stream and gives it ignores what it is asked."""
    calls = bool(message.get("tool_calls"))
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    return Raw({"id": "a", "model": "scripted", "choices": [choice], "usage": TOKENS, **more})


def says(text: str, **more: object) -> Raw:
    return whole({"role": "assistant", "content": text, **more})


def piece(delta: Json, ends: str | None = None, usage: Json | None = None) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": ends}
    return {"id": "a", "model": "scripted", "choices": [choice], "usage": usage}


def streamed(text: str, counts: Sequence[int]) -> Pieces:
    """A stream that tells the tokens so far with every piece."""
    usages = [{**TOKENS, "completion_tokens": count} for count in counts]
    said = [
        piece({"content": word}, usage=use)
        for word, use in zip(text.split("|"), usages, strict=False)
    ]
    return Pieces([*said, piece({}, "stop", TOKENS), {"choices": [], "usage": TOKENS}])


def call(id: object, **more: object) -> Json:
    return {
        "id": id,
        "type": "function",
        "function": {"name": "search_memory", "arguments": ARGUMENTS},
        **more,
    }


def calls(*ids: object) -> Raw:
    return whole({"role": "assistant", "content": None, "tool_calls": [call(id) for id in ids]})


NAMED = json.dumps({"name": "search_memory", "arguments": {"query": "milk"}})
TAGGED = "<function=search_memory>\n<parameter=query>\nmilk\n</parameter>\n</function>"
CHANNELS = (
    "<|channel|>analysis<|message|>At [e1]?<|end|><|start|>assistant<|channel|>final<|message|>"
    "It is poured [0:22-0:24].<|return|>"
)
KIMI = f"{LEFT}think{RIGHT}Hm.{LEFT}/think{RIGHT}It is poured (00:22-00:24)."
SURE = "It is poured [22-24 s].\nConfidence: 0,9"
THOUGHT = f"Hm, at 90 s?\n\n{POURED}\n\nConfidence: 9/10"
LABEL = says("It is poured [e10].")


@dataclass(frozen=True)
class Way:
    """One of the ways in which servers answer.

    Attributes:
        name: What is peculiar about it.
        replies: What the server sends.
        steps: Tool calls that are carried out.
        dropped: Citations that are invented.
    """

    name: str
    replies: tuple[ScriptLine, ...]
    steps: int = 0
    dropped: int = 0


WAYS = (
    Way("hermes", (says(f"<tool_call>\n{NAMED}\n</tool_call>"), LABEL), steps=1),
    Way("bare JSON", (says(NAMED), LABEL), steps=1),
    Way("parameters", (says(TAGGED), LABEL), steps=1),
    Way("mistral", (says(f"[TOOL_CALLS][{NAMED}]"), LABEL), steps=1),
    Way("half a call", (says('<tool_call>{"name": "sea'), LABEL)),
    Way("an id that is null", (calls(None), LABEL), steps=1),
    Way("one id for two", (calls("a", "a"), LABEL), steps=2),
    Way("an id of before", (calls("a"), calls("a"), LABEL), steps=2),
    Way("gpt-oss", (says(CHANNELS),)),
    Way("thinking", (says("<thinking>At 90 s?</thinking>It is poured [22 to 24 seconds]."),)),
    Way("kimi", (says(KIMI),)),
    Way("reasoning", (whole({"content": None, "reasoning": SURE}),)),
    Way("reasoning_content", (whole({"content": "", "reasoning_content": THOUGHT}),)),
    Way("a file's name", (says("It is poured [kitchen.mp4, 22.0-24.0 s]."),)),
    Way("a list", (says("It is poured [0:22-0:24, 90-95 s]."),), dropped=1),
    Way("an invented point", (says("It is poured [e10] at 1:30."),), dropped=1),
    Way("an invented span", (says("It is poured [e10] between 90 and 95 seconds."),), dropped=1),
    Way("a stream that counts", (streamed("It is |poured| [e10|].", [5, 9, 15, 20]),)),
    Way("parts", (whole({"content": [{"type": "text", "text": "It is poured [e10]."}]}),)),
    Way("no stream", (LABEL,)),
)


def test_a_conversation_in_twenty_ways(tmp_path: Path) -> None:
    script = [reply for way in WAYS for reply in way.replies]
    with (
        ScriptedServer(script) as server,
        asker(server, tmp_path, cache_responses=False) as kitchen,
    ):
        chat = Chat.begin(kitchen.agent, (kitchen.kitchen,))
        for way in WAYS:
            *told, answer = chat.stream(f"When is the milk poured, {way.name}?")
            assert isinstance(answer, Answer)
            assert answer.text == POURED, way
            assert words(told).split("\n")[-1] == POURED, way
            assert [one.interval for one in answer.evidence] == [Interval(22, 24)], way
            assert [step.tool for step in answer.trajectory] == ["search_memory"] * way.steps, way
            assert answer.dropped_citations == way.dropped, way
            requests = len(way.replies)
            assert answer.usage == Usage(100 * requests, 20 * requests, None), way
    assert len(WAYS) == 20
    assert all(request.tool_names == TOOLS for request in server.requests)


@both_ways
@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Raw({"choices": []}), "is not a chat completion"),
        (Raw({"choices": None}), "is not a chat completion"),
        (Raw({"detail": "Not authenticated"}), "Not authenticated"),
        (Raw({"choices": [{"message": None, "finish_reason": "stop"}]}), "holds no message"),
        (Raw({"error": {"message": "out of memory"}}), "an error: out of memory"),
        (Raw({"error": "out of memory", "choices": None}), "an error: out of memory"),
    ],
)
def test_a_body_that_is_no_reply_is_one_sentence(
    tmp_path: Path, stream: bool, reply: Reply, sentence: str
) -> None:
    with (
        ScriptedServer([reply]) as server,
        asker(server, tmp_path) as kitchen,
        pytest.raises(ModelError) as caught,
    ):
        kitchen.ask(stream=stream)
    assert sentence in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@both_ways
@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        (says('<tool_call>{"name": "sea'), "tool-call parser"),
        (whole({"content": None, "reasoning": "Let me see what is poured."}), "reasoning parser"),
    ],
)
def test_what_a_parser_would_mend_names_the_parser(
    tmp_path: Path, stream: bool, reply: Reply, advice: str
) -> None:
    with (
        ScriptedServer([reply], repeat_last=True) as server,
        asker(server, tmp_path) as kitchen,
        pytest.raises(ModelError, match=advice),
    ):
        kitchen.ask(stream=stream)


@pytest.mark.parametrize(
    "pieces",
    [
        [call(None, index=0)],
        [call("a")],
        [call("a", index=0), {"index": 0, "id": "a", "function": {"name": None, "arguments": ""}}],
        [
            {
                "index": 0,
                "id": "a",
                "function": {"name": "search_memory", "arguments": ARGUMENTS[:5]},
            },
            {
                "index": 0,
                "id": "a",
                "function": {"name": "search_memory", "arguments": ARGUMENTS[5:]},
            },
        ],
        [
            {"id": "a", "function": {"name": "search_memory", "arguments": ARGUMENTS[:5]}},
            {"function": {"arguments": ARGUMENTS[5:]}},
        ],
        [
            {
                "id": "a",
                "index": 0,
                "function": {"name": "search_memory", "arguments": {"query": "milk"}},
            }
        ],
    ],
    ids=["null id", "no index", "id again", "name again", "no index, in pieces", "an object"],
)
def test_a_call_in_pieces_is_put_together(tmp_path: Path, pieces: list[Json]) -> None:
    told = [piece({"tool_calls": [one]}, usage=TOKENS) for one in pieces]
    script: list[ScriptLine] = [
        Pieces([*told, piece({}, "tool_calls"), piece({}, "tool_calls")]),
        LABEL,
    ]
    with ScriptedServer(script) as server, asker(server, tmp_path) as kitchen:
        answer = kitchen.ask(stream=True)
    assert [dict(step.arguments) for step in answer.trajectory] == [{"query": "milk"}]
    assert answer.text == POURED
    assert answer.usage == Usage(200, 40, None)


def test_a_wait_past_the_end_of_a_question_is_not_begun(tmp_path: Path) -> None:
    fail = Fail(429, "slow down", retry_after=50.0)
    with (
        ScriptedServer([fail], repeat_last=True) as server,
        asker(server, tmp_path, request_retries=2, max_seconds=20.0) as kitchen,
        pytest.raises(ModelError, match=r"slow down; it asks to wait 50 s; wait, or pay"),
    ):
        kitchen.ask()
    assert len(server.requests) == 1
