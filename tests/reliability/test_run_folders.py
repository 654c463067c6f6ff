"""A run folder is locked, its lines are appended, and it is taken over only if it proves whose it
is; a damaged one says which line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.evals.run_folder import Record, RunFolder
from foretell.evals.runner import run
from foretell.hidden import hide

ITEMS = {name: len(name) for name in ("a", "bb", "ccc", "dddd")}
SETTINGS = {"evaluation": "made-up", "model": "embedded", "k": 5}
KEY = "sk-made-up-key-of-a-test"
WRITER = """
import sys
from pathlib import Path
from foretell.evals.run_folder import RunFolder
with RunFolder.open(Path(sys.argv[1]), {"model": "embedded"}) as folder:
    lines = folder.lines("predictions")
    for number in range(1_000_000):
        lines.append({"key": str(number), "text": "x" * 500})
        if number == 20:
            print("begun", flush=True)
"""


def predict(items: Sequence[int]) -> Iterator[tuple[str, Record]]:
    for item in items:
        yield next(key for key, held in ITEMS.items() if held == item), {"twice": 2 * item}


def finished(folder: Path) -> Path:
    with RunFolder.open(folder, SETTINGS) as opened:
        run(ITEMS, predict, opened)
        opened.write("result.json", "{}")
    return folder / "predictions.jsonl"


def resumed(folder: Path) -> list[Record]:
    with RunFolder.open(folder, SETTINGS, resume=True) as opened:
        return run(ITEMS, predict, opened)


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    with RunFolder.open(tmp_path, SETTINGS) as first:
        for resume in (False, True):
            with pytest.raises(ConfigError, match=r"another run is writing to .*; wait until it"):
                RunFolder.open(tmp_path, SETTINGS, resume=resume)
        run(ITEMS, predict, first)
    assert len(resumed(tmp_path)) == 4


def test_a_killed_run_lets_go_of_the_folder_and_leaves_whole_lines(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        with pytest.raises(ConfigError, match="another run is writing"):
            RunFolder.open(tmp_path, {"model": "embedded"}, resume=True)
        writer.kill()
    with RunFolder.open(tmp_path, {"model": "embedded"}, resume=True) as folder:
        kept = folder.lines("predictions").records
    assert [record["key"] for record in kept] == [str(number) for number in range(len(kept))]
    assert len(kept) > 20


def cut(line: bytes) -> bytes:
    return line[: len(line) // 2] + b"\n"


def other_figure(line: bytes) -> bytes:
    return line.replace(b'"twice": 4', b'"twice": 5')


def without_proof(line: bytes) -> bytes:
    return json.dumps({"key": "bb", "twice": 4}).encode() + b"\n"


LINES: list[tuple[Callable[[bytes], bytes], str]] = [
    (cut, "is no JSON object"),
    (lambda line: b"\n", "is no JSON object"),
    (lambda line: b"\xff\xfe\n", "is no JSON object"),
    (lambda line: b"[" * 100_000 + b"\n", "is no JSON object"),
    (lambda line: b"9" * 5000 + b"\n", "is no JSON object"),
    (lambda line: b"{}\n", "was changed, or written by a run with other settings"),
    (other_figure, "was changed, or written by a run with other settings"),
    (without_proof, "was changed, or written by a run with other settings"),
]


@pytest.mark.parametrize(("damage", "told"), LINES)
def test_a_damaged_line_is_named(
    tmp_path: Path, damage: Callable[[bytes], bytes], told: str
) -> None:
    file = finished(tmp_path)
    first, second, *rest = file.read_bytes().splitlines(keepends=True)
    damaged = b"".join([first, damage(second), *rest])
    file.write_bytes(damaged)
    with pytest.raises(DatasetError, match=rf"line 2 of .*predictions\.jsonl {told}"):
        resumed(tmp_path)
    assert file.read_bytes() == damaged
    file.write_bytes(b"".join([first, *rest]))
    assert [record["twice"] for record in resumed(tmp_path)] == [2, 4, 6, 8]
    assert len(file.read_bytes().splitlines()) == 4


def test_a_line_of_a_run_with_other_settings_is_named(tmp_path: Path) -> None:
    mine, other = finished(tmp_path / "mine"), tmp_path / "other"
    with RunFolder.open(other, SETTINGS | {"k": 3}) as opened:
        run(ITEMS, predict, opened)
    lines = mine.read_bytes().splitlines(keepends=True)
    strange = (other / "predictions.jsonl").read_bytes().splitlines(keepends=True)[3]
    mine.write_bytes(b"".join([*lines[:3], strange]))
    with pytest.raises(DatasetError, match=r"line 4 of .* other settings"):
        resumed(tmp_path / "mine")


OF_SETTINGS: list[Callable[[Path], object]] = [
    lambda file: file.unlink(),
    lambda file: file.write_text("{"),
    lambda file: file.write_text("[]"),
    lambda file: file.write_text(json.dumps(SETTINGS)),
    lambda file: file.write_text(file.read_text().replace('"k": 5', '"k": 6')),
]


@pytest.mark.parametrize("damage", OF_SETTINGS)
@pytest.mark.parametrize("resume", [False, True])
def test_results_without_the_settings_that_they_prove_are_left(
    tmp_path: Path, damage: Callable[[Path], object], resume: bool
) -> None:
    finished(tmp_path)
    damage(tmp_path / "run.json")
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(ConfigError, match=r"run\.json is not .*; give another folder to out"):
        RunFolder.open(tmp_path, SETTINGS, resume=resume)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_another_program_wrote_is_left(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"epochs": 3}')
    with pytest.raises(ConfigError, match="is not one that a run wrote"):
        RunFolder.open(tmp_path, SETTINGS)
    assert (tmp_path / "run.json").read_text() == '{"epochs": 3}'


def test_no_secret_stands_in_a_folder(tmp_path: Path) -> None:
    hide(KEY)
    address = {"base_url": f"http://localhost:8000/v1?key=other-{KEY[::-1]}"}
    with RunFolder.open(tmp_path, SETTINGS | address | {"note": f"with {KEY}"}) as folder:
        folder.lines("predictions").append({"key": "a", "reply": f"your key is {KEY}"})
        folder.write("report.md", f"the model said {KEY}")
    held = "".join(file.read_text() for file in tmp_path.iterdir())
    assert KEY not in held
    assert KEY[::-1] not in held
    assert "your key is [key]" in held
    with RunFolder.open(
        tmp_path, SETTINGS | address | {"note": f"with {KEY}"}, resume=True
    ) as again:
        assert again.lines("predictions").records == [{"key": "a", "reply": "your key is [key]"}]


def test_any_words_of_a_model_can_be_kept(tmp_path: Path) -> None:
    records: list[Record] = [
        {"key": "half a character", "text": "\udc80 \ud83d"},
        {"key": "lines", "text": "a\u2028b\u0085c\r\n"},
        {"key": "numbers", "at": 0.1, "none": None, "nan": float("inf")},
    ]
    with RunFolder.open(tmp_path, SETTINGS) as folder:
        for record in records:
            folder.lines("predictions").append(record)
    with RunFolder.open(tmp_path, SETTINGS, resume=True) as folder:
        assert folder.lines("predictions").records == records


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot read or write .*; see that there is room"):
        RunFolder.open(tmp_path / "file" / "run", SETTINGS)
    (tmp_path / "run" / "result.json").mkdir(parents=True)
    with (
        RunFolder.open(tmp_path / "run", SETTINGS) as folder,
        pytest.raises(ConfigError, match=r"cannot read or write .*; see that there is room"),
    ):
        folder.write("result.json", "{}")
