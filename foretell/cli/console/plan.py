"""What `foretell plan` prints."""

from __future__ import annotations

from rich.markup import escape

from foretell.cli.console.streams import out, write_json
from foretell.plans import Demonstration, Plan


def show_plan(plan: Plan, as_json: bool) -> None:
    """Prints the steps, other ways, and what they rest on."""
    if as_json:
        write_json(plan.to_dict())
        return
    for event in plan.evidence:
        out.print(f"[dim]seen:[/] [cyan]{event.interval}[/] {escape(event.text)}")
    if plan.task:
        out.print(f"[bold]{escape(plan.task)}[/] [dim]({plan.task_probability:.0%})[/]")
    for number, step in enumerate(plan.route.steps, start=1):
        out.print(f"{number:>3}. {escape(step.action)} [dim]{step.probability:.2f}[/]")
    for route in plan.alternatives:
        steps = ", ".join(step.action for step in route.steps)
        out.print(f"[dim]or ({route.probability:.2f}): {escape(steps)}[/]")
    for one in plan.examples:
        out.print(f"[dim]{escape(_example(one))}[/]")
    for note in plan.notes:
        out.print(f"[dim]{escape(note)}[/]")


def _example(one: Demonstration) -> str:
    source = f"as in {one.video}" if one.video else "as written"
    return f"{source}, {one.task!r}: {', '.join(one.steps)}"
