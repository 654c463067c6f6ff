"""The group `foretell eval`, put together."""

from __future__ import annotations

import typer

from foretell.cli.evaluations.ego4d_lta import ego4d_lta
from foretell.cli.evaluations.kitchens import egtea_lta, epic_lta
from foretell.cli.evaluations.moments import MOMENTS, locating
from foretell.cli.evaluations.procedure_planning import procedure_planning
from foretell.cli.evaluations.questions import QUESTIONS, answering, car

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
