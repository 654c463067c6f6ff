"""Evaluations of moments found in made videos, with models that are small and untrained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.config import load_config
from foretell.errors import ConfigError, DatasetError, ModelError
from foretell.evals.benchmarks import BENCHMARKS
from foretell.evals.localization.evaluation import MomentsResult
from foretell.evals.localization.run import MomentOptions, run_moments
from foretell.evals.localization.sets import MomentFiles, load_moment_set
from foretell.evals.runner import RunOptions
from tests.checkpoints.captioners import save_blip2
from tests.checkpoints.image_text import save_clip, save_x_clip
from tests.tools.synthetic_clips import opened, texture

SECONDS = 8
CHARADES = "charades-sta"
ACTIONS = "temporal-action-detection"
NAMES = ("one", "two.5_8.0", "three")


def annotated(label: str) -> dict[str, Any]:
    instance = {"label": label, "segment": [2.0, 4.0]}
    return {"subset": "validation", "duration": SECONDS, "annotations": [instance]}


RUN = ("limit", "out", "resume")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Annotations of three videos, of which two are there, and a model."""
    folder = tmp_path_factory.mktemp("data")
    sentences = {"duration": SECONDS, "timestamps": [[2.0, 4.0]], "sentences": ["a cat jumps"]}
    (folder / "charades_test.json").write_text(json.dumps(dict.fromkeys(NAMES, sentences)))
    labels = ("CatJumps", "Cutting bread", "Pouring milk")
    actions = {name: annotated(label) for name, label in zip(NAMES, labels, strict=True)}
    (folder / "thumos_gt.json").write_text(json.dumps(actions))
    queries = [
        {"qid": number, "query": "a cat jumps", "vid": name, "duration": SECONDS,
         "relevant_windows": [[2.0, 4.0]]}
        for number, name in enumerate(NAMES)
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, queries))
    (folder / "highlight_val_release.jsonl").write_text(lines + "\n")
    (folder / "videos" / "more").mkdir(parents=True)
    for number, file in enumerate(("v_one.mkv", "more/two.5_8.0.mp4")):
        drawn = [texture(10 * number + second) for second in range(SECONDS) for _ in range(5)]
        opened(folder / "videos" / file, drawn, frames_per_second=5).close()
    (folder / "videos" / "three.txt").write_text("not a video")
    (folder / "captions.json").write_text(json.dumps({"three": ["a cat jumps"] * SECONDS}))
    save_clip(folder / "clip")
    return folder


def run(
    name: str,
    data: Path,
    *,
    captions: bool = True,
    model: str = "clip",
    judge: str | None = None,
    **given: Any,
) -> MomentsResult:
    shown = data / "captions.json" if captions else None
    files = MomentFiles(BENCHMARKS[name], data, shown, videos=data / "videos")
    config = load_config(
        embedder="hash",
        library=data / "library",
        frame_scorer=f"hf:{data / model}",
        moment_judge=judge and f"hf:{data / judge}",
        device="cpu",
    )
    run = RunOptions(**{name: given.pop(name) for name in RUN if name in given})
    options = MomentOptions(**given)
    return run_moments(load_moment_set(files), config, files.settings(), options, run)


@pytest.mark.parametrize("name", [CHARADES, "qvhighlights", ACTIONS])
def test_videos_are_looked_at_and_those_that_are_not_there_are_read(name: str, data: Path) -> None:
    result = run(name, data)
    assert result.n == 3
    assert result.figures["null_rate"] == 0.0
    assert "1 of 3 queries are about a video without a file, found in text" in result.notes
    assert {"whole-video", "random"} <= result.baselines.keys()
    features = [np.load(file) for file in (data / "library" / "frame_features").glob("*.npy")]
    assert {one.shape for one in features} == {(2 * SECONDS, 32)}
    assert run(name, data).figures == result.figures


def test_captions_are_not_needed_where_all_videos_are_there(data: Path) -> None:
    result = run(CHARADES, data, captions=False, limit=2)
    assert (result.n, result.notes) == (2, ())
    with pytest.raises(DatasetError, match="1 videos of charades-sta are not in the folder, such"):
        run(CHARADES, data, captions=False)


