"""Which examples a forecast learns from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from foretell.actions import Action, ActionSequence
from foretell.agent.tasks.anticipation.example_pool import load_example_pool
from foretell.errors import ConfigError
from foretell.memory.banks.built_in import built_in_sequences, built_in_taxonomy
from foretell.memory.library import Library
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

TAKE, WASH, FLY = Action("take", "cup"), Action("wash", "cup"), Action("fly", "kite")
WORDS = Taxonomy("mine", Vocabulary(["fly", "take", "wash"], {}), Vocabulary(["cup", "kite"], {}))
TEA = ActionSequence("tea", "a.mp4", (TAKE, WASH), (WASH, WASH), ("One.", "Two."))


@pytest.fixture
def taxonomy_file(tmp_path: Path) -> str:
    """A taxonomy that calls a cup a mug and knows no kite."""
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"verbs": ["grab_(take)", "wash"], "nouns": ["mug_(cup)"]}))
    return str(path)


def test_the_shipped_examples_by_default(library: Library) -> None:
    for name in (None, "everyday"):
        pool = load_example_pool(library.examples, name)
        assert pool.name == "everyday"
        assert pool.sequences == built_in_sequences()
        assert pool.taxonomy is built_in_taxonomy()
        assert pool.left_out == 0


def test_a_bank_of_the_library(library: Library) -> None:
    library.examples.add("mine", [TEA], WORDS)
    pool = load_example_pool(library.examples, "mine")
    assert (pool.name, pool.sequences, pool.taxonomy.name) == ("mine", (TEA,), "mine")
    assert pool.taxonomy.nouns.labels == ("cup", "kite")


def test_a_file_in_its_own_words_or_in_others(
    library: Library, tmp_path: Path, taxonomy_file: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"video": "a.mp4", "actions": ["take cup", "wash cup"]}))
    pool = load_example_pool(library.examples, str(path))
    assert [sequence.actions for sequence in pool.sequences] == [(TAKE, WASH)]
    assert (pool.name, pool.taxonomy.verbs.labels) == (str(path), ("take", "wash"))
    other = load_example_pool(library.examples, str(path), taxonomy_file)
    assert other.sequences[0].actions == (Action("grab", "mug"), Action("wash", "mug"))
    assert other.taxonomy.nouns.labels == ("mug",)


def test_an_unknown_name_is_told_with_those_there_are(library: Library) -> None:
    library.examples.add("mine", [TEA], WORDS)
    with pytest.raises(ConfigError) as caught:
        load_example_pool(library.examples, "yours")
    assert str(caught.value) == (
        "examples 'yours' are neither a bank nor a file; there are the banks 'everyday', 'mine', "
        "and `foretell examples add FILE --name NAME` adds one"
    )


def test_another_taxonomy_leaves_out_what_it_has_no_words_for(
    library: Library, taxonomy_file: str
) -> None:
    outside = replace(TEA, name="kite", actions=(TAKE, FLY))
    unseen = replace(TEA, name="unseen", recognised=(WASH, FLY))
    library.examples.add("mine", [TEA, outside, unseen], WORDS)
    pool = load_example_pool(library.examples, "mine", taxonomy_file)
    take, wash = Action("grab", "mug"), Action("wash", "mug")
    whole, shorter, unaligned = pool.sequences
    assert whole == replace(TEA, actions=(take, wash), recognised=(wash, wash))
    assert shorter == ActionSequence("kite", "a.mp4", (take,))
    assert unaligned == replace(whole, name="unseen", recognised=())
    assert pool.left_out == 1
    pool.taxonomy.encode(action for sequence in pool.sequences for action in sequence.actions)


def test_the_shipped_examples_in_other_words(library: Library, taxonomy_file: str) -> None:
    pool = load_example_pool(library.examples, taxonomy=taxonomy_file)
    words = {action for sequence in pool.sequences for action in sequence.actions}
    assert words == {Action("grab", "mug"), Action("wash", "mug")}
    assert pool.left_out > 7000
