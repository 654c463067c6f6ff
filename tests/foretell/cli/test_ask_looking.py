"""`foretell ask` and `chat` with a model that looks at frames again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.errors import ModelError
from tests.agent.seeing_agent import write_wall
from tests.checkpoints.captioners import save_blip2

QUESTION = "Is there a cat?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Holds a clip, a model, and a library."""
    folder = tmp_path_factory.mktemp("looking")
    write_wall(folder / "wall.mp4")
    save_blip2(folder / "blip2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETELL_LIBRARY", str(folder / "library"))
        patch.setenv("FORETELL_CONFIG", str(folder / "config.toml"))
        patch.setenv("FORETELL_EMBEDDER", "hash")
        patch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
        yield folder


def answered(*arguments: str, stdin: str | None = None) -> dict[str, Any]:
    run = CliRunner().invoke(app, [*arguments, "--json"], input=stdin, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    record: dict[str, Any] = json.loads(run.stdout.splitlines()[0] if stdin else run.stdout)
    return record


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_question_that_no_text_answers_is_looked_at(folder: Path, command: str) -> None:
    video = str(folder / "wall.mp4")
    question = ["--question", QUESTION] if command == "ask" else []
    asked = [command, video, *question, "--device", "cpu"]
    stdin = f"{QUESTION}\n" if command == "chat" else None
    blind = answered(*asked, stdin=stdin)
    assert blind["answer"].startswith("Nobody has looked at what happens in this video")
    assert blind["status"] == "unknown"
    record = answered(*asked, "--vision-model", f"hf:{folder / 'blip2'}", stdin=stdin)
    assert record["answer"].startswith("Looked at the frames: ")
    (cited,) = record["evidence"]
    assert cited["source"] == "look_at:blip2"
    assert cited["quote"].startswith(f'Asked "{QUESTION}": ')


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_a_model_that_is_not_here_is_told(folder: Path, command: str) -> None:
    question = ["--question", QUESTION] if command == "ask" else []
    asked = [command, str(folder / "wall.mp4"), *question, "--vision-model", "hf:no-one/nothing"]
    with pytest.raises(ModelError, match="fetch it with `foretell models pull no-one/nothing`"):
        CliRunner().invoke(app, asked, catch_exceptions=False)
