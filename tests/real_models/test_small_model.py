"""SmolLM2-135M through every route: no traceback, nothing invented as evidence, within bounds.

What it answers is not judged: a model of that size answers little.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from foretell import VideoAgent
from foretell.agent.chat_models.endpoint_check import check_endpoint
from foretell.config import load_config
from foretell.demo import render_clip
from tests.servers.coping import ROUTES, Bounds, ask
from tests.servers.real_servers import RealEndpoint

SHORT = [
    (0.0, "A person opens the fridge"),
    (2.0, "The person takes a bottle of milk"),
    (4.0, "The person pours the milk into a cup"),
    (6.0, "The person puts the cup on the table"),
]
LONG = [(at / 25, f"The person lifts box {at} onto shelf {at % 7}") for at in range(200)]
WORDS = {"locate": "milk is poured", "anticipate": "7", "plan": "a warm cup of milk"}
BOUNDS = Bounds(output_tokens=1500, seconds=200.0)


def coped(endpoint: RealEndpoint, route: str, lines: list[tuple[float, str]], folder: Path) -> str:
    """Asks through one route, and gives how it ended."""
    clip, captions = render_clip(folder), folder / "captions.json"
    told = [{"start": at, "end": at + 2.0, "text": text} for at, text in lines]
    captions.write_text(json.dumps(told))
    settings: dict[str, Any] = {
        "model": endpoint.model,
        "base_url": endpoint.base_url,
        "request_seconds": 60.0,
    }
    bounds: dict[str, Any] = {
        "max_seconds": 120.0,
        "cache_responses": False,
        "read_screen_text": False,
    }
    with VideoAgent(library=folder / "library", **settings, **bounds) as agent:
        timeline = agent.watch(clip, captions=captions).timeline
        words = WORDS.get(route, "When is the milk poured?")
        shown = ask(route, words, agent, str(clip), timeline, BOUNDS)
    assert shown.outcome != "fault", (shown.faults, shown.text)
    return shown.outcome


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_copes(smollm2: RealEndpoint, route: str, tmp_path: Path) -> None:
    coped(smollm2, route, SHORT, tmp_path)


@pytest.mark.parametrize("route", ["one-call", "locate"])
def test_a_timeline_that_does_not_fit_is_shown_in_part(
    narrow_smollm2: RealEndpoint, route: str, tmp_path: Path
) -> None:
    coped(narrow_smollm2, route, LONG, tmp_path)


def test_the_check_finds_that_tools_are_left_out(narrow_smollm2: RealEndpoint) -> None:
    found = check_endpoint(
        load_config(model=narrow_smollm2.model, base_url=narrow_smollm2.base_url)
    )
    assert not found.tools
    assert (found.forms, found.logprobs, found.streaming) == (True, True, True)
    assert found.context_tokens == 2048
