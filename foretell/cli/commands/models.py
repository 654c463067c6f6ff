"""What is installed and what runs: `foretell doctor`, `foretell models list | pull | check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from foretell.cli.console.progress import working, write_json
from foretell.cli.option_names import Command
from foretell.cli.options import (
    BaseUrlOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    VisionModelOption,
)
from foretell.cli.screen import cell, marked, out, write_line

if TYPE_CHECKING:
    from foretell.config import Config
    from foretell.doctor import Finding


app = typer.Typer(
    name="models",
    help="See which models describe videos, fetch them, and check that they run.",
    no_args_is_help=True,
)


@app.command("list", cls=Command)
def list_models(as_json: JsonOption = False) -> None:
    """List models with their sizes and licences; the first of each job is one to begin with."""
    from foretell.tools.vision_models.catalog import catalog
    from foretell.tools.vision_models.checkpoint import Checkpoint

    rows = [(entry, Checkpoint(entry.id).is_here) for entry in catalog()]
    if as_json:
        write_json({"models": [asdict(e) | {"here": here} for e, here in rows]})
        return
    for entry, here in rows:
        needs = f", needs foretell[{entry.extra}]" if entry.extra else ""
        write_line(f"{entry.job}: {entry.id}{' (here)' if here else ''}")
        write_line(f"    {entry.purpose}")
        write_line(f"    download {entry.size}, {entry.licence}, {entry.machine}{needs}")


@app.command(cls=Command)
def pull(
    model: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="A model on the hub.")],
    as_json: JsonOption = False,
) -> None:
    """Fetch a model, which nothing else does; what is here already is not fetched again."""
    from foretell.tools.vision_models.catalog import pull as fetch

    name = model.removeprefix("hf:")
    folder = fetch(name)
    if as_json:
        write_json({"model": name, "folder": str(folder)})
    else:
        write_line(f"{name} is in {folder}; use it as hf:{name}")


@app.command(cls=Command)
def check(
    model: Annotated[
        str,
        typer.Argument(
            metavar="hf:MODEL|openai:NAME", help="A model on this machine, or at the endpoint."
        ),
    ],
    device: Annotated[
        str | None, typer.Option(metavar="NAME", help="Where it runs: auto, cpu, cuda or mps.")
    ] = None,
    vision_model: VisionModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load a model, or ask one at an endpoint, and tell what it can do or what is wrong with it."""
    from foretell.config import load_config
    from foretell.endpoint import PREFIX

    config = load_config(device=device, base_url=base_url, vision_model=vision_model)
    if model.startswith(PREFIX):
        _check_endpoint(model, config, as_json)
    else:
        _check_checkpoint(model, config.device, as_json)


def _check_endpoint(model: str, config: Config, as_json: bool) -> None:
    from foretell.agent.chat_models.endpoint_check import check_endpoint, named_endpoint

    with working("asking"):
        asked = check_endpoint(named_endpoint(model, config))
    if as_json:
        write_json(asdict(asked))
        return
    write_line(f"{asked.model} at {asked.where}, asked for {asked.seconds:.1f} s")
    for sentence in asked.told:
        write_line(f"  {sentence}")


def _check_checkpoint(model: str, device: str, as_json: bool) -> None:
    from foretell.tools.model_check import check as load

    with working("loading"):
        checked = load(model, device)
    if as_json:
        write_json(asdict(checked))
        return
    write_line(
        f"{checked.id} (of type {checked.model_type!r}) can be {checked.job}: loaded in "
        f"{checked.seconds:.1f} s on {checked.device}, in {checked.dtype}, "
        f"{checked.parameters_millions:.1f} million parameters"
    )


class DoctorCommand(Command):
    """Takes `--library` without a folder, too, for the one that the settings name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Adds the folder where none follows."""
        return super().parse_args(ctx, [*_with_folder(args)])


def _with_folder(args: Sequence[str]) -> Iterator[str]:
    from foretell.config import load_config

    for place, word in enumerate(args, start=1):
        yield word
        if word == "--library" and (place == len(args) or args[place].startswith("--")):
            yield str(load_config().library)


def doctor(
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is installed and reachable; with --library, check the library and mend it."""
    from foretell.config import load_config
    from foretell.doctor import examine

    config = load_config(library=library, model=model, base_url=base_url)
    with working("examining"):
        findings = examine(config, mend=library is not None)
    show_findings(findings, as_json)


def show_findings(findings: Sequence[Finding], as_json: bool) -> None:
    """Prints what is there, what is missing, and what it would add."""
    if as_json:
        write_json([asdict(finding) for finding in findings])
        return
    table = Table(box=None)
    for name in ("", "part", "what was found", "what it is for"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        mark = marked("[green]ok[/]") if finding.ok else marked("[yellow]--[/]")
        table.add_row(mark, finding.part, cell(finding.found), finding.adds)
    out.print(table, soft_wrap=False)
