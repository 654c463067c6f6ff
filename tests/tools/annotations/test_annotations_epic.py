from __future__ import annotations

from pathlib import Path

import pytest

from foretell.actions import Action
from foretell.errors import ConfigError, DatasetError
from foretell.tools.annotations.load import load_sequences
from tests.tools.annotation_files import tiny_taxonomy

TAKE, PUT, WASH = Action("take", "cup"), Action("put", "cup"), Action("wash", "knife")
EGO_TOPO = "P01/P01_17\t63\t258\t1\t0\nP01/P01_17\t1\t108\t0\t0\nP02/P02_1\t5\t9\t2\t1\n"
RULSTM = "P01_17_1,P01_17,5,99,1,0,7\nP01_17_0,P01_17,5,10,0,0,8\nP02_01_0,P02_1,1,2,2,1,9\n"
OFFICIAL = (
    "narration_id,video_id,start_timestamp,start_frame,stop_frame,narration,verb,verb_class,"
    "noun,noun_class,all_nouns\n"
    "P01_17_1,P01_17,00:00:01.00,61,258,put down mug,put-down,1,mug,0,\"['mug', 'cup']\"\n"
    "P01_17_0,P01_17,00:00:00.00,1,108,grab mug,grab,0,mug,0,['mug']\n"
    "P02_01_0,P02_1,00:00:00.00,1,108,rinse knife,rinse,2,knife,1,['knife']\n"
)
EGTEA_LABELS = (
    "# Clip ID (Unique, used only internally); Clip Prefix (Unique); Video Session; "
    "Starting Time (ms);  Ending Time (ms); Action Label; Verb Label; Noun Label(s)\n"
    "2; P07-R01-Pizza-91730-93630; P07-R01-Pizza; 91730; 93630; Take eating_utensil; Take; "
    "eating_utensil\n"
    "1; P07-R01-Pizza-8-9; P07-R01-Pizza; 8; 9; Transfer bread,plate; Transfer; bread,plate\n"
)
EGTEA_SPLIT = (
    "OP01-R01-PastaSalad-1002316-1004005-F024051-F024101 4 2 1 \n"
    "OP01-R01-PastaSalad-23160-40050-F000551-F000962 1 1 1 2\n"
    "P02-R03-BaconAndEggs-5-9-F000001-F000002 9 3 2\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "annotations.csv"


@pytest.mark.parametrize(
    ("content", "form"), [(EGO_TOPO, "ego-topo"), (RULSTM, "rulstm"), (OFFICIAL, "epic")]
)
def test_each_video_is_a_sequence_in_order_of_time(file: Path, content: str, form: str) -> None:
    file.write_text(content)
    loaded = load_sequences(file, tiny_taxonomy())
    assert loaded.form == form
    assert [(one.name, one.video, one.actions) for one in loaded.sequences] == [
        ("P01_17", "P01_17", (TAKE, PUT)),
        ("P02_1", "P02_1", (WASH,)),
    ]


def test_narrations_are_the_captions(file: Path) -> None:
    file.write_text(OFFICIAL)
    captions = [one.captions for one in load_sequences(file, tiny_taxonomy()).sequences]
    assert captions == [("grab mug", "put down mug"), ("rinse knife",)]


def test_egtea_has_its_own_words_or_numbers_from_one(file: Path) -> None:
    file.write_text(EGTEA_LABELS)
    loaded = load_sequences(file)
    assert (loaded.form, loaded.taxonomy) == ("egtea-labels", None)
    (session,) = loaded.sequences
    assert session.video == "P07-R01-Pizza"
    assert session.actions == (Action("transfer", "bread"), Action("take", "eating utensil"))
    with pytest.raises(DatasetError, match="has no noun of the taxonomy 'tiny'; use its words"):
        load_sequences(file, tiny_taxonomy())
    file.write_text(EGTEA_SPLIT)
    loaded = load_sequences(file, tiny_taxonomy())
    assert loaded.form == "egtea-split"
    assert [(one.video, one.actions) for one in loaded.sequences] == [
        ("OP01-R01-PastaSalad", (TAKE, PUT)),
        ("P02-R03-BaconAndEggs", (WASH,)),
    ]


@pytest.mark.parametrize("content", [EGO_TOPO, RULSTM])
def test_egtea_in_the_columns_of_others_needs_its_classes(file: Path, content: str) -> None:
    file.write_text(content.replace("P01_17", "OP01-R01-PastaSalad"))
    assert load_sequences(file, tiny_taxonomy()).sequences[0].video == "OP01-R01-PastaSalad"
    with pytest.raises(DatasetError, match="classes of 'egtea', which do not lie beside it; give"):
        load_sequences(file)
    for name, labels in (("verbs.csv", "take,put,wash"), ("nouns.csv", "cup,knife")):
        rows = [f"{number},{label}" for number, label in enumerate(labels.split(","))]
        (file.parent / name).write_text("\n".join(["id,label", *rows]) + "\n")
    assert load_sequences(file).sequences[0].actions == (TAKE, PUT)


@pytest.mark.parametrize(
    ("content", "name"), [(EGO_TOPO, "epic-55"), (RULSTM, "epic-100"), (OFFICIAL, "epic-100")]
)
def test_numbers_without_a_taxonomy_are_refused(tmp_path: Path, content: str, name: str) -> None:
    file = tmp_path / "anticipation" / "mine" / "annotations.csv"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    with pytest.raises(ConfigError, match=f"taxonomy '{name}' does not ship with foretell"):
        load_sequences(file)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (EGO_TOPO + "P01/P01_17\t1\t2\t4\t0\n", "line 4: verb 4 is not in the taxonomy 'tiny', wh"),
        (EGO_TOPO + "P01/P01_17\t1\t2\n", "line 4: has 3 fields, the first line has 5: path, "),
        (RULSTM + "P01_17_1,P01_17,x,99,1,0,7\n", "line 4: field 'start_frame' is 'x'; Input"),
        (OFFICIAL.replace("00.00,1,108,rinse", ",,rinse"), "line 4: has 10 fields, the header"),
        (EGTEA_SPLIT.replace("-F000001-", "-"), "line 3: clip 'P02-R03-BaconAndEggs-5-9-F000002'"),
        (EGTEA_SPLIT.replace(" 9 3 2", " 9 0 2"), "line 3: verb -1 is not in the taxonomy"),
        (EGTEA_LABELS.replace(" Take;", ";"), "line 2: {'# clip id"),
    ],
)
def test_wrong_rows_are_refused(file: Path, content: str, complaint: str) -> None:
    file.write_text(content)
    taxonomy = None if content.startswith("#") else tiny_taxonomy()
    with pytest.raises(DatasetError) as refused:
        load_sequences(file, taxonomy)
    assert str(refused.value).startswith(f"{file}, {complaint}")


