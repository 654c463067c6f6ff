from __future__ import annotations

from pathlib import Path

import pytest

from foretell.actions import Action
from foretell.errors import DatasetError
from foretell.evals.datasets.ego4d_lta import subset_keys
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.tools.annotations.antgpt import NEIGHBOUR_ROWS, read_antgpt
from foretell.tools.annotations.load import Annotations, load_sequences
from foretell.tools.annotations.tables import read_rows
from tests.tools.annotation_files import NOUNS, VERBS, antgpt_rows, tiny_taxonomy, write_antgpt

FIRST = "take cup, wash cup, put cup, take knife, wash knife, put knife"
SECOND = "turn tap, wash chopping, put chopping, take cup, put cup, take knife, put knife"


@pytest.fixture(scope="module")
def real(data_root: Path) -> Annotations:
    return load_sequences(data_root / "anticipation" / "antgpt_ego4d_v1")


def load(path: Path) -> Annotations:
    return load_sequences(path, tiny_taxonomy())


def test_clips_are_put_together_from_their_rows(tmp_path: Path) -> None:
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", antgpt_rows(FIRST) + antgpt_rows(SECOND))
    loaded = load(path)
    first, second = loaded.sequences
    assert loaded.form == "antgpt"
    assert (first.name, second.name) == ("clip000", "clip001")
    assert ", ".join(map(str, first.actions)) == FIRST
    assert second.actions[:2] == (Action("turn on", "tap"), Action("wash", "chopping board"))
    assert first.excluded == second.excluded == {"clip000", "clip001"}
    assert not first.recognised
    assert [w.key for s in loaded.sequences for w in s.windows(2, 3)] == [
        "clip000_1",
        "clip000_2",
        "clip001_1",
        "clip001_2",
        "clip001_3",
    ]


def test_recognised_pasts_come_from_the_file_beside(tmp_path: Path) -> None:
    rows = antgpt_rows(FIRST)
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", rows)
    seen = ["put cup, put cup", "put cup, grab mug"]
    recognised = [(past, future) for past, (_, future) in zip(seen, rows, strict=True)]
    write_antgpt(tmp_path / "val_nseg2_recog.jsonl", recognised)
    (clip,) = load(path).sequences
    assert clip.recognised == (Action("put", "cup"), Action("put", "cup"), Action("take", "cup"))
    assert len(clip.windows(2, 3, recognised=True)) == 2


def test_rows_in_no_order_are_a_clip_each(tmp_path: Path) -> None:
    rows = [*antgpt_rows(FIRST)[::-1], *antgpt_rows(SECOND)[::-1]]
    clips = load(write_antgpt(tmp_path / "train_nseg2.jsonl", rows)).sequences
    assert len(clips) == len(rows)
    assert all(len(clip.windows(2, 3)) == 1 and not clip.excluded for clip in clips)


@pytest.mark.parametrize(
    "lengths", [(290, 8, 3, 300, 5, 400, 2), (301, 1, 299, 1, 300, 1), (900,), (4, 4, 4)]
)
def test_clips_with_rows_nearby_are_excluded(lengths: tuple[int, ...], tmp_path: Path) -> None:
    rows: list[tuple[str, str]] = []
    spans: list[range] = []
    for number, length in enumerate(lengths):
        actions = [f"{VERBS[number % 3]} {NOUNS[row % 2]}" for row in range(length + 4)]
        spans.append(range(len(rows), len(rows) + length))
        rows += antgpt_rows(", ".join(actions))
    clips = load(write_antgpt(tmp_path / "val_nseg2.jsonl", rows)).sequences
    assert [len(clip.windows(2, 3)) for clip in clips] == list(lengths)
    for clip, mine in zip(clips, spans, strict=True):
        assert clip.excluded == {
            other.name
            for other, its in zip(clips, spans, strict=True)
            if its[0] - mine[-1] <= NEIGHBOUR_ROWS and mine[0] - its[-1] <= NEIGHBOUR_ROWS
        }


def test_a_subset_is_found_in_the_whole(tmp_path: Path) -> None:
    rows = antgpt_rows(FIRST) + antgpt_rows(SECOND)
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", rows)
    write_antgpt(tmp_path / "val_nseg2_subset3.jsonl", [rows[4], rows[0], rows[2]])
    assert subset_keys(load(path), 3) == ("clip001_3", "clip000_1", "clip001_1")


def test_a_recognised_past_tells_equal_rows_apart(tmp_path: Path) -> None:
    rows = antgpt_rows(FIRST)[:1] + antgpt_rows(SECOND)[:1] + antgpt_rows(FIRST)[:1]
    seen = [(past, rows[place][1]) for place, past in enumerate(("put cup", "put tap", "wash cup"))]
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", rows)
    write_antgpt(tmp_path / "val_nseg2_subset1.jsonl", rows[2:])
    with pytest.raises(DatasetError, match="row 1: is several windows, clip000_1, clip002_1, of"):
        subset_keys(load(path), 1)
    seen = [(f"{past}, {past}", future) for past, future in seen]
    write_antgpt(tmp_path / "val_nseg2_recog.jsonl", seen)
    write_antgpt(tmp_path / "val_nseg2_recog_subset1.jsonl", seen[2:])
    assert subset_keys(load(path), 1) == ("clip002_1",)
    write_antgpt(tmp_path / "val_nseg2_recog_subset1.jsonl", seen)
    with pytest.raises(DatasetError, match=r"has 1 rows and 'val_nseg2_recog_subset1.jsonl' 3; g"):
        subset_keys(load(path), 1)


