"""Conversations: follow-ups, streaming, and taking them up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage

from foretell.agent.chat import Chat
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.planner_events import TextDelta, ToolFinished, ToolStarted
from foretell.agent.video_agent import VideoAgent
from foretell.config import load_config
from foretell.errors import ConfigError, MemoryStoreError, ModelError
from foretell.types import Answer
from tests.agent.made_library import KITCHEN, put, video


def begin(agent: VideoAgent, *names: str) -> Chat:
    videos = [agent.library.store.timeline(name).video for name in names or ("kitchen",)]
    return Chat.begin(agent, tuple(videos))


def starts(answer: Answer) -> list[float]:
    return [evidence.interval.start for evidence in answer.evidence]


def test_follow_ups_go_on_from_the_last_evidence(embedded: VideoAgent) -> None:
    chat = begin(embedded)
    assert starts(chat.ask("When is the tap shut?")) == [8]
    assert starts(chat.ask("And after that?"))[0] == 10
    assert starts(chat.ask("What does he do next?"))[0] == 12
    assert starts(chat.ask("And before that?"))[0] == 10


def test_a_follow_up_to_nothing_says_so(embedded: VideoAgent) -> None:
    answer = begin(embedded).ask("And after that?")
    assert "Nothing was spoken of yet" in answer.text
    assert answer.evidence == ()


def test_a_follow_up_skips_answers_without_evidence(embedded: VideoAgent) -> None:
    chat = begin(embedded)
    chat.ask("When is the tap shut?")
    chat.ask("Does he play the guitar?")
    assert starts(chat.ask("And after that?"))[0] == 10


def test_a_follow_up_stays_with_its_video(embedded: VideoAgent) -> None:
    chat = begin(embedded, "kitchen", "lecture")
    chat.ask("Which telescope orbits the Earth?")
    answer = chat.ask("And after that?")
    assert {evidence.video for evidence in answer.evidence} == {"clips/lecture.mp4"}


def test_tool_steps_come_before_the_words_and_the_answer_last(embedded: VideoAgent) -> None:
    *events, answer = begin(embedded).stream("When is the tap shut?")
    assert [type(event) for event in events] == [ToolStarted, ToolFinished, TextDelta]
    assert isinstance(answer, Answer)
    words = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert words == answer.text


def test_a_model_is_shown_the_earlier_turns(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def reply(messages: Sequence[BaseMessage]) -> AIMessage:
        seen.append([message.text for message in messages])
        return AIMessage(f"Answer {len(seen)} [e{len(seen)}].")

    model = ScriptedModel(script=[reply], repeat_last=True)
    with VideoAgent(chat_model=model, library=tmp_path, embedder="hash") as agent:
        put(agent.library, video("kitchen"), KITCHEN)
        chat = begin(agent)
        chat.ask("First?")
        chat.ask("Second?")
    assert seen[1][1:] == ["First?", "Answer 1 [0.0-2.0 s].", "Second?"]


def test_a_conversation_outlives_its_process(tmp_path: Path) -> None:
    def agent() -> VideoAgent:
        return VideoAgent(library=tmp_path, embedder="hash", model="embedded")

    with agent() as first:
        put(first.library, video("kitchen"), KITCHEN)
        chat = begin(first)
        asked = chat.ask("When does the camera wearer close the tap?")
        assert starts(asked) == [8]
    with agent() as second:
        info = second.library.store.timeline("kitchen").video
        again = Chat(second, chat.id, (info,))
        [(question, answer)] = again.history()
        assert question == "When does the camera wearer close the tap?"
        assert answer == asked
        assert starts(again.ask("And after that?"))[0] == 10


def test_an_error_is_kept_with_its_question(tmp_path: Path) -> None:
    model = ScriptedModel(script=[AIMessage("")], repeat_last=True)
    with VideoAgent(chat_model=model, library=tmp_path, embedder="hash") as agent:
        put(agent.library, video("kitchen"), KITCHEN)
        chat = begin(agent)
        with pytest.raises(ModelError, match="no usable reply"):
            chat.ask("When?")
        roles = [message.role for message in agent.library.conversations.messages(chat.id)]
        assert roles == ["videos", "user", "error"]
        assert chat.history() == []


def test_unknown_conversations_and_missing_videos_are_refused(embedded: VideoAgent) -> None:
    with pytest.raises(MemoryStoreError, match="no conversation 'nonsense'"):
        embedded.chat(resume="nonsense")
    with pytest.raises(ConfigError, match="no video was given"):
        embedded.chat()
    with pytest.raises(ConfigError, match="the question is empty"):
        begin(embedded).ask("  ")


def test_a_config_and_settings_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"both a config and the settings \['model'\] were given"):
        VideoAgent(load_config(library=tmp_path), model="embedded")
