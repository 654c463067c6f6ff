from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import ConfigError, DatasetError
from foretell.memory.banks.taxonomy_files import TAXONOMY_NAMES, load_taxonomy
from foretell.memory.words.label_grammar import LabelEntry, read_entry
from foretell.memory.words.taxonomy import Taxonomy

OWN = {
    "verbs": ["take_(pick,_grab)", {"label": "put", "synonyms": ["place"]}],
    "nouns": ["cup_(mug)", "nut_(food)", "nut_(tool)"],
}


def written(path: Path, content: object) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def named(taxonomy: Taxonomy, noun: str) -> str | None:
    match = taxonomy.nouns.find(noun)
    return match.label if match else None


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("apple", LabelEntry("apple")),
        ("chopping_board", LabelEntry("chopping board")),
        ("put_(place,_leave,_drop)", LabelEntry("put", ("place", "leave", "drop"))),
        ("attach_(plug-in,_attach)", LabelEntry("attach", ("plug-in",))),
        (
            "adjust_(increase/reduce,_change)",
            LabelEntry("adjust", ("increase", "reduce", "change")),
        ),
        ("turn_off_(turn_off,_switch_off)", LabelEntry("turn off", ("switch off",))),
        ("file_(with_tool)", LabelEntry("file", (), "with tool")),
        ("bat_(sports)", LabelEntry("bat", (), "sports")),
        ("chip_(wood,_metal)", LabelEntry("chip", (), "wood or metal")),
        ("chip_(wood'_metal),", LabelEntry("chip", (), "wood metal")),
        ("metal_(lead,_metal,_steel)", LabelEntry("metal", ("lead", "steel"))),
        ("car_(car,_vehicle)", LabelEntry("car", ("vehicle",))),
        ("jack_(tool)_(jack,_lift)", LabelEntry("jack", ("lift",), "tool")),
        ("cup_(mug)", LabelEntry("cup", ("mug",))),
    ],
)
def test_an_entry_of_ego4d_is_read(text: str, entry: LabelEntry) -> None:
    assert read_entry(text) == entry


@pytest.mark.parametrize("text", ["", "_(mug)", "cup_(mug", "cup)", "cup_((mug)"])
def test_a_broken_entry_is_refused(text: str) -> None:
    with pytest.raises(DatasetError, match=r"is not of the form head_\(synonym,_synonym\)"):
        read_entry(text)


@pytest.mark.parametrize(("version", "verbs", "nouns"), [("v1", 115, 478), ("v2", 117, 521)])
def test_ego4d_is_read_whole(data_root: Path, version: str, verbs: int, nouns: int) -> None:
    taxonomy = load_taxonomy(f"ego4d-{version}", data_root)
    assert taxonomy.name == f"ego4d-{version}"
    assert (len(taxonomy.verbs), len(taxonomy.nouns)) == (verbs, nouns)
    for vocabulary in (taxonomy.verbs, taxonomy.nouns):
        for number, label in enumerate(vocabulary.labels):
            match = vocabulary.find(label)
            assert match is not None
            assert (vocabulary.index(label), match.index, match.how) == (number, number, "exact")
    assert [label for label in taxonomy.nouns.labels if "(" in label] == [
        "bat (sports)", "bat (tool)", "chip (food)", "chip (wood metal)", "chip (wood or metal)",
        "nut (food)", "nut (tool)", "pot (planter)",
    ]  # fmt: skip


def test_a_qualifier_of_ego4d_is_no_name(data_root: Path) -> None:
    taxonomy = load_taxonomy("ego4d-v2", data_root)
    asked = (
        "tool",
        "sports",
        "computer mouse",
        "nut",
        "pot",
        "chip",
        "spice",
        "salt",
        "plants",
        "mug",
    )
    assert [named(taxonomy, noun) for noun in asked] == [
        None, None, "mouse", "nut (tool)", "pot", "chip (food)", "spice", "seasoning", "plant",
        "cup",
    ]  # fmt: skip


def test_antgpt_numbers_its_repeated_words_by_its_own_dictionary(data_root: Path) -> None:
    folder = data_root / "anticipation/antgpt_ego4d_v1"
    taxonomy = load_taxonomy(folder)
    assert taxonomy.name == "antgpt_ego4d_v1"
    numbers = json.loads((folder / "dicts.json").read_text(encoding="utf-8"))
    for vocabulary, words in ((taxonomy.verbs, "v2i"), (taxonomy.nouns, "n2i")):
        for label in vocabulary.labels:
            assert vocabulary.index(label) == numbers[words][label]
    assert taxonomy.verbs.find("on") is None
    assert taxonomy.nouns.find("tool") is None
    assert len(load_taxonomy(folder / "dicts.json").nouns) == 478


@pytest.mark.parametrize(
    ("name", "verbs", "nouns", "noun", "label"),
    [("epic-55", 125, 352, "frying pan", "pan"), ("epic-100", 97, 300, "hob", "hob")],
)
def test_epic_kitchens_is_read(
    data_root: Path, name: str, verbs: int, nouns: int, noun: str, label: str
) -> None:
    taxonomy = load_taxonomy(name, data_root)
    assert (len(taxonomy.verbs), len(taxonomy.nouns)) == (verbs, nouns)
    assert taxonomy.verbs.index("turn on") == taxonomy.verbs.labels.index("turn on")
    assert "chopping board" in taxonomy.nouns.labels
    assert named(taxonomy, noun) == label


