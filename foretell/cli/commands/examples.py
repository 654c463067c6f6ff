"""The commands `foretell examples add | list | remove`, of the example banks."""

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
    from foretell.memory.banks.examples import BankInfo, ExampleBank

app = typer.Typer(
    name="examples",
    help="Keep annotated action sequences to learn from.",
    no_args_is_help=True,
)


@app.command()
def add(
    annotations: Annotated[
        Path, typer.Argument(metavar="FILE", help="Annotations, or the folder of a dataset.")
    ],
    name: BankOption,
    taxonomy: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="What its numbers or words mean.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(metavar="train|val|test", help="Which split of a folder.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import annotated action sequences as a bank; what is there already is left as it is."""
    from foretell.memory.banks.taxonomy_files import load_taxonomy
    from foretell.tools.annotations.load import load_sequences

    meant = None if taxonomy is None else load_taxonomy(taxonomy)
    loaded = load_sequences(annotations, meant, split=split)
    with _bank(library) as bank:
        change = bank.add(name, loaded.sequences, loaded.taxonomy)
        info = bank.find(name)
    if as_json:
        repairs = dict(loaded.repairs)
        record = {"change": change, "form": loaded.form, **asdict(info), "repairs": repairs}
        typer.echo(json.dumps(record))
        return
    typer.echo(f"{change} {_line(info)}")
    for how, count in loaded.repairs.items():
        typer.echo(f"  words matched to the taxonomy as {how}: {count}")


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
        typer.echo("no banks; import one with `foretell examples add FILE --name NAME`")


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
def _bank(library: Path | None) -> Generator[ExampleBank]:
    from foretell.config import load_config
    from foretell.memory.banks.examples import ExampleBank
    from foretell.memory.store import Store

    with Store.open(load_config(library=library).library) as store:
        yield ExampleBank(store.database)


def _line(info: BankInfo) -> str:
    return (
        f"{info.name}: actions {info.actions}, sequences {info.sequences}, videos {info.videos}; "
        f"words of {info.taxonomy}"
    )
