"""The fixtures of the tiny model and of its server; each is made once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.served_processes import ServedModel
from tests.servers.tiny_model import TinyModel
from tests.servers.transformers_server import missing_packages, serve


@pytest.fixture(scope="session")
def tiny_model() -> TinyModel:
    """What the tiny model says."""
    return TinyModel()


@pytest.fixture(scope="session")
def tiny_model_folder(tiny_model: TinyModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint folder of the tiny model."""
    folder = tmp_path_factory.mktemp("models") / "tiny-qwen3"
    tiny_model.save(folder)
    return folder


@pytest.fixture(scope="session")
def transformers_endpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServedModel]:
    """The tiny model behind the real `transformers serve`."""
    missing = missing_packages()
    if missing:
        pytest.skip(f"transformers serve needs {missing}: pip install 'transformers[serving]'")
    folder: Path = request.getfixturevalue("tiny_model_folder")
    with serve(folder, tmp_path_factory.mktemp("logs")) as endpoint:
        yield endpoint
