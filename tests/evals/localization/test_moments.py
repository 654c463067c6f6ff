"""Evaluations of found moments on made files and on the published ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from foretell.config import load_config
from foretell.errors import ConfigError, DatasetError
from foretell.evals.benchmarks import BENCHMARKS
from foretell.evals.localization.evaluation import MomentsResult
from foretell.evals.localization.run import MomentOptions, run_moments
from foretell.evals.localization.sets import MomentFiles, load_moment_set
from foretell.evals.runner import RunOptions
from tests.agent.tasks.anticipation.anticipation_scene import on_endpoint
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

TEXTS = ["a man opens a door"] * 2 + ["a cat jumps"] * 2 + ["rain falls on the street"] * 4
WINDOW = (2.0, 4.0)
FILES: dict[str, Any] = {
    "charades_test.json": {
        "clip": {"duration": 8.0, "timestamps": [WINDOW], "sentences": ["a cat jumps"]}
    },
    "thumos_gt.json": {
        "clip": {
            "subset": "test",
            "duration": 8.0,
            "annotations": [{"label": "CatJumps", "segment": ["2.0", "4.0"]}],
        },
        "video_validation_1": {"subset": "validation", "annotations": []},
    },
}
QUERY = {
    "qid": 7, "query": "a cat jumps", "vid": "clip", "duration": 8, "relevant_windows": [WINDOW],
}  # fmt: skip
ACTIVITY = {"start_time": 2.0, "end_time": 4.0, "description": "a cat jumps"}

RUN = ("limit", "out", "resume")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_text(json.dumps(content))
    (tmp_path / "highlight_val_release.jsonl").write_text(json.dumps(QUERY) + "\n")
    (tmp_path / "captions.json").write_text(json.dumps({"clip": TEXTS}))
    lines = "\n".join(f"{n}.0s: {text}" for n, text in enumerate(TEXTS))
    for folder, content in (
        ("annotations", {"clip": ACTIVITY}),
        ("text_representations", {"clip": {"text_rep": lines}}),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "made.json").write_text(json.dumps(content))
    return tmp_path


def run(
    name: str, data: Path, *, model: str = "embedded", captions: bool = True, **given: Any
) -> MomentsResult:
    shown = data / "captions.json" if captions and name != "ual-bench" else None
    files = MomentFiles(BENCHMARKS[name], data, shown)
    config = load_config(model=model, embedder="hash", library=data / "library")
    run = RunOptions(**{name: given.pop(name) for name in RUN if name in given})
    options = MomentOptions(**given)
    return run_moments(load_moment_set(files), config, files.settings(), options, run)


@pytest.mark.parametrize(
    "name", ["qvhighlights", "charades-sta", "ual-bench", "temporal-action-detection"]
)
def test_each_set_is_run_and_scored_beside_trivial_spans(name: str, data: Path) -> None:
    record = run(name, data, out=data / "run").record()
    assert record["n"] == 1
    assert record["null_rate"] == 0.0
    assert record["r1"]["0.3"] == 100.0
    assert record["baselines"]["whole-video"]["miou"] == 25.0
    assert set(record["r1"]) == {"0.3", "0.5", "0.7"}
    assert ("td" in record) == (name == "ual-bench")
    assert ("map" in record) == (name != "ual-bench")
    assert json.loads((data / "run" / "result.json").read_text())["miou"] == record["miou"]
    assert "| **embedded** |" in (data / "run" / "report.md").read_text()


def test_a_run_is_taken_up_where_it_ended(data: Path) -> None:
    first = run("ual-bench", data, out=data / "run")
    again = run("ual-bench", data, out=data / "run", resume=True)
    assert again.figures == first.figures


@pytest.mark.parametrize(
    ("given", "miou"),
    [
        ("Start time: 2.0s\nEnd time: 4.0s", 100.0),
        ({"llama3_pred": '{"start_time": 4.0s, "end_time": 2.0s}'}, 100.0),
        ({"moments": [[2.0, 3.0, 0.5]]}, 50.0),
        ({"moments": []}, 0.0),
        ({"reply": "nowhere"}, 0.0),
    ],
)
def test_what_was_said_before_is_read_again(data: Path, given: Any, miou: float) -> None:
    file = data / "replies.json"
    file.write_text(json.dumps({"clip": given}))
    result = run("ual-bench", data, model=f"replay:{file}")
    assert result.figures["miou"] == miou
    assert result.figures["null_rate"] == (100.0 if miou == 0.0 else 0.0)


def test_lines_name_their_query(data: Path) -> None:
    file = data / "replies.jsonl"
    file.write_text('{"qid": 7, "pred_relevant_windows": [[2, 4, 0.9], [0, 1, 0.1]]}\n')
    result = run("qvhighlights", data, model=f"replay:{file}")
    assert result.figures["miou"] == 100.0


def test_a_chat_model_is_asked_and_its_words_are_kept(data: Path) -> None:
    files = MomentFiles(BENCHMARKS["ual-bench"], data)
    with ScriptedServer([Say('{"moments": [{"start": 2, "end": 4}]}')]) as server:
        config = on_endpoint(server, data / "library")
        kept = RunOptions(out=data / "run")
        result = run_moments(load_moment_set(files), config, files.settings(), run=kept)
    assert result.figures["miou"] == 100.0
    assert result.settings["ends"] == "together"
    (line,) = (data / "run" / "predictions.jsonl").read_text().splitlines()
    assert "moments" in json.loads(line)["reply"]
    never = MomentOptions(requests_per_second=0.0)
    with pytest.raises(ConfigError, match=r"rate must be positive and finite, got 0\.0"):
        run_moments(load_moment_set(files), config, files.settings(), never)


def test_a_set_without_captions_says_what_it_needs(data: Path) -> None:
    with pytest.raises(ConfigError, match="give captions=FILE with their captions"):
        run("charades-sta", data, captions=False)


def test_videos_without_captions_are_told(data: Path) -> None:
    sentences = FILES["charades_test.json"]["clip"]
    (data / "charades_test.json").write_text(json.dumps({"clip": sentences, "bare": sentences}))
    assert "1 of 2 queries are about a video without captions" in run("charades-sta", data).notes


def test_captions_of_other_videos_are_refused(data: Path) -> None:
    (data / "captions.json").write_text(json.dumps({"other": TEXTS}))
    with pytest.raises(DatasetError, match="none of which is one of the 1 queries'"):
        run("charades-sta", data)


@pytest.mark.parametrize(
    ("replies", "sentence"),
    [
        ({"other": "x"}, "holds nothing of the query 'clip'"),
        ({"clip": {"text": "x"}}, "holds neither 'reply' nor 'moments'"),
        ([{"reply": "x"}], "names no query; give one of the fields key, id, idx"),
    ],
)
def test_replies_of_something_else_are_refused(data: Path, replies: Any, sentence: str) -> None:
    file = data / "replies.json"
    file.write_text(json.dumps(replies))
    with pytest.raises(DatasetError, match=sentence):
        run("ual-bench", data, model=f"replay:{file}")


def test_what_is_out_of_range_is_refused(data: Path) -> None:
    with pytest.raises(ConfigError, match="limit must be 1 or more, got 0"):
        run("ual-bench", data, limit=0)
    with pytest.raises(ConfigError, match="split 'some' is unknown"):
        load_moment_set(MomentFiles(BENCHMARKS["ual-bench"], data, split="some"))


def test_files_in_another_form_are_refused(data: Path) -> None:
    (data / "annotations" / "more.json").write_text("{}")
    with pytest.raises(DatasetError, match=r"nowhere' is not there; give a file or a folder"):
        run("ual-bench", data / "nowhere")
    with pytest.raises(DatasetError, match="holds 2 files; give UAL-Bench's folder with one"):
        run("ual-bench", data)
    (data / "thumos_gt.json").write_text("[1]")
    with pytest.raises(DatasetError, match="holds no videos; give the ground truth"):
        run("temporal-action-detection", data)
    broken = {"clip": {"duration": 8.0, "timestamps": [], "sentences": ["a cat jumps"]}}
    (data / "charades_test.json").write_text(json.dumps(broken))
    with pytest.raises(DatasetError, match="holds 0 timestamps and 1 sentences"):
        run("charades-sta", data)


def test_llama_3_on_real_captions_scores_as_published_but_for_turned_spans(data_root: Path) -> None:
    """Twelve of its spans are told backwards, and are turned round where the authors miss them.

    Eight replies tell no span, and three one that lies behind the end of its video.
    """
    folder = data_root / "localization" / "ual_bench"
    replies = folder / "vlm_llm_predictions" / "blip2_llama3_uag_oops.json"
    files = MomentFiles(BENCHMARKS["ual-bench"], folder)
    config = load_config(model=f"replay:{replies}")
    result = run_moments(load_moment_set(files), config, files.settings())
    record = result.record()
    assert (result.n, record["nulls"]) == (1589, 11)
    assert result.repairs["swapped"] == 12
    for ours, published in ((record["r1_correct"], {"0.3": 303, "0.5": 114, "0.7": 39}),):
        assert all(0 <= ours[at] - count <= 8 for at, count in published.items())
    assert abs(record["td_correct"]["3"] - 429) <= 8
    assert record["baselines"]["last-60%"]["miou"] == pytest.approx(67.63, abs=0.01)
    assert record["baselines"]["whole-video"]["r1_correct"] == {"0.3": 1327, "0.5": 967, "0.7": 427}


def test_published_sets_are_read_whole(data_root: Path, tmp_path: Path) -> None:
    folder = data_root / "localization"
    for name, where, video, queries in (
        ("qvhighlights", "qvhighlights", "NUsG9BgSes0_210.0_360.0", 1550),
        ("charades-sta", "charades_sta", "3MSZA", 3720),
        ("temporal-action-detection", "activitynet", "JDg--pjY5gg", 4926),
    ):
        captions = tmp_path / f"{name}.json"
        captions.write_text(
            json.dumps({video: [{"start": 0, "end": 1, "text": "a light is turned on"}]})
        )
        found = load_moment_set(MomentFiles(BENCHMARKS[name], folder / where, captions))
        assert len(found.queries) >= queries
