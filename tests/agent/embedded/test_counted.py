"""How often, first, last, which turn: told over every event of made timelines that matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from foretell.agent.toolset import Toolset
from foretell.agent.video_agent import VideoAgent
from foretell.moments import MomentQuery
from foretell.tools.localization.text_localizer import LibraryLocalizer
from foretell.types import Answer, EventKind, VideoInfo
from tests.agent.made_library import Line, put, video

DEEDS = ("rings the bell", "waters the roses", "opens the window")
BESIDE = ("reads a newspaper", "sweeps the floor", "feeds the cat", "writes a letter")
TIMES = (1, 2, 3, 7, 11, 12, 13, 40, 113, 200)


def repeated(text: str, count: int, kind: EventKind = "caption") -> list[Line]:
    """A text `count` times, every 8 seconds for 3, and others between them."""
    lines: list[Line] = []
    for turn in range(count):
        start = 8.0 * turn
        lines.append((start, start + 3, kind, text))
        lines.append((start + 3, start + 8, kind, f"the woman {BESIDE[turn % len(BESIDE)]}"))
    return lines[::-1]  # an index knows no order of time


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoAgent]:
    with VideoAgent(library=tmp_path_factory.mktemp("counted"), model="embedded") as made:
        yield made


def made(agent: VideoAgent, name: str, lines: list[Line]) -> VideoInfo:
    return put(agent.library, video(name, max(line[1] for line in lines)), lines)


def ask(agent: VideoAgent, question: str, *videos: VideoInfo) -> Answer:
    *_, answer = agent.converse(question, videos)
    assert isinstance(answer, Answer)
    return answer


def starts(answer: Answer) -> list[float]:
    return [one.interval.start for one in answer.evidence]


@pytest.mark.parametrize("count", TIMES)
def test_all_repetitions_count(agent: VideoAgent, count: int) -> None:
    deed = DEEDS[count % len(DEEDS)]
    film = made(agent, f"{deed} {count}", repeated(f"the woman {deed}", count))
    verb, thing = deed.split(" ", 1)
    verb = verb.removesuffix("s")
    often = ask(agent, f"How many times does the woman {verb} {thing}?", film)
    assert ("once" if count == 1 else f" {count} times") in often.text
    assert starts(often) == [8.0 * turn for turn in range(min(count, 6))]
    more = re.search(r"and (\d+) more", often.text)
    assert (int(more[1]) if more else 0) == max(0, count - 6)
    first = ask(agent, f"When does the woman {verb} {thing} for the first time?", film)
    assert starts(first) == [0.0]
    last = ask(agent, f"When does the woman {verb} {thing} for the last time?", film)
    assert starts(last) == [8.0 * (count - 1)]
    middle = (count + 1) // 2
    nth = ask(agent, f"When does the woman {verb} {thing} for the {_ordinal(middle)} time?", film)
    assert starts(nth)[:1] == [8.0 * (middle - 1)]
    beyond = ask(agent, f"When does the woman {verb} {thing} the {count + 1}th time?", film)
    assert "only" in beyond.text


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else endings.get(number % 10, 'th')}"


@pytest.mark.parametrize(
    ("question", "told", "first"),
    [
        ("When does the man sharpen the knife the second to last time?", "sharpens", 304.0),
        ("List every time the man sharpens the knife.", "40 times in all", 0.0),
        ("Does the man sharpen the knife only once?", "No: the timeline shows it 40 times", 0.0),
        ("Does the man sharpen the knife more than 39 times?", "Yes: ", 0.0),
        ("Does the man never sharpen the knife?", "No: the timeline shows it 40 times", 0.0),
        ("How many times does the man sharpen the knife in the first minute?", " 8 times", 0.0),
        ("How often does the man sharpen the knife after 1:00?", " 32 times", 64.0),
        ("When does the man first sharpen the knife after 2:00?", "sharpens", 120.0),
        ("How long does the man sharpen the knife?", "About 125.0 s, in 40 stretches", 0.0),
        ("When does the man sharpen the knife the longest?", "The longest, 8.0 s", 312.0),
        (
            "How many times does the man sharpen the knife after the woman laughs?",
            " 20 times",
            160.0,
        ),
    ],
)
def test_each_way_to_ask_over_all(
    agent: VideoAgent, question: str, told: str, first: float
) -> None:
    lines = repeated("the man sharpens the knife", 40)
    lines = [line for line in lines if line[0] != 155.0]
    lines.append((155.0, 160.0, "caption", "the woman laughs"))
    lines.append((315.0, 320.0, "caption", "the man sharpens the knife"))
    lines = [line for line in lines if line[0] != 315.0 or "knife" in line[3]]
    answer = ask(agent, question, made(agent, "knife", lines))
    assert told in answer.text
    assert starts(answer)[:1] == [first]


@pytest.mark.parametrize("line", ["Mind the gap, please.", "mind the gap please"])
def test_a_sentence_said_forty_times_is_found(agent: VideoAgent, line: str) -> None:
    film = made(agent, f"said {line}", repeated(line, 40, "speech"))
    often = ask(agent, 'How many times is "mind the gap" said?', film)
    assert "There are 40 sentences" in often.text
    last = ask(agent, "When is the gap mentioned for the last time?", film)
    assert starts(last) == [312.0]
    fifth = ask(agent, "When do they talk about the gap for the fifth time?", film)
    assert starts(fifth) == [32.0]
    assert "only 40" in ask(agent, "When is the gap mentioned for the 41st time?", film).text


def test_several_videos_are_counted_apart_and_together(agent: VideoAgent) -> None:
    films = [
        made(agent, name, repeated("the boy throws a ball", count))
        for name, count in (("a", 14), ("b", 5))
    ]
    answer = ask(agent, "How many times does the boy throw a ball?", *films)
    assert "19 times, 14 in a.mp4, 5 in b.mp4" in answer.text
    assert "and 13 more" in answer.text


def test_what_happens_never_counts_as_absent(agent: VideoAgent) -> None:
    film = made(agent, "cat", repeated("the girl strokes the cat", 20))
    answer = ask(agent, "How many times does the girl play the trumpet?", film)
    assert (answer.status, answer.evidence) == ("absent", ())


def test_equal_moments_come_in_order_of_time(agent: VideoAgent) -> None:
    film = made(agent, "drum", repeated("the girl beats the drum", 23))
    events = agent.library.store.events(film.content_hash)
    query = MomentQuery("", film.content_hash, "the girl beats the drum", film.interval)
    (located,) = LibraryLocalizer(agent.library).locate([query], {film.content_hash: events})
    assert [moment.interval.start for moment in located] == [0.0, 8.0, 16.0, 24.0, 32.0]
    assert (located.more, located.to_dict()["more"]) == (18, 18)
    assert (len(located.first(2)), located.first(2).more) == (2, 21)


def test_a_search_gives_the_earliest_of_equal_events(agent: VideoAgent) -> None:
    film = made(agent, "kite", repeated("the boy flies a kite", 30))
    hits = agent.library.search("flying a kite", k=7, videos=[film.content_hash])
    assert [hit.event.interval.start for hit in hits] == [8.0 * turn for turn in range(7)]


def test_tools_tell_how_many_there_are_beyond(agent: VideoAgent) -> None:
    film = made(agent, "horse", repeated("the man rides a horse", 30))
    tools = Toolset(agent.library, [film])
    text, hits = tools.search_memory("riding a horse", limit=8)
    assert (len(hits), text.splitlines()[-1]) == (8, "(22 more events are like it.)")
    text, _ = tools.find_moment("the man rides a horse")
    assert text.splitlines()[-1] == "(25 more moments match.)"
    text, hits = tools.search_memory("riding a horse", limit=100)
    assert "more events" not in text


def test_every_like_event_of_a_library_is_given(tmp_path: Path) -> None:
    with VideoAgent(library=tmp_path, model="embedded") as agent:
        film = made(agent, "long", repeated("the dog barks", 700))
        hits = agent.library.alike("the dog barks", 0.9, videos=[film.content_hash])
        assert [hit.event.interval.start for hit in hits] == [8.0 * turn for turn in range(700)]
