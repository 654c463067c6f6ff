"""Moments that a planner finds in frames, with a CLIP that is small and untrained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.toolset import Toolset
from foretell.agent.video_agent import VideoAgent
from foretell.config import load_config
from foretell.doctor import examine
from foretell.errors import ModelError
from foretell.types import Answer, VideoInfo
from tests.agent.made_library import put, video
from tests.checkpoints.image_text import save_clip
from tests.tools.synthetic_clips import opened, texture

DOG = 'frames most like "a dog bark"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds a clip of 6 s and a model."""
    folder = tmp_path_factory.mktemp("frames")
    opened(folder / "clip.mp4", [texture(number // 20) for number in range(120)]).close()
    save_clip(folder / "clip")
    return folder


@pytest.fixture
def settings(folder: Path, tmp_path: Path) -> dict[str, Any]:
    return {
        "library": tmp_path / "library",
        "embedder": "hash",
        "frame_scorer": f"hf:{folder / 'clip'}",
        "device": "cpu",
        "isolate_decoding": False,
        "read_screen_text": False,
    }


@pytest.fixture
def agent(settings: dict[str, Any]) -> Iterator[VideoAgent]:
    with VideoAgent(**settings) as agent:
        yield agent


def asked(agent: VideoAgent, question: str, *videos: VideoInfo) -> Answer:
    *_, answer = agent.converse(question, videos)
    assert isinstance(answer, Answer)
    return answer


def unwatched(agent: VideoAgent, folder: Path) -> VideoInfo:
    """Puts the clip into the library with nothing told of it."""
    with agent.indexer.open_video(folder / "clip.mp4", "c0ffee") as opened_video:
        return put(agent.library, opened_video.info, ())


def test_asking_when_finds_what_locating_finds(agent: VideoAgent, folder: Path) -> None:
    clip = folder / "clip.mp4"
    located = agent.locate("a dog bark", clip)
    assert located.moments
    answer = agent.ask("When does a dog bark?", clip)
    assert answer.evidence
    found = {evidence.interval for evidence in answer.evidence}
    assert found <= {moment.interval for moment in located.moments}
    assert {evidence.quote for evidence in answer.evidence} == {DOG}
    assert answer.evidence[0].source.startswith("find_moment:hf:clip@")
    assert answer.text.startswith("At ")
    assert "find_moment" in [step.tool for step in answer.trajectory]


def test_what_was_found_in_frames_is_no_caption_afterwards(agent: VideoAgent, folder: Path) -> None:
    clip = folder / "clip.mp4"
    before = agent.locate("a dog bark", clip)
    first = agent.ask("When does a dog bark?", clip)
    kept = agent.timeline(clip).of_kind("look").events
    assert agent.ask("When does a dog bark?", clip).text == first.text
    assert agent.timeline(clip).of_kind("look").events == kept
    after = agent.locate("a dog bark", clip)
    assert after.moments == before.moments
    assert agent.ask("Does a dog bark?", clip).text.startswith("Nobody has looked at what happens")


def test_what_the_timeline_tells_is_not_searched_for(agent: VideoAgent, folder: Path) -> None:
    info = unwatched(agent, folder)
    put(agent.library, info, [(1, 2, "caption", "A dog barks"), (3, 4, "caption", "Rain falls")])
    answer = asked(agent, "When does a dog bark?", info)
    assert answer.text == "At 1.0-2.0 s: a dog barks [1.0-2.0 s]."
    assert "find_moment" not in [step.tool for step in answer.trajectory]


def test_choices_are_not_searched_for(agent: VideoAgent, folder: Path) -> None:
    answer = agent.ask("When does a dog bark?", folder / "clip.mp4", choices=["Never", "At night"])
    assert answer.choice in (0, 1)
    assert "find_moment" not in [step.tool for step in answer.trajectory]


def test_a_video_without_events_is_searched_in_its_frames(agent: VideoAgent, folder: Path) -> None:
    info = unwatched(agent, folder)
    assert asked(agent, "When does a dog bark?", info).evidence
    gone = put(agent.library, video("gone"), ())
    answer = asked(agent, "When does a dog bark?", gone)
    assert not answer.evidence
    assert "find_moment" not in [step.tool for step in answer.trajectory]


def test_a_language_model_is_offered_frames_and_cites_them(
    settings: dict[str, Any], folder: Path
) -> None:
    heard: list[str] = []

    def cite(messages: Sequence[BaseMessage]) -> AIMessage:
        heard.extend(message.text for message in messages if isinstance(message, ToolMessage))
        label = heard[0].splitlines()[1].split("]")[0]
        return AIMessage(f"A dog barks {label}].")

    call: Any = {"name": "find_moment", "args": {"description": "a dog bark"}, "id": "1"}
    model = ScriptedModel(script=[AIMessage("", tool_calls=[call]), cite])
    with VideoAgent(chat_model=model, **settings) as agent:
        answer = asked(agent, "When does a dog bark?", unwatched(agent, folder))
    assert model.offered_tools[0] == ["overview", "query_timeline", "find_moment"]
    assert heard[0].startswith("Moment 1, ")
    assert [evidence.quote for evidence in answer.evidence] == [DOG]


def test_labels_are_classes_for_the_planner_too(
    settings: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("cut the bread\npour the milk\nwash the dog\n")
    with VideoAgent(**settings, moment_labels=str(labels)) as agent:
        found = {
            label: agent.locate(label, folder / "clip.mp4")
            for label in labels.read_text().splitlines()
        }
    assert sum(not one.none for one in found.values()) == 1, "T3AL finds one class a video"
    (shown,) = [label for label, one in found.items() if one.moments]
    reasons = {one.reason for one in found.values()} - {""}
    assert reasons == {f"the video shows {shown!r}"}
    hidden = next(label for label, one in found.items() if one.none)
    with VideoAgent(**settings, moment_labels=str(labels)) as agent:
        answer = agent.ask(f"Find {hidden}", folder / "clip.mp4")
    assert answer.text.endswith(f"No moment matches 'Find {hidden}': the video shows {shown!r}.")


def test_a_planner_is_told_what_a_match_of_frames_proves(agent: VideoAgent, folder: Path) -> None:
    info = unwatched(agent, folder)
    for searchable, told in (([], False), ([info.content_hash], True)):
        tools = Toolset(
            agent.library,
            [info, put(agent.library, video("x"), [(0, 1, "caption", "y")])],
            searchable=searchable,
        ).tools()
        (tool,) = [tool for tool in tools if tool.name == "find_moment"]
        assert ("that alone does not show it" in tool.description) is told


def test_a_model_that_is_not_there_is_told(settings: dict[str, Any], folder: Path) -> None:
    settings["frame_scorer"] = "hf:some/model"
    with VideoAgent(**settings) as agent:
        info = unwatched(agent, folder)
        with pytest.raises(ModelError, match="'some/model' is not on this machine"):
            asked(agent, "When does a dog bark?", info)


def test_the_doctor_says_whether_frames_can_be_searched(settings: dict[str, Any]) -> None:
    for scorer, sentence in (
        (settings["frame_scorer"], "hf:clip@"),
        ("hf:some/model", "'some/model' is not on this machine"),
        (None, "until then moments are found in the text of timelines"),
    ):
        config = load_config(**{**settings, "frame_scorer": scorer})
        (found,) = [finding for finding in examine(config) if finding.part == "frame scorer"]
        assert found.ok == sentence.startswith("hf:")
        assert sentence in found.found


def test_frames_that_cannot_be_read_are_told_to_the_planner(
    agent: VideoAgent, folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes((folder / "clip.mp4").read_bytes()[:900])
    info = put(agent.library, VideoInfo(str(broken), "bad", video("x").interval, 1, 1, "h264"), ())
    answer = asked(agent, "When does a dog bark?", info)
    assert not answer.evidence
    assert "broken.mp4" in answer.text
