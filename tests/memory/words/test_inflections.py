"""What words may be inflections of, and how verbs are inflected."""

from __future__ import annotations

import pytest

from foretell.memory.words.inflections import (
    base_form,
    base_forms,
    finite_verb,
    gerund,
    is_gerund,
    participle_verb,
    stem,
    third_person,
)
from foretell.memory.words.word_book import IRREGULAR, VERBS


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("taken", "take"), ("broke", "break"), ("written", "write"), ("knives", "knife"),
        ("chopping", "chop"), ("placing", "place"), ("opening", "open"), ("hoping", "hope"),
        ("rolled", "roll"), ("carried", "carry"), ("tied", "tie"), ("agreed", "agree"),
        ("squeezing", "squeeze"), ("decorated", "decorate"), ("sprinkled", "sprinkle"),
        ("boxes", "box"), ("glasses", "glass"), ("slices", "slice"), ("berries", "berry"),
        ("feet", "foot"), ("ceiling", "ceiling"), ("red", "red"), ("saw", "saw"), ("bus", "bus"),
    ],
)  # fmt: skip
def test_the_base_form_of_a_word(word: str, base: str) -> None:
    assert base_form(word) == base


def test_every_known_verb_is_found_from_its_regular_forms() -> None:
    known = sorted(VERBS - {"have"})
    assert [verb for verb in known if base_form(gerund(verb)) not in (verb, gerund(verb))] == []
    assert [verb for verb in known if finite_verb(third_person(verb)) != verb] == []


def test_every_irregular_form_is_known_to_all_who_read_words() -> None:
    for form, bases in IRREGULAR.items():
        assert base_form(form) == bases[0]
        assert {base for base in bases if len(base) > 2} <= set(base_forms(form))
        assert stem(form) == stem(bases[0])


@pytest.mark.parametrize(
    ("word", "verb"),
    [("taken", "take"), ("cut", "cut"), ("opened", "open"), ("took", None), ("bed", None)],
)
def test_a_participle_belongs_to_a_verb(word: str, verb: str | None) -> None:
    assert participle_verb(word) == verb


@pytest.mark.parametrize(("word", "is_one"), [("taking", True), ("string", False), ("king", False)])
def test_what_is_spelt_like_a_gerund(word: str, is_one: bool) -> None:
    assert is_gerund(word) is is_one


@pytest.mark.parametrize(
    ("verb", "third", "ing"),
    [
        ("take", "takes", "taking"),
        ("pick up", "picks up", "picking up"),
        ("carry", "carries", "carrying"),
        ("chop", "chops", "chopping"),
        ("be", "is", "being"),
        ("lie", "lies", "lying"),
        ("see", "sees", "seeing"),
        ("begin", "begins", "beginning"),
        ("wash", "washes", "washing"),
        ("go", "goes", "going"),
    ],
)
def test_a_verb_is_inflected(verb: str, third: str, ing: str) -> None:
    assert (third_person(verb), gerund(verb)) == (third, ing)
