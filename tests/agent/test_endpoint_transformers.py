"""The same graph on the real `transformers serve`, with a tiny model that calls a tool."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.served_processes import ServedModel
from foretell.agent.chat_models.endpoint_check import check_endpoint
from foretell.agent.planner_events import ToolStarted
from foretell.config import load_config
from foretell.endpoint import Endpoint
from foretell.errors import ModelError
from foretell.tools.captioning.endpoint_captioner import EndpointCaptioner
from foretell.types import Answer, Frame, Interval
from tests.agent.endpoint_agent import asker, words
from tests.servers.tiny_model import TinyModel


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_calls_a_tool_and_answers_from_it(
    transformers_endpoint: ServedModel, tiny_model: TinyModel, tmp_path: Path, stream: bool
) -> None:
    with asker(transformers_endpoint, tmp_path) as kitchen:
        *told, answer = kitchen.events(stream=stream)
    assert isinstance(answer, Answer)
    assert answer.text == "The milk is poured at [2.0-4.0 s]."
    (cited,) = answer.evidence
    assert (cited.interval, cited.quote) == (
        Interval(2, 4),
        "The camera wearer takes a mug from the shelf",
    )
    (step,) = answer.trajectory
    assert (step.tool, dict(step.arguments), step.failed) == (
        "search_memory",
        {"query": "milk"},
        False,
    )
    assert "pours the milk into the mug" in step.result
    assert told[0] == ToolStarted("search_memory", {"query": "milk"})
    assert words(told) == (answer.text if stream else "")
    assert answer.usage.input_tokens > 1000, "the tools and the rules were sent, twice"
    assert 10 < answer.usage.output_tokens < 100


def test_an_unknown_model_is_one_clear_sentence(
    transformers_endpoint: ServedModel, tmp_path: Path
) -> None:
    with (
        asker(transformers_endpoint, tmp_path, model="gpt-0") as kitchen,
        pytest.raises(ModelError) as caught,
    ):
        kitchen.ask()
    assert str(caught.value) == (
        f"{transformers_endpoint.base_url} (model 'gpt-0') answered 400: "
        """{"detail":"Server is pinned to 'tiny-qwen3'; requested 'gpt-0'."}"""
    )


def test_the_command_line_answers_about_a_real_video(
    transformers_endpoint: ServedModel, videos: Path, tmp_path: Path
) -> None:
    clip = videos / "ego_kitchen_milk_41s.mp4"
    captions = clip.with_suffix(".lavila_captions.json")
    command = [sys.executable, "-m", "foretell", "ask", str(clip), "--json"]
    command += ["--question", "When is the milk poured?", "--captions", str(captions)]
    command += ["--library", str(tmp_path), "--model", transformers_endpoint.model]
    command += ["--base-url", transformers_endpoint.base_url]
    settings = {"FORETELL_EMBEDDER": "hash", "FORETELL_READ_SCREEN_TEXT": "false"}
    done = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, check=True
    )
    record: dict[str, Any] = json.loads(done.stdout)
    assert record["answer"] == "The milk is poured at [2.0-4.0 s]."
    (evidence,) = record["evidence"]
    assert (evidence["start"], evidence["end"], evidence["video"]) == (2.0, 4.0, str(clip))
    assert evidence["source"] == f"captions:{captions.name}"
    (step,) = record["steps"]
    assert (step["tool"], step["arguments"]) == ("search_memory", {"query": "milk"})
    assert record["model"] == transformers_endpoint.model
    assert record["usage"]["input_tokens"] > 1000
    assert record["usage"]["cost"] is None
    assert (record["choice"], record["confidence"], record["dropped_citations"]) == (None, None, 0)


def test_the_check_finds_what_it_heeds(transformers_endpoint: ServedModel) -> None:
    found = check_endpoint(
        load_config(model=transformers_endpoint.model, base_url=transformers_endpoint.base_url)
    )
    assert not found.forms
    assert not found.logprobs
    assert (found.usage, found.context_tokens) == (True, None)


def test_a_captioner_without_eyes_behind_the_same_server(
    transformers_endpoint: ServedModel,
) -> None:
    """The server leaves the pictures out of what a language model is given, and says nothing."""
    there = Endpoint(transformers_endpoint.base_url, retries=0)
    captioner = EndpointCaptioner(transformers_endpoint.model, there, frames=2)
    clip = [Frame(np.full((40, 60, 3), level, np.uint8), float(level)) for level in (0, 200)]
    assert captioner.caption([clip]) == ["I can only talk about videos."]
