"""`transformers serve` loads the model that the tests make, parses its tool calls and streams."""

from __future__ import annotations

from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from benchmarks.served_processes import ServedModel
from tests.servers.clients import QUESTION, ask, chat_model, client_of, searching_model
from tests.servers.tiny_model import TinyModel


def test_calls_the_tool_only_where_it_is_offered(
    transformers_endpoint: ServedModel, tiny_model: TinyModel
) -> None:
    name = transformers_endpoint.model
    with client_of(transformers_endpoint) as client:
        choice = ask(client, name).choices[0]
        plain = client.chat.completions.create(model=name, messages=QUESTION).choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.tool_calls is not None
    assert choice.message.tool_calls[0].to_dict()["function"] == {
        "name": "search_memory",
        "arguments": '{"query": "milk"}',
    }
    assert plain.finish_reason == "stop"
    assert plain.message.content == tiny_model.greeting


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("padding", [0, 80])
def test_answers_after_the_result_however_long_the_prompt(
    transformers_endpoint: ServedModel, tiny_model: TinyModel, streaming: bool, padding: int
) -> None:
    model = searching_model(transformers_endpoint, streaming=streaming)
    question = HumanMessage("Cite the times of what you say. " * padding + "When is it poured?")
    called = model.invoke([question])
    assert [(call["name"], call["args"]) for call in called.tool_calls] == [
        (tiny_model.tool, tiny_model.arguments)
    ]
    result = ToolMessage("2.0-4.0 s [caption] milk", tool_call_id=called.tool_calls[0]["id"])
    answer = model.invoke([question, called, result])
    assert answer.text == tiny_model.answer
    assert answer.tool_calls == []
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["input_tokens"] > 20 * padding


def test_streams_its_words(transformers_endpoint: ServedModel, tiny_model: TinyModel) -> None:
    pieces = [piece.text for piece in chat_model(transformers_endpoint).stream("Hello.")]
    assert "".join(pieces) == tiny_model.greeting
    assert len(pieces) > 4


def test_is_the_same_each_time(
    tiny_model: TinyModel, tiny_model_folder: Path, tmp_path: Path
) -> None:
    tiny_model.save(tmp_path)
    weights = (tmp_path / "model.safetensors").read_bytes()
    assert weights == (tiny_model_folder / "model.safetensors").read_bytes()


def test_no_word_may_have_two_successors(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"the words \['The'\] come twice; let the model say"):
        TinyModel(greeting="The end.").save(tmp_path)
