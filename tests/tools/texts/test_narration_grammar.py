import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.texts.narration_grammar import readable_narration


@pytest.mark.parametrize(
    ("narration", "readable"),
    [
        ("#C C opens the tap", "The camera wearer opens the tap"),
        ("#C C  walks around \n", "The camera wearer walks around"),
        ("#c c wipes the bowl.", "The camera wearer wipes the bowl"),
        ("# C C C Smoothens a metal", "The camera wearer smoothens a metal"),
        ("#C C's hand rests", "The camera wearer's hand rests"),
        ("#C", "The camera wearer"),
        ("#O man X talks to C.", "Man X talks to the camera wearer"),
        ("#O A woman y gives C the phone", "Woman Y gives the camera wearer the phone"),
        ("#O person X stares at person C.", "Person X stares at the camera wearer"),
        ("#O The dog Y walks away from C.", "Dog Y walks away from the camera wearer"),
        ("#O A dog walks", "A dog walks"),
        ("#O O holds a dice ", "Another person holds a dice"),
        ("#O O man X puts a phone down", "Man X puts a phone down"),
        ("#O X walks away", "Person X walks away"),
        ("#O walks away", "Another person walks away"),
        ("#O", "Another person"),
        ("#X person o picks up the paper", "Person O picks up the paper"),
        ("#O woman Y touches child C", "Woman Y touches child C"),
        (
            "#C C puts the # unsure on the grinder",
            "The camera wearer puts something on the grinder",
        ),
        ("#Unsure", "Something"),
        ("#summary C C was in a kitchen", "C C was in a kitchen"),
        ("#summary #C C cooked.", "The camera wearer cooked"),
    ],
)
def test_tags_become_words(narration: str, readable: str) -> None:
    assert readable_narration(narration) == readable


@pytest.mark.parametrize("text", ["A man cooks.", "C opens the tap", "He is #1 in C# a lot.", ""])
def test_text_without_tags_is_left_alone(text: str) -> None:
    assert readable_narration(text) == text


WORDS = ["#", "#C", "#O", "#X", "C", "c", "O", "A", "a", "man", "holds", "cc", "#unsure", ".", "#1"]


@given(st.lists(st.sampled_from(WORDS)))
def test_reading_twice_changes_nothing(words: list[str]) -> None:
    once = readable_narration(" ".join(words))
    assert readable_narration(once) == once
