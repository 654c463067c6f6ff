"""The commands, their help and the pages tell what the table of benchmarks holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from foretell.cli import app
from foretell.cli.evaluations.group import evaluation_app
from foretell.errors import ConfigError
from foretell.evals.benchmarks import BENCHMARKS, Benchmark, QuestionData, scored_benchmark
from foretell.evals.datasets.question_files import choice_place, found_file, unique_questions
from foretell.questions import VideoQuestion
from foretell.tools.texts.annotation_file import read_annotations
from tests.foretell.test_readme import ROOT, options_of

EVALUATED = [one.name for one in BENCHMARKS.values() if one.data is not None]
SCORED = [one.name for one in BENCHMARKS.values() if one.is_scored]


def row(benchmark: Benchmark) -> str:
    """Gives the row of a benchmark in docs/benchmarks.md."""
    kind = benchmark.data
    splits = kind.splits if isinstance(kind, QuestionData) else ()
    cells = (
        f"`{benchmark.name}`",
        benchmark.job or "-",
        benchmark.help.rstrip("."),
        ", ".join(f"`{name.format(split='SPLIT')}`" for name in benchmark.files),
        ", ".join(splits) or "-",
        "yes" if benchmark.is_scored else "no",
    )
    return f"| {' | '.join(cells)} |"


def test_the_page_of_benchmarks_has_a_row_for_each() -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    rows = "\n".join(row(benchmark) for benchmark in BENCHMARKS.values())
    assert f"\n{rows}\n" in page, f"put this into docs/benchmarks.md:\n{rows}"


def test_the_readme_names_what_can_be_evaluated_and_scored() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    told = re.search(r"`eval` takes\s(.*?);\s`score` takes\s(.*?)\.\s", page, re.DOTALL)
    assert told is not None
    evaluated, scored = (re.findall(r"`([a-z0-9-]+)`", names) for names in told.groups())
    assert sorted(evaluated) == sorted(EVALUATED)
    assert sorted(scored) == sorted(SCORED)


def test_the_help_lists_them() -> None:
    evaluated = CliRunner().invoke(app, ["eval", "--help"]).stdout
    assert all(re.search(rf"^ +{name} ", evaluated, re.MULTILINE) for name in EVALUATED)
    scored = CliRunner().invoke(app, ["score", "--help"]).stdout
    assert all(re.search(rf"^ +{name} ", scored, re.MULTILINE) for name in SCORED)
    assert "SPLIT.csv or SPLIT.csv.gz" in scored
    assert "val_2.json or val_1.json" in scored


@pytest.mark.parametrize("name", EVALUATED)
def test_every_evaluation_takes_the_options_of_a_run(name: str) -> None:
    run = {"--data", "--out", "--resume", "--limit", "--seed", "--json", "--model", "--library"}
    llm = {"--base-url", "--cache", "--in-flight", "--rate"}
    assert run | llm <= options_of(["eval", name])


def test_what_is_not_scored_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="NAME 'car' is unknown; give one of nextqa"):
        scored_benchmark("car")
    with pytest.raises(ConfigError, match="predictions for car are not scored; run `foretell eval"):
        BENCHMARKS["car"].score(tmp_path, tmp_path)


def load_made(path: Path) -> list[VideoQuestion]:
    """Reads questions of a form of their own, as a new module in evals/datasets/ would."""
    file = found_file(path, "made.json")
    return unique_questions(
        file,
        (
            VideoQuestion(
                id=name,
                video=str(node.fields()["video"]),
                text=str(node.fields()["asks"]),
                choices=("yes", "no"),
                answer=choice_place(node, str(node.fields()["right"]), ("yes", "no")),
            )
            for name, node in read_annotations(file).entries().items()
        ),
    )


def test_one_record_adds_a_benchmark(tmp_path: Path) -> None:
    made = Benchmark("made", "Answer made questions.", ("made.json",), QuestionData(load_made))
    asked = {name: {"video": "v", "asks": "a dog?", "right": n} for n, name in enumerate("ab")}
    (tmp_path / "made.json").write_text(json.dumps(asked))
    commands = evaluation_app({**BENCHMARKS, "made": made})
    shown = CliRunner().invoke(commands, ["made", "--help"]).stdout
    assert "Answer made questions." in shown
    assert "made.json, or the folder that holds it." in shown
    environment = {"FORETELL_EMBEDDER": "hash", "FORETELL_LIBRARY": str(tmp_path / "library")}
    ended = CliRunner(env=environment).invoke(
        commands, ["made", "--data", str(tmp_path), "--json"], catch_exceptions=False
    )
    found = json.loads(ended.stdout)
    assert (found["n"], found["settings"]["evaluation"]) == (2, "made")
    predictions = tmp_path / "predictions.json"
    predictions.write_text(json.dumps({"a": "yes", "b": "(A)"}))
    card = made.score(predictions, tmp_path)
    assert (card.benchmark, card.n, card.figures["accuracy"]) == ("made", 2, 50.0)
