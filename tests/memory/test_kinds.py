"""Which things are of which kind, and which words only look as if they were."""

from __future__ import annotations

import pytest

from foretell.memory.words.kinds import kind_named, of_kind, things_of


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("dried spices", "spice"), ("vegetables", "vegetable"), ("sort of animal", "animal"),
        ("musical instruments", "instrument"), ("cutlery", "utensil"), ("body parts", "body part"),
        ("pets", "animal"), ("ingredients", "ingredient"), ("colour", ""), ("name", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_kind_that_a_phrase_names(phrase: str, kind: str) -> None:
    assert kind_named(phrase) == kind


@pytest.mark.parametrize(
    ("kind", "text", "things"),
    [
        ("fruit", "two apples and an orange bottle of oranges", ["apples", "oranges"]),
        ("animal", "the dog chases the cows", ["dog", "cows"]),
        ("animal", "the computer mouse", []),
        ("room", "the sitting room beside the kitchen", ["sitting room", "kitchen"]),
        ("room", "the small room", []),
        ("ingredient", "salt, milk and a carrot in a pan", ["salt", "milk", "carrot"]),
        ("tool", "a screwdriver and a fork", ["screwdriver", "fork"]),
    ],
)
def test_the_things_of_a_kind_in_a_text(kind: str, text: str, things: list[str]) -> None:
    assert of_kind(kind, text) == things


def test_a_wider_kind_holds_the_narrower_one() -> None:
    assert things_of("spice") | things_of("fruit") <= things_of("ingredient")
