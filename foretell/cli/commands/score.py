"""The command `foretell score`: the official scores of somebody's file of predictions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from foretell.cli.console.progress import print_notes, working, write_json
from foretell.cli.option_names import Command
from foretell.cli.options import JsonOption
from foretell.cli.screen import cell, out

if TYPE_CHECKING:
    from foretell.evals.scoring.score_card import ScoreCard

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A benchmark; see below.")]
PredictionsOption = Annotated[
    Path, typer.Option(metavar="FILE", help="In the form that the benchmark's script reads.")
]
DataOption = Annotated[
    Path, typer.Option(metavar="DIR_OR_FILE", help="The right answers, as they are published.")
]
OfficialOption = Annotated[
    bool,
    typer.Option(
        "--official", help="Count edge cases as the official script does, mistakes included."
    ),
]
OneFrameOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Choices by one frame or caption at random: gain kappa."),
]
ShuffledOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Choices by the same ones shuffled: sensitivity tau."),
]
ChosenFrameOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Choices by the most telling one: disparity rho."),
]
_LEAST_WIDTH = 120
"""Columns that the widest table of metrics needs, where the output is no terminal."""


def score(
    name: NameArgument,
    predictions: PredictionsOption,
    data: DataOption,
    official: OfficialOption = False,
    one_frame: OneFrameOption = None,
    shuffled: ShuffledOption = None,
    chosen_frame: ChosenFrameOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score a file of predictions as its benchmark does, beside trivial baselines."""
    from foretell.evals.benchmarks import scored_benchmark
    from foretell.evals.scoring.score_card import with_diagnostics

    benchmark = scored_benchmark(name)
    beside = {"one-frame": one_frame, "shuffled": shuffled, "chosen-frame": chosen_frame}
    with working("scoring"):
        card = benchmark.score(predictions, data, official=official)
        if given := {option: file for option, file in beside.items() if file is not None}:
            card = with_diagnostics(card, {o: benchmark.score(f, data) for o, f in given.items()})
    show_score_card(card, as_json)


class ScoreCommand(Command):
    """Lists the benchmarks in its help, out of their table."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Writes what each benchmark is scored on."""
        from foretell.evals.benchmarks import BENCHMARKS

        with formatter.section("NAME, and what --data holds"):
            formatter.write_dl([(b.name, b.layout) for b in BENCHMARKS.values() if b.is_scored])


def show_score_card(card: ScoreCard, as_json: bool) -> None:
    """Prints every figure beside those of the baselines."""
    if as_json:
        write_json(card.record())
        return
    from foretell.evals.scoring.score_card import flat

    blind = {name: dict(flat(figures)) for name, figures in card.baselines.items()}
    table = Table(box=None, title=f"{card.benchmark}: {card.n} scored")
    table.add_column("", no_wrap=True)
    for heading in ("predictions", *blind):
        table.add_column(cell(heading), justify="right", no_wrap=True)
    for name, figure in flat(card.figures):
        cells = (_cell(figure), *(_cell(figures.get(name)) for figures in blind.values()))
        table.add_row(cell(name), *cells)
    out.print(table, soft_wrap=False, width=max(out.width, _LEAST_WIDTH))
    print_notes(card.notes)


def _cell(figure: float | None) -> str:
    if figure is None or math.isnan(figure):
        return ""
    return f"{figure:.4g}" if isinstance(figure, float) else str(figure)
