from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.actions import Action
from foretell.errors import DatasetError
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Match, Taxonomy, Vocabulary

VERBS = Vocabulary(
    [
        "take", "put", "cut", "turn on", "turn", "drill", "write", "clean", "open", "start", "use",
        "turn off",
    ],
    {"pick": 0, "grab": 0, "place": 1, "slice": 2, "switch on": 3, "wash": 7, "light": 3},
)  # fmt: skip
NOUNS = Vocabulary(
    [
        "cup", "chopping board", "candle", "drill", "tomato", "knife", "milk", "container",
        "scissors", "glass", "glasses", "tap", "leaf", "brush", "spatula", "coffee machine",
    ],
    {"mug": 0, "carton": 7, "can": 7, "faucet": 11, "cup board": 1},
)  # fmt: skip
TAXONOMY = Taxonomy("kitchen", VERBS, NOUNS)


@pytest.mark.parametrize(
    ("text", "label", "how", "score"),
    [
        ("cup", "cup", "exact", 100.0),
        ("Cups", "cup", "exact", 100.0),
        ("chopping_boards", "chopping board", "exact", 100.0),
        ("tomatoes", "tomato", "exact", 100.0),
        ("knives", "knife", "exact", 100.0),
        ("leaves", "leaf", "exact", 100.0),
        ("brushes", "brush", "exact", 100.0),
        ("scissor", "scissors", "exact", 100.0),
        ("glasses", "glasses", "exact", 100.0),
        ("glass", "glass", "exact", 100.0),
        ("mugs", "cup", "synonym", 100.0),
        ("can", "container", "synonym", 100.0),
        ("the red cup", "cup", "inside", 100 / 3),
        ("milk carton", "container", "inside", 50.0),
        ("cup on coffee machine", "cup", "inside", 25.0),
        ("wooden chopping board", "chopping board", "inside", 200 / 3),
        ("spatulla", "spatula", "fuzzy", 100 * 14 / 15),
    ],
)
def test_a_phrase_is_matched_to_a_noun(text: str, label: str, how: str, score: float) -> None:
    match = NOUNS.find(text)
    assert match is not None
    assert (match.label, match.how) == (label, how)
    assert match.score == pytest.approx(score)
    assert match.index == NOUNS.index(label)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("picks", "take"),
        ("picked up", "take"),
        ("took", "take"),
        ("cutting", "cut"),
        ("slicing", "cut"),
        ("turned on", "turn on"),
        ("turn-on", "turn on"),
        ("turning", "turn"),
        ("written", "write"),
        ("drilled", "drill"),
    ],
)
def test_a_verb_is_known_in_any_inflection(text: str, label: str) -> None:
    match = VERBS.find(text)
    assert match is not None
    assert match.label == label


@pytest.mark.parametrize("text", ["", "...", "candy", "cupcake", "board", "tape"])
def test_a_part_of_a_word_is_no_match(text: str) -> None:
    assert NOUNS.find(text) is None


def test_the_threshold_decides_how_alike_spellings_must_be() -> None:
    assert NOUNS.find("tape") is None
    match = NOUNS.find("tape", threshold=80)
    assert match is not None
    assert (match.label, match.how, round(match.score)) == ("tap", "fuzzy", 86)


def test_a_label_wins_over_a_synonym_of_another() -> None:
    vocabulary = Vocabulary(["seasoning", "spice"], {"spice": 0, "salt": 0})
    assert vocabulary.find("spice") == Match(1, "spice", "exact", 100.0)
    assert vocabulary.find("salt") == Match(0, "seasoning", "synonym", 100.0)


def test_a_word_that_is_a_verb_and_a_noun_is_matched_in_its_slot() -> None:
    assert VERBS.find("drill") == Match(5, "drill", "exact", 100.0)
    assert NOUNS.find("drill") == Match(3, "drill", "exact", 100.0)


def test_a_repeated_label_is_settled_by_a_synonym() -> None:
    vocabulary = Vocabulary(["turn", "put", "turn"], {"turn": 2})
    assert vocabulary.index("turn") == 2
    assert vocabulary.labels == ("turn", "put", "turn")
    assert len(vocabulary) == 3


