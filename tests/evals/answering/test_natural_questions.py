"""Free answers judged by rules, and the run that asks and judges."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from foretell.config import Config
from foretell.errors import ConfigError, DatasetError
from foretell.evals.answering.natural_questions import (
    Confidence,
    NaturalResult,
    result_lines,
    run_natural_questions,
)
from foretell.evals.answering.verdicts import Reply, Rule, Verdict, judge, load_rules
from foretell.evals.datasets.natural_questions import NaturalQuestions, load_natural_questions
from foretell.evals.runner import Progress, RunOptions
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import AnswerStatus, Interval
from tests.tools.synthetic_clips import plain

HELD = ("answered",)
UNSEEN = ("unknown", "answered")


def rule(accept: tuple[str, ...], question: str = "what is it?", **more: Any) -> Rule:
    fields = {"video": "a.mp4", "texts": "none", "truth": "a dog", "accept": accept}
    return Rule.model_validate({**fields, "question": question, **more})


def verdict(rule: Rule, text: str, status: AnswerStatus = "answered", *spans: float) -> Verdict:
    pairs = zip(spans[::2], spans[1::2], strict=True)
    return judge(rule, Reply(text, status, tuple(Interval(*pair) for pair in pairs)))


@pytest.mark.parametrize(
    ("accept", "text", "status", "expected"),
    [
        (UNSEEN, "Nobody has looked.", "unknown", "unknown"),
        (UNSEEN, "A Dog runs.", "answered", "right"),
        (UNSEEN, "The whole video is one shot.", "answered", "misleading"),
        (UNSEEN, "It is a cat.", "answered", "wrong"),
        (UNSEEN, "There is no animal: all 3.0 s were looked at.", "absent", "denied"),
        (UNSEEN, "No: nothing runs.", "answered", "denied"),
        (UNSEEN, "No, that is a dog.", "answered", "right"),
        (HELD, "Nobody has looked.", "unknown", "denied"),
        (HELD, "Nobody has looked: `foretell watch dog.mp4` does.", "unknown", "denied"),
        (HELD, "Nobody has looked. What is known: a dog runs.", "unknown", "unknown"),
        (("unknown",), "A dog runs.", "answered", "misleading"),
        (("absent",), "There is no animal: all 3.0 s were looked at.", "absent", "right"),
        (("absent",), "None: it is one shot.", "answered", "right"),
        (("absent",), "A dog runs.", "answered", "misleading"),
    ],
)
def test_what_an_answer_is_worth(
    accept: tuple[str, ...], text: str, status: AnswerStatus, expected: Verdict
) -> None:
    assert verdict(rule(accept, right=["dog"], wrong=[r"\bcat\b"]), text, status) == expected


def test_evidence_must_name_every_span_and_no_other() -> None:
    ends = rule(HELD, spans=[[2, 5], [8, None]], also=[[0, None]], tolerance=0.5)
    assert verdict(ends, "Then.", "answered", 2.3, 5.4, 8.5, 99) == "right"
    assert verdict(ends, "Then.", "answered", 0, 1, 2, 5, 8, 9) == "right"
    assert verdict(ends, "Then.", "answered", 2, 5) == "wrong"
    assert verdict(ends, "Then.", "answered", 2, 5.6, 8, 9) == "wrong"
    assert verdict(ends, "Then.", "answered", 2, 5, 8, 9, 12, 13) == "wrong"
    assert verdict(ends, "Then.", "answered") == "wrong"


def test_a_denial_that_tells_no_seconds_is_unexplained() -> None:
    assert Reply("Nothing in the timeline shows it.", "absent").is_unexplained
    assert not Reply("Nothing shows it: all 3.0 s were described.", "absent").is_unexplained
    assert not Reply("Nobody has looked.", "unknown").is_unexplained


def test_every_rule_can_be_read() -> None:
    for one in load_rules().values():
        assert one.truth
        assert "answered" in one.accept or not one.right, one.key
        for pattern in (*one.right, *one.wrong):
            re.compile(pattern)


def test_every_question_has_a_rule_and_every_rule_a_question(data_root: Path) -> None:
    folder = data_root / "natural_questions"
    if not folder.is_dir():
        pytest.skip(f"no natural questions at {folder}")
    dataset = load_natural_questions(folder)
    assert not dataset.absent
    assert {question.key for question in dataset.questions} == set(load_rules())
    assert len(dataset.questions) == 271


RULES = (
    rule(("absent",), "when does the scene change?", truth="one shot"),
    rule(UNSEEN, "how many people are there?", right=["two"]),
    rule(("answered",), "where is the milk?", right=["fridge"], texts="captions"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one clip of two grey seconds, and a video that is not there."""
    folder = tmp_path / "data"
    (folder / "videos").mkdir(parents=True)
    write_video(folder / "videos" / "a.mp4", [plain(100)] * 24, frames_per_second=12)
    (folder / "videos" / "a.srt").write_text(
        "1\n00:00:00,000 --> 00:00:02,000\nThe milk is in the fridge.\n"
    )
    asked = [one.model_dump(include={"video", "texts", "question"}) for one in RULES]
    asked.append({"video": "b.mp4", "texts": "none", "question": "what is it?"})
    lines = "".join(json.dumps(question) + "\n" for question in asked)
    (folder / "questions.jsonl").write_text(lines)
    return folder


