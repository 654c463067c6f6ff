"""`--official` is the authors' script on every valid file, however odd: a thousand random ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from math import isnan
from pathlib import Path

import pytest

from foretell.errors import DatasetError
from foretell.evals.benchmarks import scored_benchmark
from foretell.evals.scoring.score_card import ScoreCard, flat
from tests.evals.scoring import official_scripts

MOMENT_THRESHOLDS = [n / 100 for n in range(50, 100, 5)]
TRIALS = 130
"""Random files of each of eight benchmarks: a thousand in all, in a few seconds."""
HEADING = "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4\n"


def score(folder: Path, benchmark: str, predictions: object, name: str = "said") -> ScoreCard:
    lines = predictions if isinstance(predictions, str) else json.dumps(predictions)
    (folder / name).write_text(lines, encoding="utf-8")
    return scored_benchmark(benchmark).score(folder / name, folder, official=True)


def figures(card: ScoreCard) -> dict[str, float | int | None]:
    return dict(flat(card.figures))


def jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    return "\n".join(map(json.dumps, rows))


def trials(seed: int) -> list[random.Random]:
    return [random.Random(f"{seed} {trial}") for trial in range(TRIALS)]


def number(draw: random.Random, last: int = 20) -> float:
    """A whole number, as an integer or a float, or a fraction: files have all three."""
    whole = draw.randrange(last + 1)
    return draw.choice([whole, float(whole), whole / 2])


def span(draw: random.Random, last: int = 20) -> list[float]:
    """Two ends in order, or now and then inverted or empty."""
    ends = sorted((number(draw, last), number(draw, last)))
    return draw.choice([ends, ends, ends, ends, ends[::-1], [ends[0], ends[0]]])


def proper(draw: random.Random, last: int = 20) -> list[float]:
    start = draw.randrange(last)
    return [start, start + draw.choice([1, 2, 6, last])]


def test_moments_and_highlights(tmp_path: Path) -> None:
    for draw in trials(1):
        truth: list[dict[str, object]] = [
            {
                "qid": qid,
                "vid": "v",
                "duration": 150,
                "relevant_windows": [proper(draw, 40) for _ in range(draw.randint(1, 3))],
                "relevant_clip_ids": (clips := draw.sample(range(75), draw.randint(1, 6))),
                "saliency_scores": [[draw.randrange(5) for _ in range(3)] for _ in clips],
            }
            for qid in range(draw.randint(1, 4))
        ]
        said: list[dict[str, object]] = [
            {
                "qid": draw.choice([one["qid"], float(str(one["qid"]))]),
                "pred_relevant_windows": [
                    [*span(draw, 40), draw.choice([0.1, 0.5, 0.9, 1])]
                    for _ in range(draw.choice([1, 3, 14]))
                ],
                "pred_saliency_scores": [draw.choice([0, 0.5, -1, 2]) for _ in range(70)]
                + [draw.random() for _ in range(draw.randrange(10))],
            }
            for one in draw.sample(truth, len(truth))
        ]
        (tmp_path / "highlight_val_release.jsonl").write_text(jsonl(truth))
        found = figures(score(tmp_path, "qvhighlights", jsonl(said)))
        precision, recall = official_scripts.qvhighlights(truth, said, MOMENT_THRESHOLDS)
        for threshold, ap, r1 in zip(MOMENT_THRESHOLDS, precision, recall, strict=True):
            assert found[f"map {threshold:g}"] == pytest.approx(100 * ap)
            assert found[f"r1 {threshold:g}"] == pytest.approx(100 * r1)
        for name, least in (("Fair", 2), ("Good", 3), ("VeryGood", 4)):
            ap, hit = official_scripts.highlights(truth, said, least)
            assert found[f"highlights {name} map"] == pytest.approx(100 * ap)
            assert found[f"highlights {name} hit1"] == pytest.approx(100 * hit)


def test_a_query_that_nobody_rated(tmp_path: Path) -> None:
    truth: list[dict[str, object]] = [
        {"qid": qid, "vid": "v", "duration": 8, "relevant_windows": [[0, 4]]} for qid in (1, 2)
    ]
    truth[0] |= {"relevant_clip_ids": [0], "saliency_scores": [[4, 4, 4]]}
    said: list[dict[str, object]] = [
        {"qid": qid, "pred_relevant_windows": [[0, 4, 1]], "pred_saliency_scores": [1, 0]}
        for qid in (1, 2)
    ]
    (tmp_path / "highlight_val_release.jsonl").write_text(jsonl(truth))
    found = figures(score(tmp_path, "qvhighlights", jsonl(said)))
    assert (found["highlights Good map"], found["highlights Good hit1"]) == (50.0, 50.0)


@pytest.mark.parametrize(
    ("windows", "lacks"), [([], "no moment"), ([[0, 4]], "a moment without a score")]
)
def test_moments_on_which_the_script_stops(
    tmp_path: Path, windows: list[object], lacks: str
) -> None:
    truth = {"qid": 1, "vid": "v", "duration": 8, "relevant_windows": [[0, 4]]}
    (tmp_path / "highlight_val_release.jsonl").write_text(json.dumps(truth))
    row = json.dumps({"qid": 1, "pred_relevant_windows": windows})
    with pytest.raises(DatasetError, match=f"query '1' has {lacks}; the official script stops"):
        score(tmp_path, "qvhighlights", row)


def test_moments_of_sentences(tmp_path: Path) -> None:
    for draw in trials(2):
        truth = {qid: proper(draw) for qid in range(draw.randint(1, 5))}
        rows: list[dict[str, object]] = [
            {"qid": qid, "vid": "v", "relevant_windows": [one]} for qid, one in truth.items()
        ]
        (tmp_path / "charades_test_release.jsonl").write_text(jsonl(rows))
        answered = draw.sample(list(truth), draw.randint(1, len(truth)))
        listed = {
            qid: [[*span(draw), draw.random()] for _ in range(draw.randrange(4))]
            for qid in answered
        }
        said = [{"qid": qid, "pred_relevant_windows": one} for qid, one in listed.items()]
        found = figures(score(tmp_path, "charades-sta", jsonl(said)))
        ious = [
            official_scripts.iou_over_hull(one[0], truth[qid]) if one else 0.0
            for qid, one in listed.items()
        ]
        for threshold in (0.3, 0.5, 0.7):
            share = sum(iou >= threshold for iou in ious) / len(ious)
            assert found[f"r1 {threshold:g}"] == pytest.approx(100 * share)


def test_detected_actions(tmp_path: Path) -> None:
    thresholds = [0.3 + n / 10 for n in range(5)]
    for draw in trials(3):
        videos = [f"video_test_{n:07d}" for n in range(draw.randint(1, 3))]
        truth = [(draw.choice(videos), draw.choice("ab"), proper(draw)) for _ in range(4)]
        known = sorted({label for _, label, _ in truth})
        said = [
            (draw.choice(videos), draw.choice(known), span(draw), draw.choice([0.2, 0.5, 1]))
            for _ in range(draw.choice([1, 5, 12]))
        ]
        database = {
            video: {
                "subset": "test",
                "annotations": [
                    {"label": label, "segment": [str(end) for end in one]}
                    for name, label, one in truth
                    if name == video
                ],
            }
            for video in videos
        }
        results = {
            video: [
                {"label": label, "segment": one, "score": sure}
                for name, label, one, sure in said
                if name == video
            ]
            for video in videos
        }
        (tmp_path / "gt.json").write_text(json.dumps({"database": database}))
        found = figures(score(tmp_path, "temporal-action-detection", {"results": results}))
        in_file = [one for video in videos for one in said if one[0] == video]
        listed = [one for video in videos for one in truth if one[0] == video]
        expected = official_scripts.detection(listed, in_file, thresholds)
        for threshold, mean in zip(thresholds, expected, strict=True):
            assert found[f"map {threshold:.2f}"] == pytest.approx(mean)


def choices(draw: random.Random, names: list[str]) -> dict[str, dict[str, object]]:
    """What NExT-QA's scripts compare: whatever is written, even past the last choice."""
    drawn: list[Callable[[], object]] = [
        lambda: draw.randrange(5),
        lambda: float(draw.randrange(5)),
        lambda: draw.choice([-1, 5, 2.5, "2", "B", None]),
    ]
    return {
        name: {"prediction": draw.choice(drawn)(), "answer": draw.randrange(5)} for name in names
    }


