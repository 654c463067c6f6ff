"""A user's own procedures, and the door through which every form comes in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.plans import Demonstration, Procedures, ProcedureTask
from foretell.tools.procedures.load import load_numbered, load_procedures
from foretell.types import Interval
from tests.tools.procedure_files import coin, normalized, write, write_crosstask

TEA = ProcedureTask("make tea", ("boil water", "pour water"))
SHOWN = Demonstration(
    "a.mp4", "make tea", ("boil water", "pour water"), (Interval(1.0, 2.5), Interval(64.5, 70.0))
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.json"


def test_tasks_and_demonstrations(file: Path) -> None:
    content = {
        "name": "kitchen",
        "tasks": [{"name": " make  tea", "steps": ["boil water", "pour  water "]}],
        "demonstrations": [
            {
                "video": "a.mp4",
                "task": "make tea",
                "steps": [
                    {"step": "pour water", "start": "1:04.5", "end": 70},
                    {"step": "boil water", "start": 1, "end": 2.5},
                ],
            },
            {"video": "b", "task": "make tea", "steps": ["taste", "boil water"], "split": "test"},
        ],
    }
    taste = Demonstration("b", "make tea", ("taste", "boil water"), split="test")
    assert load_procedures(write(file, content)) == Procedures("kitchen", (TEA,), (SHOWN, taste))
    del content["name"], content["demonstrations"]
    assert load_procedures(write(file, content)) == Procedures("mine", (TEA,))


def test_demonstrations_alone_name_their_tasks(file: Path) -> None:
    rows = [
        {"video": "a", "task": "make tea", "steps": ["boil water"]},
        {"video": "b", "task": "fry", "steps": ["boil water", {"step": "fry"}]},
    ]
    expected = Procedures(
        "mine",
        (ProcedureTask("make tea"), ProcedureTask("fry")),
        (
            Demonstration("a", "make tea", ("boil water",)),
            Demonstration("b", "fry", ("boil water", "fry")),
        ),
    )
    forms = [
        json.dumps({"demonstrations": rows}),
        json.dumps(rows),
        "\n".join(map(json.dumps, rows)),
    ]
    for text in forms:
        file.write_text(text)
        assert load_procedures(file) == expected
    file.write_text(json.dumps(rows[0]))
    assert load_procedures(file).demonstrations == expected.demonstrations[:1]


@pytest.mark.parametrize(
    ("table", "intervals"),
    [
        (
            "video,task,step,start,end\n"
            "a.mp4,make tea,pour water,64.5,70\na.mp4,make tea,boil water,1,2.5\n",
            SHOWN.intervals,
        ),
        (
            "Video;Task;Step;Start\na.mp4;make tea;pour water;64.5\na.mp4;make tea;boil water;1\n",
            (),
        ),
        ("video,task,step\na.mp4,make tea,boil water\na.mp4,make tea,pour water\n", ()),
    ],
)
def test_a_table_is_in_order_of_time_or_as_it_stands(
    file: Path, table: str, intervals: tuple[Interval, ...]
) -> None:
    file.write_text(table + table.splitlines()[1].replace("a.mp4", "b.mp4") + "\n")
    procedures = load_procedures(file)
    assert procedures.tasks == (ProcedureTask("make tea"),)
    first, second = procedures.demonstrations
    assert (first.steps, first.intervals) == (("boil water", "pour water"), intervals)
    assert (second.video, len(second.steps)) == ("b.mp4", 1)


def test_splits_of_a_table(file: Path) -> None:
    file.write_text("video,task,step,split\na,tea,boil,train\nb,tea,boil,test\n")
    procedures = load_procedures(file)
    assert [one.video for one in procedures.of_split("test").demonstrations] == ["b"]


WRONG: list[tuple[object, str]] = [
    ({"tasks": []}, ": holds neither tasks nor demonstrations; give one of them"),
    ({"tasks": "tea"}, ": field 'tasks' is 'tea'; "),
    ({"tasks": [{"name": "tea"}]}, ", 'tasks', item 1: field 'steps' is missing; found 'name'"),
    ({"tasks": [{"name": "", "steps": ["a"]}]}, ", 'tasks', item 1: field 'name' is ''; "),
    ({"tasks": [{"name": "tea", "steps": []}]}, ", 'tasks', item 1: field 'steps' is []; "),
    (
        {"tasks": [{"name": "tea", "steps": ["boil", 3]}]},
        ", 'tasks', item 1: field 'steps.1' is 3; ",
    ),
    (
        {"tasks": [{"name": "tea", "steps": ["a"]}, {"name": " tea", "steps": ["b"]}]},
        ", 'tasks': task 'tea' is given twice; give each once",
    ),
    (
        {
            "tasks": [{"name": "tea", "steps": ["boil"]}],
            "demonstrations": [{"video": "a", "task": "toast", "steps": ["cut"]}],
        },
        ", 'demonstrations', item 1: task 'toast' is not among the file's tasks, such as 'tea'",
    ),
    (
        [{"video": "a", "task": "tea", "steps": []}],
        ", item 1: field 'steps' is []; ",
    ),
    (
        [{"video": "a", "task": "tea", "steps": ["boil", 7]}],
        ", item 1, 'steps', item 2: is 7; write a step as a text or as {",
    ),
    (
        [{"video": "a", "task": "tea", "steps": [" "]}],
        ", item 1, 'steps', item 1: is ' '; write a step as a text or as {",
    ),
    (
        [{"video": "a", "task": "tea", "steps": [{"step": "boil", "start": 3, "end": 1}]}],
        ", item 1, 'steps', item 1: interval (3.0, 1.0) ends before it starts; give the",
    ),
    (
        [{"video": "a", "task": "tea", "steps": [{"step": "boil", "start": "noon"}]}],
        ", item 1, 'steps', item 1: field 'start' is 'noon'; give seconds from 0",
    ),
    (
        [{"video": "a", "task": "tea", "steps": ["boil", {"step": "pour", "start": 3}]}],
        ", item 1, 'steps', item 2: some steps of 'a' have a start and some have none; give it",
    ),
    ([{"video": "a", "caption": "x"}], ", item 1: unknown form of procedures, with 'video', '"),
    (
        ["boil"],
        ", item 1: unknown form of procedures, with no fields; give CrossTask's release",
    ),
]


@pytest.mark.parametrize(("content", "complaint"), WRONG)
def test_wrong_files_are_refused(file: Path, content: object, complaint: str) -> None:
    write(file, content)
    with pytest.raises(DatasetError) as refused:
        load_procedures(file)
    assert str(refused.value).startswith(f"{file}{complaint}")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"cannot read '.*none\.json': .*; give the path of a"):
        load_procedures(tmp_path / "none.json")


def test_a_folder_gives_the_dataset_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "normalized").mkdir()
    write(tmp_path / "normalized" / "coin.json", normalized())
    assert load_procedures(tmp_path).name == "coin"
    write(tmp_path / "normalized" / "niv.json", normalized() | {"dataset": "NIV"})
    write_crosstask(tmp_path / "release")
    assert load_procedures(tmp_path, "niv").name == "niv"
    assert load_procedures(tmp_path / "release").name == "crosstask"
    with pytest.raises(
        DatasetError, match=r"coin\.json', '.*niv\.json'; give one of them, or name"
    ):
        load_procedures(tmp_path)
    with pytest.raises(DatasetError, match="holds no procedures of 'crosstask'; give CrossTask's"):
        load_procedures(tmp_path, "crosstask")
    with pytest.raises(DatasetError, match="holds no procedures under a known name; give Cross"):
        load_procedures(tmp_path / "release" / "annotations")


def test_a_file_of_another_dataset(file: Path) -> None:
    write(file, normalized())
    with pytest.raises(DatasetError, match="holds 'coin', not 'niv'; give the folder or the file "):
        load_procedures(file, "niv")
    with pytest.raises(ConfigError, match="no dataset 'youcook'; choose one of crosstask, coin, n"):
        load_procedures(file, "youcook")


def test_forms_without_numbers(tmp_path: Path) -> None:
    file = write(tmp_path / "COIN.json", coin())
    for path in (file, tmp_path, write_crosstask(tmp_path / "release")):
        with pytest.raises(DatasetError, match="does not number its steps; give a normalized file"):
            load_numbered(path)


def test_a_table_by_columns_is_read_as_by_rows(file: Path) -> None:
    columns = {"video": "a", "task": "make tea", "step": ["boil water", "pour water"]}
    file.write_text("video,task,step\na,make tea,boil water\na,make tea,pour water\n")
    assert load_procedures(file) == load_procedures(write(file, columns))
