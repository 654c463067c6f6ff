"""A video is known by its content hash everywhere; a path is only a way to it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from foretell import VideoAgent
from foretell.agent.chat import Chat
from foretell.errors import VideoError
from foretell.tools.decoding.pyav_backend import write_video

SETTINGS = {"embedder": "minilm", "read_screen_text": False, "isolate_decoding": False}


def clip(path: Path, shade: int) -> Path:
    picture = np.full((32, 32, 3), shade, np.uint8)
    write_video(path, [picture] * 20, frames_per_second=5)
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two videos of which one has captions."""
    monkeypatch.chdir(tmp_path)
    clip(tmp_path / "a.mp4", 10)
    clip(tmp_path / "b.mp4", 200)
    texts = ["a person holds a pan", "a person flips a pancake", "the pan is washed"]
    said = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(texts)]
    (tmp_path / "a.json").write_text(json.dumps(said))
    with VideoAgent(library=tmp_path / "library", **SETTINGS) as agent:  # type: ignore[arg-type]
        agent.watch("a.mp4", captions="a.json")
    return tmp_path


def opened(folder: Path) -> VideoAgent:
    return VideoAgent(library=folder / "library", **SETTINGS)  # type: ignore[arg-type]


def test_several_videos_are_asked_about_by_relative_paths(folder: Path) -> None:
    with opened(folder) as agent:
        answer = agent.ask("When is the pancake flipped?", "a.mp4", "b.mp4")
        again = agent.ask("When is the pancake flipped?", "./a.mp4", str(folder / "b.mp4"))
    assert [one.video for one in answer.evidence] == ["a.mp4"]
    assert [one.quote for one in answer.evidence] == [one.quote for one in again.evidence]


def begun(folder: Path) -> str:
    """A conversation about a video that was given by a relative path."""
    with opened(folder) as agent:
        talk = agent.chat("a.mp4")
        assert talk.ask("When is the pancake flipped?").evidence
        return talk.id


def told_before(talk: Chat) -> str:
    return talk.ask("and before that?").evidence[0].quote


@pytest.mark.parametrize("moved", ["", "elsewhere", "moved", "gone"])
def test_a_conversation_goes_on_wherever_the_file_lies(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    talk_id = begun(folder)
    if moved == "elsewhere":
        (folder / "other").mkdir()
        monkeypatch.chdir(folder / "other")
    elif moved == "moved":
        (folder / "a.mp4").rename(folder / "c.mp4")
    elif moved == "gone":
        (folder / "a.mp4").unlink()
    with opened(folder) as agent:
        assert told_before(agent.chat(resume=talk_id)) == "a person holds a pan"


def test_another_file_in_its_place_is_not_taken_for_the_video(folder: Path) -> None:
    talk_id = begun(folder)
    (folder / "b.mp4").rename(folder / "a.mp4")
    with opened(folder) as agent:
        talk = agent.chat(resume=talk_id)
        assert told_before(talk) == "a person holds a pan"
        assert agent.library.store.timeline(talk.videos[0].content_hash).events


def test_a_conversation_that_names_its_new_place(folder: Path) -> None:
    talk_id = begun(folder)
    (folder / "a.mp4").rename(folder / "c.mp4")
    with opened(folder) as agent:
        talk = agent.chat("c.mp4", resume=talk_id)
        assert told_before(talk) == "a person holds a pan"
        assert {one.video for _, answer in talk.history() for one in answer.evidence} == {"c.mp4"}
    with opened(folder) as agent:
        agent.forget("c.mp4")
        (folder / "c.mp4").unlink()
        with pytest.raises(VideoError, match="does not exist"):
            agent.chat(resume=talk_id)


def test_a_conversation_of_an_earlier_version_holds_paths_alone(folder: Path) -> None:
    with opened(folder) as agent:
        talk = agent.chat("a.mp4")
        talk.ask("When is the pancake flipped?")
        absolute = str(folder / "a.mp4")
        with agent.library.store.database.write() as connection:
            connection.execute(
                "UPDATE messages SET payload = ? WHERE role = 'videos'", (json.dumps([absolute]),)
            )
        assert agent.chat(resume=talk.id).videos[0].content_hash == talk.videos[0].content_hash
