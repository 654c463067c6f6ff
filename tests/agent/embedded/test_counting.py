"""What is done most often, at how many times, and by whom: counted, never taken from one event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from foretell import Event, Interval, VideoAgent, VideoInfo
from foretell.agent.embedded.times import apart
from foretell.types import Answer, Hit

GAME = (
    "Man X throws the ball to man Y",
    "Man Y throws the ball to the net",
    "Man X throws the ball to the net",
    "Man X waves his hands",
    "Man X throws the ball to man Y",
    "The camera wearer drinks water",
    "The camera wearer looks at the sky",
    "The camera wearer drinks water",
    "Man Y looks at the sky",
    "The camera wearer drinks water",
    "Man Y sits on the bench",
    "Man Y sits on the bench",
    "Man Y sits on the bench",
    "Man Y sits on the bench",
    "The camera wearer closes the gate",
)
"""A caption for each second."""


def hits_of(texts: Sequence[str]) -> list[Hit]:
    video = VideoInfo("game.mp4", "game", Interval(0.0, len(texts)), 640, 360, "h264", False)
    return [
        Hit(Event(Interval(at, at + 1), "caption", text, "captions:a.json", id=at + 1), video, 1.0)
        for at, text in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Answer]]:
    told = hits_of(GAME)
    video, events = told[0].video, [hit.event for hit in told]
    with VideoAgent(library=tmp_path_factory.mktemp("library")) as agent:
        store = agent.library.store
        store.put_video(video)
        store.begin_track("game", "captions:a.json", "", ["caption"])
        store.append_events("game", "captions:a.json", events)
        store.finish_track("game", "captions:a.json")

        def asked(question: str) -> Answer:
            *_, answer = agent.converse(question, [video])
            assert isinstance(answer, Answer)
            return answer

        yield asked


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who throws the ball most often?", "Most often, 2 times: Man X throws the ball"),
        ("who throws the ball the most", "Most often, 2 times: Man X"),
        ("What does C do most often?", "Most often, 2 times: The camera wearer drinks water"),
        ("What does man Y mostly do?", "Longest in all, 4.0 s: Man Y sits on the bench"),
        ("What do they do most of the time?", "Longest in all, 4.0 s: Man Y sits on the bench"),
        ("What is thrown most frequently?", "Most often, 2 times: Man X throws the ball to man Y"),
    ],
)
def test_what_is_done_most_is_counted(
    ask: Callable[[str], Answer], question: str, text: str
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert answer.text.startswith(text)
    assert answer.confidence is None


@pytest.mark.parametrize(
    "question",
    ["Which does he do more often: drink or sit?", "Does he drink more often than he sits?",
     "Who closes the gate most often?"],
)  # fmt: skip
def test_what_cannot_be_counted_is_unknown(ask: Callable[[str], Answer], question: str) -> None:
    answer = ask(question)
    assert (answer.status, answer.evidence) == ("unknown", ())


@pytest.mark.parametrize(
    ("question", "starting"),
    [
        ("How often does C drink water?", [5.0, 7.0]),
        ("How many times does man X throw the ball?", [0.0, 4.0]),
        ("How often does man Y sit on the bench?", [10.0]),
    ],
)
def test_times_are_counted_of_the_one_asked_about(
    ask: Callable[[str], Answer], question: str, starting: list[float]
) -> None:
    assert [evidence.interval.start for evidence in ask(question).evidence] == starting


@pytest.mark.parametrize(
    ("question", "doer"),
    [
        ("What does man Y do?", "Man Y"),
        ("What does man Y do first?", "Man Y throws the ball to the net"),
        ("What does man Y do last?", "Man Y sits on the bench"),
        ("What does C do in the last 10 seconds?", "The camera wearer"),
        ("What does man X do in the first 4 seconds?", "Man X"),
        ("What does C do after man X waves his hands?", "The camera wearer"),
    ],
)
def test_what_another_does_is_left_out(
    ask: Callable[[str], Answer], question: str, doer: str
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert answer.evidence
    told = [GAME[int(evidence.interval.start)] for evidence in answer.evidence]
    assert all(text.startswith(doer) for text in told)


def test_one_who_does_nothing_there_is_not_answered_with_another(
    ask: Callable[[str], Answer],
) -> None:
    answer = ask("What does man Y do in the last second?")
    assert answer.status == "unknown"
    assert "The camera wearer" not in answer.text


@pytest.mark.parametrize(
    ("texts", "times"),
    [
        (["C runs", "C runs"], 1),
        (["C runs", "C sits", "C runs"], 2),
        (["Man X runs", "Man Y sits", "Man X runs"], 1),
        (["Man X runs", "Man X sits", "Man Y sits", "Man X runs", "Man X runs"], 2),
    ],
)
def test_something_else_between_parts_two_times(texts: list[str], times: int) -> None:
    told = hits_of(texts)
    runs = [hit for hit in told if hit.event.text.endswith("runs")]
    assert len(apart(runs, [hit.event for hit in told])) == times
