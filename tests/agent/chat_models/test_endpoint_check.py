"""What `foretell models check openai:NAME` and `foretell doctor` find out about an endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.agent.chat_models.endpoint_check import CheckedEndpoint, check_endpoint
from foretell.cli import app
from foretell.config import load_config
from foretell.errors import ConfigError, ModelError
from tests.servers.kinds_of_servers import (
    able,
    heedless,
    newest,
    silent_about_tools,
    without_parser,
)
from tests.servers.replies import Empty, Fail, Hang, Page, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

IN_ONE_CALL = "questions go to the model with the timeline in one call"


def checked(
    reply: ScriptLine,
    tokens: tuple[int, int] | None = (300, 20),
    context: int | None = None,
    **settings: Any,
) -> CheckedEndpoint:
    with ScriptedServer([reply], repeat_last=True, tokens=tokens, context=context) as server:
        given = {"model": "openai:scripted", "base_url": server.base_url, "api_key": server.key}
        found = check_endpoint(load_config(**given | settings))
        assert len(server.requests) <= 12
        assert all(one.body.get("max_tokens", 0) <= 128 for one in server.requests)
    return found


def told(found: CheckedEndpoint, about: str) -> str:
    (sentence,) = [one for one in found.told if one.startswith(f"{about}: ")]
    return sentence.removeprefix(f"{about}: ")


def test_a_server_that_can_do_everything() -> None:
    found = checked(able, context=40_960, vision_model="scripted")
    assert (found.tools, found.forms, found.logprobs, found.pictures) == (True,) * 4
    assert (found.streaming, found.usage, found.context_tokens) == (True, True, 40_960)
    assert told(found, "tools") == "called"
    assert told(found, "context") == "40960 tokens"
    assert told(found, "pictures") == "'scripted' sees that a red one is red"


def test_a_server_that_leaves_tools_out_in_silence() -> None:
    found = checked(silent_about_tools, tokens=(47, 20), context=2048, vision_model="scripted")
    assert (found.tools, found.forms, found.pictures) == (False, True, False)
    assert told(found, "tools") == (
        "left out by the server without a word, as 47 tokens of the request reached the model; its "
        f"template knows no tools; {IN_ONE_CALL}"
    )
    assert told(found, "context").startswith("2048 tokens; timelines are shown as far as they fit")
    assert "refused by 'scripted' (" in told(found, "pictures")
    assert "the mmproj); name a model that sees" in told(found, "pictures")


def test_a_model_that_was_told_of_tools_and_calls_none() -> None:
    found = checked(silent_about_tools)
    assert not found.tools
    assert told(found, "tools").startswith(
        "not called, it wrote 'Milk is a white liquid.'; the mod"
    )
    assert "says nothing; it may think for more than 128 tokens" in told(checked(Empty()), "tools")


def test_a_server_that_refuses_tools() -> None:
    found = checked(without_parser)
    assert (found.tools, found.streaming, found.forms) == (False, True, True)
    assert told(found, "tools").startswith('refused ("auto" tool choice requires --enable-auto-too')
    assert told(found, "tools").endswith(IN_ONE_CALL)


def test_a_server_that_heeds_nothing() -> None:
    found = checked(heedless, tokens=None, vision_model="scripted")
    assert (found.tools, found.forms, found.logprobs, found.usage) == (False,) * 4
    assert found.pictures is False
    assert "called in words, which foretell reads" in told(found, "tools")
    assert "not kept to, it wrote 'A colour is something" in told(found, "forms")
    assert told(found, "likelihoods") == "not told; yes counts 1 and no 0"
    assert "without its tokens" in told(found, "streaming")
    assert told(found, "context").startswith("not told; set context_tokens")


def test_a_limit_that_goes_by_another_name() -> None:
    found = checked(newest)
    assert found.tools
    assert found.forms


@pytest.mark.parametrize(
    "form",
    [
        '{"colour": "mauve", "sure": true}',
        '{"colour": "red"}',
        '{"colour": "red", "sure": true, "why": "it is"}',
        '{"colour": "red", "sure": "yes"}',
        'Sure: {"colour": "red", "sure": true}',
        '{"colour": "re',
    ],
)
def test_what_only_looks_like_a_form(form: str) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        return Say(form) if "response_format" in body else able(body)

    assert not checked(reply).forms


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Fail(401, "no"), "refused the key; set OPENAI_API_KEY to a valid one"),
        (Fail(404, "no such model"), "knows no such model or path"),
        (Fail(429, "slow down"), "is over its rate limit or quota"),
        (Hang(5.0), "did not answer within 0.3 s"),
        (Fail(500, "out of memory"), "answered nothing at all: "),
    ],
)
def test_an_endpoint_that_is_of_no_use(reply: Reply, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        checked(reply, request_seconds=0.3 if isinstance(reply, Hang) else 30.0)


def test_an_address_that_is_no_endpoint() -> None:
    with pytest.raises(ModelError, match="no chat completion; base_url usually ends in /v1"):
        checked(Page())


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedServer], list[str]]:
    """Gives the options that name a server, whose key is in the environment."""

    def options(server: ScriptedServer) -> list[str]:
        monkeypatch.setenv("OPENAI_API_KEY", server.key)
        return ["--base-url", server.base_url]

    return options


def test_the_command_tells_it_in_words_and_as_json(
    named: Callable[[ScriptedServer], list[str]],
) -> None:
    with ScriptedServer([able], repeat_last=True, context=8192) as server:
        command = ["models", "check", "openai:scripted", *named(server)]
        words = run(*command)
        record = json.loads(run(*command, "--vision-model", "scripted", "--json"))
    assert words.startswith(f"scripted at {server.base_url}, asked for ")
    assert "\n  tools: called\n" in words
    assert "pictures" not in words
    assert record["model"] == "scripted"
    assert record["tools"] is record["forms"] is record["pictures"] is True
    assert record["context_tokens"] == 8192


def test_doctor_tries_an_endpoint_that_answers(
    named: Callable[[ScriptedServer], list[str]],
) -> None:
    with ScriptedServer([silent_about_tools], repeat_last=True, tokens=(47, 20)) as server:
        options = ["--model", "scripted", *named(server)]
        found = {one["part"]: one for one in json.loads(run("doctor", *options, "--json"))}
    assert found["endpoint"]["ok"]
    assert "tools: left out by the server without a word" in found["endpoint"]["found"]


def test_a_model_of_neither_kind_is_refused() -> None:
    from foretell.agent.chat_models.endpoint_check import named_endpoint

    with pytest.raises(ConfigError, match=r"the model is 'gpt'; give openai:NAME"):
        named_endpoint("gpt", load_config())
    with pytest.raises(ConfigError, match="needs a key or an endpoint"):
        check_endpoint(load_config(model="openai:m"))