def ran(data: Path, out: Path | None = None, **options: Any) -> NaturalResult:
    config = Config(library=data / "library", embedder="hash")
    rules = {one.key: one for one in RULES}
    run = RunOptions(out=out, **options)
    dataset = load_natural_questions(data)
    return run_natural_questions(dataset, config, {"evaluation": "made"}, run, rules=rules)


def test_a_run_watches_asks_and_judges(data: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    out = tmp_path / "out"
    found = ran(data, out, on_progress=seen.append)
    record = json.loads(json.dumps(found.record()))
    plain_videos, with_texts = record["shares"]["plain"], record["shares"]["with texts"]
    assert (plain_videos["n"], plain_videos["right"], plain_videos["unknown"]) == (2, 50.0, 50.0)
    assert (with_texts["n"], with_texts["right"]) == (1, 100.0)
    unknown = record["baselines"]["unknown"]
    assert unknown["plain"]["denied"] == unknown["plain"]["unknown"] == 50.0
    first = record["baselines"]["first event"]["plain"]
    assert first["misleading"] == 100.0
    assert record["notes"] == ["1 questions are left out: b.mp4 is not there"]
    assert [one.done for one in seen] == [0, 1, 2, 3]
    assert json.loads((out / "result.json").read_text()) == record
    assert "| embedded, plain | 50.0 | 50.0 |" in (out / "report.md").read_text()


def test_a_run_goes_on_where_it_was_killed(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    whole = ran(data, out).record()
    lines = (out / "predictions.jsonl").read_text().splitlines(keepends=True)
    (out / "predictions.jsonl").write_text("".join(lines[:1]))
    seen: list[Progress] = []
    again = ran(data, out, resume=True, on_progress=seen.append).record()
    assert seen[0].resumed == 1
    assert again["shares"] == whole["shares"]
    with pytest.raises(ConfigError, match="holds a run already"):
        ran(data, out)


def test_faults_are_told_with_the_truth(data: Path) -> None:
    denying = {one.key: one.model_copy(update={"accept": ("absent",)}) for one in RULES}
    dataset = load_natural_questions(data)
    config = Config(library=data / "library", embedder="hash")
    found = run_natural_questions(dataset, config, {}, rules=denying)
    lines = list(result_lines(found))
    assert any(
        line.startswith("denied: a.mp4 (none): how many people are there? => ")
        and line.endswith("(in truth: a dog)")
        for line in lines
    )
    assert {fault["verdict"] for fault in found.record()["faults"]} == {"denied", "misleading"}


def test_confidence_counts_answers_alone() -> None:
    assert Confidence.of([]) == Confidence(0, None, None)


def test_what_cannot_be_run_says_so(data: Path, tmp_path: Path) -> None:
    dataset = load_natural_questions(data)
    replayed = Config(library=tmp_path, model="replay:answers.json")
    with pytest.raises(ConfigError, match="replays choices, and these questions have none"):
        run_natural_questions(dataset, replayed, {})
    with pytest.raises(ConfigError, match=r"3 of 3 questions have no rule, 'a\.mp4"):
        run_natural_questions(dataset, Config(library=tmp_path, embedder="hash"), {})
    twice = data / "questions.jsonl"
    twice.write_text(twice.read_text() + twice.read_text())
    with pytest.raises(DatasetError, match=r"asks 'a\.mp4 .none.: when .*' twice"):
        load_natural_questions(data)
    (data / "videos" / "a.mp4").unlink()
    with pytest.raises(DatasetError, match=r"no video of .* is there; put them into one of"):
        load_natural_questions(data)


def test_no_question_is_left_out_where_all_videos_are_there(data: Path) -> None:
    lines = (data / "questions.jsonl").read_text().splitlines(keepends=True)
    (data / "questions.jsonl").write_text(lines[0])
    found = load_natural_questions(data / "questions.jsonl")
    assert isinstance(found, NaturalQuestions)
    assert [question.text for question in found.questions] == ["when does the scene change?"]
    assert not found.absent
