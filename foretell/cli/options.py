"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

VideoArgument = Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")]
CaptionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Captions that were made already.")
]
NarrationsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Narrations or action segments.")
]
DeviceOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Where models run: auto, cpu, cuda or mps.")
]
BankOption = Annotated[str, typer.Option(metavar="NAME", help="What to call the bank.")]
BankArgument = Annotated[str, typer.Argument(metavar="NAME", help="The bank.")]
LibraryOption = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the memory.")]
ModelOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Chat model, or 'embedded' for none.")
]
FrameScorerOption = Annotated[
    str | None,
    typer.Option(metavar="hf:MODEL", help="Model that compares frames with words."),
]
JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge", metavar="hf:MODEL|openai:NAME", help="Model that looks at moments again."
    ),
]
VisionModelOption = Annotated[
    str | None,
    typer.Option(metavar="hf:MODEL|openai:NAME", help="Model that looks at frames again."),
]
BaseUrlOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Root of an OpenAI-compatible endpoint.")
]
CacheOption = Annotated[
    bool | None, typer.Option("--cache/--no-cache", help="Use replies kept on disk.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON object for machines.")]
