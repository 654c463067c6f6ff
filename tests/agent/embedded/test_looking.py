"""When the planner that needs no model looks at frames again, and what it tells of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from foretell.agent.embedded.question import Detail, detail_asked, tells
from foretell.agent.video_agent import VideoAgent
from foretell.types import Answer, Event, Interval, VideoInfo
from tests.agent.made_library import Line
from tests.agent.seeing_agent import seeing, write_wall
from tests.checkpoints.plugin import CheckpointOf
from tests.servers.replies import Fail, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

STREET: tuple[Line, ...] = (
    (0, 2, "caption", "A man opens the door"),
    (2, 4, "caption", "A red car drives past"),
    (4, 6, "caption", "A dog barks"),
    (4.8, 5.2, "caption", "Two women wave"),
)
SEEN = "It is brown."
Asked = Callable[..., Answer]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_wall(tmp_path_factory.mktemp("clips") / "street.mp4")


@contextmanager
def street(
    library: Path,
    clip: Path,
    script: Sequence[ScriptLine] = (),
    lines: Sequence[Line] = STREET,
    **settings: Any,
) -> Generator[tuple[VideoAgent, VideoInfo, ScriptedServer]]:
    """An agent without a language model that knows the street, and whose eyes are scripted."""
    settings = {"model": "embedded", "embedder": "minilm", **settings}
    with (
        ScriptedServer(list(script)) as server,
        seeing(server, library, clip, **settings) as (agent, info),
    ):
        store = agent.library.store
        store.begin_track(info.content_hash, "made", "")
        for start, end, kind, text in lines:
            store.append_event(info.content_hash, Event(Interval(start, end), kind, text, "made"))
        yield agent, info, server


def ask(agent: VideoAgent, info: VideoInfo, question: str, choices: tuple[str, ...] = ()) -> Answer:
    *_, answer = agent.converse(question, [info], choices=choices)
    assert isinstance(answer, Answer)
    return answer


def looks(answer: Answer) -> list[tuple[object, object]]:
    steps = [step.arguments for step in answer.trajectory if step.tool == "look_at"]
    return [(arguments["start"], arguments["end"]) for arguments in steps]


@pytest.fixture(scope="module")
def seer(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Asked]:
    """Asks one whose eyes say always the same."""
    with street(tmp_path_factory.mktemp("seer"), clip, [Say(SEEN)] * 50) as (agent, info, _):
        yield partial(ask, agent, info)


@pytest.fixture(scope="module")
def blind(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Asked]:
    """Asks one without eyes."""
    folder = tmp_path_factory.mktemp("blind")
    with street(folder, clip, vision_model=None) as (agent, info, _):
        yield partial(ask, agent, info)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Asked]:
    """Asks one with eyes that was told of nothing: of its clip it knows that it is one shot."""
    folder = tmp_path_factory.mktemp("watched")
    with street(folder, clip, [Say(SEEN)] * 50, lines=()) as (agent, info, _):
        yield partial(ask, agent, info)


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("What colour is the dog?", 4, 6),
        ("How many dogs are there?", 4, 6),
        ("Where is the dog?", 4, 6),
        ("What is the colour of the women?", 4, 6),
        ("How many people are there at 1 s?", 0, 2),
        ("Where is the man?", 0, 6),
    ],
)
def test_a_detail_that_the_text_leaves_out_is_looked_at(
    seer: Asked, question: str, start: int, end: int
) -> None:
    answer = seer(question)
    assert looks(answer) == [(start, end)]
    assert answer.text == f"Looked at the frames: It is brown [{start}.0-{end}.0 s]."
    (cited,) = answer.evidence
    assert (cited.quote, cited.source) == (f'Asked "{question}": {SEEN}', "look_at:scripted")


@pytest.mark.parametrize("question", ["Is there a cat?", "What does the cat eat?"])
def test_the_two_likeliest_moments_are_looked_at_for_what_no_text_tells(
    seer: Asked, question: str
) -> None:
    answer = seer(question)
    first, second = looks(answer)
    assert first != second
    assert answer.text.startswith("Looked at the frames: It is brown [")
    assert len(answer.evidence) == 2


@pytest.mark.parametrize(
    "question",
    [
        "What colour is the car?",
        "What colour is the door at 3 s?",
        "How many women wave?",
        "Does a dog bark?",
        "What happens?",
        "What happens at 5 s?",
        "When does the cat sleep?",
        "How many times does the cat sleep?",
        "What will the man do next?",
        "What happens after the cat sleeps?",
    ],
)
def test_what_the_timeline_or_no_picture_tells_is_not_looked_at(
    seer: Asked, blind: Asked, question: str
) -> None:
    answer = seer(question)
    assert looks(answer) == []
    assert answer.text == blind(question).text


def test_a_colour_is_read_where_the_text_tells_it(blind: Asked) -> None:
    assert blind("What colour is the car?").text == "A red car drives past [2.0-4.0 s]."


def test_without_a_vision_model_nothing_is_looked_at(blind: Asked) -> None:
    assert blind("Where is the dog?").text == "A dog barks [4.0-6.0 s]."
    told = blind("Is there a cat?")
    assert told.text == "Nothing in the timeline shows it: all 6.0 s were described."
    assert told.status == "absent"


def test_the_same_question_is_answered_from_memory(tmp_path: Path, clip: Path) -> None:
    script = [Say(SEEN)]
    with street(tmp_path, clip, script, cache_responses=False) as (agent, info, server):
        answers = [ask(agent, info, "What colour is the dog?") for _ in range(2)]
        assert len(server.requests) == 1
        other = ask(agent, info, "When is it brown?")
    assert answers[0].text == answers[1].text
    assert other.evidence == (), "what was asked of the frames is no caption"


def test_a_look_that_fails_leaves_the_answer_and_is_told(tmp_path: Path, clip: Path) -> None:
    with street(tmp_path, clip, [Fail(400, "no pictures here")]) as (agent, info, _):
        answer = ask(agent, info, "Where is the dog?")
    assert answer.text.startswith("A dog barks [4.0-6.0 s]. Looking again failed: http://")
    assert "no pictures here" in answer.text
    assert answer.trajectory[-1].failed


def test_choices_that_no_text_tells_are_chosen_by_what_is_seen(tmp_path: Path, clip: Path) -> None:
    choices = ("It is striped", "It is brown", "It is spotted")
    with street(tmp_path, clip, [Say(SEEN)]) as (agent, info, _):
        answer = ask(agent, info, "What colour is the dog?", choices)
    assert answer.choice == 1
    assert answer.text.startswith("It is brown. Looked at the frames: It is brown [")
    assert len(answer.evidence) == 1


def test_a_video_without_a_timeline_is_looked_at_as_a_whole(tmp_path: Path, clip: Path) -> None:
    with street(tmp_path, clip, [Say(SEEN)]) as (agent, info, _):
        for track in agent.library.store.tracks(info.content_hash):
            agent.library.store.begin_track(info.content_hash, track.source, "emptied")
        answer = ask(agent, info, "Is there a cat?")
    assert looks(answer) == [(0, 6)]


@pytest.mark.parametrize(
    ("question", "looked"),
    [
        ("What happens?", [(0, 6)]),
        ("What happens at 3 s?", [(2, 4)]),
        ("How does the video end?", [(0, 6)]),
        ("Is the picture blank?", []),
    ],
)
def test_how_a_video_is_cut_answers_only_who_asks_for_it(
    watched: Asked, question: str, looked: list[tuple[float, float]]
) -> None:
    answer = watched(question)
    assert looks(answer) == looked
    assert answer.text.startswith("Looked at the frames: It is" if looked else ("Yes: ", "The "))


def test_it_looks_with_a_model_on_this_machine(
    tmp_path: Path, clip: Path, captioner_of: CheckpointOf
) -> None:
    settings: dict[str, Any] = {"vision_model": f"hf:{captioner_of('blip2')}", "device": "cpu"}
    with street(tmp_path, clip, **settings) as (agent, info, server):
        answer = ask(agent, info, "What colour is the dog?")
    assert answer.text.startswith("Looked at the frames: ")
    assert answer.evidence[0].source == "look_at:blip2"
    assert server.requests == []


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("What colour is the car?", "colour"),
        ("What is the color of his shirt?", "colour"),
        ("How many people are there?", "number"),
        ("How many times does he jump?", None),
        ("Tell me where the dog sleeps", "place"),
        ("Where in the video does he jump?", None),
        ("What does he do?", None),
    ],
)
def test_the_detail_that_a_question_asks_for(question: str, detail: Detail | None) -> None:
    assert detail_asked(question) == detail


@pytest.mark.parametrize(
    ("detail", "text", "told"),
    [
        ("colour", "A man in a red shirt", True),
        ("colour", "A man is bored", False),
        ("number", "Two dogs", True),
        ("number", "3 dogs", True),
        ("number", "Someone opens a door", False),
        ("place", "A cat sleeps on the sofa", True),
        ("place", "A cat sleeps", False),
    ],
)
def test_whether_a_text_tells_a_detail(detail: Detail, text: str, told: bool) -> None:
    assert tells(detail, text) is told
