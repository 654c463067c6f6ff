from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.actions import Action, ActionSequence, ActionWindow
from foretell.errors import DatasetError
from foretell.tools.annotations.load import load_sequences
from foretell.tools.annotations.plain import read_window
from tests.tools.annotation_files import tiny_taxonomy

TAKE, WASH = Action("take", "cup"), Action("wash", "knife")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.jsonl"


def test_own_words_are_kept(file: Path) -> None:
    rows = [
        {"video": "clips/a.mp4", "actions": ["Take  cup", ["wash", "Sharp knife"]]},
        {
            "video": "b",
            "name": "b-2",
            "actions": [{"verb": "turn on", "noun": "tap"}],
            "captions": ["#C C turns on the tap"],
            "goal": "drink",
        },
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    loaded = load_sequences(file)
    assert (loaded.form, loaded.taxonomy, loaded.repairs) == ("plain", None, {})
    assert loaded.sequences == (
        ActionSequence("a.mp4", "a.mp4", (TAKE, Action("wash", "sharp knife"))),
        ActionSequence(
            "b-2",
            "b",
            (Action("turn on", "tap"),),
            captions=("The camera wearer turns on the tap",),
            goal="drink",
        ),
    )
    for whole in (rows[0], rows[:1]):
        file.write_text(json.dumps(whole))
        assert load_sequences(file).sequences == loaded.sequences[:1]


def test_words_are_matched_to_a_taxonomy_and_repairs_counted(file: Path) -> None:
    actions = ["take cup", "she rinses the knives", ["grab", "red mug"], ["wash", "choping board"]]
    file.write_text(json.dumps({"video": "a", "actions": actions}))
    loaded = load_sequences(file, tiny_taxonomy())
    chopping_board = Action("wash", "chopping board")
    assert loaded.sequences[0].actions == (TAKE, WASH, TAKE, chopping_board)
    assert loaded.repairs["fuzzy"] == 1
    assert loaded.repairs["inside"] == 1
    assert loaded.repairs["synonym"] == 2


@pytest.mark.parametrize(
    "table",
    [
        "video,verb,noun\na,take,cup\na,wash,knife\n",
        "Video;Start;Verb;Noun\na;00:01:05;wash;knife\na;64.5;take;cup\n",
        '{"video": "a", "verb": ["take", "wash"], "noun": ["cup", "knife"]}',
        '{"video": {"0": "a", "1": "a"}, "start": {"0": 9, "1": 1}, '
        '"verb": {"0": "wash", "1": "take"}, "noun": {"0": "knife", "1": "cup"}}',
    ],
)
def test_a_table_is_in_order_of_time_or_as_it_stands(file: Path, table: str) -> None:
    file.write_text(table)
    loaded = load_sequences(file)
    assert loaded.form == "plain-table"
    assert loaded.sequences == (ActionSequence("a", "a", (TAKE, WASH)),)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"video": "a", "actions": []}, "field 'actions' is []; "),
        ({"video": "a", "actions": "take cup"}, "field 'actions' is 'take cup'; "),
        ({"video": "", "actions": ["take cup"]}, "field 'video' is ''; "),
        ({"video": "a", "actions": ["take cup", "run"]}, "item 2: 'run' lacks a verb or a noun; "),
        (
            {"video": "a", "actions": [["take", " "]]},
            "item 1: ['take', ' '] lacks a verb or a noun",
        ),
        ({"video": "a", "actions": [7]}, "item 1: is 7; write an action as 'verb noun', [verb, n"),
        ({"video": "a", "actions": [["a", "b", "c"]]}, "item 1: is ['a', 'b', 'c']; write an act"),
        (
            {"video": "a", "actions": ["take cup"], "captions": ["one", "two"]},
            "has 2 captions for 1 actions; give one for each, or none",
        ),
    ],
)
def test_wrong_sequences_are_refused(file: Path, row: dict[str, object], complaint: str) -> None:
    file.write_text(json.dumps(row))
    with pytest.raises(DatasetError) as refused:
        load_sequences(file)
    assert str(refused.value).startswith(f"{file}")
    assert complaint in str(refused.value)


def test_rows_with_and_without_a_start_do_not_mix(file: Path) -> None:
    rows = [{"video": "a", "verb": "take", "noun": "cup", "start": start} for start in (1.0, None)]
    file.write_text(json.dumps(rows))
    with pytest.raises(DatasetError, match="item 2: some rows have a start and some have none; g"):
        load_sequences(file)


def test_a_name_that_is_given_twice_is_refused(file: Path) -> None:
    row = {"video": "a", "name": "one", "actions": ["take cup"]}
    file.write_text("\n".join(map(json.dumps, (row, {**row, "name": "two"}, row))))
    with pytest.raises(DatasetError, match="line 3: is named 'one' as line 1 is; give each name"):
        load_sequences(file)


def test_a_window_is_read_whole(file: Path) -> None:
    window = {
        "key": "breakfast_7",
        "video": "breakfast.mp4",
        "past": ["take mug", "rinse the knife"],
        "future": ["take cup"],
        "captions": ["#C C stands"],
        "goal": "make tea",
    }
    file.write_text(json.dumps(window))
    read = read_window(file, tiny_taxonomy())
    assert read.window == ActionWindow(
        key="breakfast_7",
        video="breakfast.mp4",
        past=(TAKE, WASH),
        future=(TAKE,),
        captions=("The camera wearer stands",),
        goal="make tea",
    )
    assert read.repairs == {"synonym": 2}


def test_a_window_needs_no_more_than_a_past(file: Path) -> None:
    file.write_text('{"past": [["take", "cup"]]}')
    assert read_window(file, None).window == ActionWindow("mine", "mine", (TAKE,))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"actions": []}', ': holds no window; write {"past": ['),
        ('["take cup"]', ": holds no window; write"),
        ('{"past": []}', ": field 'past' is empty; give the actions seen so far, the latest last"),
        ('{"past": "take cup"}', ": field 'past' is 'take cup'; "),
        ('{"past": ["take cup"], "captions": [1]}', ": field 'captions.0' is 1; give a text"),
        (
            '{"past": ["take cup", "juggle a cup"]}',
            ", 'past', item 2: 'juggle a cup' has no verb of the taxonomy 'tiny'; use its words, ",
        ),
        ('{"past": ["take it"]}', ", 'past', item 1: 'take it' has no noun of the taxonomy"),
        ('{"past": ["mhm"]}', ", 'past', item 1: 'mhm' has no verb of the taxonomy"),
        ('{"past": ["take cup"], "future": [[]]}', ", 'future', item 1: is []; write an action"),
    ],
)
def test_wrong_windows_are_refused(file: Path, content: str, complaint: str) -> None:
    file.write_text(content)
    with pytest.raises(DatasetError) as refused:
        read_window(file, tiny_taxonomy())
    assert str(refused.value).startswith(f"{file}{complaint}")
