"""Files of spans, moments and detections, made small: what is read and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.benchmarks import scored_benchmark
from foretell.evals.scoring.score_card import ScoreCard

QUESTIONS = (
    "video_id,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"
    "v,9,9,9,why,b,0,CW,a,b,c,d,e\nv,9,9,9,when,a,1,TN,a,b,c,d,e\n"
)
GROUNDS = {"v": {"duration": 40, "fps": 30, "location": {"0": [[0, 10]], "1": [[20, 30]]}}}
QUERY = {
    "qid": 7,
    "vid": "v",
    "duration": 8,
    "relevant_windows": [[0, 4]],
    "relevant_clip_ids": [0, 1],
    "saliency_scores": [[4, 4, 0], [4, 0, 0]],
}


def lines(*rows: object) -> str:
    return "\n".join(map(json.dumps, rows))


def score(
    tmp_path: Path,
    benchmark: str,
    predictions: str,
    files: dict[str, str],
    *,
    official: bool = False,
    name: str = "predictions.json",
) -> ScoreCard:
    for file, text in {**files, name: predictions}.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    return scored_benchmark(benchmark).score(tmp_path / name, tmp_path, official=official)


def nextgqa(tmp_path: Path, predictions: object, **more: object) -> ScoreCard:
    files = {"val.csv": QUESTIONS, "gsub_val.json": json.dumps(GROUNDS)}
    name = str(more.pop("name", "val_ground.json"))
    official = bool(more.pop("official", False))
    return score(tmp_path, "nextgqa", json.dumps(predictions), files, official=official, name=name)


def test_choices_and_spans_in_one_file(tmp_path: Path) -> None:
    predictions = {
        "v_0": {"span": [10, 0], "prediction": 1},
        "v_1": {"span": None, "prediction": 0},
        "w_0": {"span": [0, 1], "prediction": 0},
    }
    card = nextgqa(tmp_path, predictions)
    assert (card.n, card.figures["acc_gqa"], card.figures["miou"]) == (2, 50.0, 50.0)
    assert card.figures["null_rate"] == 50.0
    assert card.notes == ("1 predictions are for other questions; ignored",)
    assert set(card.baselines) == {
        "random-span",
        "whole-video",
        "first-half",
        "middle-half",
        "last-60%",
    }
    theirs = nextgqa(tmp_path, predictions, official=True)
    assert (theirs.n, theirs.figures["acc_gqa"]) == (1, 0.0)


def test_choices_beside_the_spans(tmp_path: Path) -> None:
    spans = {"v_0": [0, 10], "v_1": [20, 30]}
    alone = nextgqa(tmp_path, spans)
    assert (alone.figures["acc_gqa"], alone.figures["miou"]) == (None, 100.0)
    assert alone.notes == ("no choices beside the spans, so that acc_gqa is not known",)
    choices = {"v_0": {"prediction": 1, "answer": 1}, "v_1": {"prediction": 3, "answer": 0}}
    (tmp_path / "val-res.json").write_text(json.dumps(choices))
    assert nextgqa(tmp_path, spans).figures["acc_gqa"] == 50.0


def test_spans_as_shares_of_the_video(tmp_path: Path) -> None:
    card = nextgqa(tmp_path, {"v_0": [0, 0.25], "v_1": [0.5, 0.75]}, name="val_ground_gs.json")
    assert card.figures["miou"] == 100.0


def test_grounded_answers_need_true_spans(tmp_path: Path) -> None:
    files = {"val.csv": QUESTIONS, "gsub_val.json": '{"w": {"duration": 1, "location": {}}}'}
    with pytest.raises(DatasetError, match=r"the data have no spans; give gsub_val\.json too"):
        score(tmp_path, "nextgqa", '{"v_0": [0, 1]}', files)


def qvhighlights(
    tmp_path: Path, predictions: str, *truth: object, official: bool = False
) -> ScoreCard:
    files = {"highlight_val_release.jsonl": lines(*truth)}
    return score(tmp_path, "qvhighlights", predictions, files, official=official)


def test_moments_of_a_query_are_ranked_by_their_score(tmp_path: Path) -> None:
    row = {
        "qid": 7,
        "pred_relevant_windows": [[4, 8, 0.1], [0, 4, 0.9]],
        "pred_saliency_scores": [0.9, 0.5, 0.1, 0.0],
    }
    card = qvhighlights(tmp_path, lines(row), QUERY, {**QUERY, "qid": 8})
    assert card.figures["r1"] == pytest.approx({f"{t / 100:g}": 50.0 for t in range(50, 100, 5)})
    assert card.figures["null_rate"] == 50.0
    assert card.notes == ("1 queries without a moment",)
    highlights = card.record()["highlights"]
    expected = {"map": pytest.approx(100 / 3), "hit1": 50.0}
    assert highlights == {"Fair": expected, "Good": expected, "VeryGood": expected}
    with pytest.raises(DatasetError, match="predicts 1 queries and the data have 2; the official"):
        qvhighlights(tmp_path, lines(row), QUERY, {**QUERY, "qid": 8}, official=True)


def test_moments_alone_have_no_highlights(tmp_path: Path) -> None:
    row = {"qid": 7, "pred_relevant_windows": [[0, 4]]}
    card = qvhighlights(tmp_path, lines(row), QUERY)
    assert "highlights" not in card.figures
    with pytest.raises(
        DatasetError, match=r"line 2: names '7' as line 1 does; give each name once"
    ):
        qvhighlights(tmp_path, lines(row, row), QUERY)


@pytest.mark.parametrize(
    ("predictions", "truth", "message"),
    [
        ('{"x": 7}', QUERY, r'holds no lines; give {"qid": ..., "pred_relevant_windows"'),
        ('[{"qid": 7, "pred_relevant_windows": [[1]]}]', QUERY, r"must hold \[start, end, score\]"),
        ('[{"qid": 7}]', {**QUERY, "relevant_clip_ids": [9]}, "does not rate 'relevant_clip_ids'"),
        ('[{"qid": 7}]', {**QUERY, "saliency_scores": [[1, 2, 3]]}, "of 4 clips; give as many"),
        ('[{"qid": 7, "pred_relevant_windows": [[0, "x"]]}]', QUERY, "pred_relevant_windows.0.1"),
    ],
)
def test_what_is_no_file_of_moments(
    tmp_path: Path, predictions: str, truth: object, message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        qvhighlights(tmp_path, predictions, truth, truth)


def test_charades_by_query(tmp_path: Path) -> None:
    truth = [
        {"qid": qid, "vid": vid, "duration": 20, "relevant_windows": [[0, 10]]}
        for qid, vid in ((1, "a"), (2, "a"), (3, "b"))
    ]
    rows = [{"qid": 1, "pred_relevant_windows": [[10, 20, 0.9], [0, 10, 0.5]]}]
    rows += [{"qid": 3, "pred_relevant_windows": [[0, 10, 0.9]]}]
    files = {"charades_test_release.jsonl": lines(*truth)}
    card = score(tmp_path, "charades-sta", lines(*rows), files)
    assert card.figures["r1"] == pytest.approx(dict.fromkeys(("0.3", "0.5", "0.7"), 100 / 3))
    assert card.figures["r5"] == pytest.approx(dict.fromkeys(("0.3", "0.5", "0.7"), 200 / 3))
    assert (card.figures["miou_by_video"], card.n) == (50.0, 3)
    theirs = score(tmp_path, "charades-sta", lines(*rows), files, official=True)
    assert (theirs.n, theirs.figures["miou"]) == (2, 50.0)


def test_sentences_are_numbered_within_their_video(tmp_path: Path) -> None:
    predictions = json.dumps({"a": {"timestamps": [[0, 10], None]}})
    text = "a 0.0 10.0##person sits.\nb 1 2##person stands.\na 10.0 20.0##person walks.\n"
    card = score(tmp_path, "charades-sta", predictions, {"charades_sta_test.txt": text})
    assert card.n == 3
    assert card.figures["miou"] == pytest.approx(100 / 3)
    assert card.figures["null_rate"] == pytest.approx(200 / 3)
    assert card.baselines == {}
    with pytest.raises(DatasetError, match=r"line 1: 'a 0.0 x##walks' is no moment; give"):
        score(tmp_path, "charades-sta", predictions, {"charades_sta_test.txt": "a 0.0 x##walks"})


def test_captions_of_activitynet(tmp_path: Path) -> None:
    truth = {"v_a": {"duration": 10, "timestamps": [[0, 5]], "sentences": ["x"]}}
    predictions = json.dumps({"v_a": {"timestamps": [[0, 5]]}})
    card = score(tmp_path, "activitynet-captions", predictions, {"val_2.json": json.dumps(truth)})
    assert (card.figures["miou"], card.baselines["first-half"]["miou"]) == (100.0, 100.0)


def test_unusual_activities(tmp_path: Path) -> None:
    truth = {name: {"start_time": 1.0, "end_time": 4.0} for name in "abc"}
    files = {"annotations/made.json": json.dumps(truth)}
    predictions = {
        "a": {"pred_start": "00:01", "pred_end": "4.0s", "start_time": 5, "end_time": 9},
        "b": {"pred_start": "soon", "pred_end": 4},
        "x": {"pred_start": 0, "pred_end": 4},
    }
    card = score(tmp_path, "ual-bench", json.dumps(predictions), files)
    assert (card.n, card.figures["nulls"], card.figures["mean_td"]) == (3, 2, 0.0)
    assert card.figures["r1_correct"] == {"0.3": 1, "0.5": 1, "0.7": 1}
    assert card.notes == ("1 predictions are for other activities; ignored",)
    theirs = score(tmp_path, "ual-bench", json.dumps(predictions), files, official=True)
    assert (theirs.n, theirs.figures["mean_td"]) == (2, 6.5)


def test_unusual_activities_in_a_list(tmp_path: Path) -> None:
    row = {"video_id": "a", "pred_start": None, "pred_end": None, "text_rep": "0.0s: x\n8.0s: y"}
    truth = json.dumps({"a": {"start_time": 0.0, "end_time": 9.0}})
    card = score(tmp_path, "ual-bench", json.dumps([row]), {"annotations/made.json": truth})
    assert card.baselines["whole-video"]["miou"] == 100.0
    assert card.record()["mean_td"] is None
    (tmp_path / "annotations" / "made.json").unlink()
    with pytest.raises(DatasetError, match=r"holds no annotations/\*.json; give UAL-Bench's"):
        score(tmp_path, "ual-bench", json.dumps([row]), {})


def detection(tmp_path: Path, label: str, *, official: bool = False) -> ScoreCard:
    truth = {
        name: {"subset": subset, "annotations": [{"label": "jump", "segment": ["0", "10"]}]}
        for name, subset in (("a", "training"), ("b", "validation"))
    }
    found = [{"label": label, "segment": [0, 10], "score": 0.5}]
    files = {"gt.json": json.dumps({"database": truth})}
    predictions = json.dumps({"results": {"b": found}})
    return score(tmp_path, "temporal-action-detection", predictions, files, official=official)


def test_the_subset_that_is_predicted(tmp_path: Path) -> None:
    card = detection(tmp_path, "jump")
    assert (card.n, card.notes) == (1, ("subset 'validation'",))
    assert card.record()["by_class"] == {"jump": 1.0}


def test_classes_that_are_unknown(tmp_path: Path) -> None:
    card = detection(tmp_path, "swim")
    assert card.notes[1] == "1 predicted classes are none of the data's; ignored"
    with pytest.raises(DatasetError, match="finds 'swim', which is no class of the data"):
        detection(tmp_path, "swim", official=True)
    with pytest.raises(DatasetError, match=r'holds no results; give {"results": {"<video>":'):
        score(tmp_path, "temporal-action-detection", "[1]", {})


CLASSES = 'item {\n  name: "jump"\n  id: 1\n}\n'


def boxes(tmp_path: Path, predictions: str, **files: str) -> ScoreCard:
    given = {"gt.csv": "v,1,0,0,1,1,1,0\nw,2,0,0,1,1,1,0\n", "action_list.txt": CLASSES}
    return score(tmp_path, "spatial-action-detection", predictions, given | files)


def test_frames_that_do_not_count(tmp_path: Path) -> None:
    whole = boxes(tmp_path, "v,1,0,0,1,1,1,0.5\n")
    assert whole.figures["map"] == {"0.5": 0.5}
    excluded = {"ava_val_excluded_timestamps_v2.2.csv": "w,0002\n"}
    assert boxes(tmp_path, "v,1,0,0,1,1,1,0.5\n", **excluded).figures["map"] == {"0.5": 1.0}
    damaged = {"ava_val_excluded_timestamps_v2.2.csv": "w,0002\nw\n"}
    with pytest.raises(DatasetError, match="line 2: 'w' is no frame; give video and second"):
        boxes(tmp_path, "v,1,0,0,1,1,1,0.5\n", **damaged)


def test_what_is_no_file_of_boxes(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="line 1: 'v,1,0,0,1' is no box; give video, second"):
        boxes(tmp_path, "v,1,0,0,1\n")
    with pytest.raises(DatasetError, match="line 1: 'v,1,0,0,1,inf,1' is no box"):
        boxes(tmp_path, "v,1,0,0,1,inf,1\n")
    with pytest.raises(DatasetError, match=r"lists no classes; give items \{ name"):
        boxes(tmp_path, "v,1,0,0,1,1,1,0.5\n", **{"action_list.txt": "none"})
