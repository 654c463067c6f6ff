"""Fixtures that every folder's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.servers.plugin"]


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
