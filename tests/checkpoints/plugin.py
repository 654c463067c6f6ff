"""The fixture of the tiny checkpoints; each is made once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checkpoints import captioners

CheckpointOf = Callable[[str], Path]


@pytest.fixture(scope="session")
def captioner_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CheckpointOf]:
    """Gives the folder of a family's tiny captioner; torch keeps to one thread meanwhile."""
    import torch

    root = tmp_path_factory.mktemp("captioners")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)

    def folder_of(family: str) -> Path:
        folder = root / family
        if not folder.is_dir():
            captioners.FAMILIES[family](folder)
        return folder

    yield folder_of
    torch.set_num_threads(threads)
