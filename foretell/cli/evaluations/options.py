"""Options that several evaluations share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path, typer.Option(metavar="DIR_OR_FILE", help="Annotations, as they are published.")
]
PartOption = Annotated[
    str,
    typer.Option(
        metavar="all|choose|report",
        help="Only the fifth of the videos that settings are chosen on, or only the others.",
    ),
]
ModelOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="'embedded', 'replay:FILE' or PROVIDER:NAME.")
]
LimitOption = Annotated[int | None, typer.Option(metavar="N", help="Only the first N.")]
OutOption = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the run.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")]
SeedOption = Annotated[int, typer.Option(metavar="N", help="Of random choices.")]
ShotsOption = Annotated[
    int, typer.Option(metavar="N", help="LLM: examples shown with each request; 0 for none.")
]
StructuredOption = Annotated[
    bool, typer.Option("--structured/--free-text", help="LLM: ask for JSON, or for words.")
]
InFlightOption = Annotated[int, typer.Option(metavar="N", help="LLM: most requests at a time.")]
RateOption = Annotated[
    float | None, typer.Option(metavar="R", help="LLM: most requests begun in a second.")
]
