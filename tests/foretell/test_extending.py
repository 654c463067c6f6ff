"""The examples of docs/extending.md run as they stand there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from foretell import demo
from foretell.cli.evaluations.group import evaluation_app
from foretell.evals.benchmarks import BENCHMARKS
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Interval

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
Run = Callable[[str], dict[str, Any]]


def examples() -> dict[str, str]:
    """Gives the code of each section by its heading."""
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        section.partition("\n")[0]: "\n".join(
            re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
        )
        for section in sections
    }


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a section's code beside a clip of four seconds, in which a cup is filled with tea."""
    monkeypatch.setenv("FORETELL_LIBRARY", str(tmp_path / "library"))
    monkeypatch.setenv("FORETELL_EMBEDDER", "hash")
    monkeypatch.setenv("FORETELL_READ_SCREEN_TEXT", "false")
    monkeypatch.chdir(tmp_path)
    pictures = [picture for picture, _ in zip(demo.frames(), range(48), strict=False)]
    told = [(Interval(0.5, 1.5), "Let us make tea."), (Interval(2, 3), "The tea is ready.")]
    write_video(tmp_path / "kitchen.mp4", pictures, frames_per_second=12, subtitles=told)

    def ran(heading: str) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "example"}
        exec(compile(examples()[heading], f"{PAGE.name}: {heading}", "exec"), names)
        return names

    return ran


def test_a_captioner(run: Run) -> None:
    made = run("A captioner")
    assert [event.source for event in made["captions"]] == ["captioner:brightness"] * 2
    assert all(event.text.startswith("The room is ") for event in made["captions"])


def test_a_perceiver(run: Run) -> None:
    made = run("A perceiver")
    assert next(str(event) for event in made["dark"]) == "0.0-1.0 s scene: it is dark"
    with made["VideoAgent"](perceivers=[made["Darkness"]()]) as agent:
        assert agent.watch("kitchen.mp4").reused


def test_a_tool_of_the_planner(run: Run) -> None:
    answer = run("A planner's tool")["answer"]
    (step,) = answer.trajectory
    assert step.result.startswith("2 events:\n[e1] ")
    assert [evidence.quote for evidence in answer.evidence] == ["Let us make tea."]


def test_a_benchmark(run: Run, tmp_path: Path) -> None:
    made = run("A multiple-choice benchmark")["benchmark"]
    asked = {"video": "v", "question": "What is made?", "options": ["tea", "soup"], "answer": "tea"}
    data = tmp_path / "daily_questions.json"
    data.write_text(json.dumps({"q1": asked, "q2": {**asked, "answer": "soup"}}))
    commands = evaluation_app({**BENCHMARKS, made.name: made})
    words = [made.name, "--data", str(data), "--json"]
    ended = CliRunner().invoke(commands, words, catch_exceptions=False)
    assert json.loads(ended.stdout)["n"] == 2
    predictions = tmp_path / "predictions.json"
    predictions.write_text(json.dumps({"q1": "tea", "q2": "tea"}))
    assert made.score(predictions, tmp_path).figures["accuracy"] == 50.0
