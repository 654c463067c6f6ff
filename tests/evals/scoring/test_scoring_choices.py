"""Files of choices in their published forms, made small: what is read and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.benchmarks import scored_benchmark
from foretell.evals.scoring.score_card import ScoreCard

HEADING = "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4"
ROWS = ("v,9,9,9,why,2,0,CW,a,b,c,d,e", "v,9,9,9,when,1,1,TN,a,b,c,d,e")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "val.csv").write_text("\n".join((HEADING, *ROWS)))
    return tmp_path


def score(
    folder: Path, text: str, benchmark: str = "nextqa", *, official: bool = False
) -> ScoreCard:
    (folder / "predictions").write_text(text)
    return scored_benchmark(benchmark).score(
        folder / "predictions", folder / "data", official=official
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"v_0": {"prediction": 2, "answer": 2}, "v_1": {"prediction": 0, "answer": 1}}',
        '{"v_0": {"answer": 2, "label": 2}, "v_1": {"answer": "e", "label": 1}}',
        '{"v_0": 2, "v_1": "the answer is (A)"}',
        '{"id": "v_0", "response": "C: c"}\n{"id": "v_1", "response": "A"}',
        '{"video": "v", "qid": 0, "pred": "2"}\n{"video": "v", "qid": 1, "pred": "0"}',
        "q_uid,answer\nv_0,2\nv_1,0\n",
        '{"v_0": 2.0, "v_1": 0.0}',
        "id,prediction\nv_0,2.0\nv_1,0.\n",
        '{"v_0": {"prediction": 2.0, "answer": 2.0}, "v_1": {"prediction": "0.0", "answer": 1}}',
        '{"video": {"0": "v", "1": "v"}, "qid": {"0": 0.0, "1": 1}, "pred": {"0": 2, "1": 0}}',
        '{"id": ["v_0", "v_1"], "prediction": [2, 0]}',
    ],
)
def test_forms_of_choices(folder: Path, text: str) -> None:
    card = score(folder, text)
    assert (card.n, card.figures["correct"], card.figures["unparsed"]) == (2, 1, 0)
    assert card.figures["by_type"] == {
        "C": 100.0, "CW": 100.0, "T": 0.0, "TN": 0.0, "TP&TN": 0.0
    }  # fmt: skip


def test_a_question_without_a_choice_is_wrong(folder: Path) -> None:
    card = score(folder, '{"v_0": 2, "w_9": 0}')
    assert (card.n, card.figures["accuracy"], card.figures["coverage"]) == (2, 50.0, 50.0)
    assert card.notes == ("1 predictions are for other questions; ignored",)
    with pytest.raises(DatasetError, match="answers 1 of 2 questions, not 'v_1'; the official"):
        score(folder, '{"v_0": 2}', official=True)


def test_what_names_no_choice_is_counted(folder: Path) -> None:
    card = score(folder, "id,prediction\nv_0,\nv_1,nan\n")
    assert (card.figures["accuracy"], card.figures["unparsed"]) == (0.0, 2)
    card = score(folder, '{"v_0": -1, "v_1": "no idea"}')
    assert (card.figures["accuracy"], card.figures["unparsed"]) == (0.0, 2)
    assert card.figures["coverage"] == 100.0


def test_the_right_answer_is_that_of_the_data(folder: Path) -> None:
    text = '{"v_0": {"prediction": 0, "answer": 0}, "v_1": {"prediction": 1, "answer": 1}}'
    card = score(folder, text)
    assert card.figures["accuracy"] == 50.0
    assert card.notes == ("1 right answers in the file differ from the data's; the latter count",)
    assert score(folder, text, official=True).figures["accuracy"] == 100.0


def test_the_split_with_more_of_the_questions(folder: Path) -> None:
    test = "\n".join((HEADING, *(row.replace("v,", "w,", 1) for row in ROWS)))
    (folder / "data" / "test.csv").write_text(test)
    assert score(folder, '{"w_0": 2, "w_1": 1}', "intentqa").figures["accuracy"] == 100.0
    assert score(folder, '{"v_0": 2, "v_1": 0}', "intentqa").figures["accuracy"] == 50.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"v_0": 5}', r"predictions, 'v_0': chooses 5; give 0 to 4"),
        ('{"v_0": 2.5}', r"'v_0': chooses 2\.5; give 0 to 4"),
        ('{"v_0": 5.0}', r"'v_0': chooses 5; give 0 to 4"),
        ('{"v_0": 1, "v_0": 2}', r"line 1: the key 'v_0' stands twice in one object"),
        ("id,prediction\nv_0,1\nv_1,1\nv_0,2\n", r"line 4: names 'v_0' as line 2 does"),
        ('{"v_0": {"said": 1}}', r"'v_0': holds no choice; give one of the fields prediction"),
        ('[{"prediction": 1}]', r"item 1: names no question; give one of the fields key, id"),
        ('{"x": 1}', r"predicts nothing that is in the data: it has 1 such as 'x', the data have"),
    ],
)
def test_what_is_no_file_of_choices(folder: Path, text: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        score(folder, text)


def test_temporalbench_by_whole_videos(tmp_path: Path) -> None:
    questions = [
        {
            "idx": number,
            "video_name": video,
            "dataset": "made",
            "question": "Which caption fits?\nA. one\nB. two\n",
            "GT": "A",
            "category": 1,
        }
        for number, video in enumerate("aabb")
    ]
    (tmp_path / "temporalbench_short_qa.json").write_text(json.dumps(questions))
    file = tmp_path / "model.jsonl"
    replies = ["A", "A. one", "Anything"]
    rows = [json.dumps({"idx": n, "response": reply}) for n, reply in enumerate(replies)]
    file.write_text("\n".join(rows))
    ours, theirs = (
        scored_benchmark("temporalbench").score(file, tmp_path, official=official)
        for official in (False, True)
    )
    assert (ours.n, ours.figures["accuracy"], ours.figures["unparsed"]) == (4, 50.0, 1)
    assert (ours.figures["mba"], ours.figures["mba_correct"]) == (50.0, 1)
    assert ours.baselines["random"] == {"accuracy": 50.0, "mba": 25.0}
    assert (theirs.n, theirs.figures["accuracy"], theirs.figures["mba_correct"]) == (3, 100.0, 2)


def test_one_file_of_tomato_by_number(tmp_path: Path) -> None:
    data = tmp_path / "count.json"
    options = ["1", "2", "3"]
    question = {"question": "How many?", "options": options, "answer": 2, "key": "v"}
    data.write_text(json.dumps({"0": question, "1": question}))
    file = tmp_path / "parsed.jsonl"
    file.write_text('{"id": "0", "response": "C", "gt": "C"}\n{"id": "1", "response": "A"}')
    card = scored_benchmark("tomato").score(file, data)
    assert (card.figures["accuracy"], card.figures["by_type"]) == (50.0, {"count": 50.0})