@pytest.mark.parametrize(
    ("labels", "synonyms", "sentence"),
    [
        ([], {}, "a vocabulary needs at least one label, got none"),
        (["cup", "?"], {}, r"label 1 is '\?', which has no word"),
        (
            ["plug in", "cup", "plug-in"],
            {},
            "label 'plug in' stands at 0 and 2; each label must be unlike the others",
        ),
        (["cup"], {"mug": 1}, "synonym 'mug' belongs to label 1; the labels are 0 to 0"),
    ],
)
def test_a_vocabulary_must_make_sense(
    labels: list[str], synonyms: dict[str, int], sentence: str
) -> None:
    with pytest.raises(DatasetError, match=sentence):
        Vocabulary(labels, synonyms)


def test_an_unknown_label_is_refused_with_close_ones() -> None:
    with pytest.raises(DatasetError, match="'cups' is none of the 16 labels; close to it: 'cup'"):
        NOUNS.index("cups")


def test_actions_are_numbered_and_named_again() -> None:
    actions = (Action("take", "cup"), Action("turn on", "coffee machine"))
    ids = TAXONOMY.encode(actions)
    assert ids.dtype == np.int32
    assert ids.tolist() == [[0, 0], [3, 15]]
    assert TAXONOMY.decode(ids) == actions
    assert TAXONOMY.encode([]).shape == (0, 2)
    assert TAXONOMY.decode(TAXONOMY.encode([])) == ()
    assert repr(TAXONOMY) == "Taxonomy('kitchen', 12 verbs, 16 nouns)"


@pytest.mark.parametrize("ids", [[[0, 16]], [[12, 0]], [[-1, 0]]])
def test_numbers_out_of_range_are_refused(ids: list[list[int]]) -> None:
    with pytest.raises(DatasetError, match="out of range: kitchen has 12 verbs and 16 nouns"):
        TAXONOMY.decode(np.array(ids))


@pytest.mark.parametrize(
    ("sentence", "verb", "noun"),
    [
        ("C picks up the milk carton from the fridge", "take", "container"),
        ("#C C opens the tap", "open", "tap"),
        ("She turns the tap on", "turn on", "tap"),
        ("turns the tap on the left", "turn", "tap"),
        ("turns the tap off with a knife", "turn off", "tap"),
        ("the drill is opened", "open", None),
        ("A person starts cutting tomatoes on a chopping board", "cut", "tomato"),
        ("starts to cut", "cut", None),
        ("starts the coffee machine", "start", "coffee machine"),
        ("uses a knife to slice the tomato", "cut", "tomato"),
        ("uses a knife", "use", "knife"),
        ("A man is stirring the milk", None, "milk"),
        ("a cup on a chopping board", None, "cup"),
        ("picks a drill and drills a candle", "take", "drill"),
    ],
)
def test_a_sentence_is_read_as_verb_and_object(
    sentence: str, verb: str | None, noun: str | None
) -> None:
    read = TAXONOMY.read(sentence)
    assert read is not None
    assert (read.verb and read.verb.label, read.noun and read.noun.label) == (verb, noun)


@pytest.mark.parametrize("sentence", ["", "hello there", "the start"])
def test_a_sentence_without_action_reads_as_nothing(sentence: str) -> None:
    assert TAXONOMY.read(sentence) is None


@given(st.text())
def test_any_text_is_read_without_fail(text: str) -> None:
    for vocabulary in (VERBS, NOUNS):
        match = vocabulary.find(text)
        assert match is None or vocabulary.labels[match.index] == match.label
    read = TAXONOMY.read(text)
    assert read is None or (read.verb, read.noun) != (None, None)


@given(st.lists(st.tuples(st.sampled_from(VERBS.labels), st.sampled_from(NOUNS.labels))))
def test_numbering_and_naming_are_inverse(pairs: list[tuple[str, str]]) -> None:
    actions = tuple(Action(*pair) for pair in pairs)
    assert TAXONOMY.decode(TAXONOMY.encode(actions)) == actions


def test_real_narrations_are_read_as_their_annotators_did(data_root: Path) -> None:
    taxonomy = load_taxonomy("epic-100", data_root)
    table = data_root / "anticipation/epic100_official/EPIC_100_validation.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    read = [taxonomy.read(row["narration"]) for row in rows]
    verbs = [r is not None and r.verb and r.verb.index for r in read]
    nouns = [r is not None and r.noun and r.noun.index for r in read]
    right_verbs = np.mean([v == int(row["verb_class"]) for v, row in zip(verbs, rows, strict=True)])
    right_nouns = np.mean([n == int(row["noun_class"]) for n, row in zip(nouns, rows, strict=True)])
    assert right_verbs > 0.96
    assert right_nouns > 0.97
