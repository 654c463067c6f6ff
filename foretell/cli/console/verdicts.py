"""What `foretell verify` prints: what holds, what does not, what could not be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from foretell.cli.console.progress import write_json
from foretell.cli.screen import say

if TYPE_CHECKING:
    from foretell.agent.evidence_file.findings import Finding, Verified


def show_verified(verified: Verified, as_json: bool) -> None:
    """Prints what was found of an evidence file: of the whole, of each video, each citation."""
    if as_json:
        write_json(verified.to_dict())
        return
    say("[bold]{}[/]", verified.question)
    say("[dim]{}, made {} by {}[/]", verified.file, verified.made_at, verified.made_by)
    _print(verified.findings)
    for video in verified.videos:
        say("[bold]{}[/] [dim]{}[/]", video.name, video.sha256)
        _print(video.findings)
    for number, one in enumerate(verified.citations, start=1):
        place = f"{one.video}, " if len(verified.videos) > 1 else ""
        say("[cyan]{}. {}{:.1f}-{:.1f} s[/] {}", number, place, one.start, one.end, one.quote)
        _print(one.findings)
    _print_sum(verified)


def _print(findings: Sequence[Finding]) -> None:
    for finding in findings:
        match finding.state:
            case "holds":
                say("  [green]holds[/] {}: [dim]{}[/]", finding.what, finding.why)
            case "fails":
                say("  [bold red]does not hold[/] {}: {}", finding.what, finding.why)
            case "unchecked":
                say("  [yellow]not checked[/] {}: {}", finding.what, finding.why)


def _print_sum(verified: Verified) -> None:
    states = [finding.state for finding in verified.all()]
    unchecked = states.count("unchecked")
    if failing := states.count("fails"):
        say("[bold red]{} of {} checks do not hold[/]", failing, len(states))
    elif unchecked:
        say("[yellow]{} of {} checks could not be made; the others hold[/]", unchecked, len(states))
    else:
        say("[bold green]all {} checks hold[/]", len(states))
