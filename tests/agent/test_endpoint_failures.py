"""An endpoint or its model that fails: a recovered answer, or one clear sentence."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from foretell.agent.video_agent import VideoAgent
from foretell.errors import ConfigError, ForetellError, LimitExceeded, ModelError
from tests.agent.endpoint_agent import TOOLS, Asker, asker, tool_results
from tests.agent.made_library import KITCHEN, put, video
from tests.servers.replies import (
    Call,
    Drop,
    Empty,
    Fail,
    Hang,
    Page,
    Reply,
    Say,
    ScriptLine,
)
from tests.servers.scripted_server import Request, ScriptedServer

ANSWER = Say("It is poured [e10].")
SEARCH = Call("search_memory", {"query": "milk"})
both_ways = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


def failure(kitchen: Asker, stream: bool) -> ForetellError:
    with pytest.raises(ForetellError) as caught:
        kitchen.ask(stream=stream)
    return caught.value


def recovered(
    script: Sequence[ScriptLine], library: Path, stream: bool, **settings: Any
) -> list[Request]:
    """Asks until the answer, which must be right, and gives the requests."""
    with ScriptedServer(script) as server, asker(server, library, **settings) as kitchen:
        answer = kitchen.ask(stream=stream)
    assert answer.text == "It is poured [22.0-24.0 s]."
    assert len(answer.evidence) == 1
    return server.requests


@both_ways
@pytest.mark.parametrize(
    ("script", "settings", "sentence"),
    [
        ([], {"api_key": "wrong"}, "refused the key; set OPENAI_API_KEY to a valid one"),
        (
            [],
            {"model": "gpt-0"},
            "(model 'gpt-0') knows no such model or path: The model `gpt-0` does not exist; "
            "check both names",
        ),
        (
            [Fail(429, "out of money")],
            {},
            "is over its rate limit or quota: out of money; wait, or pay",
        ),
        ([Fail(500, "out of order")], {}, "(model 'scripted') answered 500: out of order"),
        (
            [Fail(400, "no such option", code="unknown_parameter")],
            {},
            "answered 400: no such option",
        ),
        (
            [Hang(300.0)],
            {"request_seconds": 0.2},
            "did not answer within 0.2 s; raise request_seconds, or check the server's load",
        ),
        (
            [Hang(0.0)],
            {},
            "; check base_url and that it runs",
        ),
        (
            [Drop()],
            {},
            "cannot be reached: ",
        ),
        ([Page()], {}, "answered something that is not a chat completion"),
    ],
    ids=["key", "model", "quota", "500", "400", "hang", "disconnect", "drop", "page"],
)
def test_a_failure_is_one_clear_sentence(
    tmp_path: Path,
    stream: bool,
    script: list[ScriptLine],
    settings: dict[str, Any],
    sentence: str,
) -> None:
    began = time.monotonic()
    with ScriptedServer(script) as server, asker(server, tmp_path, **settings) as kitchen:
        error = failure(kitchen, stream)
    assert isinstance(error, ModelError)
    assert str(error).startswith(f"{server.base_url} (model '")
    assert sentence in str(error)
    assert len(str(error).splitlines()) == 1
    assert time.monotonic() - began < 200.0


@both_ways
def test_a_reply_that_ends_too_early(tmp_path: Path, stream: bool) -> None:
    with ScriptedServer([Drop(tidy=True)]) as server, asker(server, tmp_path) as kitchen:
        error = failure(kitchen, stream)
    sentence = "ended its reply early; ask again, or check the server's log"
    assert (sentence if stream else "answered something that is not a chat") in str(error)


@both_ways
def test_nothing_listens(tmp_path: Path, stream: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    with ScriptedServer([]) as server:
        base_url = f"http://127.0.0.1:{port}/v1"
        with asker(server, tmp_path, base_url=base_url) as kitchen:
            error = failure(kitchen, stream)
    assert str(error).startswith(f"{base_url} (model 'scripted') cannot be reached: ")
    assert str(error).endswith("; check base_url and that it runs")


@both_ways
def test_an_address_without_a_protocol(tmp_path: Path, stream: bool) -> None:
    with ScriptedServer([]) as server, asker(server, tmp_path, base_url="host") as kitchen:
        assert "missing an 'http://' or 'https://' protocol" in str(failure(kitchen, stream))


@both_ways
@pytest.mark.parametrize(
    "failures",
    [
        [Fail(429, retry_after=0.02)],
        [Fail(500, retry_after=0.02), Fail(503, retry_after=0.02)],
    ],
)
def test_a_passing_failure_is_waited_out(
    tmp_path: Path, stream: bool, failures: list[Reply]
) -> None:
    requests = recovered([*failures, ANSWER], tmp_path, stream, request_retries=2)
    assert len(requests) == len(failures) + 1


def test_a_lasting_failure_is_tried_again_as_often_as_asked(tmp_path: Path) -> None:
    script = [Fail(500, "out of order", retry_after=0.02)]
    with (
        ScriptedServer(script, repeat_last=True) as server,
        asker(server, tmp_path, request_retries=3) as kitchen,
    ):
        assert "out of order" in str(failure(kitchen, stream=False))
    assert len(server.requests) == 4


@both_ways
@pytest.mark.parametrize(
    "arguments",
    ['{"query": milk}', "milk", '["milk"]', '"{\\"query\\": \\"milk\\"}"', "3"],
)
def test_arguments_that_cannot_be_read_are_asked_for_again(
    tmp_path: Path, stream: bool, arguments: str
) -> None:
    script: list[ScriptLine] = [Call("search_memory", arguments), SEARCH, ANSWER]
    _, second, third = recovered(script, tmp_path, stream)
    note = second.messages[-1]
    assert note["role"] == "user"
    assert note["content"].startswith("Your last tool call could not be read: ")
    assert "Call the tool again with valid JSON arguments" in note["content"]
    assert len(tool_results(third)) == 1, "the unreadable call is gone from the conversation"
    assert [message["role"] for message in third.messages] == [
        "system",
        "user",
        "assistant",
        "tool",
    ]


@both_ways
def test_one_unreadable_call_among_others_spoils_the_message(tmp_path: Path, stream: bool) -> None:
    calls = [SEARCH, Call("search_memory", "{broken")]
    script: list[ScriptLine] = [calls, SEARCH, ANSWER]
    assert len(recovered(script, tmp_path, stream)) == 3


@both_ways
@pytest.mark.parametrize(
    "fault", [Empty(), Say(" \n"), Say("<think>Milk?</think>\n"), Say("It is pou", "length")]
)
def test_a_message_without_an_answer_is_asked_for_again(
    tmp_path: Path, stream: bool, fault: Reply
) -> None:
    requests = recovered([fault, ANSWER], tmp_path, stream)
    assert requests[1].messages[-1]["content"].startswith("Your last message was ")


@both_ways
def test_a_model_that_never_says_a_thing(tmp_path: Path, stream: bool) -> None:
    with (
        ScriptedServer([Empty()], repeat_last=True) as server,
        asker(server, tmp_path) as kitchen,
    ):
        error = failure(kitchen, stream)
    assert str(error) == (
        "the model gave no usable reply in 3 attempts (last: an empty message); try another model"
    )
    assert len(server.requests) == 3


@both_ways
@pytest.mark.parametrize(
    ("call", "told"),
    [
        (Call("fly_to", {"planet": "Mars"}), "fly_to is not a valid tool, try one of [overview, "),
        (Call("search_memory", {"words": "milk"}), "query: "),
        (Call("search_memory", {"query": "milk", "limit": "many"}), "limit: "),
        (Call("search_memory", {"query": "milk", "kinds": ["smell"]}), "kinds.0: "),
        (Call("read_timeline", {"start": 40, "end": 50}), "lies outside the video"),
        (Call("look_at", {"start": 0, "end": 2, "question": "?"}), "look_at is not a valid tool"),
    ],
)
def test_a_wrong_call_is_told_to_the_model(
    tmp_path: Path, stream: bool, call: Call, told: str
) -> None:
    *_, last = recovered([call, ANSWER], tmp_path, stream)
    assert told in tool_results(last)[0]


@both_ways
def test_the_same_call_again_is_answered_with_a_note(tmp_path: Path, stream: bool) -> None:
    *_, last = recovered([SEARCH, SEARCH, ANSWER], tmp_path, stream)
    found, note = tool_results(last)
    assert "pours the milk" in found
    assert note.startswith("You already called search_memory with these arguments")


def search_on(request: dict[str, Any]) -> Reply:
    """Never stops by itself: searches for something else each time."""
    if "Answer now" in str(request["messages"][-1]["content"]):
        return ANSWER
    return Call("search_memory", {"query": f"milk {len(request['messages'])}"})


@both_ways
def test_an_endless_loop_is_closed(tmp_path: Path, stream: bool) -> None:
    requests = recovered([search_on] * 5, tmp_path, stream, max_steps=4)
    assert [request.tool_names for request in requests] == [TOOLS, TOOLS, TOOLS, []]
    note = requests[-1].messages[-1]["content"]
    assert note.startswith("You have used up your 4 steps. Answer now")


@both_ways
def test_tokens_close_a_loop_too(tmp_path: Path, stream: bool) -> None:
    requests = recovered([search_on] * 5, tmp_path, stream, max_tokens=200)
    assert len(requests) == 3
    assert "used up your 200 tokens" in requests[-1].messages[-1]["content"]


@both_ways
def test_a_call_where_none_is_left_ends_the_question(tmp_path: Path, stream: bool) -> None:
    script: list[ScriptLine] = [SEARCH, Call("overview", {})]
    with ScriptedServer(script) as server, asker(server, tmp_path, max_steps=2) as kitchen:
        error = failure(kitchen, stream)
    assert isinstance(error, LimitExceeded)
    assert str(error) == (
        "the model used up its 2 steps without an answer; "
        "raise the limit, or ask a narrower question"
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"model": "gpt-0"}, "model 'gpt-0' needs a key or an endpoint: set OPENAI_API_KEY"),
        ({"model": ""}, "model '' is empty; name one such as 'openai:NAME', or 'embedded'"),
        ({"model": "openai:", "api_key": "a"}, "model 'openai:' is empty"),
    ],
)
def test_settings_without_a_model_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], sentence: str
) -> None:
    for name in ("FORETELL_API_KEY", "OPENAI_API_KEY", "FORETELL_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with VideoAgent(library=tmp_path, embedder="hash", **settings) as agent:
        info = put(agent.library, video("kitchen"), KITCHEN)
        with pytest.raises(ConfigError) as caught:
            list(agent.converse("When?", [info]))
    assert str(caught.value).startswith(sentence)
