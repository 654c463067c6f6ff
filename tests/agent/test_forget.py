"""What a library forgets of a video, and what a notebook's user tries first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from foretell import ConfigError, VideoAgent
from foretell.cli import app
from tests.tools.synthetic_clips import opened, plain


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    opened(tmp_path / "tea.mp4", [plain(90)] * 20, frames_per_second=5).close()
    return tmp_path / "tea.mp4"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[VideoAgent]:
    with VideoAgent(library=tmp_path / "library", embedder="hash", read_screen_text=False) as agent:
        yield agent


def captions(file: Path, text: str) -> Path:
    file.write_text(json.dumps([{"start": 0.0, "end": 4.0, "text": text}]))
    return file


def test_one_source_is_forgotten(agent: VideoAgent, clip: Path, tmp_path: Path) -> None:
    agent.watch(clip, captions=captions(tmp_path / "one.json", "she pours the tea"))
    agent.watch(clip, captions=captions(tmp_path / "two.json", "a man juggles"))
    agent.forget(clip, "captions:one.json")
    assert [e.text for e in agent.timeline(clip).of_kind("caption")] == ["a man juggles"]
    with pytest.raises(ConfigError, match=r"nothing came from 'captions:one\.json'; there are "):
        agent.forget(clip, "captions:one.json")


def test_a_video_is_forgotten_by_the_command(clip: Path, tmp_path: Path) -> None:
    library = ["--library", str(tmp_path / "library")]
    assert CliRunner().invoke(app, ["watch", str(clip), *library]).exit_code == 0
    clip.unlink()
    run = CliRunner().invoke(app, ["forget", str(clip), *library])
    assert (run.exit_code, run.output) == (0, "forgot all of tea.mp4\n")
    again = CliRunner().invoke(app, ["forget", str(clip), *library])
    assert isinstance(again.exception, ConfigError)
    assert "was never watched" in str(again.exception)


def test_what_was_given_wrongly_is_a_sentence(agent: VideoAgent, clip: Path) -> None:
    with pytest.raises(ConfigError, match="a video was given as list"):
        agent.ask("who?", cast(Any, [clip]))
    with pytest.raises(ConfigError, match="give the question first"):
        agent.ask(str(clip), "who pours the tea?")
    with pytest.raises(ConfigError, match="were given as list"):
        agent.watch(clip, captions=cast(Any, [{"start": 0, "end": 1, "text": "x"}]))


def test_timelines_are_indexed_and_answers_printed(
    agent: VideoAgent, clip: Path, tmp_path: Path
) -> None:
    watched = agent.watch(clip, captions=captions(tmp_path / "one.json", "she pours the tea"))
    timeline = watched.timeline.of_kind("caption")
    assert timeline[0].text == timeline[-1].text == "she pours the tea"
    with pytest.raises(ValueError, match="there is no kind 'captions'; give caption, action"):
        timeline.of_kind(cast(Any, "captions"))
    answer = agent.ask("Who pours the tea?", clip)
    assert str(answer) == answer.text
