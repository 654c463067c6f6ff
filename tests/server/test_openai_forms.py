"""What clients of OpenAI's protocol send beside plain questions, and what is wrong of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from benchmarks.running_server import PATIENCE, RunningServer
from foretell.agent.citation_marks import mark_of
from foretell.agent.evidence import check_citations
from foretell.memory.library import Library
from foretell.server.openai.conversation import side_answer
from foretell.server.openai.forms import Message
from foretell.server.openai.streaming import PING, with_pings
from foretell.types import Event, Interval, VideoInfo
from tests.agent.made_library import make_library

WHEN_KETTLE, THEN = "When is the kettle filled?", "And what happens after that?"
CHAT = "<chat_history>\nUSER: When is tea made?\nASSISTANT: At the end.\n</chat_history>"
GUIDELINES = "### Guidelines:\n- No text may precede or follow the JSON, nor any tags or queries.\n"
Call = tuple[str, bytes, int]


@pytest.fixture(scope="module")
def root(tea_server: RunningServer) -> str:
    """The root of the endpoint."""
    return f"{tea_server.address}/v1"


@pytest.mark.parametrize(
    ("task", "example", "answer"),
    [
        ("Generate a concise title.", '{ "title": "your title" }', {"title": "When is tea made?"}),
        ("Generate 1-3 broad tags.", '{ "tags": ["tag1", "tag2"] }', {"tags": []}),
        ("Suggest 3-5 follow-up questions.", '{"follow_ups": ["One?"]}', {"follow_ups": []}),
        ("Decide whether to search.", '{ "queries": ["query1"] }', {"queries": []}),
        ("Complete the text.", '{ "text": "the rest" }', {"text": ""}),
        ("Suggest follow-ups.", "a JSON array", {"follow_ups": []}),
        ("Nenne einen Titel.", "JSON", {"title": "When is tea made?"}),
    ],
)
def test_side_calls(task: str, example: str, answer: object) -> None:
    words = f"### Task:\n{task}\n{GUIDELINES}### Output:\n{example}\n### Chat History:\n{CHAT}"
    given = side_answer([Message(content=words)], stream=False)
    assert given is not None
    assert json.loads(given) == answer


def test_what_only_looks_like_a_side_call_is_a_question() -> None:
    with_files = "### Task:\nAnswer with the context.\n<context>\n</context>\nWhen is tea made?"
    asked = f"### Task:\nGenerate a title.\n{CHAT}"
    assert side_answer([Message(content=with_files)], stream=False) is None
    assert side_answer([Message(content=asked)], stream=True) is None
    assert side_answer([Message(role="assistant", content=asked)], stream=False) is None


@pytest.mark.parametrize(
    "names",
    [
        ("tea.mp4", "coffee.mp4"),
        ("a day at the lake.mp4", "lake.mp4"),
        ("cut [1.0-2.0 s], final (2).mp4", "cut.mp4"),
        ("no ending", "Kühe, 12 s"),
        ("at 5 s.mp4", "e12.mp4"),
    ],
)
def test_citations_of_several_videos_are_read_back(tmp_path: Path, names: tuple[str, str]) -> None:
    with make_library(tmp_path) as library:
        videos = [put_video(library, name, number) for number, name in enumerate(names)]
        for video in videos:
            text = f"It is poured {mark_of(Interval(22, 24), video.name)}."
            (evidence,) = check_citations(text, library.store, videos).evidence
            assert evidence.video == video.path
            assert evidence.interval == Interval(22, 24)


def put_video(library: Library, name: str, number: int) -> VideoInfo:
    """Writes a video of that name with one event."""
    place, id = f"{number}/{name}", str(number) * 64
    info = VideoInfo(place, id, Interval(0, 30), 64, 48, "h264", shown_as=name)
    library.store.put_video(info)
    library.store.begin_track(info.content_hash, "made", "")
    event = Event(Interval(22, 24), "caption", "The person pours milk", "made")
    library.store.append_event(info.content_hash, event)
    library.store.finish_track(info.content_hash, "made")
    return info


def bodies() -> list[Call]:
    """Gives bodies that are wrong, with the status that each is refused by."""
    deep = b'{"model": "foretell", "messages": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    said: list[tuple[str, object, int]] = [
        ("number", [{"role": "user", "content": 7}], 422),
        ("null part", [{"role": "user", "content": [None]}], 422),
        ("null text", [{"content": [{"type": "text", "text": None}]}], 422),
        ("role", [{"role": "king", "content": "Why?"}], 422),
        ("no content", [{"role": "user", "content": None}], 400),
        ("blank", [{"role": "user", "content": " "}], 400),
        ("only a system", [{"role": "system", "content": "Why?"}], 400),
        ("too many", [{"content": "a"}] * 2001, 422),
        ("no list", {"role": "user"}, 422),
        ("null", None, 422),
    ]
    asked: list[tuple[str, object, int]] = [
        *((name, {"model": "foretell", "messages": one}, status) for name, one, status in said),
        ("stream", {"model": "foretell", "stream": 7, "messages": [{"content": "Why?"}]}, 422),
        ("options", {"model": "foretell", "stream_options": 1, "messages": [{}]}, 422),
        ("list", [], 422),
        ("nothing at all", None, 422),
    ]
    return [
        ("deep", deep, 400),
        ("huge", b'{"model": "' + b"a" * (2 << 20) + b'"}', 413),
        ("cut off", b'{"model": "foretell", "mess', 422),
        ("not text", b'{"model": "\xff"}', 400),
        ("surrogate", b'{"model": "\\ud800", "messages": [{"content": "Why?"}]}', 422),
        ("long number", b'{"n": ' + b"9" * 5000 + b"}", 400),
        ("nothing", b"", 422),
        *((name, json.dumps(body).encode(), status) for name, body, status in asked),
    ]


@pytest.mark.parametrize(("name", "body", "status"), bodies(), ids=lambda one: str(one)[:12])
def test_what_is_wrong_is_refused(root: str, name: str, body: bytes, status: int) -> None:
    """Nothing that is sent makes the server fail."""
    headers = {"content-type": "application/json"}
    for path in ("chat/completions", "responses"):
        response = httpx2.post(f"{root}/{path}", content=body, headers=headers, timeout=PATIENCE)
        assert response.status_code in (status, 422), (name, response.text)
        error = response.json()["error"]
        assert {*error} == {"message", "type", "param", "code"}
        assert error["type"] == "invalid_request_error"
        assert response.headers["x-content-type-options"] == "nosniff"


def test_a_chunked_body_is_bounded_too(root: str) -> None:
    pieces = (b"x" * 65536 for _ in range(32))
    headers = {"content-type": "application/json"}
    response = httpx2.post(f"{root}/responses", content=pieces, headers=headers, timeout=PATIENCE)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "request_too_large"


def test_what_is_wrong_is_named(root: str) -> None:
    with openai.OpenAI(base_url=root, api_key="none", max_retries=0, timeout=PATIENCE) as client:
        several: Any = 7
        with pytest.raises(openai.UnprocessableEntityError) as refused:
            client.chat.completions.create(model="foretell", messages=several)
        assert (refused.value.param, refused.value.code) == ("messages", "invalid_value")
        with pytest.raises(openai.NotFoundError):
            client.embeddings.create(model="foretell", input="Why?")
        part: Any = {"type": "image_url", "image_url": {"url": "http://127.0.0.1:1/a.png"}}
        with pytest.raises(openai.BadRequestError, match="send a video to the server by itself"):
            client.chat.completions.create(
                model="foretell", messages=[{"role": "user", "content": [part]}]
            )


def test_unknown_fields_and_odd_characters_pass(root: str) -> None:
    asked: dict[str, Any] = {
        "model": "foretell",
        "messages": [{"role": "user", "name": "Ann", "content": f"{WHEN_KETTLE} \ud800\0"}],
        "n": 3,
        "temperature": "hot",
        "response_format": {"type": "json_schema"},
        "stream": True,
        "made_up": [[[]]],
    }
    response = httpx2.post(
        f"{root}/chat/completions",
        content=json.dumps(asked),
        headers={"content-type": "application/json"},
    )
    assert response.status_code == 200
    assert "error" not in response.text
    assert response.text.endswith("data: [DONE]\n\n")


def test_a_video_is_found_by_the_beginning_of_its_id(root: str, tea_id: str) -> None:
    whole = httpx2.get(f"{root}/models/{tea_id}").json()
    assert whole["id"].endswith(tea_id[:8])
    assert httpx2.get(f"{root}/models/foretell/{tea_id[:10]}").json() == whole
    assert httpx2.get(f"{root}/models/{tea_id[:5]}").status_code == 404


def test_a_long_conversation_is_read_quickly(root: str, tea_id: str) -> None:
    """What was said long ago costs nothing; what follows is about the last answer that cites."""
    said = [
        {"role": "user", "content": WHEN_KETTLE},
        {"role": "assistant", "content": "At [4.5-8.8 s]. " * 50_000},
        {"role": "user", "content": THEN},
    ]
    asked = {"model": tea_id, "messages": said}
    answer = httpx2.post(f"{root}/chat/completions", json=asked, timeout=10.0).json()
    assert "tea bag" in answer["choices"][0]["message"]["content"]


def test_responses_go_on_from_all_kinds_of_items(root: str, tea_id: str) -> None:
    items: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "input_text", "text": WHEN_KETTLE}]},
        {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "Hm."}]},
        {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "1"},
        {"type": "function_call_output", "output": "x", "call_id": "1"},
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "At [4.5-8.8 s].", "annotations": []}],
        },
        {"role": "user", "content": THEN},
    ]
    answer = httpx2.post(f"{root}/responses", json={"model": tea_id, "input": items}).json()
    assert "tea bag" in answer["output"][0]["content"][0]["text"]


def test_langchain_keeps_the_citations_of_responses(
    root: str, tea_server: RunningServer, tea_id: str
) -> None:
    from langchain_core.messages import HumanMessage
    from langchain_openai import ChatOpenAI

    settings: Any = {"base_url": root, "api_key": "none", "model": tea_id}
    chat: Any = ChatOpenAI(**settings, use_responses_api=True)
    first = chat.invoke([HumanMessage(WHEN_KETTLE)])
    (cited,) = first.content[0]["annotations"]
    assert cited["url"] == f"{tea_server.address}/#video={tea_id}&t=4.5,8.75"
    then = chat.invoke([HumanMessage(WHEN_KETTLE), first, HumanMessage(THEN)])
    assert "tea bag" in then.text


def test_silence_is_broken() -> None:
    async def lines() -> AsyncGenerator[bytes]:
        yield b"a"
        await asyncio.sleep(0.25)
        yield b"b"

    async def read() -> list[bytes]:
        return [one async for one in with_pings(lines(), 0.1)]

    given = asyncio.run(read())
    assert [given[0], given[-1]] == [b"a", b"b"]
    assert PING in given
