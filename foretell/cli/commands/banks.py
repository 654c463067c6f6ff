"""The commands `foretell examples` and `foretell procedures`: add, list and remove banks."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer

from foretell.cli.console.progress import working, write_json
from foretell.cli.option_names import Command
from foretell.cli.options import JsonOption, LibraryOption
from foretell.cli.screen import write_line

if TYPE_CHECKING:
    from foretell.memory.banks.examples import BankInfo, ExampleBank
    from foretell.memory.banks.procedures import ProcedureBank, ProcedureBankInfo
    from foretell.memory.store import Store

Info = TypeVar("Info", covariant=True)
BankOption = Annotated[str, typer.Option(metavar="NAME", help="What to call the bank.")]
BankArgument = Annotated[str, typer.Argument(metavar="NAME", help="The bank.")]


class Bank(Protocol[Info]):
    """What the banks of all kinds can do."""

    def banks(self) -> Sequence[Info]:
        """Gives what there is."""
        ...

    def find(self, name: str) -> Info:
        """Gives the bank of a name."""
        ...

    def remove(self, name: str) -> None:
        """Deletes the bank of a name."""
        ...


def _bank_group(
    name: str,
    about: str,
    opened: Callable[[Path | None], AbstractContextManager[Bank[Info]]],
    line: Callable[[Info], str],
) -> typer.Typer:
    """Returns a group of commands with what the banks of all kinds share: `list` and `remove`.

    Args:
        name: Of the group.
        about: Its help.
        opened: Opens the banks of a library.
        line: Tells a bank in a line.
    """
    group = typer.Typer(name=name, help=about, no_args_is_help=True)

    @group.command("list", cls=Command)
    def list_banks(library: LibraryOption = None, as_json: JsonOption = False) -> None:
        """List the banks of the library."""
        with opened(library) as bank:
            banks = bank.banks()
        if as_json:
            write_json({"banks": [_record(info) for info in banks]})
            return
        for info in banks:
            write_line(line(info))
        if not banks:
            write_line(f"no banks; import one with `foretell {name} add FILE --name NAME`")

    @group.command("remove", cls=Command)
    def remove_bank(
        name: BankArgument, library: LibraryOption = None, as_json: JsonOption = False
    ) -> None:
        """Delete a bank."""
        with opened(library) as bank:
            info = bank.find(name)
            bank.remove(name)
        record = {"change": "removed", **_record(info)}
        write_json(record) if as_json else write_line(f"removed {name}")

    return group


def _record(info: Any) -> dict[str, Any]:
    return asdict(info)


@contextmanager
def _example_bank(library: Path | None) -> Generator[ExampleBank]:
    from foretell.memory.banks.examples import ExampleBank

    with _store(library) as store:
        yield ExampleBank(store.database)


@contextmanager
def _procedure_bank(library: Path | None) -> Generator[ProcedureBank]:
    from foretell.memory.banks.procedures import ProcedureBank

    with _store(library) as store:
        yield ProcedureBank(store.database)


def _store(library: Path | None) -> Store:
    from foretell.config import load_config
    from foretell.memory.store import Store

    return Store.open(load_config(library=library).library)


def _example_line(info: BankInfo) -> str:
    return (
        f"{info.name}: actions {info.actions}, sequences {info.sequences}, videos {info.videos}; "
        f"words of {info.taxonomy}"
    )


def _procedure_line(info: ProcedureBankInfo) -> str:
    return (
        f"{info.name}: tasks {info.tasks}, actions {info.actions}, "
        f"demonstrations {info.demonstrations}"
    )


examples = _bank_group(
    "examples", "Keep annotated action sequences to learn from.", _example_bank, _example_line
)
procedures = _bank_group(
    "procedures", "Keep tasks and their steps to plan from.", _procedure_bank, _procedure_line
)


@examples.command("add", cls=Command)
def add_examples(
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
    with working("importing"):
        loaded = load_sequences(annotations, meant, split=split)
        with _example_bank(library) as bank:
            change = bank.add(name, loaded.sequences, loaded.taxonomy)
            info = bank.find(name)
    if as_json:
        repairs = dict(loaded.repairs)
        record = {"change": change, "form": loaded.form, **asdict(info), "repairs": repairs}
        write_json(record)
        return
    write_line(f"{change} {_example_line(info)}")
    for match, count in loaded.repairs.items():
        write_line(f"  words matched to the taxonomy as {match}: {count}")


@procedures.command("add", cls=Command)
def add_procedures(
    file: Annotated[
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

    with working("importing"):
        loaded = load_procedures(file, dataset)
        with _procedure_bank(library) as bank:
            change = bank.add(name, loaded)
            info = bank.find(name)
    record = {"change": change, **asdict(info)}
    write_json(record) if as_json else write_line(f"{change} {_procedure_line(info)}")
