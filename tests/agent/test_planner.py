"""The graph, its limits and its repairs, with models that follow a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.tools import StructuredTool

from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.final_answer import question_message
from foretell.agent.planner import Planner
from foretell.agent.planner_events import Finished, TextDelta, ToolFinished, ToolStarted
from foretell.agent.toolset import Toolset
from foretell.agent.trajectory import Meter
from foretell.config import load_config
from foretell.errors import (
    ConfigError,
    DatasetError,
    ForetellError,
    LimitExceeded,
    MemoryStoreError,
    ModelError,
    ToolError,
    VideoError,
)
from foretell.memory.library import Library
from foretell.types import VideoInfo


def call(tool: str, call_id: str = "1", **arguments: object) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": tool, "args": arguments, "id": call_id}])


def say(text: str, tokens: int = 0) -> AIMessage:
    counted: Any = {"input_tokens": tokens, "output_tokens": 0, "total_tokens": tokens}
    return AIMessage(text, usage_metadata=counted if tokens else None)


def run(
    model: BaseChatModel,
    library: Library,
    video: VideoInfo,
    *,
    stream: bool = False,
    meter: Meter | None = None,
    **limits: object,
) -> list[object]:
    planner = Planner(
        model,
        Toolset(library, [video]).tools(),
        "You answer questions.",
        meter or Meter(),
        load_config(**limits),
    )
    return list(planner.run([question_message("When is the milk taken?", ())], stream=stream))


def last(events: Sequence[object]) -> Finished:
    finished = events[-1]
    assert isinstance(finished, Finished)
    return finished


def results(messages: Sequence[BaseMessage]) -> list[str]:
    return [message.text for message in messages if isinstance(message, ToolMessage)]


def test_tool_calls_are_told_as_they_happen(library: Library, kitchen: VideoInfo) -> None:
    model = ScriptedModel(script=[call("search_memory", query="milk"), say("At 12 s.")])
    started, finished, end = run(model, library, kitchen)
    assert started == ToolStarted("search_memory", {"query": "milk"})
    assert isinstance(finished, ToolFinished)
    assert "picks a bottle of milk" in finished.step.result
    assert finished.step.seconds > 0
    assert end == Finished("At 12 s.", (finished.step,))


def test_words_are_streamed_only_when_asked_for(library: Library, kitchen: VideoInfo) -> None:
    def words(stream: bool) -> list[object]:
        model = ScriptedModel(script=[say("At 12 s.\nReally.")])
        events = run(model, library, kitchen, stream=stream)
        return [event for event in events if isinstance(event, TextDelta)]

    assert words(stream=True) == [TextDelta("At 12 s.\n"), TextDelta("Really.")]
    assert words(stream=False) == []


def test_an_endless_loop_ends_with_a_closing_call(library: Library, kitchen: VideoInfo) -> None:
    def reply(messages: Sequence[BaseMessage]) -> AIMessage:
        if "Answer now" in messages[-1].text:
            return say("It is taken at 12 s.")
        return call("search_memory", str(len(messages)), query=f"milk {len(messages)}")

    model = ScriptedModel(script=[reply], repeat_last=True)
    finished = last(run(model, library, kitchen, max_steps=4))
    assert finished.text == "It is taken at 12 s."
    assert len(finished.steps) == 3
    assert len(model.offered_tools) == 3, "the closing call must offer no tools"


def test_a_loop_that_does_not_close_is_cut(library: Library, kitchen: VideoInfo) -> None:
    model = ScriptedModel(script=[call("overview")], repeat_last=True)
    with pytest.raises(LimitExceeded, match="used up its 3 steps without an answer"):
        run(model, library, kitchen, max_steps=3)


def test_tokens_and_seconds_are_limits_too(library: Library, kitchen: VideoInfo) -> None:
    greedy = call("overview")
    greedy.usage_metadata = {"input_tokens": 900, "output_tokens": 200, "total_tokens": 1100}
    with pytest.raises(LimitExceeded, match="used up its 1000 tokens"):
        run(ScriptedModel(script=[greedy], repeat_last=True), library, kitchen, max_tokens=1000)
    with pytest.raises(LimitExceeded, match=r"used up its 1e-09 seconds"):
        run(
            ScriptedModel(script=[call("overview")], repeat_last=True),
            library,
            kitchen,
            max_seconds=1e-9,
        )


def test_a_repeated_call_is_not_run_again(library: Library, kitchen: VideoInfo) -> None:
    seen: list[str] = []

    def answer(messages: Sequence[BaseMessage]) -> AIMessage:
        seen.extend(results(messages))
        return say("At 12 s.")

    script = [call("search_memory", "1", query="milk"), call("search_memory", "2", query="milk")]
    finished = last(run(ScriptedModel(script=[*script, answer]), library, kitchen))
    assert "You already called search_memory with these arguments" in seen[1]
    assert [step.failed for step in finished.steps] == [False, True]


@pytest.mark.parametrize("trial", range(3))
def test_calls_of_one_message_count_in_their_order_whichever_ends_first(
    library: Library, kitchen: VideoInfo, trial: int
) -> None:
    nothing: dict[str, str] = {}
    asked = [("search_memory", {"query": "milk"}), ("overview", nothing)] * 2
    together = AIMessage(
        "",
        tool_calls=[
            {"name": tool, "args": arguments, "id": f"{trial}-{place}"}
            for place, (tool, arguments) in enumerate(asked)
        ],
    )
    finished = last(run(ScriptedModel(script=[together, say("At 12 s.")]), library, kitchen))
    assert [step.tool for step in finished.steps] == [tool for tool, _ in asked]
    assert [step.failed for step in finished.steps] == [False, False, True, True]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (call("read_timeline", start=5, end=2), "start 5.0 must lie before end 2.0"),
        (call("read_timeline", start=90, end=95), "lies outside the video"),
        (call("read_timeline", start=0, end=5, video=3), "there is no video 3; there are 1 to 1"),
        (call("search_memory", query="  "), "the query is blank"),
        (call("search_memory", query="milk", limit=900), "limit: "),
        (call("search_memory"), "query: "),
        (call("fly", height=3), "fly is not a valid tool"),
    ],
)
def test_a_wrong_call_is_told_to_the_model(
    library: Library, kitchen: VideoInfo, made: AIMessage, told: str
) -> None:
    seen: list[str] = []

    def answer(messages: Sequence[BaseMessage]) -> AIMessage:
        seen.extend(results(messages))
        return say("Sorry.")

    assert last(run(ScriptedModel(script=[made, answer]), library, kitchen)).text == "Sorry."
    assert told in seen[0]


@pytest.mark.parametrize("kind", [ConfigError, DatasetError, ModelError, ToolError, VideoError])
def test_what_a_tool_raises_is_told_to_the_model(kind: type[ForetellError]) -> None:
    def weigh(thing: str) -> str:
        """Weighs a thing."""
        raise kind(f"the scale has no {thing}")

    seen: list[str] = []

    def answer(messages: Sequence[BaseMessage]) -> AIMessage:
        seen.extend(results(messages))
        return say("It cannot be weighed.")

    model = ScriptedModel(script=[call("weigh", thing="egg"), answer])
    tool = StructuredTool.from_function(weigh)
    planner = Planner(model, [tool], "You weigh.", Meter(), load_config())
    finished = last(list(planner.run([question_message("How heavy is it?", ())])))
    assert seen == ["the scale has no egg"]
    assert [step.failed for step in finished.steps] == [True]


def test_an_error_that_is_not_the_models_ends_the_question(
    library: Library, kitchen: VideoInfo
) -> None:
    library.store.forget_video("kitchen")
    put_back = VideoInfo(kitchen.path, "lecture", kitchen.interval, 1, 1, "h264")
    model = ScriptedModel(script=[call("read_timeline", start=0, end=5)])
    planner = Planner(
        model,
        Toolset(library, [put_back]).tools(),
        "You answer questions.",
        Meter(),
        load_config(),
    )
    library.store.forget_video("lecture")
    with pytest.raises(MemoryStoreError, match="has no video 'lecture'"):
        list(planner.run([question_message("What?", ())]))


def test_an_empty_reply_is_asked_for_again(library: Library, kitchen: VideoInfo) -> None:
    asked: list[str] = []

    def second(messages: Sequence[BaseMessage]) -> AIMessage:
        asked.append(messages[-1].text)
        return say("At 12 s.", tokens=5)

    meter = Meter()
    model = ScriptedModel(script=[say("", tokens=7), second])
    assert last(run(model, library, kitchen, meter=meter)).text == "At 12 s."
    assert asked == ["Your last message was empty. Call a tool, or answer the question in words."]
    assert meter.input_tokens == 12


def test_a_call_that_cannot_be_read_is_asked_for_again(
    library: Library, kitchen: VideoInfo
) -> None:
    broken = AIMessage(
        "",
        invalid_tool_calls=[
            {"name": "search_memory", "args": '{"query": ', "id": "1", "error": "not JSON"}
        ],
    )
    model = ScriptedModel(script=[broken, call("search_memory", query="milk"), say("At 12 s.")])
    finished = last(run(model, library, kitchen))
    assert finished.text == "At 12 s."
    assert [step.tool for step in finished.steps] == ["search_memory"]


def test_a_model_that_never_answers_is_a_clear_error(library: Library, kitchen: VideoInfo) -> None:
    model = ScriptedModel(script=[say(" ")], repeat_last=True)
    with pytest.raises(ModelError, match=r"no usable reply in 3 attempts \(last: an empty message"):
        run(model, library, kitchen)


def test_a_reply_cut_off_at_its_length_is_asked_for_again(
    library: Library, kitchen: VideoInfo
) -> None:
    cut = AIMessage("It is taken at", response_metadata={"finish_reason": "length"})
    shown: list[str] = []

    def second(messages: Sequence[BaseMessage]) -> AIMessage:
        shown.extend(message.type for message in messages)
        return say("At 12 s.")

    model = ScriptedModel(script=[cut, second])
    assert last(run(model, library, kitchen)).text == "At 12 s."
    assert shown == ["system", "human", "ai", "human"], "two user turns in a row"


def test_one_unreadable_call_among_others_spoils_the_reply(
    library: Library, kitchen: VideoInfo
) -> None:
    mixed = call("overview")
    mixed.invalid_tool_calls.append(
        {"type": "invalid_tool_call", "name": "fly", "args": "{", "id": "2", "error": None}
    )
    model = ScriptedModel(script=[mixed, say("At 12 s.")])
    assert last(run(model, library, kitchen)).steps == ()


def test_a_script_that_is_used_up_says_so(library: Library, kitchen: VideoInfo) -> None:
    with pytest.raises(ModelError, match="the script has 0 replies"):
        run(ScriptedModel(script=[]), library, kitchen)


def test_usage_has_a_cost_where_the_price_is_known() -> None:
    meter = Meter((2.0, 10.0))
    meter.add(say("x", tokens=500_000))
    assert meter.usage().cost == pytest.approx(1.0)
    assert Meter().usage().cost is None
