"""The command `foretell score`: the official scores of somebody's file of predictions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from foretell.cli.options import JsonOption

NameArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="nextqa, intentqa, nextgqa, egoschema, tomato, temporalbench, qvhighlights, "
        "charades-sta, activitynet-captions, ual-bench, temporal-action-detection or "
        "spatial-action-detection.",
    ),
]
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
    from foretell.cli.console.score_card import show_score_card
    from foretell.evals.scoring.benchmarks import score_predictions, with_diagnostics

    card = score_predictions(name, predictions, data, official=official)
    beside = {"one-frame": one_frame, "shuffled": shuffled, "chosen-frame": chosen_frame}
    if given := {option: file for option, file in beside.items() if file is not None}:
        card = with_diagnostics(
            card, {o: score_predictions(name, f, data) for o, f in given.items()}
        )
    show_score_card(card, as_json)
