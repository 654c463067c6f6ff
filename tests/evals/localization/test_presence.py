"""Queries put to their own video and to another one: which are denied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from foretell.config import load_config
from foretell.errors import ConfigError
from foretell.evals.benchmarks import BENCHMARKS, PresenceData
from foretell.evals.datasets.splits import split_of
from foretell.evals.localization.presence import (
    PresenceResult,
    load_presence_set,
    run_presence,
    score_rows,
)
from foretell.evals.localization.sets import MomentFiles, MomentSet
from foretell.evals.runner import RunOptions

SHOWN = {
    "a": "a cat jumps onto a chair", "b": "rain falls on the street", "c": "a man opens a door",
    "d": "two goats climb a rock", "e": "children paint a castle", "f": "a plane lands",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("annotations", "text_representations"):
        (tmp_path / folder).mkdir()
    asked = {
        clip: {"start_time": 0.0, "end_time": 2.0, "description": text}
        for clip, text in SHOWN.items()
    }
    lines = {clip: {"text_rep": f"0.0s: {text}\n1.0s: {text}"} for clip, text in SHOWN.items()}
    (tmp_path / "annotations" / "made.json").write_text(json.dumps(asked))
    (tmp_path / "text_representations" / "made.json").write_text(json.dumps(lines))
    return tmp_path


def load(data: Path, name: str = "ual-presence", **given: Any) -> tuple[MomentSet, MomentFiles]:
    kind = BENCHMARKS[name].data
    assert isinstance(kind, PresenceData)
    files = MomentFiles(BENCHMARKS[name], data, **given)
    return load_presence_set(files, kind), files


def run(data: Path, model: str = "embedded", **given: Any) -> PresenceResult:
    dataset, files = load(data)
    config = load_config(model=model, embedder="hash", library=data / "library")
    return run_presence(dataset, config, files.settings(), options=RunOptions(**given))


def test_each_query_is_put_to_another_video_of_its_split(data: Path) -> None:
    dataset, _ = load(data)
    own = {one.id: one.video for one in dataset.queries if not one.id.endswith("#absent")}
    others = {one.id: one for one in dataset.queries if one.id.endswith("#absent")}
    assert own == {clip: clip for clip in SHOWN}
    for name, other in others.items():
        clip = name.removesuffix("#absent")
        assert other.video != clip
        assert split_of(other.video) == split_of(clip)
        assert (other.text, other.windows) == (SHOWN[clip], ())


def test_what_is_shown_is_told_from_what_is_not(data: Path) -> None:
    result = run(data, out=data / "run")
    rows = dict(score_rows(result))
    assert rows["embedded"][0] == rows["moments alone"][0] == "1.000"
    assert rows["number of captions"][0] == "0.500"
    written = json.loads((data / "run" / "result.json").read_text())
    assert written["scores"]["embedded"]["no_right"] == 100.0
    assert "| embedded |" in (data / "run" / "report.md").read_text()


def test_a_run_is_taken_up_where_it_ended(data: Path) -> None:
    first = run(data, out=data / "run")
    assert run(data, out=data / "run", resume=True).scores == first.scores


def test_replies_that_were_stored_are_scored_by_their_moments(data: Path) -> None:
    dataset, _ = load(data)
    given = {
        query.id: {"moments": [] if query.id.endswith("#absent") else [[0.0, 1.0, 0.9]]}
        for query in dataset.queries
    }
    (data / "replies.json").write_text(json.dumps(given))
    result = run(data, model=f"replay:{data / 'replies.json'}")
    assert next(iter(result.scores.values())).auroc == 1.0


def test_statements_are_questions_with_their_answers(tmp_path: Path) -> None:
    header = "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4"
    row = "7,9,1,1,what does the boy do after jumping,falls down,0,TN,runs,falls down,c,d,e"
    (tmp_path / "val.csv").write_text(f"{header}\n{row}\n")
    spans = {"7": {"duration": 4.0, "fps": 1.0, "location": {"0": [[1.0, 2.0]]}}}
    (tmp_path / "gsub_val.json").write_text(json.dumps(spans))
    (tmp_path / "captions.json").write_text(json.dumps({"7": ["a boy falls down"]}))
    dataset, _ = load(tmp_path, "nextgqa-presence", captions=tmp_path / "captions.json")
    assert [one.text for one in dataset.queries] == ["the boy does falls down"]
    with pytest.raises(ConfigError, match="captions"):
        load(tmp_path, "nextgqa-presence")
