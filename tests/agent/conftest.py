"""Libraries for the agent's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foretell.agent.video_agent import VideoAgent
from foretell.memory.library import Library
from foretell.types import VideoInfo
from tests.agent.made_library import KITCHEN, LECTURE, make_library, put, video


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with two videos, searched by words."""
    with make_library(tmp_path / "library") as made:
        put(made, video("kitchen"), KITCHEN)
        put(made, video("lecture"), LECTURE)
        yield made


@pytest.fixture
def kitchen(library: Library) -> VideoInfo:
    """A person fetches milk."""
    return library.store.timeline("kitchen").video


@pytest.fixture
def lecture(library: Library) -> VideoInfo:
    """A person speaks about a telescope."""
    return library.store.timeline("lecture").video


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoAgent]:
    """An agent on the embedded default, with the same two videos and the real embedder."""
    folder = tmp_path_factory.mktemp("embedded")
    with VideoAgent(library=folder, model="embedded") as agent:
        put(agent.library, video("kitchen"), KITCHEN)
        put(agent.library, video("lecture"), LECTURE)
        yield agent
