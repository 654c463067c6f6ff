"""The commands `foretell procedures add | list | remove`, of the procedure banks."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.options import BankArgument, BankOption, JsonOption, LibraryOption

if TYPE_CHECKING:
    from foretell.memory.banks.procedures import ProcedureBank, ProcedureBankInfo

app = typer.Typer(
    name="procedures",
    help="Keep tasks and their steps to plan from.",
    no_args_is_help=True,
)


@app.command()
def add(
    procedures: Annotated[
        Path, typer.Argument(metavar="FILE", help="Procedures, or the folder of a dataset.")
    ],
    name: BankOption,
    dataset: Annotated[
        str | None, typer.Option(metavar="crosstask|coin|niv", help="Which dataset of a folder.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import procedures as a bank; what is there already is left as it is."""
    from foretell.tools.procedures.load import load_procedures

    loaded = load_procedures(procedures, dataset)
    with _bank(library) as bank:
        change = bank.add(name, loaded)
        info = bank.find(name)
    record = {"change": change, **asdict(info)}
    typer.echo(json.dumps(record) if as_json else f"{change} {_line(info)}")


@app.command("list")
def list_banks(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the banks of the library."""
    with _bank(library) as bank:
        banks = bank.banks()
    if as_json:
        typer.echo(json.dumps({"banks": [asdict(info) for info in banks]}))
        return
    for info in banks:
        typer.echo(_line(info))
    if not banks:
        typer.echo("no banks; import one with `foretell procedures add FILE --name NAME`")


@app.command()
def remove(
    name: BankArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a bank."""
    with _bank(library) as bank:
        info = bank.find(name)
        bank.remove(name)
    typer.echo(json.dumps({"change": "removed", **asdict(info)}) if as_json else f"removed {name}")


@contextmanager
def _bank(library: Path | None) -> Generator[ProcedureBank]:
    from foretell.config import load_config
    from foretell.memory.banks.procedures import ProcedureBank
    from foretell.memory.store import Store

    with Store.open(load_config(library=library).library) as store:
        yield ProcedureBank(store.database)


def _line(info: ProcedureBankInfo) -> str:
    return (
        f"{info.name}: tasks {info.tasks}, actions {info.actions}, "
        f"demonstrations {info.demonstrations}"
    )
