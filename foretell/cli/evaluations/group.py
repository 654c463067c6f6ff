"""The group `foretell eval`, put together."""

from __future__ import annotations

import typer

from foretell.cli.evaluations.answering import QUESTIONS, answering, car
from foretell.cli.evaluations.anticipation import ego4d_lta, egtea_lta, epic_lta
from foretell.cli.evaluations.localization import MOMENTS, locating
from foretell.cli.evaluations.planning import procedure_planning

app = typer.Typer(
    name="eval", help="Measure foretell on published benchmarks.", no_args_is_help=True
)
app.command("ego4d-lta")(ego4d_lta)
app.command("epic-lta")(epic_lta)
app.command("egtea-lta")(egtea_lta)
app.command("procedure-planning")(procedure_planning)
for name, about in QUESTIONS.items():
    app.command(name, help=about)(answering(name))
app.command("car")(car)
for name, about in MOMENTS.items():
    app.command(name, help=about)(locating(name))
