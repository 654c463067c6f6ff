"""What comes next, asked in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from foretell.actions import Forecast
from foretell.agent.embedded.question import read_question
from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
from foretell.agent.toolset import Toolset
from foretell.agent.video_agent import VideoAgent
from foretell.config import load_config
from foretell.errors import ToolError
from foretell.memory.library import Library
from foretell.types import Answer, Interval, Timeline, VideoInfo
from tests.agent.endpoint_agent import TOOLS, asker, tool_results
from tests.agent.made_library import put, video
from tests.servers.replies import Call, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

NEXT = "What will the person do next?"
NOT_SHOWN = "the timeline of lecture.mp4 does not show what the person did: it holds neither "


def ask(agent: VideoAgent, question: str, *names: str) -> Answer:
    videos = [agent.library.store.timeline(name).video for name in names]
    *_, answer = agent.converse(question, videos)
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (NEXT, "forecast"),
        ("And what is she going to do now?", "forecast"),
        ("Which actions are likely to follow?", "forecast"),
        ("Can you predict the next steps?", "forecast"),
        ("What will happen after the milk is poured?", "what"),
        ("What does she do next?", "what"),
        ("Will the person drink the milk?", "yes_no"),
    ],
)
def test_which_questions_ask_for_a_forecast(question: str, kind: str) -> None:
    assert read_question(question).kind == kind


def test_what_comes_next_rests_on_what_was_seen_last(embedded: VideoAgent) -> None:
    answer = ask(embedded, NEXT, "kitchen")
    assert answer.text.startswith("Most likely next: ")
    assert answer.text.endswith(
        "Seen last: the camera wearer pours the milk into the mug [22.0-24.0 s]."
    )
    assert "milk" in answer.text.partition(" (as in ")[0]
    assert [(e.interval, e.quote) for e in answer.evidence] == [
        (Interval(22, 24), "The camera wearer pours the milk into the mug")
    ]
    assert answer.dropped_citations == 0
    (step,) = answer.trajectory
    assert (step.tool, step.failed) == ("anticipate_actions", False)
    assert answer.usage.cost == 0.0


def test_what_comes_next_where_no_action_was_seen(embedded: VideoAgent) -> None:
    answer = ask(embedded, NEXT, "lecture")
    assert answer.text.startswith(NOT_SHOWN)
    assert answer.evidence == ()
    (step,) = answer.trajectory
    assert step.failed


def test_what_comes_next_in_a_video_without_a_timeline(embedded: VideoAgent) -> None:
    put(embedded.library, video("unwatched"), ())
    answer = ask(embedded, NEXT, "unwatched")
    assert answer.text.startswith("Nobody has looked at what happens in this video")
    assert answer.status == "unknown"


def test_what_comes_next_in_each_of_two_videos(embedded: VideoAgent) -> None:
    answer = ask(embedded, NEXT, "kitchen", "lecture")
    kitchen, lecture = answer.text.splitlines()
    assert kitchen.startswith("Most likely next: ")
    assert kitchen.endswith("[kitchen.mp4, 22.0-24.0 s].")
    assert lecture.startswith(NOT_SHOWN)


def foreseen(request: dict[str, Any]) -> Reply:
    """Tells the forecast with the label of the event that was seen last."""
    *_, last = str(request["messages"][-1]["content"]).splitlines()
    label = last[: last.index("]") + 1]
    return Say(f"The person will likely drink it, as the milk was poured {label}.")


def test_a_model_is_given_the_forecast(tmp_path: Path) -> None:
    call = Call("anticipate_actions", {"count": 3})
    with ScriptedServer([call, foreseen]) as server, asker(server, tmp_path) as kitchen:
        answer = kitchen.ask(NEXT)
    first, second = server.requests
    assert first.tool_names == TOOLS
    assert "What anticipate_actions and plan_steps tell is fore" in first.messages[0]["content"]
    (told,) = tool_results(second)
    likeliest, *others = told.splitlines()[:3]
    assert likeliest.startswith("Most likely next: ")
    assert likeliest.partition(" (as in ")[0].count(", ") == 2, "three actions"
    assert all(line.startswith("Or: ") for line in others)
    assert len(told.splitlines()) == 3 + 8, "the futures, and the events that they rest on"
    assert answer.text.endswith("as the milk was poured [22.0-24.0 s].")
    assert [e.interval for e in answer.evidence] == [Interval(22, 24)]
    assert answer.usage.input_tokens == 200, "the forecast itself asks no model"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"at": -1}, "at -1 s nothing of kitchen.mp4 was seen; it covers 0.0-30.0 s"),
        ({"video": 2}, "there is no video 2"),
        ({"count": 0}, "greater than or equal to 1"),
    ],
)
def test_a_forecast_that_fails_is_told_to_the_model(
    tmp_path: Path, arguments: dict[str, object], told: str
) -> None:
    script: list[ScriptLine] = [Call("anticipate_actions", arguments), Say("No forecast.")]
    with ScriptedServer(script) as server, asker(server, tmp_path) as kitchen:
        answer = kitchen.ask(NEXT)
    assert told in tool_results(server.requests[1])[0]
    assert answer.trajectory[0].failed
    assert answer.text == "No forecast."


def test_a_forecast_is_of_one_video_up_to_a_moment(
    library: Library, kitchen: VideoInfo, lecture: VideoInfo
) -> None:
    anticipation = ActionAnticipation(load_config(), library.examples)

    def foresee(timeline: Timeline, at_seconds: float | None) -> Forecast:
        return anticipation.of_timeline(timeline, 2, at_seconds)

    toolset = Toolset(library, [kitchen, lecture], foresee=foresee)
    text, hits = toolset.anticipate_actions(at=5, count=1, video=1)
    assert text.startswith("Most likely next: ")
    assert [hit.event.interval.start for hit in hits] == [0, 2, 4]
    with pytest.raises(ToolError, match="name one video to foresee, 1 to 2"):
        toolset.anticipate_actions()
    with pytest.raises(ToolError, match="nothing here can foresee actions"):
        Toolset(library, [kitchen]).anticipate_actions()
