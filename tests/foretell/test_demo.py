"""The demo does what it shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.demo import QUESTIONS, DemoResult, render_clip, run_demo
from foretell.errors import ConfigError


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return run_demo(tmp_path_factory.mktemp("demo"))


def test_it_sees_its_five_shots(result: DemoResult) -> None:
    shots = [event for event in result.watched.timeline if event.source == "scenes"]
    cuts = [event.interval.start for event in shots]
    assert cuts == pytest.approx([0.0, 4.0, 9.0, 14.0, 19.0], abs=0.1)


def test_it_reads_subtitles_and_screen(result: DemoResult) -> None:
    timeline = result.watched.timeline
    assert [event.text for event in timeline.of_kind("speech")][1] == (
        "First, fill the kettle with fresh water."
    )
    shown = {event.text for event in timeline.of_kind("screen_text")}
    assert {"How to make tea", "Brew for 3 minutes"} <= shown


def test_it_answers_its_questions(result: DemoResult) -> None:
    answers = dict(result.answers)
    assert tuple(answers) == QUESTIONS
    milk, kettle, brew, shots, *unseen = (answers[question] for question in QUESTIONS)
    assert milk.evidence[0].interval.start == pytest.approx(19.5, abs=0.1)
    assert "tea bag into the blue mug" in kettle.text
    assert "3 minutes" in brew.text
    assert shots.text.startswith("There are 5 shots")
    assert [(one.status, one.confidence) for one in unseen] == [("unknown", None)] * 3
    assert all("Nobody has looked at what happens" in one.text for one in unseen[:2])
    assert unseen[2].text.startswith("No colour of it is told")


def test_it_shows_itself(result: DemoResult, tmp_path: Path) -> None:
    """The second run in a folder reuses what the first one watched."""
    folder = Path(result.watched.timeline.video.path).parent
    shown = CliRunner().invoke(app, ["demo", "--folder", str(folder), "--json"])
    record = json.loads(shown.stdout)
    assert [answer["question"] for answer in record["answers"]] == list(QUESTIONS)
    words = CliRunner().invoke(app, ["demo", "--folder", str(folder)]).stdout
    assert "7 questions answered in" in words
    assert "foretell chat" in words


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot make the folder .*name another"):
        render_clip(tmp_path / "file" / "demo")
