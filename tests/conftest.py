"""Fixtures that every folder's tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "alike everywhere",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("alike everywhere")

pytest_plugins = ["tests.checkpoints.plugin", "tests.server.plugin", "tests.servers.plugin"]


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Takes the settings of whoever runs the tests out of their environment."""
    prefixes = ("FORETELL_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(prefixes) and name != "FORETELL_DATA":
                patch.delenv(name)
        patch.setenv("FORETELL_CONFIG", os.devnull)
        yield


@pytest.fixture(scope="session")
def data_root() -> Path:
    """The folder of real data, or a skip where it is absent."""
    default = Path(__file__).parents[2] / "shared" / "data"
    root = Path(os.environ.get("FORETELL_DATA", default))
    if not root.is_dir():
        pytest.skip(f"no real data at {root}; set FORETELL_DATA")
    return root


@pytest.fixture(scope="session")
def videos(data_root: Path) -> Path:
    """The folder of real clips."""
    return data_root / "videos"


@pytest.fixture(scope="session")
def everyday_vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that keeps the vectors of the shipped procedures, which take seconds to make."""
    return tmp_path_factory.mktemp("procedure_vectors")