def test_a_subset_that_is_not_there_or_of_another_file(tmp_path: Path) -> None:
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", antgpt_rows(FIRST))
    with pytest.raises(DatasetError, match=r"val_nseg2_subset9.jsonl is not there; .*: none$"):
        subset_keys(load(path), 9)
    write_antgpt(tmp_path / "val_nseg2_subset1.jsonl", antgpt_rows(SECOND)[:1])
    with pytest.raises(DatasetError, match=r"subsets beside are: 'val_nseg2_subset1.jsonl'"):
        subset_keys(load(path), 9)
    with pytest.raises(DatasetError, match="row 1: is no window of the whole; give its own"):
        subset_keys(load(path), 1)
    free = Annotations(path, "plain", load(path).sequences, None)
    with pytest.raises(DatasetError, match="is not of AntGPT; subsets are for such files only"):
        subset_keys(free, 1)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("take cup, put", "put cup"), "'put' is no action; write a verb and a noun"),
        (("take cup", "put the cup"), "'put the cup' is no action; write a verb"),
        (("take cup", ""), "'' is no action"),
        (("take whale", "put cup"), "'take whale' is not in the taxonomy 'tiny'; give"),
    ],
)
def test_rows_that_cannot_be_read(row: tuple[str, str], complaint: str, tmp_path: Path) -> None:
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", [row])
    with pytest.raises(DatasetError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: {complaint}")


def test_recognised_pasts_of_other_rows_are_refused(tmp_path: Path) -> None:
    rows = antgpt_rows(FIRST)
    path = write_antgpt(tmp_path / "val_nseg2.jsonl", rows)
    for others in (rows[:1], rows[::-1], [("put tap, put tap", future) for _, future in rows[:1]]):
        write_antgpt(tmp_path / "val_nseg2_recog.jsonl", others)
        with pytest.raises(DatasetError, match=r"its rows are not those of 'val_nseg2_recog.jsonl"):
            load(path)
    torn = [(f"put cup, {VERBS[place]} tap", future) for place, (_, future) in enumerate(rows)]
    write_antgpt(tmp_path / "val_nseg2_recog.jsonl", torn)
    with pytest.raises(DatasetError, match="give two files that belong together, or move that"):
        load(path)
    with pytest.raises(DatasetError, match=r"holds recognised pasts, .*; give 'val_nseg2.jsonl'"):
        load(tmp_path / "val_nseg2_recog.jsonl")


def test_the_real_rows_come_back_in_order(real: Annotations, data_root: Path) -> None:
    assert len(real.sequences) == 208
    windows = [window for clip in real.sequences for window in clip.windows()]
    seen = [window for clip in real.sequences for window in clip.windows(recognised=True)]
    assert len(windows) == len(seen) == 6687
    folder = data_root / "anticipation" / "antgpt_ego4d_v1"
    for name, found in (("val_nseg8.jsonl", windows), ("val_nseg8_recog.jsonl", seen)):
        for window, row in zip(found, read_rows(folder / name).items(), strict=True):
            past, future = (str(row.fields()[field]) for field in ("prompt", "completion"))
            assert ", ".join(map(str, window.past)) == past.split("###")[0].strip()
            assert ", ".join(map(str, window.future)) == future.split("###")[0].strip()


def test_the_real_words_stay_distinct_in_the_full_taxonomy(
    real: Annotations, data_root: Path
) -> None:
    folder = data_root / "anticipation" / "antgpt_ego4d_v1"
    full = load_taxonomy("ego4d-v1", data_root)
    renamed = read_antgpt(read_rows(folder / "val_nseg8.jsonl"), full)
    for sequences in (real.sequences, renamed):
        actions = [action for one in sequences for action in one.actions + one.recognised]
        assert len({action.verb for action in actions}) == 97
        assert len({action.noun for action in actions}) == 320


def test_the_real_subset_is_found(real: Annotations, data_root: Path) -> None:
    keys = subset_keys(real, 600)
    assert len(keys) == len(set(keys)) == 600
    by_key = {window.key: window for clip in real.sequences for window in clip.windows()}
    folder = data_root / "anticipation" / "antgpt_ego4d_v1"
    rows = read_rows(folder / "val_nseg8_subset600.jsonl").items()
    for key, row in zip(keys, rows, strict=True):
        past = str(row.fields()["prompt"]).split("###")[0].strip()
        assert ", ".join(map(str, by_key[key].past)) == past


def test_the_real_clips_never_learn_from_their_neighbours(real: Annotations) -> None:
    for clip in real.sequences:
        assert clip.name in clip.excluded
        assert not clip.windows()[0].may_learn_from(clip.video)
    assert max(len(clip.excluded) for clip in real.sequences) < 60
