"""Watching with a recogniser, and what is made of the actions that it sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.agent.video_agent import VideoAgent
from foretell.cli import app
from foretell.errors import ConfigError
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Event
from tests.checkpoints.image_text import save_x_clip
from tests.checkpoints.recognizers import LABELS, save_videomae
from tests.tools.synthetic_clips import texture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds, of which each shows something else."""
    file = tmp_path_factory.mktemp("clips") / "kitchen.mp4"
    write_video(file, [texture(number // 10) for number in range(60)], frames_per_second=10)
    return file


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoAgent]:
    model = save_videomae(tmp_path_factory.mktemp("models") / "tiny-videomae")
    with VideoAgent(
        recognizer=f"hf:{model}",
        action_seconds=1.0,
        device="cpu",
        read_screen_text=False,
        isolate_decoding=False,
        library=tmp_path_factory.mktemp("library"),
        embedder="hash",
    ) as agent:
        yield agent


def first_action(agent: VideoAgent, clip: Path) -> Event:
    return agent.timeline(clip).of_kind("action").events[0]


def test_actions_are_in_the_timeline_with_what_else_was_likely(
    agent: VideoAgent, clip: Path
) -> None:
    watched = agent.watch(clip)
    actions = watched.timeline.of_kind("action").events
    assert actions[0].interval.start == 0.0
    assert actions[-1].interval.end == pytest.approx(6.0)
    assert {action.source for action in actions} == {"recognizer:tiny-videomae"}
    for action in actions:
        assert action.text in LABELS
        assert sorted(one.label for one in action.labels) == sorted(LABELS)
        assert sum(one.probability for one in action.labels) == pytest.approx(1.0)
    assert agent.watch(clip).reused


def test_every_job_uses_the_actions(agent: VideoAgent, clip: Path) -> None:
    action = first_action(agent, clip)
    assert agent.anticipate(clip, k=1, horizon=2).evidence[0].text in LABELS
    assert action.text in {e.quote for e in agent.ask(f"When is {action.text}?", clip).evidence}
    located = agent.locate(action.text, clip)
    assert located.none or action.text in {e.text for e in located.moments[0].events}
    assert action in agent.plan("tea is made", 0.1, video=clip).evidence


@pytest.mark.parametrize("name", ["cooking_multishot_subtitled_12s.mp4", "sign_eat_1s.mkv"])
def test_real_clips_are_covered_by_actions(agent: VideoAgent, videos: Path, name: str) -> None:
    timeline = agent.timeline(videos / name)
    actions = timeline.of_kind("action").events
    assert actions[0].interval.start == timeline.video.interval.start
    assert actions[-1].interval.end == pytest.approx(timeline.video.interval.end)
    for one, two in pairwise(actions):
        assert one.interval.end == two.interval.start
        assert one.text != two.text


def test_watch_on_the_command_line(clip: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.json"
    words.write_text('{"verbs": ["cut", "wash"], "nouns": ["cup", "bread"]}')
    model = save_x_clip(tmp_path / "tiny-x-clip")
    told = CliRunner().invoke(
        app,
        [
            *("watch", str(clip), "--recognizer", f"hf:{model}", "--labels", str(words)),
            *("--device", "cpu", "--library", str(tmp_path / "library"), "--profile", "--json"),
        ],
        env={"FORETELL_EMBEDDER": "hash", "FORETELL_READ_SCREEN_TEXT": "false"},
        catch_exceptions=False,
    )
    record = json.loads(told.stdout)
    assert min(record["profile"][phase] for phase in ("decode", "preprocess", "forward")) > 0
    actions = [event for event in record["events"] if event["kind"] == "action"]
    assert actions
    assert {action["text"] for action in actions} <= {
        f"{verb} {noun}" for verb in ("cut", "wash") for noun in ("cup", "bread")
    }
    assert {(one["slot"], one["label"]) for one in actions[0]["labels"]} == {
        *(("verb", "cut"), ("verb", "wash"), ("noun", "cup"), ("noun", "bread"))
    }


def test_labels_without_a_recogniser(clip: Path, tmp_path: Path) -> None:
    with (
        VideoAgent(library=tmp_path, embedder="hash", labels="everyday") as agent,
        pytest.raises(ConfigError, match="labels is 'everyday', and there is no recognizer"),
    ):
        agent.watch(clip)
