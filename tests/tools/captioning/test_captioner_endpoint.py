"""Captions from an endpoint: what is sent, what it costs, and what it refuses."""

from __future__ import annotations

import base64
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from foretell.config import Config, load_config
from foretell.endpoint import Endpoint
from foretell.errors import ConfigError, ModelError
from foretell.tools.captioning.captioners import CachedCaptioner, load_captioner
from foretell.tools.captioning.endpoint_captioner import EndpointCaptioner
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Frame, Usage
from tests.servers.replies import Empty, Fail, Hang, Page, Raw, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer


def clip(level: int, frames: int = 2) -> Clip:
    picture = np.full((48, 64, 3), level, np.uint8)
    return [Frame(picture, float(index)) for index in range(frames)]


def asked(
    server: ScriptedServer, timeout_seconds: float = 120.0, **settings: Any
) -> EndpointCaptioner:
    there = Endpoint(server.base_url, server.key, timeout_seconds, retries=0)
    settings = {"frames": 2, **settings}
    return EndpointCaptioner(server.model, there, **settings)


def sent(body: dict[str, Any]) -> list[Image.Image]:
    """The pictures of a request."""
    urls = [part["image_url"]["url"] for part in body["messages"][0]["content"][1:]]
    prefix = "data:image/jpeg;base64,"
    return [Image.open(BytesIO(base64.b64decode(url.removeprefix(prefix)))) for url in urls]


def brightness(body: dict[str, Any]) -> Say:
    """Answers by what is in the pictures, whichever request comes first."""
    levels = [round(float(np.asarray(picture).mean())) for picture in sent(body)]
    return Say(f" It is {levels[0]} bright.\n")


def test_each_clip_gets_its_own_caption() -> None:
    with ScriptedServer([brightness], repeat_last=True) as server:
        captions = asked(server).caption([clip(level) for level in (10, 200, 90, 50, 120, 30)])
    assert captions == [f"It is {n} bright." for n in (10, 200, 90, 50, 120, 30)]
    body = server.requests[0].body
    assert [picture.size for picture in sent(body)] == [(64, 48)] * 2
    assert "Say in one plain sentence what happens" in body["messages"][0]["content"][0]["text"]
    assert body["max_tokens"] == 120


def test_the_intention_is_asked_for() -> None:
    with ScriptedServer([Say("To cook.")]) as server:
        asked(server, prompt="intention").caption([clip(1)])
    text = server.requests[0].body["messages"][0]["content"][0]["text"]
    assert text == "what does the person want to do in this image?"


def test_the_number_of_pictures_is_bounded() -> None:
    with ScriptedServer([Say("Much.")]) as server:
        asked(server).caption([clip(1, frames=50)])
    assert len(sent(server.requests[0].body)) == 8


def test_tokens_and_their_price_are_counted() -> None:
    with ScriptedServer([Say("So.")], repeat_last=True, tokens=(1000, 20)) as server:
        captioner = asked(server, prices=(2.0, 10.0))
        assert captioner.usage == Usage(0, 0, 0.0)
        captioner.caption([clip(1), clip(2), clip(3)])
    assert captioner.usage == Usage(3000, 60, pytest.approx(0.0066))  # type: ignore[arg-type]


def test_an_endpoint_that_counts_nothing() -> None:
    with ScriptedServer([Say("So.")], tokens=None) as server:
        captioner = asked(server)
        assert captioner.caption([clip(1)]) == ["So."]
    assert captioner.usage == Usage()


