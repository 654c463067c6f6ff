"""Measures what the planner's graph adds to its model and tools.

python -m benchmarks.bench_agent
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import BaseTool, tool

from benchmarks.measure import Row, seconds, table
from foretell.agent.chat_models.models import around_chat_model
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.messages import Asked
from foretell.agent.planner import Planner
from foretell.agent.toolset import Toolset
from foretell.agent.trajectory import Meter
from foretell.agent.video_agent import VideoAgent
from foretell.config import Config, load_config
from foretell.types import Answer, Event, Interval, VideoInfo

STEPS = 50
EVENTS = 2_000
ACTS = ("opens the tap", "washes a cup", "cuts an onion", "pours the milk", "closes the fridge")


@tool
def note(text: str) -> str:
    """Notes something down."""
    return text


def script() -> ScriptedModel:
    """A model that calls the tool STEPS times, each time with other words, then answers."""
    calls = [
        AIMessage(
            "",
            tool_calls=[{"name": "note", "args": {"text": f"step {step}"}, "id": str(step)}],
            response_metadata={"finish_reason": "tool_calls"},
        )
        for step in range(STEPS)
    ]
    return ScriptedModel(
        script=[*calls, AIMessage("Done.", response_metadata={"finish_reason": "stop"})]
    )


def run_plain() -> None:
    """Runs the script on LangChain's agent as it comes."""
    agent = cast(Any, create_agent)(script(), [note], system_prompt="Note it down.")
    agent.invoke({"messages": [HumanMessage("Go.")]}, {"recursion_limit": 4 * STEPS})


def run_planner(config: Config, around: Sequence[AgentMiddleware[Any, Any, Any]] = ()) -> None:
    """Runs the script on the planner."""
    planner = make_planner(config, [note], around)
    *_, finished = planner.run([Asked("Go.", "Go.")])
    assert len(getattr(finished, "steps", ())) == STEPS


def make_planner(
    config: Config,
    tools: Sequence[BaseTool],
    around: Sequence[AgentMiddleware[Any, Any, Any]] = (),
) -> Planner:
    return Planner(script(), tools, "Note it down.", Meter(), config, around)


def step_rows() -> list[Row]:
    """Compares a step of the planner with one of a bare agent."""
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(library=Path(folder), max_steps=STEPS + 2)
        plain = 1000 * seconds(run_plain) / STEPS
        planned = 1000 * seconds(lambda: run_planner(config)) / STEPS
        around = around_chat_model("scripted", config)
        run_planner(config, around)  # keeps the replies
        kept = 1000 * seconds(lambda: run_planner(config, around)) / STEPS
    return [
        Row(
            f"one step of {STEPS}: model and tool take no time",
            planned,
            "ms",
            f"bare agent: {plain:.2f} ms, {planned / plain:.1f} x",
            "< 4 ms",
        ),
        Row("the same from kept replies", kept, "ms", f"{kept / planned:.1f} x"),
    ]


def make_video(agent: VideoAgent) -> VideoInfo:
    """Puts a long video with a caption a second into the library."""
    info = VideoInfo("long.mp4", "long", Interval(0.0, float(EVENTS)), 640, 480, "h264")
    agent.library.store.put_video(info)
    agent.library.store.begin_track("long", "captions", "")
    for second in range(EVENTS):
        text = f"The camera wearer {ACTS[second % len(ACTS)]} in room {second // 40}"
        event = Event(Interval(float(second), second + 1.0), "caption", text, "captions")
        agent.library.store.append_event("long", event)
    agent.library.embed_pending()
    return info


def answer_rows() -> list[Row]:
    """Measures making the graph for a question, and the embedded answer to it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        VideoAgent(library=folder, model="embedded") as agent,
    ):
        info = make_video(agent)

        def answer() -> None:
            *_, told = agent.converse("When is the milk poured in room 7?", [info])
            assert isinstance(told, Answer)
            assert told.evidence

        def make() -> None:
            make_planner(agent.config, Toolset(agent.library, [info]).tools())

        return [
            Row("making the graph and its tools", 1000 * seconds(make), "ms", "once a question"),
            Row(f"embedded answer over {EVENTS:,} events", seconds(answer), "s", "", "< 1 s"),
        ]


def rows() -> list[Row]:
    """Measures steps, then whole answers."""
    return step_rows() + answer_rows()


if __name__ == "__main__":
    print(table(rows()))
