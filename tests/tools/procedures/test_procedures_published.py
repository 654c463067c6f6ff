"""Datasets in their published forms: normalized, COIN.json, CrossTask's release."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foretell.errors import DatasetError
from foretell.plans import Demonstration, ProcedureTask
from foretell.tools.procedures.load import load_numbered, load_procedures
from foretell.types import Interval
from tests.tools.procedure_files import TEA_BLOCK, coin, normalized, write, write_crosstask

Change = Callable[[Any], object]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made.json"


def test_a_normalized_file_keeps_its_numbers_and_its_order(file: Path) -> None:
    numbered = load_numbered(write(file, normalized()))
    tea, throw = "boil water (Make Tea)", "boil water (throw CD Drive)"
    aims = ("aim (throw CD Drive)", "aim (throw CD Drive, 2)")
    assert numbered.actions == ("add tea", tea, throw, *aims)
    procedures = numbered.procedures
    assert procedures.name == "coin"
    assert procedures.tasks == (
        ProcedureTask("Make Tea", (tea, "add tea")),
        ProcedureTask("throw CD Drive", (throw, *aims)),
    )
    assert procedures.demonstrations == (
        Demonstration(
            "a", "Make Tea", ("add tea", tea), (Interval(5.0, 6.5), Interval(1.0, 2.0)), "train"
        ),
        Demonstration(
            "b",
            "throw CD Drive",
            (throw, aims[1], aims[1]),
            (Interval(0.0, 1.0), Interval(1.0, 1.0), Interval(2.0, 3.0)),
            "test",
        ),
    )
    assert [one.video for one in numbered.left_out] == ["c"]
    assert load_procedures(file) == procedures


def test_equal_names_are_one_step_where_the_dataset_merged_them(data_root: Path) -> None:
    numbered = load_numbered(data_root, "crosstask")
    assert len(numbered.procedures.tasks) == 18
    assert len(numbered.actions) == 105
    assert set(numbered.procedures.actions()) == set(numbered.actions)
    assert sum("add onion" in task.steps for task in numbered.procedures.tasks) > 1
    assert sum("(" in action for action in numbered.actions) == 0


def test_coin_is_read_with_all_its_steps(data_root: Path) -> None:
    numbered = load_numbered(data_root / "planning" / "normalized" / "coin.json", "coin")
    assert len(set(numbered.actions)) == 778
    assert len(numbered.procedures.tasks) == 180
    splits = [len(numbered.procedures.of_split(s).demonstrations) for s in ("train", "test")]
    assert splits == [7018, 2993]
    assert len(numbered.left_out) == 59
    assert numbered.actions[26] == "add seasoning (Make Salmon)"
    assert numbered.actions[251] == "aim at the pin (Resize Watch Band, 2)"


def put(*path: str | int, value: object) -> Change:
    """Gives what sets one value inside a file's content."""

    def change(content: Any) -> None:
        for part in path[:-1]:
            content = content[part]
        content[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (put("actions", value={"0": "aim", "2": "run"}), ", 'actions': numbers 2 steps otherwise "),
        (put("actions", "5", value="jump"), ", 'actions': action 5 is of no task; list it in the"),
        (put("actions", "0", value=" "), ": field 'actions.0' is ' '; "),
        (put("actions", "x", value="run"), ": field 'actions.x.[key]' is 'x'; "),
        (put("tasks", value=[]), ": field 'tasks' is []; "),
        (put("tasks", 0, "action_ids", value=[9]), ", 'tasks', item 1: action 9 is not in the fi"),
        (put("tasks", 0, "action_ids", value=[]), ", 'tasks', item 1: field 'action_ids' is []"),
        (put("tasks", 1, "task_id", value=7), ", 'tasks', item 2: field 'task_id' is 7; number th"),
        (put("tasks", 1, "name", value="Make Tea"), ", 'tasks': task 'Make Tea' is given twice; "),
        (put("videos", 1, "task_id", value=2), ", 'videos', item 2: task 2 is not in the file, w"),
        (put("videos", 0, "steps", value=[]), ", 'videos', item 1: field 'steps' is []; "),
        (
            put("videos", 0, "steps", 0, value=[5, 0, 1]),
            ", 'videos', item 1: action 5 is not in the file, which has 0 to 4",
        ),
        (
            put("videos", 0, "steps", 0, value=[0, 3.0, 1.0]),
            ", 'videos', item 1: interval (3.0, 1.0) ends before it starts; give the earlier time",
        ),
        (
            put("videos", 2, "steps", 0, value=["aim", 0, 1]),
            ", 'videos', item 3: field 'steps.0.0' is 'aim'; ",
        ),
    ],
)
def test_a_wrong_normalized_file_is_refused(file: Path, change: Change, complaint: str) -> None:
    content = normalized()
    change(content)
    write(file, content)
    with pytest.raises(DatasetError) as refused:
        load_procedures(file)
    assert str(refused.value).startswith(f"{file}{complaint}")


