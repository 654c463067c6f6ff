"""Questions that mean the same are answered alike, however they are put.

Passive, fronted, inverted, indirect and cleft forms of every kind of question that the planner
without a language model knows, each beside its plain active form.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from foretell.agent.chat import Chat
from foretell.agent.video_agent import VideoAgent
from foretell.types import Answer, VideoInfo
from tests.agent.made_library import Line, put
from tests.agent.made_library import video as make_video

KITCHEN: tuple[Line, ...] = (
    (0, 2, "caption", "A person opens the fridge"),
    (2, 4, "caption", "A person takes the milk"),
    (4, 6, "caption", "A person closes the fridge"),
    (6, 8, "caption", "A person breaks an egg into a bowl"),
    (8, 12, "caption", "A person writes a note"),
    (12, 14, "caption", "A person pours the milk into the bowl"),
    (14, 18, "caption", "A person washes a blue cup"),
    (18, 20, "caption", "A dog catches the ball"),
    (20, 22, "caption", "A person opens the fridge"),
    (22, 24, "caption", "A person puts the milk on the table"),
    (24, 26, "caption", "A person turns on the tap"),
    (26, 28, "caption", "A boy kicks the ball"),
    (28, 30, "caption", "A person turns off the tap"),
)
THINGS = ("the milk", "an egg", "a note", "the ball")
DEEDS = ("opens the fridge", "pours the milk into the bowl", "turns off the tap", "writes a note")
WHO = ("a dog", "a boy", "a person")

YES_NO = (
    ("Does the person take the milk?", "Is the milk taken?"),
    ("Does the person take the milk?", "Was the milk taken by the person?"),
    ("Does the person take the milk?", "Has the milk been taken?"),
    ("Does the person take the milk?", "Is the milk being taken by somebody?"),
    ("Does the person take the milk?", "Has the person taken the milk?"),
    ("Does the person take the milk?", "Does the milk get taken?"),
    ("Does the person take the milk?", "Doesn't the person take the milk?"),
    ("Does the person take the milk?", "The person takes the milk, doesn't he?"),
    ("Does the person take the milk?", "Can you tell me whether the milk is taken?"),
    ("Does the person take the milk?", "Is it the milk that the person takes?"),
    ("Does the person break an egg?", "Is an egg broken?"),
    ("Does the person break an egg?", "Was an egg broken by the camera wearer?"),
    ("Does the person break an egg?", "Is there somebody breaking an egg?"),
    ("Does the person write a note?", "Was a note written?"),
    ("Does the person write a note?", "Is someone writing a note?"),
    ("Does the dog catch the ball?", "Is the ball caught by the dog?"),
    ("Does the dog catch the ball?", "Is it the dog that catches the ball?"),
    ("Does the person turn on the tap?", "Is the tap turned on?"),
    ("Does the person turn on the tap?", "Does the person turn the tap on?"),
    ("Does the person drink the milk?", "Is the milk drunk?"),
)
WHAT = (
    ("What does the person break?", "What is broken?"),
    ("What does the person break?", "What is broken by the person?"),
    ("What does the person break?", "What is it that the person breaks?"),
    ("What does the person break?", "What is the thing that the person breaks?"),
    ("What does the person break?", "Can you tell me what the person breaks?"),
    ("What does the person write?", "What was written?"),
    ("What does the person write?", "What has the person written?"),
    ("What does the person pour the milk into?", "What is the milk poured into?"),
    ("What does the person pour the milk into?", "Into what is the milk poured?"),
    ("Which cup does the person wash?", "Which cup is washed?"),
    ("Which cup does the person wash?", "Which cup is being washed by the person?"),
    ("Who catches the ball?", "By whom is the ball caught?"),
    ("Who catches the ball?", "Who is the ball caught by?"),
    ("What colour is the cup?", "What is the colour of the cup?"),
    ("Where does the person put the milk?", "Where is the milk put?"),
    ("Where does the person put the milk?", "On what is the milk put?"),
    ("How does the person break the egg?", "How is the egg broken?"),
    ("Why does the person write a note?", "Why is a note written?"),
    ("Why does the person write a note?", "Why was a note being written by the person?"),
)
WHEN = (
    ("When does the person take the milk?", "When is the milk taken?"),
    ("When does the person take the milk?", "When was the milk taken by the person?"),
    ("When does the person take the milk?", "At what time is the milk taken?"),
    ("When does the person take the milk?", "At which moment has the person taken the milk?"),
    ("When does the person take the milk?", "Can you say when the milk is taken?"),
    ("When does the person take the milk?", "When is it that the person takes the milk?"),
    ("When does the person write a note?", "When was a note written?"),
    ("When does the person break an egg?", "When is an egg broken?"),
    ("When does the dog catch the ball?", "When is the ball caught by the dog?"),
    ("When does the person turn off the tap?", "When is the tap turned off?"),
    ("When does the person turn off the tap?", "When does the person turn the tap off?"),
)
HOW_MUCH = (
    ("How long does the person wash the cup?", "How long is the cup washed?"),
    ("How long does the person wash the cup?", "For how long is the cup being washed?"),
    ("How long does the person write a note?", "How long is a note written by the person?"),
    ("How many times does the person open the fridge?", "How many times is the fridge opened?"),
    ("How many times does the person open the fridge?", "How often is the fridge opened?"),
    ("How many times does the person open the fridge?", "How often has the fridge been opened?"),
    ("How many eggs does the person break?", "How many eggs are broken?"),
    ("How many eggs does the person break?", "How many eggs were broken by the person?"),
)
BESIDE = (
    (
        "What does the person do after opening the fridge?",
        "After opening the fridge, what does the person do?",
    ),
    (
        "What does the person do after opening the fridge?",
        "After opening the fridge what does the person do?",
    ),
    (
        "What does the person do after opening the fridge?",
        "What is done after the fridge is opened?",
    ),
    (
        "What does the person do after breaking an egg?",
        "What happens after an egg has been broken?",
    ),
    ("What does the person do after breaking an egg?", "Once an egg is broken, what is done?"),
    ("What does the person do after breaking an egg?", "Having broken an egg, what does he do?"),
    (
        "What does the person do after breaking an egg?",
        "What, after an egg is broken, does the person do?",
    ),
    (
        "What happens before the person writes a note?",
        "Before a note is written, what happens?",
    ),
    ("What happens before the person writes a note?", "What is done before writing a note?"),
    ("What happens before the person writes a note?", "What happened before a note was written?"),
    (
        "What does the person do while washing the cup?",
        "While the cup is being washed, what is done?",
    ),
    (
        "When does the person take the milk after opening the fridge?",
        "After the fridge is opened, when is the milk taken?",
    ),
    (
        "Does the person break an egg after closing the fridge?",
        "After the fridge is closed, is an egg broken?",
    ),
    (
        "Does the person write a note before opening the fridge?",
        "Is a note written before the fridge is opened?",
    ),
)
ENDS = (
    ("What does the person do first?", "What is done first?"),
    ("What does the person do first?", "First, what does the person do?"),
    ("What does the person do first?", "What is the first thing the person does?"),
    ("What does the person do last?", "What is the last thing that the person does?"),
    ("What happens at the end?", "At the end, what happens?"),
    ("What does the person do at the beginning?", "At the beginning, what is done?"),
    ("When does the person first open the fridge?", "When is the fridge first opened?"),
    (
        "When does the person first open the fridge?",
        "When is the fridge opened for the first time?",
    ),
    (
        "When does the person open the fridge the last time?",
        "When is the last time the fridge is opened?",
    ),
    ("What does the person take last?", "What is taken last?"),
)
ORDER = (
    (
        "Which happens first: opening the fridge or breaking an egg?",
        "Which happens first, an egg is broken or the fridge is opened?",
    ),
    (
        "What does the person do first, break an egg or write a note?",
        "What is done first: writing a note or breaking an egg?",
    ),
    (
        "Does the person first break an egg or write a note?",
        "Is a note first written or an egg broken?",
    ),
    (
        "What happens last: turning off the tap or turning on the tap?",
        "What is done last, the tap is turned on or the tap is turned off?",
    ),
)
AT_A_TIME = (
    ("What does the person do at 0:13?", "At 0:13, what does the person do?"),
    ("What does the person do at 0:13?", "What is done at 13 seconds?"),
    ("What happens between 6 and 9 s?", "Between 6 and 9 s, what happens?"),
)
WHOLE = (
    ("What happens in the video?", "In this video, what happens?"),
    ("What happens in the video?", "What is happening?"),
    ("What does the person do?", "What is done by the person?"),
    ("What does the person do?", "What is the person doing in the video?"),
    ("Summarise the video", "Could you summarise the video, please?"),
)
AHEAD = (
    ("What will the person do next?", "Next, what will the person do?"),
    ("What will the person do next?", "What will be done next?"),
    ("What will the person do next?", "What is the person going to do next?"),
    ("What will the person do next?", "Can you tell me what the person will do next?"),
    ("How can I make pancakes?", "How can pancakes be made?"),
    ("How can I make pancakes?", "Can you tell me how to make pancakes?"),
)
CHOOSING = (
    (
        "What does the person take after opening the fridge?",
        "After opening the fridge, what does the person take?",
        THINGS,
    ),
    (
        "What does the person take after opening the fridge?",
        "What is taken after the fridge is opened?",
        THINGS,
    ),
    (
        "What does the person take after opening the fridge?",
        "Once the fridge has been opened, what is taken by the person?",
        THINGS,
    ),
    ("What does the person break?", "What is broken?", THINGS),
    ("What does the person write?", "What was written by the person?", THINGS),
    ("What does the boy kick?", "What is kicked by the boy?", THINGS),
    ("What does the person do last?", "What is done last?", DEEDS),
    (
        "What does the person do before turning on the tap?",
        "Before the tap is turned on, what is done?",
        DEEDS,
    ),
    (
        "What does the person do after closing the fridge?",
        "After the fridge was closed, what did the person do?",
        DEEDS,
    ),
    ("What does the person do at the end?", "At the end, what is the person doing?", DEEDS),
    ("Who catches the ball?", "By whom is the ball caught?", WHO),
    ("Who kicks the ball?", "Who is the ball kicked by?", WHO),
    ("Does the person break an egg?", "Is an egg broken?", ("yes", "no")),
    ("How many eggs does the person break?", "How many eggs are broken?", ("one", "two")),
)
FOLLOWING = (
    ("What does the person do next?", "What is done next?"),
    ("What does the person do after that?", "After that, what is done?"),
    ("What does the person do before that?", "Before that, what does the person do?"),
    ("And then?", "What happens then?"),
)
TABLE = (*YES_NO, *WHAT, *WHEN, *HOW_MUCH, *BESIDE, *ENDS, *ORDER, *AT_A_TIME, *WHOLE, *AHEAD)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoAgent]:
    """An agent without a language model that has seen what is done in a kitchen."""
    with VideoAgent(library=tmp_path_factory.mktemp("meal"), model="embedded") as made:
        put(made.library, make_video("meal"), KITCHEN)
        yield made


def meal(agent: VideoAgent) -> VideoInfo:
    return agent.library.store.timeline("meal").video


def ask(agent: VideoAgent, question: str, choices: tuple[str, ...] = ()) -> Answer:
    *_, answer = agent.converse(question, [meal(agent)], choices=choices)
    assert isinstance(answer, Answer)
    return answer


def answered(answer: Answer) -> tuple[object, ...]:
    spans = [(one.interval.start, one.interval.end) for one in answer.evidence]
    return answer.text, spans, answer.choice


@pytest.mark.parametrize(("active", "other"), TABLE)
def test_the_same_question_has_the_same_answer(agent: VideoAgent, active: str, other: str) -> None:
    assert answered(ask(agent, other)) == answered(ask(agent, active))


@pytest.mark.parametrize(("active", "other", "choices"), CHOOSING)
def test_the_same_choice_is_made(
    agent: VideoAgent, active: str, other: str, choices: tuple[str, ...]
) -> None:
    assert answered(ask(agent, other, choices)) == answered(ask(agent, active, choices))


@pytest.mark.parametrize(("active", "other"), FOLLOWING)
def test_a_follow_up_goes_on_from_the_same_moment(
    agent: VideoAgent, active: str, other: str
) -> None:
    def follow(question: str) -> Answer:
        chat = Chat.begin(agent, (meal(agent),))
        chat.ask("When does the person break an egg?")
        return chat.ask(question)

    assert answered(follow(other)) == answered(follow(active))


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Is the milk taken?", 2),
        ("Is an egg broken?", 6),
        ("Was a note written?", 8),
        ("Is the ball caught by the dog?", 18),
        ("When is the tap turned off?", 28),
        ("After the fridge is closed, is an egg broken?", 6),
        ("Which happens first, writing a note or breaking an egg?", 6),
    ],
)
def test_what_happens_is_found_in_the_passive(
    agent: VideoAgent, question: str, start: float
) -> None:
    answer = ask(agent, question)
    assert answer.evidence[0].interval.start == start
    assert not answer.text.startswith("Nothing")


@pytest.mark.parametrize(
    "question", ["Is the milk drunk?", "Is a cake baked?", "Was the guitar played?"]
)
def test_what_does_not_happen_is_denied_in_the_passive(agent: VideoAgent, question: str) -> None:
    assert ask(agent, question).text.startswith("Nothing in the timeline shows it")


def test_a_fronted_moment_decides_the_choice(agent: VideoAgent) -> None:
    asked = ask(agent, "After opening the fridge, what does the person take?", THINGS)
    assert asked.choice == 0
