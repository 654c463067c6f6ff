"""What the evaluations print for people."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from foretell.evals.anticipation import AnticipationResult, Scores
    from foretell.evals.epic_lta import VerbEvaluation
    from foretell.evals.procedure_planning import PlanningResult
    from foretell.evals.question_answering import QuestionsResult
    from foretell.evals.runner import Progress

_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False)


@contextmanager
def evaluating(what: str) -> Generator[Callable[[Progress], None]]:
    """Shows how many items are done on standard error, where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=_err, transient=True, disable=not _err.is_terminal) as bars:
        task = bars.add_task(what, total=None)

        def show(progress: Progress) -> None:
            bars.update(task, total=progress.total, completed=progress.done)

        yield show


def show_anticipation(result: AnticipationResult, model: str) -> None:
    """Prints the scores of a model beside those of the baselines, and what they took."""
    from foretell.evals.markdown import told_usage

    horizon = len(result.scores["action"].ed_at)
    table = Table(box=None, title=f"ED@{horizon} over {result.n} windows, lower is better")
    table.add_column("")
    for head in result.scores:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row(*_cells(model, result.scores), style="bold")
    for name, scores in result.baselines.items():
        table.add_row(*_cells(name, scores))
    _out.print(table, soft_wrap=False)
    area = ", ".join(f"{head} {score.aued:.4f}" for head, score in result.scores.items())
    _out.print(f"AUED: {area}")
    if result.repairs:
        _out.print("repairs: " + escape(", ".join(f"{k} {n}" for k, n in result.repairs.items())))
    for note in result.notes:
        _out.print(f"[yellow]{escape(note)}[/]")
    _out.print(f"[dim]{result.seconds:.1f} s, {told_usage(result.usage)}[/]")


def show_verbs(evaluation: VerbEvaluation) -> None:
    """Prints the verb mAP of a model beside that of the baselines, and by what was observed."""
    from foretell.evals.verb_report import told_scores

    table = Table(box=None, title=f"verb mAP over {evaluation.n} records, higher is better")
    table.add_column("")
    for figure in ("all", "freq", "rare", "all, 95 %", "all, ties averaged"):
        table.add_column(figure, justify="right", no_wrap=True)
    for number, (name, cells) in enumerate(told_scores(evaluation)):
        table.add_row(escape(name), *cells, style=None if number else "bold")
    _out.print(table, soft_wrap=False)
    observed = [f"{ratio:.0%} {m.all:.1f}" for ratio, m in evaluation.by_ratio.items()]
    _out.print(f"by what was observed: {', '.join(observed)}")


def show_plans(result: PlanningResult, model: str) -> None:
    """Prints the scores of a planner beside those of the baselines, and what they rest on."""
    from foretell.evals.markdown import told_usage
    from foretell.evals.plan_report import score_headings, score_rows, told_results

    title = f"{result.n} windows of {result.steps} steps, per cent, higher is better"
    _print_rows(title, score_headings(result), score_rows(result, model))
    for line in told_results(result):
        _out.print(line)
    for note in result.notes:
        _out.print(f"[yellow]{escape(note)}[/]")
    _out.print(f"[dim]{result.seconds:.1f} s of planning, {told_usage(result.usage)}[/]")


def show_questions(result: QuestionsResult, model: str) -> None:
    """Prints the scores of an answerer beside those of the baselines, and what they rest on."""
    from foretell.evals.markdown import told_usage
    from foretell.evals.question_report import (
        HEADINGS,
        SPAN_HEADINGS,
        score_rows,
        span_rows,
        told_results,
    )

    title = f"{result.n} questions, per cent, higher is better"
    _print_rows(title, HEADINGS, score_rows(result, model))
    if result.grounding is not None:
        _print_rows("spans beside the same answers", SPAN_HEADINGS, span_rows(result, model))
    for line in told_results(result):
        _out.print(escape(line))
    for note in result.notes:
        _out.print(f"[yellow]{escape(note)}[/]")
    _out.print(f"[dim]{result.seconds:.1f} s of answering, {told_usage(result.usage)}[/]")


def _print_rows(title: str, headings: Iterable[str], rows: Iterable[tuple[str, list[str]]]) -> None:
    """Prints a table whose first row, that of the model, stands out."""
    table = Table(box=None, title=title, min_width=len(title))
    table.add_column("", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for number, (name, cells) in enumerate(rows):
        table.add_row(escape(name), *map(escape, cells), style=None if number else "bold")
    _out.print(table, soft_wrap=False)


def _cells(name: str, scores: Scores) -> list[str]:
    return [
        escape(name),
        *(
            f"{score.ed:.4f} [dim]{score.interval.low:.3f}-{score.interval.high:.3f}[/]"
            for score in scores.values()
        ),
    ]
