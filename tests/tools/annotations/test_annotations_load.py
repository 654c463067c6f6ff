from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.tools.annotations.load import load_sequences, splits
from tests.tools.annotation_files import (
    antgpt_rows,
    ego4d_row,
    tiny_taxonomy,
    write_antgpt,
    write_ego4d,
)


def test_a_folder_with_one_split_needs_no_name(tmp_path: Path) -> None:
    rows = antgpt_rows("take cup, wash cup, put cup, take cup, wash cup")
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", rows)
    write_antgpt(tmp_path / "val_nseg2_recog.jsonl", rows)
    write_antgpt(tmp_path / "val_nseg2_subset1.jsonl", rows)
    for split in (None, "val"):
        loaded = load_sequences(tmp_path, tiny_taxonomy(), split=split)
        assert (loaded.path, len(loaded.sequences)) == (path, 1)


def test_a_folder_with_several_splits_needs_one(tmp_path: Path) -> None:
    for split in ("train", "val"):
        write_ego4d(tmp_path / f"fho_lta_{split}.json", [ego4d_row(split, 0, 0, 0)])
    assert set(splits(tmp_path)) == {"train", "val"}
    (sequence,) = load_sequences(tmp_path, tiny_taxonomy(), split="train").sequences
    assert sequence.name == "train"
    held = r"'fho_lta_train.json' \(train\), 'fho_lta_val.json' \(val\); name one of these splits"
    with pytest.raises(DatasetError, match=f"holds {held}"):
        load_sequences(tmp_path, tiny_taxonomy())
    with pytest.raises(DatasetError, match=f"holds no split 'test', but {held}"):
        load_sequences(tmp_path, tiny_taxonomy(), split="test")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("fho_lta_train.json", "train"),
        ("val_nseg8.jsonl", "val"),
        ("train_S1.csv", "train"),
        ("EPIC_train_action_labels.csv", "train"),
        ("EPIC_100_validation.csv", "val"),
        ("training1.csv", "train"),
        ("test_split1.txt", "test"),
    ],
)
def test_published_names_tell_the_split(tmp_path: Path, name: str, split: str) -> None:
    (tmp_path / name).touch()
    assert splits(tmp_path) == {split: tmp_path / name}


def test_two_files_of_one_split(tmp_path: Path) -> None:
    for observed in (4, 8):
        (tmp_path / f"val_nseg{observed}.jsonl").touch()
    with pytest.raises(DatasetError, match=r"'val_nseg8.jsonl', both of the split 'val'; give one"):
        load_sequences(tmp_path)


def test_a_folder_without_annotations(tmp_path: Path) -> None:
    (tmp_path / "val_S1_nframes.csv").touch()
    with pytest.raises(DatasetError, match="holds no annotations under a known name; give Ego4D's"):
        load_sequences(tmp_path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('{"past": ["take cup"]}', "'past'"),
        ("[1, 2]", "no fields"),
        ("video,start,end\na,1,2\n", "'video', 'start', 'end'"),
        ("P01/P01_01\t8\t202\t2\n", "'p01/p01_01', '8', '202', '2'"),
    ],
)
def test_unknown_forms_are_refused(tmp_path: Path, content: str, found: str) -> None:
    path = tmp_path / "what.dat"
    path.write_text(content + content.splitlines()[-1] + "\n" if "\t" in content else content)
    with pytest.raises(DatasetError) as refused:
        load_sequences(path)
    assert f"unknown form of annotations, with {found}; give Ego4D's fho_lta_*.json" in str(
        refused.value
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"cannot read '.*absent\.csv': .*; give the path of"):
        load_sequences(tmp_path / "absent.csv")


def test_what_a_dataset_names_lies_in_a_sister_folder(tmp_path: Path) -> None:
    home = tmp_path / "anticipation"
    taxonomy = {"verbs": ["take", "put"], "nouns": ["cup"]}
    (home / "ego4d_lta_taxonomy").mkdir(parents=True)
    for version in ("v1", "v2"):
        file = home / "ego4d_lta_taxonomy" / f"fho_lta_taxonomy_{version}.json"
        file.write_text(json.dumps(taxonomy))
    (home / "mine").mkdir()
    rows = antgpt_rows("take cup, put cup, put cup, take cup, put cup")
    loaded = load_sequences(write_antgpt(home / "mine" / "val_nseg2.jsonl", rows))
    assert loaded.taxonomy is not None
    assert loaded.taxonomy.name == "ego4d-v1"
    row = ego4d_row("a", 0, 0, 0, verb="take", noun="cup")
    loaded = load_sequences(write_ego4d(home / "mine" / "fho_lta_val.json", [row]))
    assert loaded.taxonomy is not None
    assert loaded.taxonomy.name == "ego4d-v2"
