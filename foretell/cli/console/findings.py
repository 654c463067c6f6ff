"""What `foretell doctor` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.markup import escape
from rich.table import Table

from foretell.cli.console.streams import out, write_json
from foretell.doctor import Finding


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