@pytest.mark.parametrize("benchmark", ["nextqa", "intentqa"])
def test_choices_among_five(tmp_path: Path, benchmark: str) -> None:
    kinds = ("CW", "CH", "TN", "TP", "TC", "DL")
    for draw in trials(4):
        names = [f"v_{n}" for n in range(draw.randint(1, 6))]
        of = {name: draw.choice(kinds) for name in names}
        rows = (f"v,9,9,9,why,{draw.randrange(5)},{n[2:]},{of[n]},a,b,c,d,e\n" for n in names)
        (tmp_path / "val.csv").write_text(HEADING + "".join(rows))
        said = choices(draw, names)
        found = figures(score(tmp_path, benchmark, said))
        right = {name: one["answer"] == one["prediction"] for name, one in said.items()}
        assert found["correct"] == sum(right.values())
        groups: dict[str, list[bool]] = {}
        for name in names:
            kind = "TP&TN" if of[name] in ("TN", "TP") else of[name]
            groups.setdefault(kind, []).append(right[name])
        for kind, of_kind in groups.items():
            if f"by_type {kind}" in found:
                share = 100 * sum(of_kind) / len(of_kind)
                assert found[f"by_type {kind}"] == pytest.approx(share)


def test_grounded_answers(tmp_path: Path) -> None:
    for draw in trials(5):
        names = [f"v_{n}" for n in range(draw.randint(1, 5))]
        truth = {name: [proper(draw) for _ in range(draw.randint(1, 2))] for name in names}
        rows = (f"v,9,9,9,why,a,{name[2:]},CW,a,b,c,d,e\n" for name in names)
        (tmp_path / "val.csv").write_text(HEADING.replace("video", "video_id") + "".join(rows))
        location = {name[2:]: spans for name, spans in truth.items()}
        grounds = {"v": {"duration": 40, "fps": 30, "location": location}}
        (tmp_path / "gsub_val.json").write_text(json.dumps(grounds))
        spans = {name: span(draw) for name in draw.sample(names, draw.randint(1, len(names)))}
        said = choices(draw, names)
        (tmp_path / "val-res.json").write_text(json.dumps(said))
        found = figures(score(tmp_path, "nextgqa", spans, "val_ground.json"))
        expected = official_scripts.grounded(truth, spans, said)
        for figure, value in expected.items():
            name = figure.replace("iop ", "iop_at ").replace("iou ", "iou_at ")
            assert found[name] == pytest.approx(value)


