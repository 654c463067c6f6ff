"""An agent takes models, senses and tools as objects, is used from threads, and is awaited."""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import tool
from numpy.typing import NDArray

from foretell import (
    Answer,
    ConfigError,
    Event,
    FrameScores,
    Interval,
    LabelSet,
    ScriptedModel,
    ToolFinished,
    Utterance,
    Video,
    VideoAgent,
)
from foretell.agent.offered_tools import TOOL_NAMES
from foretell.agent.planned_answer import NO_CALLS
from foretell.errors import NoTools
from foretell.tools.decoding.pyav_backend import write_video
from foretell.tools.localization.frame_scorer import OnProgress, equal_parts
from foretell.types import Clip, EventKind, VideoInfo
from tests.agent.made_library import put, video
from tests.tools.made_captioner import LevelCaptioner
from tests.tools.made_sounds import tones, write_sounding
from tests.tools.synthetic_clips import plain

SETTINGS: dict[str, Any] = {"embedder": "hash", "read_screen_text": False}


class Recognizer:
    """Sees somebody wave in the brighter clips."""

    name = "waving"
    id = "waving 1"
    label_sets = (LabelSet("action", ("wave", "rest")),)
    frames_per_clip = 2
    clips_at_once = 2
    side = 32

    def recognize(self, clips: Sequence[Clip]) -> list[NDArray[np.float64]]:
        return [np.array([[0.9, 0.1] for _ in clips])]


class Transcriber:
    """Hears one word in each chunk."""

    name = "ear"
    id = "ear 1"

    def transcribe(self, samples: NDArray[np.float32]) -> list[Utterance]:
        return [Utterance(Interval(0.0, 1.0), "beep")]


class Scorer:
    """Finds anything in the second second."""

    id = "second"

    def score(
        self, video: Video, texts: Sequence[str], on_progress: OnProgress | None = None
    ) -> FrameScores:
        borders = equal_parts(video.info.interval, 1.0)
        alike = np.zeros((len(texts), len(borders) - 1))
        alike[:, 1] = 0.9
        return FrameScores(borders, alike)


class Slow:
    """A perceiver that tells whether two threads are in it."""

    source = "slow"
    settings = ""

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.videos = list[str]()

    def sees(self, video: VideoInfo) -> tuple[EventKind, ...]:
        return ("object",)

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        assert self.busy.acquire(blocking=False)
        self.videos.append(video.info.name)
        yield Event(video.info.interval, "object", "a slow thing", self.source)
        self.busy.release()


@tool
def double(number: int) -> str:
    """Doubles a number."""
    return str(2 * number)


def clip(folder: Path, name: str = "a.mp4", level: int = 100) -> Path:
    """Two seconds of one grey."""
    write_video(folder / name, [plain(level)] * 24, frames_per_second=12)
    return folder / name


def calling(number: int) -> ScriptedModel:
    call = {"name": "double", "args": {"number": number}, "id": "1"}
    return ScriptedModel(script=[AIMessage("", tool_calls=[call]), repeat])


def repeat(messages: Sequence[BaseMessage]) -> AIMessage:
    return AIMessage(f"It is {messages[-1].text}.")


def test_models_are_given_as_objects(tmp_path: Path) -> None:
    heard = tmp_path / "heard.mkv"
    write_sounding(heard, [(0.0, tones(3.0, [Interval(0.0, 2.0)]))])
    with VideoAgent(
        library=tmp_path / "library",
        captioner=LevelCaptioner(),
        recognizer=Recognizer(),
        transcriber=Transcriber(),
        frame_scorer=Scorer(),
        **SETTINGS,
    ) as agent:
        timeline = agent.watch(clip(tmp_path)).timeline
        assert {event.source for event in timeline} >= {"captioner:levels", "recognizer:waving"}
        assert [event.text for event in timeline.of_kind("action")] == ["wave"]
        assert "beep" in [e.text for e in agent.watch(heard).timeline.of_kind("speech")]
        located = agent.locate("anything", tmp_path / "a.mp4")
        assert located.source == "second"
        assert located.moments[0].interval.overlaps(Interval(1.0, 2.0))
        assert agent.watch(tmp_path / "a.mp4").reused


def test_captions_of_an_object_are_kept_by_its_id(tmp_path: Path) -> None:
    first, again, other = LevelCaptioner(), LevelCaptioner(), LevelCaptioner(id="levels 2")
    for number, captioner in enumerate((first, again, other)):
        library = tmp_path / "library"
        with VideoAgent(library=library, captioner=captioner, **SETTINGS) as agent:
            assert agent.watch(clip(tmp_path)).reused == (number == 1)
    assert (first.batches, again.batches, other.batches) == ([1], [], [1])


def test_a_tool_is_called_and_told_of(tmp_path: Path) -> None:
    model = calling(21)
    with VideoAgent(library=tmp_path, chat_model=model, tools=[double], **SETTINGS) as agent:
        answer = agent.ask("What is twice 21?", clip(tmp_path))
    assert (answer.text, answer.trajectory[0].result) == ("It is 42.", "42")
    assert "double" in model.offered_tools[0]


def test_many_threads_share_one_agent(tmp_path: Path) -> None:
    slow = Slow()
    files = [clip(tmp_path, f"{level}.mp4", level) for level in (40, 90, 140, 190)]
    with (
        VideoAgent(library=tmp_path / "library", perceivers=[slow], **SETTINGS) as agent,
        ThreadPoolExecutor(8) as threads,
    ):
        asked = [threads.submit(agent.ask, "Is there a slow thing?", one) for one in files * 2]
        answers = [one.result() for one in asked]
    assert sorted(slow.videos) == sorted(file.name for file in files)
    assert all("slow thing" in answer.text for answer in answers)


