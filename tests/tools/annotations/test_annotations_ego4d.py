from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from foretell.actions import Action
from foretell.errors import DatasetError
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.tools.annotations.load import load_sequences
from tests.tools.annotation_files import ego4d_row, tiny_taxonomy, write_ego4d


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fho_lta_val.json"


def test_actions_follow_their_number_whatever_their_time(path: Path) -> None:
    rows = [ego4d_row("a", index, index % 4, 2) for index in range(3, 9)]
    rows += [ego4d_row("b", index, 3, 3) for index in range(4)]
    random.Random(0).shuffle(rows)
    loaded = load_sequences(write_ego4d(path, rows), tiny_taxonomy())
    by_name = {sequence.name: sequence for sequence in loaded.sequences}
    assert loaded.form == "ego4d-lta"
    assert by_name["a"].video == "video-of-a"
    verbs = [action.verb for action in by_name["a"].actions]
    assert verbs == ["turn on", "take", "put", "wash", "turn on", "take"]
    assert by_name["a"].actions[0] == Action("turn on", "chopping board")
    assert [window.key for window in by_name["a"].windows(2, 3)] == ["a_4", "a_5"]
    assert by_name["b"].windows(2, 2)[0].key == "b_1"


def test_the_taxonomy_beside_the_file_gives_the_words(path: Path) -> None:
    taxonomy = {"verbs": ["take_(pick,_grab)", "put"], "nouns": ["nut_(tool)", "nut_(food)"]}
    (path.parent / "fho_lta_taxonomy.json").write_text(json.dumps(taxonomy))
    row = ego4d_row("a", 0, 0, 1, verb="take_(pick,_grab)", noun="nut_(food)")
    loaded = load_sequences(write_ego4d(path, [row]))
    assert loaded.taxonomy is not None
    assert loaded.sequences[0].actions == (Action("take", loaded.taxonomy.nouns.labels[1]),)


def test_rows_without_words_or_video_are_read_by_number(path: Path) -> None:
    row = {"clip_uid": "P01_17", "action_idx": 0, "verb_label": 1, "noun_label": 0}
    row |= {"verb": "placeholder", "noun": "placeholder"}
    (sequence,) = load_sequences(write_ego4d(path, [row]), tiny_taxonomy()).sequences
    assert (sequence.video, sequence.actions) == ("P01_17", (Action("put", "cup"),))


def test_the_test_split_has_no_labels(path: Path) -> None:
    row = {"video_uid": "v", "clip_uid": "a", "action_idx": 0}
    with pytest.raises(DatasetError, match=r"has no labels, as the test split is published; give"):
        load_sequences(write_ego4d(path, [row]), tiny_taxonomy())


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (
            [ego4d_row("a", 0, 0, 0) | {"verb_label": 9}],
            "item 1: verb 9 is not in the taxonomy 'tiny', whose verbs are 0 to 3; give the",
        ),
        (
            [ego4d_row("a", 0, 0, 0) | {"noun_label": -1}],
            "item 1: noun -1 is not in the taxonomy",
        ),
        (
            [ego4d_row("a", 0, 0, 0, verb="fold_(bend)")],
            "item 1: verb 'fold_(bend)' has the number that the taxonomy 'tiny' gives to 'take'; ",
        ),
        (
            [ego4d_row("a", 0, 0, 0), ego4d_row("a", 2, 0, 0)],
            "item 2: action_idx of clip 'a' is 2 where 1 is due; give the file whole, and each",
        ),
        ([ego4d_row("a", 0, 0, 0)] * 2, "item 2: action_idx of clip 'a' is 0 where 1 is due; "),
        ([ego4d_row("a", 0, 0, 0) | {"verb_label": "x"}], "item 1: field 'verb_label' is 'x'; "),
        ([], "holds no clips; fetch the file again"),
    ],
)
def test_wrong_rows_are_refused(rows: list[dict[str, object]], complaint: str, path: Path) -> None:
    with pytest.raises(DatasetError) as refused:
        load_sequences(write_ego4d(path, rows), tiny_taxonomy())
    assert str(refused.value).startswith(f"{path}, 'clips'")
    assert complaint in str(refused.value)


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_every_published_label_agrees_with_its_number(
    version: str, path: Path, data_root: Path
) -> None:
    file = data_root / "anticipation" / "ego4d_lta_taxonomy" / f"fho_lta_taxonomy_{version}.json"
    entries = json.loads(file.read_text())
    verbs, nouns = entries["verbs"], entries["nouns"]
    rows = [
        ego4d_row("a", i, 0, 0, verb=verbs[i % len(verbs)], noun=noun)
        | {"verb_label": i % len(verbs), "noun_label": i}
        for i, noun in enumerate(nouns)
    ]
    loaded = load_sequences(write_ego4d(path, rows), load_taxonomy(file))
    assert len(set(loaded.sequences[0].actions)) == len(nouns)
