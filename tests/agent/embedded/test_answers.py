"""The planner without a language model, on the real embedder."""

from __future__ import annotations

import pytest

from foretell.agent.video_agent import VideoAgent
from foretell.types import Answer, VideoInfo


def video(agent: VideoAgent, name: str) -> VideoInfo:
    return agent.library.store.timeline(name).video


def ask(agent: VideoAgent, question: str, *names: str, choices: tuple[str, ...] = ()) -> Answer:
    videos = [video(agent, name) for name in names or ("kitchen",)]
    *_, answer = agent.converse(question, videos, choices=choices)
    assert isinstance(answer, Answer)
    return answer


def spans(answer: Answer) -> list[tuple[float, float]]:
    return [(e.interval.start, e.interval.end) for e in answer.evidence]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("When does the person grab the milk?", (12, 14)),
        ("At what time is the tap turned off?", None),
        ("When is the tap shut?", (8, 10)),
        ("What is poured into the mug?", (22, 24)),
        ("Does the person open the refrigerator?", (10, 12)),
        ("When does the person open the fridge first?", (10, 12)),
        ("When does the person open the fridge the last time?", (20, 22)),
        ("When does the person open the fridge after pouring milk?", None),
        ("When does the person open the fridge after opening the tap?", (10, 12)),
        ("What does the person do right after opening the tap?", (6, 8)),
        ("What happens before the milk is poured?", (20, 22)),
        ("What is the first thing the person does?", (0, 2)),
        ("How does the video end?", (22, 24)),
        ("What happens at 0:05?", (4, 6)),
        ("What happens between 13 and 15 seconds?", (12, 14)),
        ("Why does the person open the fridge?", (10, 12)),
    ],
)
def test_the_first_evidence(
    embedded: VideoAgent, question: str, first: tuple[float, float] | None
) -> None:
    answer = ask(embedded, question)
    assert next(iter(spans(answer)), None) == first
    if first is None:
        assert "nothing" in answer.text.lower()


@pytest.mark.parametrize(
    "question",
    [
        "Does the person play the guitar?",
        "When does the person drink the milk?",
        "Is there a dog?",
        "What happens after the rocket starts?",
    ],
)
def test_what_the_timeline_does_not_show(embedded: VideoAgent, question: str) -> None:
    answer = ask(embedded, question)
    assert "Nothing in the timeline shows it, but only 20.0 of 30.0 s were" in answer.text
    assert (answer.status, answer.evidence) == ("unknown", ())
    assert answer.searched == {"caption": 20.0}
    assert answer.evidence == ()
    assert answer.confidence is None


def test_counting_counts_moments(embedded: VideoAgent) -> None:
    answer = ask(embedded, "How many times does the person open the fridge?")
    assert "2 times" in answer.text
    assert spans(answer) == [(10, 12), (20, 22)]


def test_a_sentence_cut_into_cues_is_quoted_whole(embedded: VideoAgent) -> None:
    answer = ask(embedded, "Which telescope is it?", "lecture")
    assert '"This is a model of the Hubble telescope, which orbits the Earth."' in answer.text
    assert spans(answer) == [(3, 5), (5, 8)]


def test_text_on_the_screen_is_quoted(embedded: VideoAgent) -> None:
    answer = ask(embedded, "What does the screen say about the orbit in km?", "lecture")
    assert 'the screen shows "ORBIT 540 KM"'.lower() in answer.text.lower()


def test_an_overview_tells_the_main_events(embedded: VideoAgent) -> None:
    answer = ask(embedded, "What happens in the video?")
    assert 3 <= len(answer.evidence) <= 6
    assert [step.tool for step in answer.trajectory] == ["overview"]


def test_a_caption_cut_off_by_its_maker_ends_with_dots(embedded: VideoAgent) -> None:
    assert "milk from the…" in ask(embedded, "When does he grab the milk?").text


@pytest.mark.parametrize(
    ("choices", "choice"),
    [
        (("a guitar", "a bottle of milk", "an egg"), 1),
        (("a bottle of milk", "a guitar"), 0),
        (("a guitar",), 0),
        (("", "milk"), 1),
        (("\N{COOKING}", "milk"), 1),
    ],
)
def test_a_choice_is_an_index(embedded: VideoAgent, choices: tuple[str, ...], choice: int) -> None:
    answer = ask(embedded, "What does the person take out of the fridge?", choices=choices)
    assert answer.choice == choice
    assert (answer.confidence is None) == (len(choices) == 1)


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        ("What does the person do after closing the tap?", 2),
        ("What does the person do before opening the tap?", 1),
    ],
)
def test_time_words_part_choices_that_all_happen(
    embedded: VideoAgent, question: str, choice: int
) -> None:
    choices = ("pours the milk into the mug", "takes a mug from the shelf", "opens the fridge")
    assert ask(embedded, question, choices=choices).choice == choice


def test_a_guess_among_choices_is_called_one(embedded: VideoAgent) -> None:
    answer = ask(embedded, "Which planet?", choices=("Neptune", "Uranus"))
    assert "A guess" in answer.text
    assert answer.evidence == ()
    assert answer.choice in (0, 1)


def test_several_videos_are_told_apart(embedded: VideoAgent) -> None:
    answer = ask(embedded, "Which telescope orbits the Earth?", "kitchen", "lecture")
    assert {evidence.video for evidence in answer.evidence} == {"clips/lecture.mp4"}
    assert "[lecture.mp4, 3.0-5.0 s]" in answer.text


def test_it_costs_nothing_and_says_how_it_went(embedded: VideoAgent) -> None:
    answer = ask(embedded, "When is the tap shut?")
    assert answer.model == "embedded"
    assert answer.usage.cost == 0.0
    assert answer.usage.input_tokens == 0
    assert [step.tool for step in answer.trajectory] == ["search_memory"]
    assert answer.seconds > 0


def test_a_video_without_a_timeline_is_said_to_show_nothing(embedded: VideoAgent) -> None:
    from tests.agent.made_library import put
    from tests.agent.made_library import video as make_video

    put(embedded.library, make_video("blank"), ())
    for question in ("When does it rain?", "What happens?", "And then?"):
        assert ask(embedded, question, "blank").evidence == ()


@pytest.fixture(scope="module")
def table(embedded: VideoAgent) -> VideoInfo:
    from tests.agent.made_library import put
    from tests.agent.made_library import video as make_video

    return put(
        embedded.library,
        make_video("table"),
        [
            (0, 30, "scene", "In this stretch somebody arrives 2 separate times"),
            (0, 5, "scene", "The scene is empty: nobody is in view"),
            (5, 9, "scene", "Somebody arrives from the left, then leaves"),
            (9, 20, "scene", "The scene is empty: nobody is in view"),
            (20, 30, "scene", "Somebody arrives from the right"),
        ],
    )


def test_an_event_about_the_whole_video_is_no_moment(
    embedded: VideoAgent, table: VideoInfo
) -> None:
    assert spans(ask(embedded, "When does somebody arrive?", "table")) == [(5, 9), (20, 30)]
    assert spans(ask(embedded, "When is the scene empty?", "table")) == [(0, 5), (9, 20)]


def test_a_count_that_the_timeline_tells_is_quoted(embedded: VideoAgent, table: VideoInfo) -> None:
    answer = ask(embedded, "How many times does somebody arrive?", "table")
    assert answer.text == "In this stretch somebody arrives 2 separate times [0.0-30.0 s]."