def test_one_of_two_captions(tmp_path: Path) -> None:
    for draw in trials(6):
        questions = [
            {
                "idx": n,
                "video_name": draw.choice("xyz"),
                "dataset": "made",
                "question": "Which caption fits?\nA. one\nB. two\n",
                "GT": draw.choice("AB"),
                "category": 1,
            }
            for n in range(draw.randint(1, 6))
        ]
        (tmp_path / "temporalbench_short_qa.json").write_text(json.dumps(questions))
        asked = draw.sample(questions, draw.randint(1, len(questions)))
        replies = ["A", "b", "a caption", "B. two", "(A)", "0", "1", "5", "Both", " A"]
        said: list[dict[str, object]] = [
            {"idx": one["idx"], "response": draw.choice(replies)} for one in asked
        ]
        found = figures(score(tmp_path, "temporalbench", jsonl(said)))
        wrong: dict[object, bool] = {}
        correct = 0
        for one, row in zip(asked, said, strict=True):
            is_right = str(row["response"])[0].lower() == str(one["GT"]).lower()
            correct += is_right
            wrong[one["video_name"]] = wrong.get(one["video_name"], False) or not is_right
        assert (found["correct"], found["mba_correct"]) == (
            correct,
            sum(not one for one in wrong.values()),
        )


def test_an_empty_reply_stops_the_script(tmp_path: Path) -> None:
    question = {"idx": 0, "video_name": "v", "dataset": "d", "GT": "A", "category": 1}
    question["question"] = "Which?\nA. one\nB. two\n"
    (tmp_path / "temporalbench_short_qa.json").write_text(json.dumps([question]))
    with pytest.raises(DatasetError, match="said: replies ''; the official script stops there"):
        score(tmp_path, "temporalbench", json.dumps({"idx": 0, "response": ""}))


def test_unusual_activities(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    for draw in trials(7):
        rows: list[dict[str, object]] = []
        for n in range(draw.randint(1, 5)):
            true = proper(draw)
            given: list[float] = draw.choice([span(draw), [0.0, 20_000.0]])
            # The script divides by the union, so that an empty one is no valid file.
            is_null = isnan(official_scripts.iou_as_written(true, given)) or draw.random() < 0.3
            nulls: list[list[float | None]] = [[None, 3], [2, None], [None, None]]
            said: Sequence[float | None] = draw.choice(nulls) if is_null else given
            row = {"start_time": true[0], "end_time": true[1]}
            rows.append({"video_id": f"v{n}", "pred_start": said[0], "pred_end": said[1], **row})
        shifted = {f"v{n}": {"start_time": 0, "end_time": 1} for n in range(len(rows) - 1)}
        (tmp_path / "annotations" / "made.json").write_text(json.dumps(shifted or {"w": {}}))
        named = draw.choice([True, False])
        if not named:
            rows = [{k: v for k, v in row.items() if k != "video_id"} for row in rows]
        found = figures(score(tmp_path, "ual-bench", json.dumps(rows)))
        for name, value in official_scripts.unusual(rows).items():
            figure = name.replace("r1 ", "r1_correct ").replace("td 3", "td_correct 3")
            figure = figure.replace("onset ", "onset_correct ")
            assert found[figure] == pytest.approx(value), name
