"""The notebook runs as it stands."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples" / "quickstart.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_quickstart_runs_and_shows_itself() -> None:
    nbformat: Any = import_module("nbformat")  # it has no types
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "commit it without outputs"
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [
        output["data"]["text/html"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]
    timeline, milk, guitar, *_ = shown
    assert "data:image/jpeg;base64," in timeline
    assert "add a splash of milk" in milk
    assert "Nobody has looked at what happens" in guitar