def test_answers_are_awaited(tmp_path: Path) -> None:
    async def asked(agent: VideoAgent, file: Path) -> list[object]:
        watched = await agent.awatch(file)
        located = await agent.alocate("a slow thing", file)
        both = await asyncio.gather(*(agent.aask("Is there a slow thing?", file) for _ in range(2)))
        events = [event async for event in agent.astream("Is there a slow thing?", file)]
        async for event in agent.astream("Is there a slow thing?", file):
            if isinstance(event, ToolFinished):
                break
        return [watched.timeline.video.name, located.none, *(a.text for a in both), events[-1]]

    with VideoAgent(library=tmp_path / "library", perceivers=[Slow()], **SETTINGS) as agent:
        name, none, first, second, last = asyncio.run(asked(agent, clip(tmp_path)))
    assert (name, none, first) == ("a.mp4", False, second)
    assert isinstance(last, Answer)
    assert last.text == first


def test_an_error_reaches_whoever_awaits(tmp_path: Path) -> None:
    async def streamed(agent: VideoAgent) -> list[object]:
        return [event async for event in agent.astream("?")]

    with (
        VideoAgent(library=tmp_path, **SETTINGS) as agent,
        pytest.raises(ConfigError, match="no video was given"),
    ):
        asyncio.run(streamed(agent))


def without_words(number: int) -> int:
    return number


def test_what_does_not_go_together_is_refused(tmp_path: Path) -> None:
    model = ScriptedModel(script=[])

    def search_memory(query: str) -> str:
        """Takes the name of a tool."""
        return query

    with pytest.raises(ConfigError, match="1 tools were given, and the model 'embedded' calls"):
        VideoAgent(library=tmp_path, tools=[double], **SETTINGS)
    with pytest.raises(ConfigError, match="more than one tool of the name 'search_memory'"):
        VideoAgent(library=tmp_path, chat_model=model, tools=[search_memory], **SETTINGS)
    with pytest.raises(ConfigError, match="the function without_words cannot be called by a model"):
        VideoAgent(library=tmp_path, chat_model=model, tools=[without_words], **SETTINGS)
    with pytest.raises(ConfigError, match="2 perceivers have the source 'slow'"):
        VideoAgent(library=tmp_path, perceivers=[Slow(), Slow()], **SETTINGS)
    with VideoAgent(library=tmp_path, recognizer=Recognizer(), labels="x", **SETTINGS) as agent:
        file = clip(tmp_path)
        with pytest.raises(ConfigError, match="the recognizer 'waving' was given as an object"):
            agent.watch(file)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"captioner": len}, "captioner was given as builtin_function_or_method, which lacks name"),
        ({"recognizer": Scorer()}, "recognizer was given as Scorer, which lacks name, label_sets"),
        ({"transcriber": Scorer()}, "transcriber was given as Scorer, which lacks name, transcr"),
        ({"frame_scorer": Transcriber()}, "which lacks score; give what follows foretell's proto"),
        ({"perceivers": [Scorer]}, r"perceivers\[0\] was given as type, which lacks source"),
        ({"chat_model": "gpt"}, "chat_model was given as str; give a chat model of LangChain"),
    ],
    ids=["captioner", "recognizer", "transcriber", "frame_scorer", "perceivers", "chat_model"],
)
def test_a_part_that_lacks_what_is_called_of_it_is_refused(
    tmp_path: Path, part: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        VideoAgent(library=tmp_path, **part, **SETTINGS)


def test_an_agent_stays_in_its_process(tmp_path: Path) -> None:
    with (
        VideoAgent(library=tmp_path, **SETTINGS) as agent,
        pytest.raises(TypeError, match=r"VideoAgent holds open files.* make one in each process"),
    ):
        pickle.dumps(agent)


def test_a_chat_model_that_takes_no_tools_is_shown_the_timeline(tmp_path: Path) -> None:
    def agent() -> VideoAgent:
        replies = iter([AIMessage("Somebody waves [0-1 s].")])
        model = GenericFakeChatModel(messages=replies)
        return VideoAgent(library=tmp_path, chat_model=model, **SETTINGS)

    with agent() as made:
        put(made.library, video("dull"), ())
        put(made.library, video("hall"), ((0, 1, "caption", "Somebody waves"),))
        dull, hall = (made.library.store.timeline(name).video for name in ("dull", "hall"))
        *_, answer = made.converse("What?", [hall])
        assert isinstance(answer, Answer)
        assert (answer.text, answer.notes) == ("Somebody waves [0.0-1.0 s].", (NO_CALLS,))
    with agent() as made, pytest.raises(NoTools, match="can be given no tools, as it has no bind"):
        list(made.converse("What?", [dull]))


def test_the_names_of_tools_are_all_taken(tmp_path: Path) -> None:
    model = ScriptedModel(script=[AIMessage("Nothing.")], repeat_last=True)
    with VideoAgent(library=tmp_path, chat_model=model, perceivers=[Slow()], **SETTINGS) as agent:
        agent.ask("What?", clip(tmp_path))
    assert set(model.offered_tools[0]) == {*TOOL_NAMES} - {"look_at"}