def test_the_everyday_taxonomy_ships() -> None:
    taxonomy = load_taxonomy("everyday")
    assert taxonomy.name == "everyday"
    assert len(taxonomy.verbs) > 50
    assert len(taxonomy.nouns) > 200


def test_a_list_of_ones_own_is_read_from_json(tmp_path: Path) -> None:
    taxonomy = load_taxonomy(written(tmp_path / "workshop.json", OWN))
    assert taxonomy.name == "workshop"
    assert taxonomy.verbs.labels == ("take", "put")
    assert taxonomy.nouns.labels == ("cup", "nut (food)", "nut (tool)")
    assert named(taxonomy, "mug") == "cup"
    assert load_taxonomy(str(tmp_path / "workshop.json")).verbs.find("places") is not None


def test_a_table_of_ones_own_is_read_from_csv(tmp_path: Path) -> None:
    table = "slot,label,synonyms\nverb,take,pick;grab\nnoun,cup,mug\nverb,put,\nnoun,saw,\n"
    taxonomy = load_taxonomy(written(tmp_path / "workshop.csv", table))
    assert taxonomy.verbs.labels == ("take", "put")
    assert taxonomy.nouns.labels == ("cup", "saw")
    assert named(taxonomy, "mug") == "cup"


def test_two_tables_of_ones_own_are_read_from_a_folder(tmp_path: Path) -> None:
    written(tmp_path / "verbs.csv", "label,synonyms\ntake,pick\n")
    written(tmp_path / "nouns.csv", "label\ncup\nsaw\n")
    taxonomy = load_taxonomy(tmp_path)
    assert taxonomy.name == tmp_path.name
    assert taxonomy.nouns.labels == ("cup", "saw")


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    names = ", ".join(map(repr, TAXONOMY_NAMES))
    sentence = f"taxonomy 'kitchen' is neither a file, a folder nor one of {names}"
    with pytest.raises(ConfigError, match=sentence):
        load_taxonomy("kitchen")


def test_a_name_whose_files_are_not_there_says_what_to_get(tmp_path: Path) -> None:
    sentence = (
        "taxonomy 'epic-100' does not ship with foretell, because its licence forbids it, and "
        f"{tmp_path}/anticipation/epic100_official is not there; get EPIC_100_verb_classes.csv "
        "and EPIC_100_noun_classes.csv of EPIC-KITCHENS-100 and give the path"
    )
    with pytest.raises(ConfigError, match=sentence):
        load_taxonomy("epic-100", tmp_path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "own.json, line 1: not JSON: "),
        ([], "own.json: "),
        ({"verbs": ["take"]}, "own.json: field 'nouns' is {'verbs': \\['take'\\]}: "),
        ({"verbs": [], "nouns": ["cup"]}, "field 'verbs' is \\[\\]: "),
        ({"verbs": [3], "nouns": ["cup"]}, "field 'verbs.0.* is 3: "),
        (
            {"verbs": ["take", "take"], "nouns": ["cup"]},
            "own.json, 'verbs': label 'take' stands at 0 and 1",
        ),
        ({"verbs": ["take_("], "nouns": ["cup"]}, "own.json, 'verbs': label 'take_\\(' is not of"),
        (
            {"i2v": {"1": "take"}, "i2n": {"0": "cup"}, "v2i": {}, "n2i": {}},
            "own.json, 'i2v': the words must be numbered 0 to 0",
        ),
        (
            {"i2v": {"0": "turn", "1": "turn"}, "i2n": {"0": "cup"}, "v2i": {}, "n2i": {}},
            "own.json, 'i2v': label 'turn' stands at 0 and 1",
        ),
    ],
)
def test_broken_json_is_refused(tmp_path: Path, content: object, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        load_taxonomy(written(tmp_path / "own.json", content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "own.csv has no column 'label'; found "),
        ("label,synonyms\ncup,mug\n", "own.csv has no column 'slot'; found 'label', 'synonyms'"),
        ("slot,label\nverb,take\nadverb,slowly\n", "own.csv, line 3: field 'slot' is 'adverb': "),
        ("slot,label\nverb,take\n", "own.csv, slot 'noun': a vocabulary needs at least one label"),
        ("slot,label\nverb,\n", "own.csv, line 2: field 'label' is '': "),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    with pytest.raises(DatasetError, match=sentence):
        load_taxonomy(written(tmp_path / "own.csv", content))


def test_a_broken_class_table_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "EPIC_verb_classes.csv", "verb_id,class_key,verbs\n0,take,\"['take']\"\n")
    nouns = tmp_path / "EPIC_noun_classes.csv"
    written(nouns, "noun_id,class_key,nouns\n1,cup,\"['cup']\"\n")
    with pytest.raises(DatasetError, match="the classes must be numbered 0 to 0, in order"):
        load_taxonomy(tmp_path)
    written(nouns, "noun_id,class_key,nouns\n0,cup,['cup'\n")
    with pytest.raises(DatasetError, match="line 2: field 'words' is \"\\['cup'\": give a list"):
        load_taxonomy(tmp_path)


def test_a_folder_must_hold_one_taxonomy(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no taxonomy; known files are fho_lta_taxonomy"):
        load_taxonomy(tmp_path)
    written(tmp_path / "taxonomy.json", OWN)
    assert load_taxonomy(tmp_path).verbs.labels == ("take", "put")
    written(tmp_path / "dicts.json", OWN)
    with pytest.raises(
        DatasetError, match=r"several taxonomies: dicts\.json, taxonomy\.json; give"
    ):
        load_taxonomy(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="is not UTF-8 text: byte 0 cannot be read"):
        load_taxonomy(path)
