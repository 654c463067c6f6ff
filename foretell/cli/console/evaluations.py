"""What the evaluations print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from foretell.cli.console.progress import print_notes, write_json
from foretell.cli.screen import cell, marked, out, say
from foretell.evals.markdown import usage_text
from foretell.evals.run_folder import display_name
from foretell.types import Usage

if TYPE_CHECKING:
    from foretell.evals.answering.evaluation import QuestionsResult
    from foretell.evals.answering.natural_questions import NaturalResult
    from foretell.evals.anticipation.evaluation import AnticipationResult, Scores
    from foretell.evals.anticipation.verb_evaluation import VerbEvaluation
    from foretell.evals.localization.evaluation import MomentsResult
    from foretell.evals.localization.presence import PresenceResult
    from foretell.evals.planning.evaluation import PlanningResult


def show_anticipation(result: AnticipationResult, as_json: bool) -> None:
    """Prints the scores of a model beside those of the baselines, and what they took."""
    if as_json:
        write_json(result.record())
        return
    horizon = len(result.scores["action"].ed_at)
    table = Table(box=None, title=f"ED@{horizon} over {result.n} windows, lower is better")
    table.add_column("")
    for head in result.scores:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row(*_cells(_model(result.settings), result.scores), style="bold")
    for name, scores in result.baselines.items():
        table.add_row(*_cells(name, scores))
    out.print(table, soft_wrap=False)
    area = ", ".join(f"{head} {score.aued:.4f}" for head, score in result.scores.items())
    say("AUED: {}", area)
    if result.repairs:
        say("repairs: {}", ", ".join(f"{k} {n}" for k, n in result.repairs.items()))
    print_notes(result.notes)
    _print_spent(f"{result.seconds:.1f} s", result.usage)


def show_verbs(evaluation: VerbEvaluation, as_json: bool) -> None:
    """Prints the verb mAP of a model beside that of the baselines, and by what was observed."""
    from foretell.evals.anticipation.verb_run import verb_record, verb_score_rows

    if as_json:
        write_json(verb_record(evaluation))
        return
    table = Table(box=None, title=f"verb mAP over {evaluation.n} records, higher is better")
    table.add_column("")
    for figure in ("all", "freq", "rare", "all, 95 %", "all, ties averaged"):
        table.add_column(figure, justify="right", no_wrap=True)
    for number, (name, cells) in enumerate(verb_score_rows(evaluation)):
        table.add_row(cell(name), *map(cell, cells), style=None if number else "bold")
    out.print(table, soft_wrap=False)
    observed = [f"{ratio:.0%} {m.all:.1f}" for ratio, m in evaluation.by_ratio.items()]
    say("by what was observed: {}", ", ".join(observed))


def show_plans(result: PlanningResult, as_json: bool) -> None:
    """Prints the scores of a planner beside those of the baselines, and what they rest on."""
    from foretell.evals.planning.report import result_lines, score_headings, score_rows

    if as_json:
        write_json(result.record())
        return
    title = f"{result.n} windows of {result.steps} steps, per cent, higher is better"
    _print_rows(title, score_headings(result), score_rows(result, _model(result.settings)))
    _print_lines(result_lines(result))
    print_notes(result.notes)
    _print_spent(f"{result.seconds:.1f} s of planning", result.usage)


def show_questions(result: QuestionsResult, as_json: bool) -> None:
    """Prints the scores of an answerer beside those of the baselines, and what they rest on."""
    from foretell.evals.answering.report import (
        HEADINGS,
        SPAN_HEADINGS,
        result_lines,
        score_rows,
        span_rows,
    )

    if as_json:
        write_json(result.record())
        return
    model = _model(result.settings)
    title = f"{result.n} questions, per cent, higher is better"
    _print_rows(title, HEADINGS, score_rows(result, model))
    if result.grounding is not None:
        _print_rows("spans beside the same answers", SPAN_HEADINGS, span_rows(result, model))
    _print_lines(result_lines(result))
    print_notes(result.notes)
    _print_spent(f"{result.seconds:.1f} s of answering", result.usage)


def show_natural_questions(result: NaturalResult, as_json: bool) -> None:
    """Prints how free answers were judged beside trivial ones, and each that is at fault."""
    from foretell.evals.answering.natural_questions import HEADINGS, result_lines, score_rows

    if as_json:
        write_json(result.record())
        return
    model = _model(result.settings)
    title = f"{len(result.judged)} questions, per cent"
    _print_rows(title, HEADINGS, score_rows(result, model))
    _print_lines(result_lines(result))
    print_notes(result.notes)
    _print_spent(f"{result.seconds:.1f} s of watching and answering", result.usage)


def show_moments(result: MomentsResult, as_json: bool) -> None:
    """Prints the scores of a localizer beside those of trivial spans."""
    from foretell.evals.localization.report import (
        localizer_name,
        result_lines,
        score_headings,
        score_rows,
    )

    if as_json:
        write_json(result.record())
        return
    title = f"{result.n} queries, per cent"
    _print_rows(title, score_headings(result), score_rows(result, localizer_name(result.settings)))
    _print_lines(result_lines(result))
    print_notes(result.notes)
    _print_spent(f"{result.seconds:.1f} s of looking", result.usage)


def show_presence(result: PresenceResult, as_json: bool) -> None:
    """Prints how well presence was told from absence, beside scores that need no look."""
    from foretell.evals.localization.presence import HEADINGS, result_lines, score_rows

    if as_json:
        write_json(result.record())
        return
    _print_rows(f"{result.n} queries, half of them absent", HEADINGS, score_rows(result))
    _print_lines(result_lines(result))
    _print_spent(f"{result.seconds:.1f} s of looking", result.usage)


def _print_rows(title: str, headings: Iterable[str], rows: Iterable[tuple[str, list[str]]]) -> None:
    """Prints a table whose first row, that of the model, stands out."""
    table = Table(box=None, title=title, min_width=len(title))
    table.add_column("", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for number, (name, cells) in enumerate(rows):
        table.add_row(cell(name), *map(cell, cells), style=None if number else "bold")
    out.print(table, soft_wrap=False)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        say("{}", line)


def _print_spent(seconds: str, usage: Usage) -> None:
    say("[dim]{}, {}[/]", seconds, usage_text(usage))


def _cells(name: str, scores: Scores) -> list[Text]:
    return [
        cell(name),
        *(
            marked("{:.4f} [dim]{:.3f}-{:.3f}[/]", one.ed, one.interval.low, one.interval.high)
            for one in scores.values()
        ),
    ]


def _model(settings: Mapping[str, Any]) -> str:
    return display_name(settings["model"])
