"""What captions leave open: kinds of things, few words, who and whom, the last few, how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from foretell import Chat, Event, Interval, VideoAgent, VideoInfo
from foretell.types import Answer

LINES: Sequence[tuple[float, float, str]] = (
    (0, 2, "The camera wearer opens the drawer"),
    (2, 4, "The camera wearer peels a carrot with a knife"),
    (4, 6, "The camera wearer puts the carrot in the pot"),
    (6, 8, "The camera wearer adds pepper to the pot"),
    (8, 10, "Man X gives the camera wearer an onion"),
    (10, 12, "Man Y gives man X a towel"),
    (12, 14, "The camera wearer peels the onion with a peeler"),
    (14, 16, "A cat walks into the dining room"),
    (16, 18, "The camera wearer adds salt to the pot"),
    (18, 20, "The camera wearer wipes the worktop with a cloth"),
    (20, 22, "The camera wearer wipes the kitchen worktop"),
    (22, 24, "The camera wearer plays the trumpet"),
    (24, 26, "Man X plays chess with man Y"),
    (26, 28, "The camera wearer closes the drawer"),
    (28, 30, "The camera wearer drinks coffee"),
)


class Kitchen:
    def __init__(self, agent: VideoAgent) -> None:
        self.agent = agent
        self.info = VideoInfo("pot.mp4", "pot", Interval(0.0, 30.0), 640, 360, "h264")
        store, source = agent.library.store, "captions:pot.json"
        store.put_video(self.info)
        store.begin_track("pot", source, "", ["caption"])
        events = [Event(Interval(a, b), "caption", text, source) for a, b, text in LINES]
        store.append_events("pot", source, events)
        store.finish_track("pot", source)

    def __call__(self, *questions: str) -> Answer:
        """Returns the answer to the last of some questions, asked one after the other."""
        chat = Chat.begin(self.agent, (self.info,))
        return [chat.ask(question) for question in questions][-1]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    with VideoAgent(library=tmp_path_factory.mktemp("library")) as agent:
        yield Kitchen(agent)


def starts(answer: Answer) -> list[float]:
    return [one.interval.start for one in answer.evidence]


@pytest.mark.parametrize(
    ("question", "named", "first"),
    [
        ("Which spices are used?", ("pepper", "salt"), [6, 16]),
        ("What vegetables does the person peel?", ("carrot", "onion"), [2, 12]),
        ("What animals are there?", ("cat",), [14]),
        ("List the instruments.", ("trumpet",), [22]),
        ("Which game is played?", ("chess",), [24]),
        ("What tool is used to peel the carrot?", ("knife",), [2]),
        ("Name all the rooms that are seen.", ("dining room", "kitchen"), [14, 20]),
        ("What does he drink, which beverages are there?", ("coffee",), [28]),
    ],
)
def test_things_are_named_by_their_kind(
    ask: Kitchen, question: str, named: Sequence[str], first: list[float]
) -> None:
    answer = ask(question)
    assert answer.status == "answered"
    assert [name in answer.text.lower() for name in named] == [True] * len(named)
    assert starts(answer) == first


def test_a_kind_that_is_not_told_is_unknown_and_things_are_not_counted(ask: Kitchen) -> None:
    assert ask("Which vehicles are there?").status == "unknown"
    animals = ask("How many animals are there?")
    assert animals.status == "unknown"
    assert "cat" in animals.text


@pytest.mark.parametrize(
    "question",
    [
        "Does the person peel a potato?",
        "Does he drink tea or coffee?",
        "What does the person use to fix the shelf?",
    ],
)
def test_what_an_event_is_about_is_not_denied(ask: Kitchen, question: str) -> None:
    answer = ask(question)
    assert answer.status == "unknown"
    assert "Nothing" not in answer.text


@pytest.mark.parametrize(
    "question", ["Does anybody dance?", "Is a tent pitched?", "When does somebody swim?"]
)
def test_what_is_unlike_all_that_is_told_is_absent(ask: Kitchen, question: str) -> None:
    assert ask(question).status == "absent"


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Who gives C an onion?", [8]),
        ("Who peels the carrot?", [2]),
        ("Who plays a game of chess?", [24]),
        ("Who plays chess with man Y?", [24]),
        ("Who gives man X a towel?", [10]),
    ],
)
def test_who_and_to_whom(ask: Kitchen, question: str, first: list[float]) -> None:
    assert starts(ask(question)) == first


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What are the last two things that happen?", [26, 28]),
        ("What are the first three things the camera wearer does?", [0, 2, 4]),
        ("List the last 2 actions.", [26, 28]),
        ("What happens in the middle of the video?", [10, 12, 14, 16, 18]),
    ],
)
def test_the_first_and_the_last_few(ask: Kitchen, question: str, first: list[float]) -> None:
    assert starts(ask(question)) == first


@pytest.mark.parametrize(
    ("questions", "status", "first"),
    [
        (("When is the carrot peeled?", "With what?"), "answered", [2]),
        (("When is the carrot peeled?", "where to?"), "unknown", [2]),
        (("Who adds salt?", "Into what?"), "answered", [16]),
        (("When is the carrot peeled?", "by whom?"), "answered", [2]),
        (("When is the carrot peeled?", "which hand?"), "unknown", [2]),
        (("When is the carrot peeled?", "why?"), "unknown", [2]),
        (("When is the carrot peeled?", "and the one after?"), "answered", [4, 6]),
        (("What happens at 0:05?", "And then?"), "answered", [6, 8]),
        (("When does he play the trumpet?", "How often does he do that?"), "answered", [22]),
        (("What happens from 0:00 to 0:02?", "and from 0:14 to 0:16?"), "answered", [14]),
    ],
)
def test_a_few_words_ask_of_what_was_spoken_of(
    ask: Kitchen, questions: Sequence[str], status: str, first: list[float]
) -> None:
    answer = ask(*questions)
    assert answer.status == status
    assert starts(answer)[: len(first)] == first


def test_how_long_is_at_least_where_others_may_tell_the_same(ask: Kitchen) -> None:
    told = ask("How long does it take to wipe the kitchen worktop?")
    assert told.text.startswith("At least")
    assert told.confidence is None


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much time passes between opening the drawer and closing it?", "About 24.0 s"),
        ("Did the wearer not close the drawer?", "It is shown"),
        ("Didn't the wearer close the drawer?", "Yes"),
        ("In the pot, what is put?", "The camera wearer puts the carrot"),
        ("What does he do after he stops wiping the kitchen worktop?", "After that, the camera"),
    ],
)
def test_other_orders_of_words(ask: Kitchen, question: str, text: str) -> None:
    assert ask(question).text.startswith(text)


def test_who_does_not_do_it_is_unknown(ask: Kitchen) -> None:
    assert ask("Who doesn't play?").status == "unknown"