@pytest.mark.parametrize("method", ["t3al", "t3al0"])
def test_classes_are_those_of_the_whole_set_however_many_are_asked(
    data: Path, tmp_path: Path, method: str
) -> None:
    def found(out: Path) -> list[Any]:
        lines = (out / "predictions.jsonl").read_text().splitlines()
        return [{**json.loads(line), "key": None, "proof": None} for line in lines]

    run(ACTIONS, data, method=method, limit=2, out=tmp_path / "both")
    run(ACTIONS, data, method=method, limit=1, out=tmp_path / "first")
    both, first = found(tmp_path / "both"), found(tmp_path / "first")
    assert first == both[:1]
    classes = {"catjumps", "cutting bread", "pouring milk"}
    reasons = [one["reason"] for one in both if one["reason"].startswith("the video shows ")]
    assert all(any(name in reason.lower() for name in classes) for reason in reasons)


def test_a_run_is_taken_up_with_the_same_models_alone(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    first = run(ACTIONS, data, method="t3al", out=out)
    kept = (out / "predictions.jsonl").read_text().splitlines(keepends=True)
    (out / "predictions.jsonl").write_text(kept[0])
    again = run(ACTIONS, data, method="t3al", out=out, resume=True)
    assert again.figures == first.figures
    assert (out / "predictions.jsonl").read_text().splitlines(keepends=True) == kept
    assert "| **t3al clip** |" in (out / "report.md").read_text()
    with pytest.raises(ConfigError, match="method was 't3al' and is 't3al0'"):
        run(ACTIONS, data, method="t3al0", out=out, resume=True)


def test_a_judge_ranks_and_leaves_nothing_out_where_each_query_has_its_moment(data: Path) -> None:
    save_blip2(data / "blip2")
    plain = run(CHARADES, data, captions=False, limit=2)
    judged = run(CHARADES, data, captions=False, limit=2, judge="blip2")
    assert judged.figures["null_rate"] == 0.0
    assert judged.settings["judge"] == f"hf:{data / 'blip2'}"
    assert plain.settings["judge"] is None


def test_models_that_cannot_do_it_are_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="t3al tells the classes of a set apart, and charades"):
        run(CHARADES, data, method="t3al")
    with pytest.raises(ModelError, match="there is no folder"):
        run(CHARADES, data, model="nowhere")
    save_x_clip(data / "x_clip")
    with pytest.raises(ConfigError, match="which looks at clips; actions are told apart by labels"):
        run(ACTIONS, data, model="x_clip", method="t3al")
    assert run(CHARADES, data, model="x_clip").n == 3


def test_folders_that_hold_no_such_videos_are_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is no folder; give videos the one that holds"):
        load_moment_set(MomentFiles(BENCHMARKS[CHARADES], data, videos=tmp_path / "nowhere"))
    with pytest.raises(DatasetError, match="holds none of the 3 videos, such as 'one'"):
        load_moment_set(MomentFiles(BENCHMARKS[CHARADES], data, videos=tmp_path))
    for suffix in (".mp4", ".webm"):
        (tmp_path / f"one{suffix}").touch()
    with pytest.raises(DatasetError, match=r"holds both 'one\.mp4' and 'one\.webm'; leave one"):
        load_moment_set(MomentFiles(BENCHMARKS[CHARADES], data, videos=tmp_path))


def test_the_command_prints_frames_beside_trivial_spans(data: Path, tmp_path: Path) -> None:
    command = ["eval", ACTIONS, "--data", str(data), "--library", str(data / "library")]
    scorer = ["--frame-scorer", f"hf:{data / 'clip'}", "--device", "cpu"]
    look = [*scorer, "--videos", str(data / "videos"), "--limit", "2"]
    shown = CliRunner().invoke(app, [*command, *look, "--localizer", "t3al"])
    assert shown.exit_code == 0, shown.output
    assert "t3al clip" in shown.stdout
    assert "whole-video" in shown.stdout
    refused = CliRunner().invoke(app, [*command, *scorer])
    assert isinstance(refused.exception, ConfigError)
    assert "--frame-scorer and --judge look at files; give --videos DIR" in str(refused.exception)
    captions = ["--captions", str(data / "captions.json")]
    for more, sentence in (
        (["--localizer", "t3al", *captions], "t3al looks at frames; give --videos and"),
        (["--videos", str(data / "videos"), *captions], "no frame_scorer to look at them; give"),
    ):
        refused = CliRunner().invoke(app, [*command, *more])
        assert isinstance(refused.exception, ConfigError)
        assert sentence in str(refused.exception)
