"""OpenAI's protocol, by the real clients and by what they send."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from pydantic import SecretStr

from benchmarks.running_server import PATIENCE, RunningServer, ended_job, running_server, send

WHEN_KETTLE, THEN = "When is the kettle filled?", "And what happens after that?"
TASK = (
    "### Task:\nGenerate a concise title.\n<chat_history>\nUSER: When is tea made?\n</chat_history>"
)


@pytest.fixture(scope="module")
def root(tea_server: RunningServer) -> str:
    """The root of the endpoint."""
    return f"{tea_server.address}/v1"


@pytest.fixture(scope="module")
def client(root: str) -> Iterator[openai.OpenAI]:
    """OpenAI's own client."""
    with openai.OpenAI(base_url=root, api_key="none", max_retries=0, timeout=PATIENCE) as opened:
        yield opened


@pytest.fixture
def model(client: openai.OpenAI, tea_id: str) -> str:
    """The model of the demo's clip."""
    return next(one.id for one in client.models.list() if one.id.endswith(tea_id[:8]))


def test_models(client: openai.OpenAI, model: str) -> None:
    assert client.models.list().data[0].id == "foretell"
    assert model.startswith("foretell/tea-")
    assert client.models.retrieve(model).owned_by == "foretell"
    with pytest.raises(openai.NotFoundError) as unknown:
        client.models.retrieve("gpt-5")
    assert unknown.value.code == "model_not_found"


def test_a_completion_cites_the_page(
    client: openai.OpenAI, model: str, tea_server: RunningServer, tea_id: str
) -> None:
    given = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": WHEN_KETTLE}], temperature=0
    )
    message = given.choices[0].message
    assert message.annotations is not None
    cited = message.annotations[0].url_citation
    assert cited.url == f"{tea_server.address}/#video={tea_id}&t=4.5,8.75"
    assert message.content is not None
    assert message.content[cited.start_index : cited.end_index] == "[4.5-8.8 s]"
    assert given.model_extra is not None
    assert given.model_extra["foretell"]["evidence"][0]["video"] == tea_id


def test_a_stream_says_the_same(client: openai.OpenAI, model: str) -> None:
    asked: Any = {"model": model, "messages": [{"role": "user", "content": WHEN_KETTLE}]}
    create: Any = client.chat.completions.create
    whole = create(**asked)
    chunks = list(
        client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True})
    )
    words = "".join(one.choices[0].delta.content or "" for one in chunks if one.choices)
    assert words == whole.choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None


def test_what_was_said_before_is_understood(client: openai.OpenAI, model: str) -> None:
    first = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": WHEN_KETTLE}]
    )
    then = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "Answer in French."},
            {"role": "user", "content": WHEN_KETTLE},
            {"role": "assistant", "content": first.choices[0].message.content or ""},
            {"role": "user", "content": [{"type": "text", "text": THEN}]},
        ],
    )
    assert "tea bag" in (then.choices[0].message.content or "")


def test_what_was_said_of_several_videos(tmp_path: Path, clip: Path, videos: Path) -> None:
    with running_server(tmp_path / "library") as server:
        with server.client() as api:
            for file in (clip, videos / "sign_eat_1s.mkv"):
                ended_job(api, send(api, file, file.name)["job"]["id"])
        with openai.OpenAI(base_url=f"{server.address}/v1", api_key="none") as client:
            said: list[Any] = [{"role": "user", "content": WHEN_KETTLE}]
            first = client.chat.completions.create(model="foretell", messages=said)
            words = first.choices[0].message.content or ""
            assert "[tea.mp4, 4.5-8.8 s]" in words
            said += [{"role": "assistant", "content": words}, {"role": "user", "content": THEN}]
            then = client.chat.completions.create(model="foretell", messages=said)
            assert "tea bag" in (then.choices[0].message.content or "")


def test_responses(client: openai.OpenAI, model: str) -> None:
    whole = client.responses.create(model=model, input=WHEN_KETTLE)
    assert "[4.5-8.8 s]" in whole.output_text
    events = list(client.responses.create(model=model, input=WHEN_KETTLE, stream=True))
    assert [one.sequence_number for one in events] == [*range(len(events))]
    assert events[-1].type == "response.completed"
    assert "".join(one.delta for one in events if one.type == "response.output_text.delta") == (
        whole.output_text
    )
    with client.responses.stream(model=model, input=WHEN_KETTLE) as stream:
        stream.until_done()
        assert stream.get_final_response().output_text == whole.output_text
    with pytest.raises(openai.BadRequestError, match="nothing is kept"):
        client.responses.create(model=model, input=THEN, previous_response_id="resp_1")