def test_coin_json_as_its_authors_publish_it(file: Path) -> None:
    procedures = load_procedures(write(file, coin()))
    assert procedures.name == "coin"
    assert procedures.tasks == (
        ProcedureTask("Make Tea", ("boil water (Make Tea)", "add tea")),
        ProcedureTask("Make Coffee", ("boil water (Make Coffee)",)),
    )
    assert procedures.demonstrations == (
        Demonstration(
            "a",
            "Make Tea",
            ("add tea", "boil water (Make Tea)"),
            (Interval(5.0, 6.5), Interval(1.0, 4.0)),
            "train",
        ),
        Demonstration(
            "b", "Make Coffee", ("boil water (Make Coffee)",), (Interval(0.0, 2.0),), "test"
        ),
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (put("database", value={}), ": field 'database' holds no videos; give COIN.json whole"),
        (
            put("database", "a", "subset", value="dev"),
            ", 'database', 'a': field 'subset' is 'dev'; give one of 'training', 'validation', 't",
        ),
        (put("database", "a", "annotation", value=[]), ", 'database', 'a': field 'annotation' is "),
        (
            put("database", "b", "annotation", 0, "id", value="8"),
            ", 'database', 'b': step 8 is called 'boil water' here and 'add tea' before; give each",
        ),
        (
            put("database", "b", "annotation", 0, "segment", value=[2.0, 1.0]),
            ", 'database', 'b': interval (2.0, 1.0) ends before it starts",
        ),
    ],
)
def test_a_wrong_coin_json_is_refused(file: Path, change: Change, complaint: str) -> None:
    content = coin()
    change(content)
    write(file, content)
    with pytest.raises(DatasetError) as refused:
        load_procedures(file)
    assert str(refused.value).startswith(f"{file}{complaint}")


def test_the_release_of_crosstask(tmp_path: Path) -> None:
    procedures = load_procedures(write_crosstask(tmp_path / "crosstask_release"), "crosstask")
    assert procedures.tasks == (
        ProcedureTask("Make Tea", ("boil water", "add tea", "pour water")),
        ProcedureTask("Make Coffee", ("boil water", "add coffee")),
    )
    assert procedures.demonstrations == (
        Demonstration(
            "x_1",
            "Make Tea",
            ("boil water", "pour water", "add tea"),
            (Interval(0.5, 4.0), Interval(4.0, 5.5), Interval(2.5, 3.0)),
            "train",
        ),
        Demonstration("k-_9", "Make Coffee", ("add coffee",), (Interval(1.0, 2.0),), "val"),
    )
    (tmp_path / "crosstask_release" / "videos_val.csv").unlink()
    assert {
        one.split for one in load_procedures(tmp_path / "crosstask_release").demonstrations
    } == {"train"}


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("tasks_primary.txt", "101\nMake Tea\n", ", block 1: has 2 lines; give id, name, address"),
        (
            "tasks_primary.txt",
            TEA_BLOCK.replace("\n3\n", "\n4\n"),
            ", block 1: announces '4' steps and has 3",
        ),
        ("tasks_primary.txt", TEA_BLOCK, " is of task '102', which tasks_primary.txt does not"),
        ("annotations/101_x_1.csv", "4,0,1\n", ", line 1: step 4 is not one of 'Make Tea', which"),
        ("annotations/101_x_1.csv", "1,0,1\n\n1,3,2\n", ", line 3: interval (3.0, 2.0) ends befo"),
        ("annotations/101_x_1.csv", "1,0\n", ", line 1: has 2 fields of 3"),
        ("annotations/101_x_1.csv", "one,0,1\n", ", line 1: field 'step' is 'one'; "),
    ],
)
def test_a_wrong_release_of_crosstask_is_refused(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    folder = write_crosstask(tmp_path / "crosstask_release")
    (folder / name).write_text(text)
    with pytest.raises(DatasetError) as refused:
        load_procedures(folder)
    assert complaint in str(refused.value)
    assert str(refused.value).startswith(str(folder))


def test_a_release_of_crosstask_without_annotations(tmp_path: Path) -> None:
    (tmp_path / "tasks_primary.txt").write_text(TEA_BLOCK)
    with pytest.raises(DatasetError, match=r"annotations holds no \*\.csv; unpack CrossTask's rel"):
        load_procedures(tmp_path)
