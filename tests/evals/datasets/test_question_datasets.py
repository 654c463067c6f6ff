"""Loaders of question sets, on made files and on what is published."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.file_samples import EGOSCHEMA, STAR, TEMPORALBENCH
from foretell.errors import ConfigError, DatasetError
from foretell.evals.answering.sets import QuestionFiles, load_question_set
from foretell.evals.benchmarks import BENCHMARKS
from foretell.evals.datasets.egoschema import load_egoschema
from foretell.evals.datasets.nextqa import load_intentqa, load_nextgqa, load_nextqa
from foretell.evals.datasets.splits import of_split, split_of
from foretell.evals.datasets.star import load_star, situation_captions
from foretell.evals.datasets.temporalbench import load_temporalbench
from foretell.evals.datasets.tomato import load_tomato
from foretell.questions import VideoQuestion
from foretell.types import Interval
from tests.evals.made_questions import ROWS, events, question, write_captions, write_table

IN_WORDS = [(*row[:5], row[8 + int(str(row[5]))], *row[6:]) for row in ROWS]
SPANS = {"v1": {"duration": 9.5, "fps": 10, "location": {"0": [[1, 2.5], [4, 5]]}}}


def write(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_nextqa_from_a_folder(tmp_path: Path) -> None:
    write_table(tmp_path / "val.csv")
    write(tmp_path / "durations.json", {"v1": 9})
    first, second, third = load_nextqa(tmp_path)
    assert first == VideoQuestion(
        id="v1_0",
        video="v1",
        text="why does the girl run",
        choices=("a", "bb", "ccc", "d", "e"),
        answer=2,
        kind="CW",
        duration_seconds=9.0,
    )
    assert [second.id, second.kind] == ["v1_1", "TN"]
    assert third.duration_seconds is None


def test_intentqa_names_its_videos_otherwise(tmp_path: Path) -> None:
    write_table(tmp_path / "test.csv", video="video_id")
    assert [one.video for one in load_intentqa(tmp_path)] == ["v1", "v1", "v2"]
    assert load_intentqa(tmp_path / "test.csv") == load_intentqa(tmp_path, "test")


def test_nextgqa_tells_answers_in_words_and_spans(tmp_path: Path) -> None:
    write_table(tmp_path / "val.csv", IN_WORDS, video="video_id")
    write(tmp_path / "gsub_val.json", SPANS)
    first, second, third = load_nextgqa(tmp_path)
    assert [first.answer, second.answer, third.answer] == [2, 0, 1]
    assert first.spans == (Interval(1, 2.5), Interval(4, 5))
    assert [first.duration_seconds, second.spans, third.duration_seconds] == [9.5, (), None]
    assert load_nextgqa(tmp_path / "val.csv")[0] == first


def test_egoschema_as_llovi_and_as_published(tmp_path: Path) -> None:
    packaged = write(tmp_path / "subset_anno.json", {"uid": EGOSCHEMA | {"truth": 3}})
    (one,) = load_egoschema(packaged)
    assert (one.id, one.video, one.answer, one.duration_seconds) == ("uid", "uid", 3, 180.0)
    assert one.choices == tuple(f"choice {place}" for place in range(5))
    official = tmp_path / "official"
    official.mkdir()
    write(official / "questions.json", [EGOSCHEMA, EGOSCHEMA | {"q_uid": "other"}])
    assert [one.answer for one in load_egoschema(official)] == [None, None]
    write(official / "subset_answers.json", {"other": 4})
    assert [one.answer for one in load_egoschema(official)] == [None, 4]


def test_star_asks_of_a_situation(tmp_path: Path) -> None:
    write(tmp_path / "STAR_val.json", [STAR])
    (one,) = load_star(tmp_path)
    assert (one.video, one.kind, one.answer) == ("8BSG7@1.5-3", "Prediction", 1)
    assert one.duration_seconds == 1.5
    table = tmp_path / "star_val_queries.csv"
    query = {
        "question_id": STAR["question_id"],
        "possible_answers": "['Stand.', 'Sit.']",
        "query": STAR["question"],
        "answer": 1,
        "video_name": "8BSG7.mp4",
        "start": 1.5,
        "end": 3.0,
    }
    with table.open("w", newline="") as out:
        csv.writer(out).writerows([query.keys(), query.values()])
    assert load_star(table) == [one]


def test_nothing_after_a_situation_is_shown() -> None:
    asked = [question("a", video="clip@1.5-3"), question("b", video="unknown@0-1")]
    shown = situation_captions(asked, {"clip": events("sits", "stands", "walks", "leaves")})
    assert list(shown) == ["clip@1.5-3"]
    assert [event.text for event in shown["clip@1.5-3"]] == ["stands", "walks"]
    assert [event.interval for event in shown["clip@1.5-3"]] == [
        Interval(0.0, 0.5),
        Interval(0.5, 1.5),
    ]


def test_tomato_has_a_file_for_each_type(tmp_path: Path) -> None:
    asked = {"question": "how?", "options": ["up", "down", "not"], "answer": 1, "key": "0209-03"}
    for kind in ("count", "direction"):
        write(tmp_path / f"{kind}.json", {"0": asked})
    first, second = load_tomato(tmp_path)
    assert (first.id, first.kind, first.video, first.answer) == ("count_0", "count", "0209-03", 1)
    assert second.kind == "direction"
    assert load_tomato(tmp_path / "count.json") == [first]


def test_temporalbench_asks_in_a_prompt(tmp_path: Path) -> None:
    write(tmp_path / "temporalbench_short_qa.json", [TEMPORALBENCH])
    (one,) = load_temporalbench(tmp_path)
    assert one.text == "Which caption is right?"
    assert one.choices == ("He sits down.", "He stands up.")
    assert (one.id, one.answer, one.kind) == ("4", 1, "Motion Direction/Orientation")
    long = {name: value for name, value in TEMPORALBENCH.items() if name != "category"}
    (other,) = load_temporalbench(write(tmp_path / "temporalbench_long_qa.json", [long]))
    assert other.kind == "Charades"


Load = Callable[[Path], list[VideoQuestion]]


@pytest.mark.parametrize(
    ("load", "name", "content", "sentence"),
    [
        (load_star, "STAR_val.json", [STAR | {"answer": "Fly."}], "give one of the choices"),
        (load_star, "STAR_val.json", [STAR | {"start": 9}], "give the earlier time first"),
        (load_star, "STAR_val.json", [STAR, STAR], "each needs a name of its own"),
        (
            load_star,
            "STAR_val.json",
            [STAR | {"choices": [{"choice": "Sit."}]}],
            "has 1 choices; two are the least",
        ),
        (
            load_star,
            "STAR_val.json",
            [
                {"possible_answers": "[", "query": "?", "video_name": "v", "question_id": "q"}
                | {"start": 0, "end": 1}
            ],
            "give a list of texts as Python writes it",
        ),
        (
            load_temporalbench,
            "temporalbench_short_qa.json",
            [TEMPORALBENCH | {"GT": "C"}],
            "give the letter of an option in 'question', which has A, B",
        ),
        (
            load_egoschema,
            "questions.json",
            [EGOSCHEMA | {"truth": 5}],
            "field 'answer' is '5'; give 0 to 4",
        ),
        (load_egoschema, "subset_answers.json", {"uid": 1}, "holds the answers and no questions"),
        (load_egoschema, "other.json", {"uid": 1}, "give the folder or the file of the questions"),
        (load_nextqa, "val.csv", {"a": 1}, "holds no rows; give the table of questions"),
    ],
)
def test_files_that_hold_something_else(
    load: Load, name: str, content: object, sentence: str, tmp_path: Path
) -> None:
    write(tmp_path / name, content)
    with pytest.raises(DatasetError, match=sentence):
        load(tmp_path)


def test_folders_without_the_files(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds none of test\.csv, test\.csv\.gz"):
        load_nextqa(tmp_path, "test")
    with pytest.raises(DatasetError, match=r"holds no \.json file"):
        load_tomato(tmp_path)
    with pytest.raises(DatasetError, match="is not there; give a file or a folder"):
        load_nextqa(tmp_path / "nowhere")


def test_damaged_companions(tmp_path: Path) -> None:
    write_table(tmp_path / "val.csv", IN_WORDS)
    spans = {"v1": {"duration": 9, "location": {"0": [[3, 2]]}}}
    write(tmp_path / "gsub_val.json", spans)
    with pytest.raises(DatasetError, match=r"'v1'.*give the earlier time first"):
        load_nextgqa(tmp_path)
    write_table(tmp_path / "val.csv")
    write(tmp_path / "durations.json", [1])
    with pytest.raises(DatasetError, match="holds no durations"):
        load_nextqa(tmp_path)


def test_splits_are_of_whole_videos() -> None:
    asked = [question(f"{video} {n}", video=f"v{video}") for video in range(200) for n in range(2)]
    dev = of_split(asked, "dev")
    assert {one.video for one in dev}.isdisjoint(one.video for one in of_split(asked, "test"))
    assert 50 < len(dev) < 110
    assert {split_of(one.video) for one in dev} == {"dev"}
    assert of_split(asked, "all") == asked
    with pytest.raises(ConfigError, match="split 'half' is unknown; give one of all, dev, test"):
        of_split(asked, "half")


def test_a_set_with_its_captions(tmp_path: Path) -> None:
    write_table(tmp_path / "val.csv")
    captions = write_captions(tmp_path / "captions.json", {"v1": ["a girl runs"], "v9": ["else"]})
    asked = load_question_set(QuestionFiles(BENCHMARKS["nextqa"], tmp_path, captions))
    assert len(asked.questions) == 3
    assert asked.captioned == 2
    assert asked.groups["T"] == ("TN", "TP", "TC")
    assert len(asked.first(2).questions) == 2
    assert asked.first(None).fingerprint() == asked.fingerprint() != asked.first(2).fingerprint()
    with pytest.raises(ConfigError, match="limit must be 1 or more, got 0"):
        asked.first(0)


def test_questions_that_cannot_be_chosen(tmp_path: Path) -> None:
    write(tmp_path / "questions.json", [EGOSCHEMA])
    with pytest.raises(ConfigError, match="egoschema has no splits; leave it out"):
        load_question_set(QuestionFiles(BENCHMARKS["egoschema"], tmp_path, published_split="val"))
    other = "dev" if split_of("uid") == "test" else "test"
    with pytest.raises(DatasetError, match=f"holds no questions of the split '{other}'"):
        load_question_set(QuestionFiles(BENCHMARKS["egoschema"], tmp_path, split=other))


def test_what_is_published(data_root: Path) -> None:
    nextqa = load_nextqa(data_root / "qa" / "nextqa")
    assert (len(nextqa), len({one.video for one in nextqa})) == (4996, 570)
    kinds = Counter(one.kind for one in nextqa)
    assert kinds == {
        **{"CW": 1924, "CH": 683, "TN": 895, "TC": 663, "TP": 54},
        **{"DO": 305, "DL": 295, "DC": 177},
    }
    assert all(one.duration_seconds for one in nextqa)
    grounded = load_nextgqa(data_root / "qa" / "nextgqa")
    assert (len(grounded), len({one.video for one in grounded})) == (3358, 567)
    assert all(one.spans and one.duration_seconds for one in grounded)
    assert {one.id for one in grounded} <= {one.id for one in nextqa}
    assert len(load_nextgqa(data_root / "qa" / "nextgqa", "test")) == 5553
    dev = of_split(nextqa, "dev")
    assert (len(dev), len({one.video for one in dev})) == (911, 103)


def test_what_is_published_of_others(data_root: Path) -> None:
    folder = data_root / "qa" / "llovi_akeys"
    egoschema = load_egoschema(folder)
    assert len(egoschema) == 246
    with gzip.open(folder / "egoschema_subset_anno.json.gz", "rt") as file:
        published = json.load(file)
    assert {one.id: one.answer for one in egoschema} == {
        uid: asked["truth"] for uid, asked in published.items()
    }
    tomato = load_tomato(data_root / "localization" / "tomato")
    assert Counter(one.kind for one in tomato) == {
        **{"count": 292, "direction": 403, "rotation": 286},
        **{"shape&trend": 223, "velocity&frequency": 210, "visual_cues": 70},
    }