def raw(content: object, usage: object = None, **more: object) -> Raw:
    """An answer whose parts may be missing or null."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **more}}
    return Raw({"choices": [choice], "usage": usage})


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 7}, Usage(7, 0)),
        ({"prompt_tokens": None, "completion_tokens": None}, Usage()),
        ({}, Usage()),
        (None, Usage()),
    ],
)
def test_counts_may_be_missing(usage: object, counted: Usage) -> None:
    with ScriptedServer([raw("So.", usage)]) as server:
        captioner = asked(server)
        assert captioner.caption([clip(1)]) == ["So."]
    assert captioner.usage == counted


def test_an_answer_may_come_in_parts() -> None:
    parts = [{"type": "text", "text": "He "}, {"type": "reasoning"}, "cooks."]
    with ScriptedServer([raw(parts)]) as server:
        assert asked(server).caption([clip(1)]) == ["He cooks."]


@pytest.mark.parametrize(
    ("reply", "caption"),
    [
        (Say("It costs $3.50"), "It costs $3.50"),
        (Say("He cuts 2.5 kg. Then he", "length"), "He cuts 2.5 kg."),
        (Say("He cuts 2.5 kg. Then he"), "He cuts 2.5 kg. Then he"),
        (Say("<think>A pan?</think>\n\nHe cooks."), "He cooks."),
    ],
)
def test_only_an_unfinished_sentence_is_left_out(reply: Say, caption: str) -> None:
    with ScriptedServer([reply]) as server:
        assert asked(server).caption([clip(1)]) == [caption]


@pytest.mark.parametrize("thoughts", ["", "<think>Okay, the user wants"])
def test_a_model_that_thinks_first_is_given_room(thoughts: str) -> None:
    def reply(body: dict[str, Any]) -> Say:
        return Say("He cooks.") if body["max_tokens"] > 2000 else Say(thoughts, "length")

    with ScriptedServer([reply], repeat_last=True) as server:
        captioner = asked(server)
        assert captioner.caption([clip(1)]) == captioner.caption([clip(2)]) == ["He cooks."]
    assert [request.body["max_tokens"] for request in server.requests] == [120, 2120, 2120]
    assert captioner.usage == Usage(300, 60)


@pytest.mark.parametrize("reply", [Say("<think>Hm", "length"), Say("He. <think>Hm")])
def test_a_model_that_only_thinks(reply: Say) -> None:
    with (
        ScriptedServer([reply], repeat_last=True) as server,
        pytest.raises(ModelError, match="was cut off while thinking, with room for 2120 tokens"),
    ):
        asked(server).caption([clip(1)])
    assert len(server.requests) == 2


def test_an_endpoint_that_knows_only_the_new_name_of_the_limit() -> None:
    words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."

    def reply(body: dict[str, Any]) -> Reply:
        return Fail(400, words) if "max_tokens" in body else Say("He cooks.")

    with ScriptedServer([reply], repeat_last=True) as server:
        captioner = asked(server)
        assert captioner.caption([clip(1)]) == captioner.caption([clip(2)]) == ["He cooks."]
    assert [request.body.get("max_completion_tokens") for request in server.requests] == [
        None,
        120,
        120,
    ]


def test_an_endpoint_that_knows_no_name_of_the_limit() -> None:
    with (
        ScriptedServer([Fail(400, "no max_completion_tokens")], repeat_last=True) as server,
        pytest.raises(ModelError, match="answered 400: no max_completion_tokens"),
    ):
        asked(server).caption([clip(1)])
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Empty(), "empty answer"),
        (Say("<think>A pan?</think>"), "nothing but thoughts"),
        (Say("", "content_filter"), "refused: content filter"),
        (raw(None, refusal="I can't\nhelp."), "refused: I can't help."),
    ],
)
def test_silence_is_told_once_and_not_kept(
    reply: ScriptLine, why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedServer([reply, reply, Say("He cooks.")]) as server:
        captioner = CachedCaptioner(asked(server), tmp_path / "captions.sqlite")
        assert [captioner.caption([clip(1)]) for _ in range(3)] == [[""], [""], ["He cooks."]]
        assert captioner.caption([clip(1)]) == ["He cooks."]
    (told,) = caplog.messages
    assert told == (
        f"the captioner 'scripted' says nothing of the clip at 0.0 s ({why}); clips like it get no "
        "caption"
    )


def test_what_was_paid_for_is_kept_where_one_of_the_clips_fails(tmp_path: Path) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        told = brightness(body)
        return Fail(500, "broken") if told.text.strip().startswith("It is 90 ") else told

    clips = [clip(level) for level in (10, 200, 90, 50)]
    with ScriptedServer([reply] * 4 + [brightness]) as server:
        captioner = CachedCaptioner(asked(server), tmp_path / "captions.sqlite")
        with pytest.raises(ModelError, match="answered 500: broken"):
            captioner.caption(clips)
        assert captioner.caption(clips) == [f"It is {n} bright." for n in (10, 200, 90, 50)]
    assert len(server.requests) == 5


def test_no_more_is_asked_after_a_failure() -> None:
    with ScriptedServer([Fail(401, "no")], repeat_last=True) as server:
        with pytest.raises(ModelError, match="refused the key"):
            asked(server).caption([clip(level) for level in range(40)])
        assert len(server.requests) < 12


REFUSALS = [
    "Invalid content type. image_url is only supported by certain models.",
    "scripted is not a multimodal model",
    "unknown variant `image_url`, expected `text`",
]
OF_THE_SERVER = "image input is not supported - hint: you may need to provide the mmproj"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        *((status, words) for status in (400, 415, 422) for words in REFUSALS),
        (500, OF_THE_SERVER),
        (404, "No endpoints found that support image input"),
    ],
)
def test_an_endpoint_that_refuses_pictures_is_told_of(status: int, words: str) -> None:
    with (
        ScriptedServer([Fail(status, words)]) as server,
        pytest.raises(ModelError, match=r"refused the pictures: .*; set captioner to a model that"),
    ):
        asked(server).caption([clip(1)])


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Fail(400, "too long"), "answered 400: too long"),
        (Fail(500, "broken"), "answered 500: broken"),
        (Fail(500, "the vision tower broke"), "answered 500: the vision tower broke"),
        (Fail(404, 'model "llama3.2-vision" not found'), "knows no such model or path: "),
        (Fail(401, "no key for vision models"), "refused the key"),
        (Fail(429, "too many images a minute"), "is over its rate limit or quota: too many im"),
        (Hang(60.0), "did not answer within 2 s"),
        (Page(), "answered something that is not a chat completion"),
    ],
)
def test_other_failures_are_told_too(reply: ScriptLine, told: str) -> None:
    with ScriptedServer([reply]) as server, pytest.raises(ModelError, match=told):
        asked(server, timeout_seconds=2.0).caption([clip(1)])


def test_the_name_of_a_model_refuses_no_pictures() -> None:
    model = "llama3.2-vision"
    reply = Fail(400, f"{model} is busy")
    with (
        ScriptedServer([reply], model=model) as server,
        pytest.raises(ModelError, match=f"answered 400: {model} is busy"),
    ):
        asked(server).caption([clip(1)])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: EndpointCaptioner("", Endpoint()),
            "the captioner's name is empty; name one such as 'openai:",
        ),
        (
            lambda: EndpointCaptioner("gpt", Endpoint()),
            "captioner 'gpt' needs a key or an endpoint: set OPENAI",
        ),
        (
            lambda: EndpointCaptioner("gpt", Endpoint(api_key="k"), frames=9),
            "caption_frames is 9; an endpoint is sent 1 to 8 pictures",
        ),
    ],
)
def test_settings_that_are_wrong(make: Callable[[], object], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        make()


def settings(library: Path, server: ScriptedServer, **more: Any) -> Config:
    named = {"base_url": server.base_url, "api_key": server.key, "captioner": "openai:scripted"}
    return load_config(library=library, prices={"scripted": (1.0, 1.0)}, **named, **more)


def test_the_settings_name_it_and_nothing_is_paid_twice(tmp_path: Path) -> None:
    with ScriptedServer([brightness], repeat_last=True, tokens=(1000, 1000)) as server:
        used: list[Usage] = []
        for _ in range(2):
            described = load_captioner(settings(tmp_path, server, caption_frames=2), Profile())
            assert described is not None
            assert described.captioner.caption([clip(7)]) == ["It is 7 bright."]
            used.append(described.usage)
    assert len(server.requests) == 1
    assert used == [Usage(1000, 1000, 0.002), Usage(0, 0, 0.0)]


def test_no_captioner_and_one_of_an_unknown_form(tmp_path: Path) -> None:
    assert load_captioner(load_config(library=tmp_path), Profile()) is None
    with pytest.raises(ConfigError, match="captioner is 'blip'; give hf:FOLDER or hf:OWNER/NAME"):
        load_captioner(load_config(library=tmp_path, captioner="blip"), Profile())
