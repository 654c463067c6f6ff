"""SmolLM2-135M through every route: no traceback, nothing invented as evidence, within bounds.

What it answers is not judged: a model of that size answers little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.coping import ROUTES, Bounds, ask
from benchmarks.served_processes import ServedModel
from foretell import VideoAgent
from foretell.agent.chat_models.endpoint_check import check_endpoint
from foretell.config import load_config
from foretell.types import Timeline
from tests.real_models.conftest import LONG, SHORT, watched

WORDS = {"locate": "milk is poured", "anticipate": "7", "plan": "a warm cup of milk"}
BOUNDS = Bounds(output_tokens=1500, seconds=200.0)


@dataclass(frozen=True)
class Asked:
    """An agent with a video that it watched."""

    agent: VideoAgent
    clip: Path
    timeline: Timeline

    def check(self, route: str) -> None:
        """Asks through one route, and sees that it ends well."""
        words = WORDS.get(route, "When is the milk poured?")
        shown = ask(route, words, self.agent, str(self.clip), self.timeline, BOUNDS)
        assert shown.outcome != "fault", (shown.faults, shown.text)


def agent_at(endpoint: ServedModel, folder: Path) -> VideoAgent:
    return VideoAgent(
        library=folder / "library",
        model=endpoint.model,
        base_url=endpoint.base_url,
        embedder="hash",
        request_seconds=60.0,
        max_seconds=120.0,
        cache_responses=False,
        read_screen_text=False,
    )


@pytest.fixture(scope="module")
def short(smollm2: ServedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Four lines, and room for all of them."""
    folder = tmp_path_factory.mktemp("short")
    with agent_at(smollm2, folder) as agent:
        yield Asked(agent, *watched(agent, folder, SHORT))


@pytest.fixture(scope="module")
def long(narrow_smollm2: ServedModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Two hundred lines, and room for 2,048 tokens."""
    folder = tmp_path_factory.mktemp("long")
    with agent_at(narrow_smollm2, folder) as agent:
        yield Asked(agent, *watched(agent, folder, LONG))


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_copes(short: Asked, route: str) -> None:
    short.check(route)


@pytest.mark.parametrize("route", ["one-call", "locate"])
def test_a_timeline_that_does_not_fit_is_shown_in_part(long: Asked, route: str) -> None:
    long.check(route)


def test_the_check_finds_that_tools_are_left_out(narrow_smollm2: ServedModel) -> None:
    found = check_endpoint(
        load_config(model=narrow_smollm2.model, base_url=narrow_smollm2.base_url)
    )
    assert not found.tools
    assert (found.forms, found.logprobs, found.streaming) == (True, True, True)
    assert found.context_tokens == 2048
