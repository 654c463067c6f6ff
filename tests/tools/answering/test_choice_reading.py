"""Which choice a reply names, in many forms that models write."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.tools.answering.choice_parsing import choice_labels, read_choice

CHOICES = ("the girl", "a dog", "the boy", "to wash the car", "nothing")


@pytest.mark.parametrize(
    ("reply", "choice"),
    [
        ("C", 2),
        ("b", 1),
        ("c)", 2),
        ("(2)", 1),
        ("B.", 1),
        ("E. nothing", 4),
        ("C: the boy", 2),
        ("The correct option is (C)", 2),
        ("**Answer:** 3", 2),
        ("**Answer: C**", 2),
        ("My final answer is:\n\n**B**", 1),
        ("Answer: b", 1),
        ("Answer: C the boy", 2),
        ("The answer to the question is: C. the boy", 2),
        ("Based on the captions, the best answer is D) to wash the car.", 3),
        ("The most likely option is D, to wash the car.", 3),
        ("I think it's B", 1),
        ("I would go with option E", 4),
        ("Between A and B, I choose B.", 1),
        ("Answer: (B) because option A is wrong", 1),
        ("Answer is B, not C.", 1),
        ("Choice: 1\nNo, wait.\nChoice: 3", 2),
        (r"\boxed{C}", 2),
        ("<answer>B</answer>", 1),
        ('{"choice": "B", "confidence": 0.9}', 1),
        ('```json\n{"answer": "D", "confidence": 0.9}\n```', 3),
        ('{"answer": "the boy"}', 2),
        ('{"answer": "C", "evidence": [{"start": 1.0, "en', 2),
        ("{'final_answer': '2'}", 1),
        ('{"pred": 3}', 3),
        ('{"pred": "2", "explanation": "option A is wrong"}', 2),
        ("The boy.", 2),
        ("I believe the boy did it.", 2),
        ("Answer: A dog", 1),
        ("the answer is a dog", 1),
        ("答案是B", 1),
        ("答案\N{FULLWIDTH COLON}C", 2),
        ("正解: D", 3),
        ("La respuesta correcta es la B.", 1),
        ("Die richtige Antwort ist C.", 2),
        ("réponse : C", 2),
        ("Ответ: C", 2),
        ("정답: D", 3),
        ("🙂 B", 1),
        ("I think it's B or C", None),
        ("Answer: B/C", None),
        ("Both A and B", None),
        ("Option C is wrong. Option B is right.", None),
        ("A) the girl\nB) a dog\nC) the boy", None),
        ("The answer is not A", None),
        ("It is not the boy but the girl", None),
        ("It is not the boy", None),
        ("C is cleaning the kitchen", None),
        ("I cannot tell.", None),
        ("None of the above", None),
        ("F", None),
        ("Answer: 9", None),
        ('{"pred": 5}', None),
        ("", None),
    ],
)
def test_a_reply_names_a_choice_or_none(reply: str, choice: int | None) -> None:
    assert read_choice(reply, CHOICES) == choice


def test_numbers_may_begin_at_zero() -> None:
    assert read_choice("{'final_answer': 2}", CHOICES, first_number=0) == 2
    assert read_choice("Answer: 0", CHOICES, first_number=0) == 0
    assert read_choice("Answer: 0", CHOICES) is None


def test_choices_that_are_numbers_are_read_as_words_first() -> None:
    counts = ("2", "3", "4")
    assert read_choice("3", counts) == 1
    assert read_choice("Choice: 3", counts) == 1
    assert read_choice("Choice: C", counts) == 2


def test_choices_that_begin_with_a_letter_are_not_taken_for_it() -> None:
    doings = ("C is cleaning", "C cooks the food", "C plays")
    assert read_choice("The answer is C cooks the food", doings) == 1
    assert read_choice("Answer: C plays with a dog", doings) == 2
    assert read_choice("Answer: C", doings) == 2


def test_choices_in_other_scripts_are_found() -> None:
    assert read_choice("我认为是男孩。", ("女孩", "男孩")) == 1
    assert read_choice("🐱", ("🐶", "🐱")) == 1
    assert read_choice("The answer: 🐱!", ("🐶", "🐱")) == 1


def test_short_choices_are_read_where_a_reply_begins() -> None:
    assert read_choice("No, the boy does not run.", ("yes", "no")) == 1
    assert read_choice("Nobody runs.", ("yes", "no")) is None


def test_equal_choices_are_told_apart_by_their_labels_alone() -> None:
    assert read_choice("same", ("same", "same")) is None
    assert read_choice("Answer: B", ("same", "same")) == 1
    assert read_choice("B: same", ("same", "same")) == 1


def test_many_choices_have_numbers() -> None:
    many = tuple(f"thing number {number}" for number in range(200))
    labels = choice_labels(200)
    assert len(set(labels)) == 200
    for place in (0, 25, 26, 149, 199):
        assert read_choice(f"Choice: {labels[place]}", many) == place
        assert read_choice(f"It is {many[place]}.", many) == place
    assert choice_labels(5) == ("A", "B", "C", "D", "E")


@pytest.mark.parametrize(
    ("reply", "choice"),
    [
        (r"\boxed{B}", 1),
        (r"So not A: $\boxed{\text{(B)}}$", 1),
        (r"The answer is \boxed{2}.", 1),
        ("2.0", 1),
        ('{"choice": 2.0}', 1),
        ('{"answer": "B"}', 1),
        ('{"pred": 1.0}', 1),
        ("2.5", None),
        ('{"pred": 1.5}', None),
        ('{"pred": ' + "9" * 5000 + "}", None),
    ],
)
def test_boxes_and_floats(reply: str, choice: int | None) -> None:
    assert read_choice(reply, ("bread", "milk", "tea")) == choice


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=30))
def test_every_reply_is_read_without_a_crash(reply: str, choices: list[str]) -> None:
    assert read_choice(reply, choices) in (None, *range(len(choices)))


@given(st.integers(0, 4), st.sampled_from(["Answer: {}", "The answer is ({})", "**{}**", "{}: x"]))
def test_every_label_is_read(place: int, form: str) -> None:
    assert read_choice(form.format(choice_labels(5)[place]), CHOICES) == place


@pytest.mark.parametrize("piece", ["answer ", "is the ", ": ", "A or B ", "(", "option is", "\n"])
def test_a_long_reply_is_read_to_its_end(piece: str) -> None:
    assert read_choice(piece * 20_000, CHOICES) in (None, *range(len(CHOICES)))


def test_summaries_that_models_really_wrote_name_few_choices(data_root: Path) -> None:
    file = data_root / "qa/videoinsta/summaries_nextqa_llama3_llovi_sumqa_baseline.json.gz"
    if not file.is_file():
        pytest.skip(f"no {file}")
    with gzip.open(file) as opened:
        stored = json.load(opened)
    texts = [text for one in stored.values() for text in one["action_caption_summaries"]]
    assert len(texts) == 570
    read = [read_choice(text, CHOICES) for text in texts]
    assert all(choice in (None, 0, 1, 2, 3, 4) for choice in read)
    named = [text for text, choice in zip(texts, read, strict=True) if choice in (1, 3, 4)]
    assert len(named) < 60, "prose is no choice, unless it uses a choice's words"
