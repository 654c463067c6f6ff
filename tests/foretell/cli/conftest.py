"""Fixtures that the tests of several commands share."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from foretell.agent.tasks.planning.procedure_planning import VECTORS
from foretell.agent.video_indexer import VideoIndexer
from foretell.config import load_config


@pytest.fixture(scope="session")
def watched_kitchen(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that holds the kitchen clip with its captions; the workers of a run share it."""
    clip = videos / "ego_kitchen_milk_41s.mp4"
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    library = shared / "watched_kitchen"
    with FileLock(shared / "watched_kitchen.lock"):
        if not library.exists():
            being_made = own / "kitchen_being_watched"
            config = load_config(library=being_made, embedder="hash", read_screen_text=False)
            with VideoIndexer(config) as indexer:
                indexer.watch(clip, captions=clip.with_suffix(".lavila_captions.json"))
            being_made.rename(library)
    return library


@pytest.fixture(scope="module")
def kitchen(
    videos: Path,
    watched_kitchen: Path,
    everyday_vectors: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, ...]:
    """The arguments that name the kitchen clip, its captions and a copy of what was seen of it."""
    clip = videos / "ego_kitchen_milk_41s.mp4"
    library = tmp_path_factory.mktemp("kitchen") / "library"
    shutil.copytree(watched_kitchen, library)
    (library / VECTORS).symlink_to(everyday_vectors, target_is_directory=True)
    captions = clip.with_suffix(".lavila_captions.json")
    return str(clip), "--captions", str(captions), "--library", str(library)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library of the test's own, searched by words."""
    folder = tmp_path / "library"
    monkeypatch.setenv("FORETELL_LIBRARY", str(folder))
    monkeypatch.setenv("FORETELL_EMBEDDER", "hash")
    monkeypatch.setenv("FORETELL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
    return folder
