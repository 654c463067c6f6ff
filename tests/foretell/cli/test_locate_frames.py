"""`foretell locate` with models that look at frames."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from foretell.agent.video_agent import VideoAgent
from foretell.cli import app
from foretell.errors import ConfigError, ModelError
from tests.checkpoints.captioners import save_blip2
from tests.checkpoints.image_text import save_siglip
from tests.tools.synthetic_clips import opened, texture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Holds a clip of 6 s, models, and a library."""
    folder = tmp_path_factory.mktemp("frames")
    opened(folder / "clip.mp4", [texture(number // 20) for number in range(120)]).close()
    save_siglip(folder / "siglip")
    save_blip2(folder / "blip2")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORETELL_LIBRARY", str(folder / "library"))
        patch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
        patch.setenv("FORETELL_DEVICE", "cpu")
        yield folder


def _located(folder: Path, *arguments: str) -> dict[str, Any]:
    command = ["locate", str(folder / "clip.mp4"), "--query", "a dog barks", "--json"]
    run = CliRunner().invoke(app, [*command, *arguments], catch_exceptions=False)
    assert run.exit_code == 0
    record: dict[str, Any] = json.loads(run.stdout)
    return record


def test_moments_are_found_in_frames_and_looked_at_again(folder: Path) -> None:
    assert _located(folder)["none"]
    scorer = ("--frame-scorer", f"hf:{folder / 'siglip'}")
    found = _located(folder, *scorer)["moments"]
    assert found
    assert all(0.0 <= one["start"] < one["end"] <= 6.0 for one in found)
    (features,) = (folder / "library" / "frame_features").glob("*.npy")
    assert np.load(features).shape == (12, 32)
    assert _located(folder, *scorer)["moments"] == found
    judged = _located(folder, *scorer, "--judge", f"hf:{folder / 'blip2'}")["moments"]
    assert [one["score"] for one in judged] == sorted(
        (one["score"] for one in judged), reverse=True
    )
    assert {(one["start"], one["end"]) for one in judged} <= {
        (one["start"], one["end"]) for one in found
    }


@pytest.mark.parametrize("command", ["ask", "chat"])
def test_asking_when_searches_the_same_frames(folder: Path, command: str) -> None:
    scorer = ["--frame-scorer", f"hf:{folder / 'siglip'}"]
    question = ["--question", "When does a dog bark?"] if command == "ask" else []
    asked = [command, str(folder / "clip.mp4"), *question, *scorer, "--json"]
    stdin = None if question else "When does a dog bark?\n"
    run = CliRunner().invoke(app, asked, input=stdin, catch_exceptions=False)
    record = json.loads(run.stdout.splitlines()[0] if stdin else run.stdout)
    assert record["answer"].startswith("At ")
    cited = record["evidence"]
    assert cited[0]["quote"] == 'frames most like "a dog bark"'
    assert cited[0]["source"].startswith("find_moment:hf:siglip@")
    assert all(0.0 <= one["start"] < one["end"] <= 6.0 for one in cited)


def test_no_key_is_needed_where_frames_are_there(folder: Path) -> None:
    scorer = ("--frame-scorer", f"hf:{folder / 'siglip'}")
    model = ("--model", "openai:some-model")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENAI_API_KEY", raising=False)
        patch.delenv("FORETELL_API_KEY", raising=False)
        assert _located(folder, *scorer, *model) == _located(folder, *scorer)
        with pytest.raises(ConfigError, match="key"):
            _located(folder, *model)


@pytest.mark.parametrize("labels", ["cut the bread\nwash the dog\nA dog barks\n", None])
def test_instances_of_one_of_the_labels_are_found(folder: Path, labels: str | None) -> None:
    file = folder / "labels.txt"
    file.write_text(labels or "")
    given = ("--moment-labels", str(file) if labels else "everyday")
    found = _located(folder, "--frame-scorer", f"hf:{folder / 'siglip'}", *given)
    assert found["none"] != bool(found["moments"])
    shown = found["reason"].removeprefix("the video shows ").strip("'")
    if labels:
        assert found["none"] == (shown in ("cut the bread", "wash the dog"))
    assert all(0.0 <= one["start"] < one["end"] <= 6.0 for one in found["moments"])


def test_labels_that_cannot_be_used_are_told(folder: Path) -> None:
    command = ["locate", str(folder / "clip.mp4"), "--query", "a dog barks"]
    labels = ["--moment-labels", "everyday"]
    run = CliRunner().invoke(app, [*command, *labels])
    assert isinstance(run.exception, ConfigError)
    assert "labels of actions to find in frames, and no frame_scorer" in str(run.exception)
    models = ["--frame-scorer", f"hf:{folder / 'siglip'}", "--judge", f"hf:{folder / 'blip2'}"]
    run = CliRunner().invoke(app, [*command, *models, *labels])
    assert isinstance(run.exception, ConfigError)
    assert "there are 117 labels of actions; leave out one of the two" in str(run.exception)


def test_how_far_looking_is_is_told_once_a_video(folder: Path) -> None:
    told: list[float] = []
    settings: Any = {"frame_scorer": f"hf:{folder / 'siglip'}", "library": folder / "other"}
    with VideoAgent(**settings) as agent:
        for _ in range(2):
            agent.locate("a dog barks", folder / "clip.mp4", on_progress=told.append)
    assert told == [1.0]


def test_a_judge_alone_and_a_model_that_is_not_there_are_told(folder: Path) -> None:
    command = ["locate", str(folder / "clip.mp4"), "--query", "a dog barks"]
    run = CliRunner().invoke(app, [*command, "--judge", "hf:some/model"])
    assert isinstance(run.exception, ConfigError)
    assert "no frame_scorer finds moments for it to judge" in str(run.exception)
    run = CliRunner().invoke(app, [*command, "--frame-scorer", "hf:some/model"])
    assert isinstance(run.exception, ModelError)
    assert "'some/model' is not on this machine" in str(run.exception)
