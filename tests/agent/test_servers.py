"""The scripted server is real: real clients talk to it as to any other endpoint."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import openai
import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from openai.types.chat import ChatCompletionToolParam

from tests.servers.clients import (
    QUESTION,
    SEARCH_TOOL,
    ask,
    ask_streaming,
    chat_model,
    client_of,
    searching_model,
)
from tests.servers.replies import Call, Drop, Empty, Fail, Hang, Page, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

FUNCTION = {"name": "search_memory", "arguments": '{"query": "milk"}'}
CALLED: dict[str, Any] = {
    "role": "assistant",
    "tool_calls": [{"id": "a", "type": "function", "function": FUNCTION}],
}
RESULT = {"role": "tool", "tool_call_id": "a", "content": "2.0 s milk"}


@contextmanager
def client_for(*script: ScriptLine) -> Generator[openai.OpenAI]:
    with ScriptedServer(script) as server, client_of(server) as client:
        yield client


class TestText:
    def test_whole(self) -> None:
        with client_for(Say("At 2.0 s.")) as client:
            answer = ask(client)
        assert answer.choices[0].message.content == "At 2.0 s."
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage is not None
        assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (100, 20)

    def test_streamed_in_pieces_with_usage_last(self) -> None:
        with client_for(Say(" At  2.0 s.\n", "length")) as client:
            *chunks, last = ask_streaming(client)
        texts = [chunk.choices[0].delta.content or "" for chunk in chunks]
        assert "".join(texts) == " At  2.0 s.\n"
        assert len(texts) > 3
        assert chunks[-1].choices[0].finish_reason == "length"
        assert last.choices == []
        assert last.usage is not None
        assert last.usage.total_tokens == 120

    def test_server_that_reports_no_usage(self) -> None:
        script = [Say("a"), Say("b")]
        with ScriptedServer(script, tokens=None) as server, client_of(server) as client:
            assert ask(client).usage is None
            assert all(chunk.usage is None for chunk in ask_streaming(client))

    def test_empty(self) -> None:
        with client_for(Empty(), Empty()) as client:
            message = ask(client).choices[0].message
            *chunks, _ = ask_streaming(client)
        assert message.content == ""
        assert message.tool_calls is None
        assert not any(chunk.choices[0].delta.content for chunk in chunks)

    def test_records_what_arrives(self) -> None:
        with ScriptedServer([Say("a")]) as server, client_of(server) as client:
            ask(client)
        request = server.requests[0]
        assert request.path == "/v1/chat/completions"
        assert request.headers["authorization"] == "Bearer test-key"
        assert request.messages == QUESTION
        assert request.tool_names == ["search_memory"]


class TestCalls:
    def test_whole(self) -> None:
        with client_for(Call("search_memory", {"query": "milk"})) as client:
            choice = ask(client).choices[0]
        assert choice.finish_reason == "tool_calls"
        assert choice.message.content is None
        assert choice.message.tool_calls is not None
        assert choice.message.tool_calls[0].to_dict()["function"] == FUNCTION

    def test_several_streamed_in_pieces(self) -> None:
        calls = [Call("search_memory", {"query": "milk in a jug"}), Call("look_at", "{broken")]
        with client_for(calls) as client:
            *chunks, _ = ask_streaming(client)
        pieces = [piece for chunk in chunks for piece in chunk.choices[0].delta.tool_calls or []]
        arguments = ["", ""]
        for piece in pieces:
            assert piece.function is not None
            arguments[piece.index] += piece.function.arguments or ""
        assert arguments == ['{"query": "milk in a jug"}', "{broken"]
        assert len(pieces) > 4
        assert len({piece.id for piece in pieces if piece.id}) == 2

    def test_script_that_follows_the_conversation(self) -> None:
        def reply(request: dict[str, Any]) -> Reply:
            last: dict[str, str] = request["messages"][-1]
            return Say(last["content"]) if last["role"] == "tool" else Call("look_at", {})

        question = HumanMessage("When?")
        with ScriptedServer([reply], repeat_last=True) as server:
            model = searching_model(server)
            called = model.invoke([question])
            result = ToolMessage("At 2.0 s.", tool_call_id=called.tool_calls[0]["id"])
            answer = model.invoke([question, called, result])
        assert answer.text == "At 2.0 s."

    def test_script_that_raises_fails_the_block(self) -> None:
        def reply(request: dict[str, Any]) -> Reply:
            raise KeyError(request["model"])

        with (
            pytest.raises(AssertionError, match=r"broke the script: KeyError\('scripted'\)"),
            client_for(reply) as client,
            pytest.raises(openai.APIConnectionError),
        ):
            ask(client)


class TestFailures:
    def test_script_at_its_end(self) -> None:
        with client_for(Say("a")) as client:
            ask(client)
            with pytest.raises(openai.InternalServerError, match="1 replies, this is request 2"):
                ask(client)

    def test_client_tries_again_after_the_time_it_is_told(self) -> None:
        script: list[ScriptLine] = [Fail(429, "slow down", retry_after=0.05), Say("a")]
        with ScriptedServer(script) as server, client_of(server, retries=1) as client:
            assert ask(client).choices[0].message.content == "a"
        assert len(server.requests) == 2

    def test_code_of_an_error(self) -> None:
        failure = Fail(400, "too long", code="context_length_exceeded")
        with client_for(failure) as client, pytest.raises(openai.BadRequestError) as caught:
            ask(client)
        assert caught.value.code == "context_length_exceeded"
        assert "too long" in str(caught.value)

    def test_wrong_key(self) -> None:
        with ScriptedServer([], key="another") as server, client_of(server) as client:
            assert [model.id for model in client.models.list()] == ["scripted"]
            stranger = client.with_options(api_key="test-key")
            with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
                stranger.models.list()

    def test_wrong_model_and_wrong_path(self) -> None:
        with client_for() as client:
            with pytest.raises(openai.NotFoundError, match="`gpt-0` does not exist"):
                ask(client, "gpt-0")
            with pytest.raises(openai.NotFoundError, match="no such path: GET /v1/files"):
                client.files.list()
            with pytest.raises(openai.NotFoundError, match="no such path: POST /v1/responses"):
                client.responses.create(model="scripted", input="hello")

    def test_hang_ends_with_the_client_or_the_server(self) -> None:
        began = time.monotonic()
        script = [Hang(300.0), Hang(0.0)]
        with ScriptedServer(script) as server, client_of(server, timeout_seconds=0.2) as client:
            with pytest.raises(openai.APITimeoutError):
                ask(client)
            with pytest.raises(openai.APIConnectionError):
                ask(client)
        assert time.monotonic() - began < 200.0

    def test_drop(self) -> None:
        heard: list[str] = []
        with client_for(Drop("half of it"), Drop("half of it")) as client:
            with pytest.raises(openai.APIConnectionError):
                ask(client)
            chunks = ask_streaming(client)
            with pytest.raises(openai.APIConnectionError):
                heard.extend(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert "".join(heard) == "half of it"

    def test_tidy_drop_has_no_finish_reason(self) -> None:
        with client_for(Drop(tidy=True), Drop(tidy=True)) as client:
            reasons = {chunk.choices[0].finish_reason for chunk in ask_streaming(client)}
            with pytest.raises(json.JSONDecodeError):
                ask(client)
        assert reasons == {None}

    def test_page_is_no_completion(self) -> None:
        with client_for(Page()) as client:
            answer: object = ask(client)
        assert answer == "<!doctype html><title>Chat</title>"


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([], "messages: "),
        ([{"role": "robot", "content": "a"}], "messages.0.role: "),
        ([{"role": "user"}], "messages.0: user message with neither content nor tool calls"),
        ([*QUESTION, {"role": "system", "content": "a"}], "a system message that is not the first"),
        ([*QUESTION, RESULT], "messages.1: tool_call_id 'a' answers none of []"),
        ([*QUESTION, CALLED, RESULT, RESULT], "messages.3: tool_call_id 'a' answers none of []"),
        ([*QUESTION, CALLED], "messages: no result for calls ['a']"),
        ([*QUESTION, CALLED, *QUESTION], "user message before the results of calls ['a']"),
        (
            [{"role": "assistant", "tool_calls": [{"id": "a", "function": FUNCTION}]}],
            "messages.0.tool_calls.0.type: ",
        ),
        (
            [
                {
                    "role": "assistant",
                    "tool_calls": [
                        {"id": "a", "type": "function", "function": {**FUNCTION, "arguments": "{"}}
                    ],
                }
            ],
            "messages.0.tool_calls.0.function.arguments: ",
        ),
    ],
)
def test_malformed_conversation_fails_the_block(messages: Sequence[Any], problem: str) -> None:
    with (
        pytest.raises(AssertionError) as caught,
        client_for(Say("a")) as client,
        pytest.raises(openai.BadRequestError),
    ):
        client.chat.completions.create(model="scripted", messages=messages)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("tools", "problem"),
    [
        ([SEARCH_TOOL, SEARCH_TOOL], "tools: a name is used twice"),
        ([], "tools: "),
    ],
)
def test_malformed_tools_fail_the_block(tools: list[ChatCompletionToolParam], problem: str) -> None:
    with (
        pytest.raises(AssertionError, match=problem),
        client_for() as client,
        pytest.raises(openai.BadRequestError),
    ):
        client.chat.completions.create(model="scripted", messages=QUESTION, tools=tools)


def test_well_formed_conversation_passes() -> None:
    system = {"role": "system", "content": "Answer."}
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    parts = {"role": "user", "content": [{"type": "text", "text": "What is this?"}, picture]}
    said: list[Any] = [system, parts, CALLED, RESULT, {"role": "assistant", "content": "Milk."}]
    with client_for(Say("a")) as client:
        answer = client.chat.completions.create(model="scripted", messages=said + QUESTION)
    assert answer.choices[0].message.content == "a"


class TestEmbeddings:
    def test_floats_and_base64_are_the_same_unit_vectors(self) -> None:
        with client_for() as client:
            plain = client.embeddings.create(
                model="any", input="pour milk", encoding_format="float", dimensions=32
            )
            packed = client.embeddings.create(model="any", input=["pour milk"], dimensions=32)
        vector = np.array(packed.data[0].embedding)
        assert vector.shape == (32,)
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-6)
        assert np.allclose(vector, plain.data[0].embedding, atol=1e-6)

    def test_alike_texts_are_near(self) -> None:
        texts = ["the milk is poured", "milk is poured slowly", "a dog barks outside"]
        with client_for() as client:
            data = client.embeddings.create(model="any", input=texts).data
        first, near, far = (np.array(entry.embedding) for entry in data)
        assert first @ near > first @ far

    def test_token_numbers_are_refused(self) -> None:
        with client_for() as client, pytest.raises(openai.BadRequestError, match="input"):
            client.embeddings.create(model="any", input=[[1, 2], [3]])


@pytest.mark.parametrize("streaming", [False, True])
class TestLangChain:
    def test_text(self, streaming: bool) -> None:
        with ScriptedServer([Say("At 2.0 s.")]) as server:
            message = chat_model(server, streaming=streaming).invoke("When?")
        assert message.text == "At 2.0 s."
        assert message.response_metadata["finish_reason"] == "stop"
        assert message.usage_metadata is not None
        assert message.usage_metadata["total_tokens"] == 120
        assert bool(server.requests[0].body.get("stream")) is streaming

    def test_tool_calls(self, streaming: bool) -> None:
        calls = [Call("search_memory", {"query": "milk"}), Call("search_memory", "milk")]
        with ScriptedServer([calls]) as server:
            message = searching_model(server, streaming=streaming).invoke("When?")
        assert [call["args"] for call in message.tool_calls] == [{"query": "milk"}]
        assert [call["args"] for call in message.invalid_tool_calls] == ["milk"]