@pytest.mark.parametrize(
    ("folder", "split", "form", "counts"),
    [
        ("antgpt_ek55", "train", "ego-topo", (205, 20730, 16025)),
        ("antgpt_ek55", "val", "ego-topo", (67, 7742, 6252)),
        ("epic55_official", None, "epic", (272, 28472, 22277)),
        ("epic100_official", "val", "epic", (138, 9668, 6511)),
        ("rulstm_ek100", "val", "rulstm", (138, 9668, 6511)),
        ("rulstm_ek100", "train", "rulstm", (495, 67217, 55386)),
    ],
)
def test_real_counts(
    folder: str, split: str | None, form: str, counts: tuple[int, ...], data_root: Path
) -> None:
    loaded = load_sequences(data_root / "anticipation" / folder, split=split)
    videos = {one.video for one in loaded.sequences}
    actions = sum(len(one.actions) for one in loaded.sequences)
    windows = sum(len(one.windows()) for one in loaded.sequences)
    assert (loaded.form, len(videos), actions, windows) == (form, *counts)
    assert len(loaded.sequences) == len(videos)


def test_two_published_forms_of_one_split_are_the_same(data_root: Path) -> None:
    official = load_sequences(data_root / "anticipation" / "epic100_official").sequences
    by_number = load_sequences(data_root / "anticipation" / "rulstm_ek100", split="val").sequences
    ours = {one.video: sorted(one.actions) for one in official}
    assert ours == {one.video: sorted(one.actions) for one in by_number}