def test_langchain(root: str, model: str) -> None:
    from langchain_openai import ChatOpenAI

    for through_responses in (False, True):
        chat: Any = ChatOpenAI(
            base_url=root,
            api_key=SecretStr("none"),
            model=model,
            use_responses_api=through_responses,
        )
        assert "4.5-8.8 s" in chat.invoke(WHEN_KETTLE).text
        assert "4.5-8.8 s" in "".join(piece.text for piece in chat.stream(WHEN_KETTLE))


def test_llm_goes_on_with_a_conversation(root: str, model: str, tmp_path: Path) -> None:
    pytest.importorskip("llm", reason="this client is not installed: pip install llm")
    entry = {"model_id": "video", "model_name": model, "api_base": root}
    (tmp_path / "extra-openai-models.yaml").write_text(json.dumps([entry]))

    def llm(*words: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "llm", "-m", "video", "--key", "none", *words],
            env={**os.environ, "LLM_USER_PATH": str(tmp_path)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert "4.5-8.8 s" in llm(WHEN_KETTLE)
    assert "tea bag" in llm("-c", THEN)


def test_a_clients_own_requests_need_no_planner(root: str, model: str) -> None:
    title = httpx2.post(
        f"{root}/chat/completions",
        json={"model": model, "stream": False, "messages": [{"role": "user", "content": TASK}]},
    ).json()
    assert json.loads(title["choices"][0]["message"]["content"]) == {"title": "When is tea made?"}
    tags = TASK.replace("a concise title", "1-3 broad tags")
    given = httpx2.post(
        f"{root}/chat/completions",
        json={"model": model, "messages": [{"role": "user", "content": tags}]},
    ).json()
    assert json.loads(given["choices"][0]["message"]["content"]) == {"tags": []}
    assert "foretell" not in given


def test_as_open_webui_asks(root: str, model: str) -> None:
    tool: dict[str, Any] = {"type": "function", "function": {"name": "search", "parameters": {}}}
    asked: dict[str, Any] = {
        "stream": True,
        "model": model,
        "messages": [{"role": "user", "content": WHEN_KETTLE}],
        "tools": [tool] * 36,
    }
    with httpx2.stream("POST", f"{root}/chat/completions", json=asked) as response:
        lines = [one for one in response.iter_lines() if one.startswith("data: ")]
    assert lines[-1] == "data: [DONE]"
    deltas = [json.loads(one[6:])["choices"][0]["delta"] for one in lines[:-1]]
    assert any("reasoning_content" in delta for delta in deltas)
    cited = [delta["annotations"] for delta in deltas if "annotations" in delta]
    assert cited[0][0]["url_citation"]["title"] == "tea.mp4, 4.5-8.8 s"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"model": "foretell", "messages": []}, 422),
        ({"model": "foretell", "messages": None}, 422),
        ({"model": 7, "messages": [{"role": "user", "content": "Why?"}]}, 422),
        ({"model": "gpt", "messages": [{"role": "user", "content": "Why?"}]}, 404),
        ({"model": "foretell", "messages": [{"role": "user", "content": "  "}]}, 400),
        ({"model": "foretell", "messages": [{"role": "assistant", "content": "So."}]}, 400),
        ({"model": "foretell", "messages": [{"role": "user", "content": "a" * 20_000}]}, 400),
        *(
            (
                {
                    "model": "foretell",
                    "messages": [{"role": "user", "content": [{"type": kind, kind: {"url": "x"}}]}],
                },
                400,
            )
            for kind in ("image_url", "video_url", "input_image", "file")
        ),
    ],
)
def test_what_is_wrong_is_told_as_clients_expect(root: str, body: object, status: int) -> None:
    response = httpx2.post(f"{root}/chat/completions", json=body)
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert {*error} == {"message", "type", "param", "code"}
    assert error["message"]
    assert error["type"] == "invalid_request_error"


def test_the_key_is_the_token(tmp_path: Path) -> None:
    with running_server(tmp_path / "library", SERVER_TOKEN="a-secret") as server:
        for key, is_right in (("a-secret", True), ("other", False)):
            with openai.OpenAI(base_url=f"{server.address}/v1", api_key=key) as client:
                if is_right:
                    assert [one.id for one in client.models.list()] == ["foretell"]
                    assert client.models.retrieve("foretell").id == "foretell"
                    with pytest.raises(openai.NotFoundError, match="no video yet"):
                        client.chat.completions.create(
                            model="foretell", messages=[{"role": "user", "content": "Why?"}]
                        )
                else:
                    with pytest.raises(openai.AuthenticationError) as refused:
                        client.models.list()
                    assert refused.value.code == "invalid_api_key"
