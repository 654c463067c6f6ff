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
from foretell.errors import ConfigError, ModelError
from foretell.tools.captioner import Clip
from foretell.tools.captioners import load_captioner
from foretell.tools.profile import Profile
from foretell.tools.vision_models.endpoint_captioner import EndpointCaptioner
from foretell.types import Frame, Usage
from tests.servers.replies import Empty, Fail, Hang, Page, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer


def clip(level: int, frames: int = 2) -> Clip:
    picture = np.full((48, 64, 3), level, np.uint8)
    return [Frame(picture, float(index)) for index in range(frames)]


def asked(server: ScriptedServer, **settings: Any) -> EndpointCaptioner:
    settings = {"retries": 0, "frames": 2, **settings}
    return EndpointCaptioner(server.model, base_url=server.base_url, api_key=server.key, **settings)


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
    with ScriptedServer([Empty()], tokens=None) as server:
        captioner = asked(server)
        assert captioner.caption([clip(1)]) == [""]
    assert captioner.usage == Usage()


REFUSALS = [
    "Invalid content type. image_url is only supported by certain models.",
    "scripted is not a multimodal model",
    "unknown variant `image_url`, expected `text`",
]


@pytest.mark.parametrize("words", REFUSALS)
def test_an_endpoint_that_refuses_pictures_is_told_of(words: str) -> None:
    with (
        ScriptedServer([Fail(400, words)]) as server,
        pytest.raises(ModelError, match=r"refused the pictures: .*; set captioner to a model that"),
    ):
        asked(server).caption([clip(1)])


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Fail(400, "too long"), "answered 400: too long"),
        (Fail(500, "broken"), "answered 500: broken"),
        (Hang(3.0), "did not answer within 0.5 s"),
        (Page(), "answered something that is not a chat completion"),
    ],
)
def test_other_failures_are_told_too(reply: ScriptLine, told: str) -> None:
    with ScriptedServer([reply]) as server, pytest.raises(ModelError, match=told):
        asked(server, timeout_seconds=0.5).caption([clip(1)])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: EndpointCaptioner(""), "the captioner's name is empty; name one such as 'openai:"),
        (
            lambda: EndpointCaptioner("gpt"),
            "captioner 'gpt' needs a key or an endpoint: set OPENAI",
        ),
        (
            lambda: EndpointCaptioner("gpt", api_key="k", frames=9),
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
