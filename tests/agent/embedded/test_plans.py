"""Plans in a conversation: the question, the tool, the answer with its evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from foretell.agent.embedded.question import read_question
from foretell.agent.tasks.planning.procedure_planning import ProcedurePlanning
from foretell.agent.toolset import Toolset
from foretell.agent.video_agent import VideoAgent
from foretell.errors import ConfigError, ToolError
from foretell.plans import Plan
from foretell.types import Answer, Timeline
from tests.agent.made_library import Line, put, video

TEA: tuple[Line, ...] = (
    (0, 2, "caption", "The camera wearer takes the kettle"),
    (2, 6, "caption", "The camera wearer boils water in the kettle"),
)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoAgent]:
    """An agent that compares by words and has seen how tea is begun."""
    folder = tmp_path_factory.mktemp("plans")
    with VideoAgent(library=folder, model="embedded", embedder="hash") as made:
        put(made.library, video("tea"), TEA)
        put(made.library, video("milk"), TEA[:1])
        put(made.library, video("blank"), ())
        yield made


def ask(agent: VideoAgent, question: str, *names: str) -> Answer:
    videos = [agent.library.store.timeline(name).video for name in names]
    *_, answer = agent.converse(question, videos)
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("How do I get from here to a finished cake?", "a finished cake"),
        ("How do I get to the finished cake from here?", "the finished cake"),
        ("How can I make pancakes from this?", "make pancakes"),
        ("How could we go on to bake the bread", "bake the bread"),
        ("how to make pancakes", "make pancakes"),
        ("What are the steps to make tea?", "make tea"),
        ("Which steps lead from here to a cake?", "a cake"),
        ("Can you tell me what steps are needed to get to scrambled eggs?", "scrambled eggs"),
        ("Plan the steps to a cup of tea", "a cup of tea"),
    ],
)
def test_a_question_for_a_plan(text: str, goal: str) -> None:
    question = read_question(text)
    assert (question.kind, question.focus) == ("plan", goal)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How does she make the cake?", "what"),
        ("What are the main steps?", "overview"),
        ("How many steps does he climb?", "count"),
        ("What will he do next?", "forecast"),
        ("What do they do to make the cake rise?", "what"),
    ],
)
def test_other_questions_stay_what_they_are(text: str, kind: str) -> None:
    assert read_question(text).kind == kind


def test_the_answer_tells_steps_start_and_procedure(agent: VideoAgent) -> None:
    answer = ask(agent, "How do I get from here to a cup of tea?", "tea")
    assert answer.text.startswith("Steps: boil water in the kettle, then ")
    assert "The start: The camera wearer boils water in the kettle [2.0-6.0 s]." in answer.text
    assert "As written for 'make a cup of tea': boil water in the kettle, " in answer.text
    assert "Or: " not in answer.text
    assert [step.tool for step in answer.trajectory] == ["plan_steps"]
    assert [evidence.quote for evidence in answer.evidence] == [TEA[1][3]]
    assert answer.dropped_citations == 0


def test_what_no_procedure_leads_to_is_unknown(agent: VideoAgent) -> None:
    answer = ask(agent, "How do I get from here to a satellite in orbit?", "tea")
    assert (answer.status, answer.confidence) == ("unknown", None)
    assert answer.text.startswith("No plan is known for this. The start: ")
    assert "Steps: " not in answer.text


def test_each_video_is_planned_from(agent: VideoAgent) -> None:
    answer = ask(agent, "How do I get from here to a cup of tea?", "tea", "milk")
    assert len(answer.trajectory) == 2
    assert len(answer.text.splitlines()) == 2


def tools(agent: VideoAgent, name: str = "tea") -> Toolset:
    library = agent.library
    planning = ProcedurePlanning(agent.config, library.procedures, library.embedder)

    def plan(timeline: Timeline, goal: str, start: str | float | None, steps: int | None) -> Plan:
        return planning.plan(goal, start, timeline=timeline, steps=steps)

    return Toolset(library, [library.store.timeline(name).video], plan=plan)


def test_the_tool_is_offered_where_a_timeline_has_events(agent: VideoAgent) -> None:
    assert "plan_steps" in [tool.name for tool in tools(agent).tools()]
    assert "plan_steps" not in [tool.name for tool in tools(agent, "blank").tools()]


def test_the_tool_starts_where_it_is_told(agent: VideoAgent) -> None:
    text, hits = tools(agent).plan_steps("a cup of tea", at=1.0, count=3)
    assert [hit.event.text for hit in hits] == [TEA[0][3]]
    first, *others = text.splitlines()
    assert first.startswith("Steps: ")
    assert first.count(", then ") == 2
    assert [line for line in others if line.startswith("Or: ")]
    assert others[-1].startswith("[e")
    text, hits = tools(agent).plan_steps("make a cup of tea", start="boil water in the kettle")
    assert hits == ()
    assert text.startswith("Steps: boil water in the kettle, then ")


def test_what_the_tool_cannot_do_is_told(agent: VideoAgent) -> None:
    with pytest.raises(ConfigError, match=r"99 s lies outside tea\.mp4"):
        tools(agent).plan_steps("a cup of tea", at=99.0)
    with pytest.raises(ToolError, match="the query is blank"):
        tools(agent).plan_steps(" ")
    planless = Toolset(agent.library, [agent.library.store.timeline("tea").video])
    with pytest.raises(ToolError, match="nothing here can plan steps"):
        planless.plan_steps("a cup of tea")
