"""Questions as people ask them: what is known, what is absent, what nobody looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from foretell import Chat, Event, EventKind, Interval, VideoAgent, VideoInfo
from foretell.types import Answer

Line = tuple[float, float, EventKind, str]
KITCHEN: Sequence[Line] = (
    (0, 4, "caption", "A woman opens the cabinet"),
    (4, 8, "caption", "She closes the cabinet"),
    (8, 14, "caption", "She washes a red cup"),
    (14, 18, "caption", "She opens the fridge"),
    (18, 22, "caption", "She takes the milk"),
    (22, 24, "caption", "She closes the refrigerator"),
    (24, 34, "caption", "She pours the milk into the cup"),
    (34, 40, "caption", "The dog does not eat the sausage"),
)
SAYINGS: Sequence[Line] = (
    (1, 3, "speech", "NAR: The mirrors are cold,"),
    (3, 6, "speech", "colder than ice."),
    (8, 10, "speech", "You're a sick man!"),
    (16, 18, "speech", "Greenbelt lies in Maryland."),
)


class Asking:
    """Asks about made videos: one with captions, one with speech, one with nothing, one in part."""

    def __init__(self, agent: VideoAgent) -> None:
        self.agent = agent
        half = [line for line in KITCHEN if line[1] <= 20]
        tracks: list[tuple[str, Sequence[Line], str, EventKind]] = [
            ("kitchen", KITCHEN, "captions:a.json", "caption"),
            ("sayings", SAYINGS, "subtitles:a.srt", "speech"),
            ("plain", (), "scenes", "scene"),
            ("half", half, "captions:a.json", "caption"),
        ]
        for name, lines, source, looked_for in tracks:
            whole = Interval(0.0, 40.0)
            info = VideoInfo(f"{name}.mp4", name, whole, 640, 360, "h264", has_audio=True)
            store = agent.library.store
            store.put_video(info)
            store.begin_track(name, source, "", [looked_for])
            events = [Event(Interval(a, b), kind, text, source) for a, b, kind, text in lines]
            store.append_events(name, source, events)
            store.finish_track(name, source)

    def __call__(self, name: str, question: str, choices: Sequence[str] = ()) -> Answer:
        video = self.agent.library.store.video(name)
        assert video is not None
        *_, answer = self.agent.converse(question, [video], choices=choices)
        assert isinstance(answer, Answer)
        return answer


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    with VideoAgent(library=tmp_path_factory.mktemp("library")) as agent:
        yield Asking(agent)


def starts(answer: Answer) -> list[float]:
    return [evidence.interval.start for evidence in answer.evidence]


def assert_told(answer: Answer, text: str, starting: Sequence[float]) -> None:
    assert answer.status == "answered"
    assert answer.text.startswith(text)
    assert starts(answer) == starting


@pytest.mark.parametrize(
    "question",
    ["Does someone drink something?", "How many people are there?", "What colour is the car?",
     "When does she drink?", "Where does this take place?", "What is happening?", "Summarise it.",
     "How many times does he swing the bat?", "Is it raining?", "List all actions in order."],
)  # fmt: skip
def test_what_nobody_looked_at_is_unknown(ask: Asking, question: str) -> None:
    answer = ask("plain", question)
    assert answer.status == "unknown"
    assert "Nobody has looked at what happens in this video" in answer.text
    assert "foretell watch plain.mp4 --captioner" in answer.text
    assert answer.confidence is None
    assert answer.searched == {"scene": 40.0}


def test_what_was_looked_for_in_all_of_it_is_absent(ask: Asking) -> None:
    answer = ask("kitchen", "Does the woman play the guitar?")
    assert (answer.status, answer.evidence) == ("absent", ())
    assert answer.text == "Nothing in the timeline shows it: all 40.0 s were described."
    assert ask("sayings", "Does anybody mention the Hubble?").status == "absent"


def test_what_was_looked_for_in_a_part_is_unknown(ask: Asking) -> None:
    answer = ask("half", "Does the woman play the guitar?")
    assert answer.status == "unknown"
    assert "only 18.0 of 40.0 s were described" in answer.text


@pytest.mark.parametrize(
    "question",
    ["What colour is the cat?", "Is the woman old?", "How many plates are there?",
     "What brand is the milk?", "How much milk is poured?"],
)  # fmt: skip
def test_what_captions_may_leave_out_is_unknown(ask: Asking, question: str) -> None:
    assert ask("kitchen", question).status == "unknown"


@pytest.mark.parametrize(
    ("question", "text", "starting"),
    [
        ("How long does the pouring take?", "About 10.0 s", [24.0]),
        ("What happens between closing the cabinet and opening the fridge?", "Between", [8.0]),
        ("Does she wash the cup before or after taking the milk?", "Before: ", [8.0, 18.0]),
        ("Compare the beginning and the end", "At the beginning, a woman opens", [0.0, 34.0]),
        ("What is the longest action?", "The longest, 10.0 s", [24.0]),
        ("What was the second thing that she did?", "She closes the cabinet", [4.0]),
        ("Tell me about the cup", "The timeline tells: She washes", [8.0, 24.0]),
        ("Is the milk taken before the cabinet is closed?", "Not before", [18.0]),
        ("What happens in the first seven seconds?", "Then the timeline", [0.0, 4.0]),
        ("What happens after 0:23?", "Then the timeline", [22.0, 24.0, 34.0]),
        ("Does the dog eat the sausage?", "No: the dog does not eat", [34.0]),
        ("When does the dog eat the sausage?", "Never: the dog does not eat", [34.0]),
        ("wen dos she tkae the mlik", 'Reading "wen" as "when"', [18.0]),
        ("Does she close the cabinet?", "Yes: She closes the cabinet", [4.0]),
    ],
)
def test_what_the_captions_hold_is_told(
    ask: Asking, question: str, text: str, starting: list[float]
) -> None:
    assert_told(ask("kitchen", question), text, starting)


def test_everything_that_is_used_is_listed_and_counted(ask: Asking) -> None:
    assert ask("kitchen", "What objects are used?").text.startswith("Cabinet [0.0-4.0 s].")
    assert ask("kitchen", "List all actions in order.").text.count("At ") == 8


@pytest.mark.parametrize(
    ("question", "text", "starting"),
    [
        ("What is said about mirrors?", "It is said: ", [1.0, 3.0]),
        ("When is Maryland mentioned?", "At 16.0-18.0 s", [16.0]),
        ("Quote the first subtitle", "It is said: ", [1.0, 3.0]),
        ("What is the last thing that is said?", "It is said: ", [16.0]),
        ('When does he say "you\'re a sick man"?', "At 8.0-10.0 s", [8.0]),
        ("Who is speaking?", "NAR is named as speaking", [1.0, 3.0]),
        ("How many sentences are spoken?", "There are 3 sentences", [1.0, 3.0, 8.0, 16.0]),
    ],
)
def test_what_is_said_is_found(
    ask: Asking, question: str, text: str, starting: list[float]
) -> None:
    assert_told(ask("sayings", question), text, starting)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("wann nimmt sie die Milch?", "German"),
        ("\N{INVERTED QUESTION MARK}cu\N{LATIN SMALL LETTER A WITH ACUTE}ndo coge la leche?",
         "Spanish"),
        ("quand prend-elle le lait ?", "French"),
        ("\N{CYRILLIC CAPITAL LETTER KA}\N{CYRILLIC SMALL LETTER TE}\N{CYRILLIC SMALL LETTER O}?",
         "Cyrillic"),
        ("\N{HIRAGANA LETTER NI}\N{HIRAGANA LETTER HA}?", "Japanese"),
    ],
)  # fmt: skip
def test_another_language_is_told_and_not_denied(ask: Asking, question: str, language: str) -> None:
    answer = ask("kitchen", question)
    assert answer.status == "unknown"
    assert language in answer.text


def test_a_guess_has_no_confidence_and_says_so(ask: Asking) -> None:
    answer = ask("plain", "What does she do?", choices=["drinks", "dances"])
    assert "A guess: " in answer.text
    assert (answer.status, answer.confidence) == ("unknown", None)
    assert ask("kitchen", "What is opened?", choices=["the fridge"]).confidence is None


def test_what_is_not_there_is_chosen(ask: Asking) -> None:
    answer = ask("kitchen", "Which is not there?", choices=["a fridge", "an elephant", "milk"])
    assert answer.choice == 1


@pytest.mark.parametrize(
    ("said", "text"),
    [("hi", "Hello."), ("what can you do?", "Ask what happens"), ("thanks", "You are welcome"),
     ("who are you?", "The planner of foretell"), ("are you sure?", "Nothing was said yet")],
)  # fmt: skip
def test_small_talk_is_no_question_of_the_video(ask: Asking, said: str, text: str) -> None:
    answer = ask("kitchen", said)
    assert answer.text.startswith(text)
    assert (answer.evidence, answer.trajectory) == ((), ())


def test_a_summary_takes_an_event_of_each_part(ask: Asking) -> None:
    three = ask("kitchen", "Summarise it in three points.")
    assert len(three.text.splitlines()) == len(three.evidence) == 3
    assert starts(three) == sorted(starts(three))
    one = ask("kitchen", "Summarise in one sentence")
    assert one.text.count("; then ") == 2
    chapters = ask("kitchen", "Give me chapters")
    assert all(" s: " in line for line in chapters.text.splitlines())


def test_a_chat_knows_what_it_spoke_of(tmp_path: Path) -> None:
    with VideoAgent(library=tmp_path) as agent:
        Asking(agent)
        video = agent.library.store.video("kitchen")
        assert video is not None
        chat = Chat.begin(agent, (video,))
        assert chat.ask("When does she take the milk?").text.startswith("At 18.0-22.0 s")
        assert '"She takes the milk"' in chat.ask("Are you sure?").text
        assert chat.ask("And how long does it take?").text.startswith("About 4.0 s")
