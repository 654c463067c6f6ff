"""Moments judged by a model at an endpoint."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foretell.config import load_config
from foretell.endpoint import Endpoint
from foretell.errors import ConfigError, ModelError
from foretell.tools.decoding.video import Video
from foretell.tools.localization.moment_judge import EndpointJudge, VisionJudge, load_judge
from foretell.tools.vision_models.picture_endpoint import PictureEndpoint
from foretell.types import Interval
from tests.servers.replies import Fail, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer
from tests.tools.synthetic_clips import opened, texture

MOMENT, CONTEXT = Interval(1.0, 2.0), Interval(0.5, 2.5)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Video]:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with opened(path, [texture(number // 10) for number in range(60)]) as video:
        yield video


def judged(server: ScriptedServer, video: Video) -> float:
    endpoint = PictureEndpoint(
        server.model, "moment_judge", Endpoint(server.base_url, server.key, retries=0)
    )
    return EndpointJudge(endpoint).probability(video, MOMENT, CONTEXT, "a cat jumps")


def likely(text: str, **share: float) -> Say:
    """An answer whose first token might have been others."""
    return Say(text, likelihoods=[{token: math.log(value) for token, value in share.items()}])


def test_it_is_shown_the_moment_and_what_lies_around_it(video: Video) -> None:
    with ScriptedServer([Say("Yes")]) as server:
        judged(server, video)
    body = server.requests[0].body
    text, *pictures = body["messages"][0]["content"]
    assert len(pictures) == 8
    assert "Does this happen in pictures 3 to 6: a cat jumps? Answer Yes or No." in text["text"]
    assert (body["logprobs"], body["top_logprobs"], body["max_tokens"]) == (True, 10, 16)


@pytest.mark.parametrize(
    ("reply", "probability"),
    [
        (likely("Yes", Yes=0.5, yes=0.25, No=0.25), 0.75),
        (likely("No", No=0.6, Maybe=0.2, Yes=0.2), 0.25),
        (likely("no.", **{"no": 0.8, " Yes": 0.2}), 0.2),
        (likely("Yes", Yes=0.9), 1.0),
        (likely("Okay. ... </think>Yes.", Okay=0.9, No=0.1), 1.0),
        (Say("Yes, it does."), 1.0),
        (Say("**No**"), 0.0),
    ],
)
def test_the_probability_is_that_of_the_first_word(
    reply: Say, probability: float, video: Video
) -> None:
    with ScriptedServer([reply]) as server:
        assert judged(server, video) == pytest.approx(probability)


@pytest.mark.parametrize("said", ["Nobody can tell.", ""])
def test_a_judge_that_does_not_say_is_undecided(
    said: str, video: Video, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedServer([Say(said)]) as server:
        assert judged(server, video) == 0.5
    (told,) = caplog.messages
    assert told.startswith("the judge said neither yes nor no of ")
    assert told.endswith(said or "empty answer")


@pytest.mark.parametrize("status", [400, 403])
def test_an_endpoint_that_tells_no_likelihoods(status: int, video: Video) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        if "logprobs" in body:
            return Fail(status, "You are not allowed to request logprobs from this model")
        return Say("Yes")

    with ScriptedServer([reply], repeat_last=True) as server:
        assert judged(server, video) == 1.0
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Fail(400, "not a multimodal model"), r"refused the pictures: .*; set moment_judge to a m"),
        (Fail(500, "broken"), r"\(moment_judge 'scripted'\) answered 500: broken"),
        (Say("<think>Yes"), "was cut off while thinking, with room for 2016 tokens; set moment_j"),
        (Say("", "length"), "was cut off while thinking, with room for 2016 tokens; set moment_j"),
    ],
)
def test_failures_are_told(reply: ScriptLine, told: str, video: Video) -> None:
    with ScriptedServer([reply], repeat_last=True) as server, pytest.raises(ModelError, match=told):
        judged(server, video)


def test_the_settings_name_it(video: Video, tmp_path: Path) -> None:
    assert load_judge(load_config(library=tmp_path)) is None
    with ScriptedServer([Say("Yes")]) as server:
        named = {"base_url": server.base_url, "api_key": server.key}
        judge = load_judge(load_config(library=tmp_path, moment_judge="openai:scripted", **named))
        assert judge is not None
        assert judge.probability(video, MOMENT, CONTEXT, "a cat jumps") == 1.0
    here = load_config(library=tmp_path, moment_judge=f"hf:{tmp_path}", device="cpu")
    assert isinstance(load_judge(here), VisionJudge)
    assert load_judge(here) is load_judge(here)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("openai:", "the moment_judge's name is empty; name one such as 'openai:NAME'"),
        ("openai:gpt", "moment_judge 'gpt' needs a key or an endpoint: set OPENAI_API_KEY"),
        ("gpt", "'gpt' names no model; give hf:FOLDER"),
    ],
)
def test_settings_that_are_wrong(name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=told):
        load_judge(load_config(library=tmp_path, moment_judge=name, device="cpu"))
