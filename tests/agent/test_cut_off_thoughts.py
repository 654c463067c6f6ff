"""A model that is cut off while thinking says nothing, in every strategy and every task."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.planner_events import TextDelta
from foretell.agent.tasks.localization.temporal_grounding import TemporalGrounding
from foretell.agent.video_agent import VideoAgent
from foretell.errors import ModelError
from foretell.evals.answering.answerers import ReplayAnswerer
from foretell.evals.anticipation.replay import ReplayAnticipator
from foretell.evals.localization.records import ReplayLocalizer
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.kept_texts import KeptTexts
from foretell.moments import MomentQuery
from foretell.types import Answer, Interval, VideoInfo
from tests.agent.endpoint_agent import asker, tool_results
from tests.agent.made_library import KITCHEN as COOKING
from tests.agent.made_library import put, video
from tests.agent.seeing_agent import LOOK, ask, seeing, write_wall
from tests.agent.tasks.answering.question_scene import LINES, answering, captions, one, question
from tests.agent.tasks.anticipation.anticipation_scene import on_endpoint
from tests.agent.tasks.anticipation.lalm_scene import HORIZON, TAXONOMY, WINDOW
from tests.agent.tasks.planning.plan_scene import KITCHEN
from tests.servers.replies import Raw, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

TEMPTING = (
    'Choice: B. From 2 to 4 s, {"start": 2, "end": 4}. take cup, pour milk, open fridge.\n'
    "1. fill kettle\n2. boil water\n3. add tea bag\n4. pour water\n5. drink tea\nConfidence: 0.9\n"
)
"""Thoughts in which every task would find something that it could take for an answer."""
SENTENCE = "cut off while thinking.*; raise the token limit of its server, or switch its thinking"


def apart(finish_reason: str) -> Raw:
    """A reply of a server that takes thoughts out of the text."""
    message = {"role": "assistant", "content": None, "reasoning_content": TEMPTING}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    head = {"id": "1", "object": "chat.completion", "created": 0, "model": "scripted"}
    return Raw({**head, "choices": [choice]})


THOUGHTS = [
    pytest.param(Say(f"<think>{TEMPTING}", "length"), id="cut off"),
    pytest.param(Say(f"<think>{TEMPTING}"), id="never closed"),
    pytest.param(Say(f"Well. <Reasoning>{TEMPTING}"), id="after a word"),
    pytest.param(apart("length"), id="taken out by the server"),
]
MOMENT = MomentQuery("q", "tea", "milk is poured", Interval(0.0, 6.0))
Task = Callable[[VideoAgent, VideoInfo], object]


def asks(strategy: Any, choices: tuple[str, ...] = ()) -> Task:
    def task(agent: VideoAgent, info: VideoInfo) -> object:
        return list(agent.converse("What is poured?", [info], choices=choices, strategy=strategy))

    return task


def plans(agent: VideoAgent, info: VideoInfo) -> object:
    return agent.plan("drink tea", "fill kettle", procedures="kitchen", steps=5)


def plans_in_own_words(agent: VideoAgent, info: VideoInfo) -> object:
    return agent.plan("a satellite in orbit", "a rocket", procedures="kitchen", steps=(2, 9))


TASKS: dict[str, Task] = {
    "agent": asks("agent"),
    "agent with choices": asks("agent", ("tea", "milk")),
    "one call": asks("one-call"),
    "one call with choices": asks("one-call", ("tea", "milk")),
    "summary": asks("summarise"),
    "anticipation": lambda agent, info: agent.anticipate(info.path),
    "localization": lambda agent, info: agent.locate("milk is poured", info.path),
    "planning": plans,
    "planning in own words": plans_in_own_words,
}


@dataclass(frozen=True)
class Stage:
    """An agent that knows a clip by its captions, on a model that says what it is told to say."""

    agent: VideoAgent
    info: VideoInfo
    server: ScriptedServer
    script: list[ScriptLine]

    def says(self, *script: ScriptLine) -> None:
        """Sets what the model says next, the last again and again."""
        self.script[:] = script
        self.server.requests.clear()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    captions, clip = folder / "captions.json", write_wall(folder / "clip.mp4")
    texts = [{"start": a / 4, "end": b / 4, "text": text} for a, b, _, text in COOKING]
    captions.write_text(json.dumps(texts))
    script: list[ScriptLine] = []

    def reply(body: dict[str, Any]) -> Reply:
        line = script.pop(0) if len(script) > 1 else script[0]
        return line(body) if callable(line) else line

    with (
        ScriptedServer([reply], repeat_last=True) as server,
        seeing(server, folder / "library", clip, cache_responses=False) as (agent, _),
    ):
        agent.watch(clip, captions=captions)
        agent.library.procedures.add("kitchen", KITCHEN)
        yield Stage(agent, agent.see([clip])[0], server, script)


@pytest.mark.parametrize("reply", THOUGHTS)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_it_is_never_an_answer(stage: Stage, task: Task, reply: Reply) -> None:
    stage.says(reply)
    with pytest.raises(ModelError, match=SENTENCE) as caught:
        task(stage.agent, stage.info)
    assert "Choice" not in str(caught.value)
    assert len(stage.server.requests) > 1, "it is asked again"


@pytest.mark.parametrize("reply", THOUGHTS[:3])
def test_it_is_never_streamed(stage: Stage, reply: Reply) -> None:
    stage.says(reply)
    told: list[object] = []
    with pytest.raises(ModelError, match=SENTENCE):
        told.extend(stage.agent.stream("What is poured?", stage.info.path))
    stage.says(reply, Say("<think>Milk?</think>Milk.\nConfidence: 0.9"))
    *pieces, answer = stage.agent.stream("What is poured?", stage.info.path)
    assert isinstance(answer, Answer)
    assert answer.text == "Milk."
    words = "".join(piece.text for piece in pieces if isinstance(piece, TextDelta))
    assert words in ("Milk.", "Well.\nMilk.")


@pytest.mark.parametrize("reply", THOUGHTS)
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_with_more_room_it_answers(stage: Stage, task: Task, reply: Reply) -> None:
    """Where a task draws several times, the other draws are enough."""
    stage.says(reply, Say(f"<thinking>Tempting.</THINKING>{TEMPTING}"))
    assert task(stage.agent, stage.info)


@pytest.mark.parametrize("reply", THOUGHTS)
def test_it_is_nothing_that_was_seen(stage: Stage, reply: Reply) -> None:
    stage.says(LOOK, reply, Say("It cannot be seen."))
    assert ask(stage.agent, [stage.info]).text == "It cannot be seen."
    (result,) = tool_results(stage.server.requests[-1])
    assert "the vision model 'scripted' was cut off while thinking; raise the token" in result
    assert len(stage.agent.timeline(stage.info.path).of_kind("look")) == 0


def test_the_closing_call_of_a_limit_is_read_alike(tmp_path: Path) -> None:
    thought = AIMessage("<think>Milk", response_metadata={"finish_reason": "length"})
    model = ScriptedModel(script=[thought], repeat_last=True)
    settings: Any = {"embedder": "hash", "max_steps": 1}
    with VideoAgent(chat_model=model, library=tmp_path, **settings) as agent:
        info = put(agent.library, video("kitchen"), COOKING)
        with pytest.raises(ModelError, match=SENTENCE):
            list(agent.converse("What is poured?", [info]))


@pytest.mark.parametrize("choosing", ["form", "text", "likelihood"])
@pytest.mark.parametrize("strategy", ["one-call", "summarise"])
@pytest.mark.parametrize("reply", THOUGHTS)
def test_in_an_evaluation_it_is_a_question_without_a_choice(
    tmp_path: Path, strategy: str, choosing: str, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedServer([reply], repeat_last=True) as server:
        made = answering(server, tmp_path, strategy=strategy, choosing=choosing)
        assert one(made).choice is None
        before = len(server.requests)
        assert one(made).choice is None
    assert len(server.requests) > before, "it is not kept"
    assert len([line for line in caplog.messages if "cut off while thinking" in line]) == 1


def test_likelihoods_are_read_after_the_thoughts(tmp_path: Path) -> None:
    places = [
        {"A": math.log(0.9), "B": math.log(0.1)},
        {"</think>": -0.1},
        {"B": math.log(0.9), "A": math.log(0.1)},
    ]
    with ScriptedServer([Say("A</think>B", likelihoods=places)]) as server:
        assert one(answering(server, tmp_path, choosing="likelihood")).choice == 1


def test_half_an_answer_is_asked_for_again(tmp_path: Path) -> None:
    """Where the chat template opened the thought, no tag tells it from words."""
    script = [Say("Okay, the choices are (A) a cat, (B) a", "length"), Say("Choice: C")]
    with ScriptedServer(script) as server:
        assert one(answering(server, tmp_path)).choice == 2


@pytest.mark.parametrize("reply", THOUGHTS)
def test_in_an_evaluation_it_is_a_query_without_a_moment(tmp_path: Path, reply: Reply) -> None:
    with ScriptedServer([reply], repeat_last=True) as server:
        grounding = TemporalGrounding(
            ChatEndpoint.load(on_endpoint(server, tmp_path)), HashEmbedder()
        )
        (located,) = grounding.locate([MOMENT], {"tea": captions(*LINES)})
    assert located.none
    assert "was cut off while thinking; raise the token limit" in located.reason


@pytest.mark.parametrize("strategy", ["agent", "one-call"])
def test_one_that_was_kept_is_not_replayed(tmp_path: Path, strategy: Any) -> None:
    with (
        ScriptedServer([Say("Milk it is [e1]."), Say("Tea it is [e1].")]) as server,
        asker(server, tmp_path) as kitchen,
    ):

        def answer() -> str:
            *_, last = kitchen.agent.converse("What?", [kitchen.kitchen], strategy=strategy)
            assert isinstance(last, Answer)
            return last.text

        assert (answer(), answer()) == ("Milk it is [0.0-2.0 s].",) * 2
        file = tmp_path / "replies.sqlite"
        with closing(sqlite3.connect(file)) as kept:
            keys = [key for (key,) in kept.execute("SELECT key FROM replies")]
        texts = KeptTexts(file, "replies", "reply")
        replies = texts.read(keys).items()
        texts.keep({key: reply.replace("Milk", "<think>Milk") for key, reply in replies})
        assert answer() == "Tea it is [0.0-2.0 s]."


def test_one_that_was_stored_is_not_replayed(tmp_path: Path) -> None:
    file = tmp_path / "stored.json"
    file.write_text(json.dumps({"q1": "<think>Choice: B", "q2": "<think>Or A?</think>B"}))
    asked = [question("q1"), question("q2")]
    assert [one.choice for one in ReplayAnswerer(file).answer(asked, {})] == [None, 1]
    file.write_text(json.dumps({WINDOW.key: ["<think>cut onion, put knife"]}))
    forecast = ReplayAnticipator(file, [WINDOW.key], TAXONOMY, HORIZON).forecast(WINDOW, 1)
    assert forecast.repairs == {"empty": 1, "padded": HORIZON}
    file.write_text(json.dumps({"q": "<think>From 2 to 4 s."}))
    (located,) = ReplayLocalizer(file).locate([MOMENT], {})
    assert located.none


def test_tags_in_a_timeline_are_what_was_shown(tmp_path: Path) -> None:
    shown = "The slide shows <think> in red"
    with VideoAgent(library=tmp_path, embedder="hash") as agent:
        info = put(agent.library, video("slide"), [(0, 2, "caption", shown)])
        *pieces, answer = agent.converse("What happens?", [info], stream=True)
    assert isinstance(answer, Answer)
    assert shown in answer.text
    assert "".join(piece.text for piece in pieces if isinstance(piece, TextDelta)) == answer.text


def test_tags_in_a_question_are_what_was_asked(stage: Stage) -> None:
    stage.says(Say('It says "<think>" once.'))
    *_, answer = stage.agent.converse("Where is <think> shown?", [stage.info])
    assert isinstance(answer, Answer)
    assert answer.text == 'It says "<think>" once.'
    assert stage.server.requests[0].messages[-1]["content"] == "Where is <think> shown?"
