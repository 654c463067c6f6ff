"""The command `foretell doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from foretell.cli.console.progress import out, write_json
from foretell.cli.options import BaseUrlOption, JsonOption, LibraryOption, ModelOption

if TYPE_CHECKING:
    from foretell.doctor import Finding


def doctor(
    library: LibraryOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what is installed and reachable, and what each missing piece would add."""
    from foretell.config import load_config
    from foretell.doctor import examine

    config = load_config(library=library, model=model, base_url=base_url)
    show_findings(examine(config), as_json)


def show_findings(findings: Sequence[Finding], as_json: bool) -> None:
    """Prints what is there, what is missing, and what it would add."""
    if as_json:
        write_json([asdict(finding) for finding in findings])
        return
    table = Table(box=None)
    for name in ("", "part", "what was found", "what it is for"):
        table.add_column(name, overflow="fold")
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[yellow]--[/]"
        table.add_row(mark, finding.part, escape(finding.found), finding.adds)
    out.print(table, soft_wrap=False)
