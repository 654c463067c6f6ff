"""What the commands print of a result: a timeline, an answer, moments, a plan, a forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.table import Table

from foretell.actions import Action, Forecast
from foretell.cli.console.progress import print_notes, write_json
from foretell.cli.screen import cell, out, plain, say
from foretell.moments import LocateResult
from foretell.plans import NO_PLAN, Demonstration, Plan
from foretell.records import watched_record
from foretell.tools.answering.choice_parsing import choice_labels
from foretell.tools.querying.not_looked import what_was_not_seen
from foretell.types import UNGROUNDED, Answer, Timeline, Watched

if TYPE_CHECKING:
    from foretell.tools.watching.profile import Seconds


def show_answer(answer: Answer, as_json: bool, choices: Sequence[str] = ()) -> None:
    """Prints an answer and its evidence, and which of the choices it takes."""
    if as_json:
        write_json(answer.to_dict())
    else:
        print_answer(answer, choices=choices)


def print_answer(answer: Answer, *, told: bool = False, choices: Sequence[str] = ()) -> None:
    """Prints an answer and its evidence; only the evidence where the words were `told` already."""
    if not told:
        say("[bold]{}[/]", answer.text)
    if choices:
        _print_choice(answer.choice, choices)
    for evidence in answer.evidence:
        say("  [cyan]{}[/] {} [dim]({})[/]", evidence.interval, evidence.quote, evidence.source)
    parts = [f"{len(answer.trajectory)} tool calls", f"{answer.seconds:.2f} s"]
    if answer.confidence is not None:
        parts.insert(0, f"confidence {answer.confidence:.2f}")
    if answer.status != "answered":
        parts.insert(0, answer.status)
    if answer.usage.input_tokens:
        parts.append(f"{answer.usage.input_tokens}+{answer.usage.output_tokens} tokens")
    if answer.usage.cost:
        parts.append(f"${answer.usage.cost:.4f}")
    if answer.dropped_citations:
        parts.append(f"{answer.dropped_citations} citations dropped")
    for note in answer.notes:
        say("[dim]{}[/]", note)
    say("[dim]{}, {}[/]", ", ".join(parts), answer.model)


def _print_choice(choice: int | None, choices: Sequence[str]) -> None:
    if choice is None:
        say("[yellow]no choice was taken[/]")
    else:
        say("[bold]choice {}: {}[/]", choice_labels(len(choices))[choice], choices[choice])


def show_located(located: LocateResult, as_json: bool) -> None:
    """Prints the moments, the surest first, with what they rest on."""
    if as_json:
        write_json(located.to_dict())
        return
    if located.none:
        say("[yellow]no moment ({}): {}[/]", located.status, located.reason)
    for moment in located.moments:
        say("[cyan]{}[/] [dim]{:.2f}[/]", moment.interval, moment.score)
        for event in moment.events:
            say("    [dim]{} {}:[/] {}", event.interval, event.kind, event.text)
        if not (moment.events or located.source):
            say("    [dim]{}[/]", UNGROUNDED)
    for note in located.notes:
        say("[dim]{}[/]", note)
    if located.more:
        say("[dim]and {} more; --k gives more of them[/]", located.more)


def show_plan(plan: Plan, as_json: bool) -> None:
    """Prints the steps, other ways, and what they rest on."""
    if as_json:
        write_json(plan.to_dict())
    elif plan.status == "unknown":
        _print_nearest(plan)
    else:
        _print_plan(plan)


def _print_nearest(plan: Plan) -> None:
    """Prints what is nearest to a plan, without the numbers that would speak for it."""
    say("[yellow]{}:[/]", NO_PLAN)
    for note in plan.notes:
        say("[yellow]{}[/]", note)
    say("[dim]the nearest that is known, {!r}:[/]", plan.task)
    for number, step in enumerate(plan.route.steps, start=1):
        say("[dim]{:>3}. {}[/]", number, step.action)


def _print_plan(plan: Plan) -> None:
    for event in plan.evidence:
        say("[dim]seen:[/] [cyan]{}[/] {}", event.interval, event.text)
    if plan.task:
        say("[bold]{}[/] [dim]({:.0%})[/]", plan.task, plan.task_probability)
    for number, step in enumerate(plan.route.steps, start=1):
        say("{:>3}. {} [dim]{:.2f}[/]", number, step.action, step.probability)
    for route in plan.alternatives:
        steps = ", ".join(step.action for step in route.steps)
        say("[dim]or ({:.2f}): {}[/]", route.probability, steps)
    for one in plan.examples:
        say("[dim]{}[/]", _example(one))
    for note in plan.notes:
        say("[dim]{}[/]", note)


def _example(one: Demonstration) -> str:
    source = f"as in {one.video}" if one.video else "as written"
    return f"{source}, {one.task!r}: {', '.join(one.steps)}"


def show_forecast(forecast: Forecast, as_json: bool) -> None:
    """Prints what was seen, the candidate futures, and what they rest on."""
    if as_json:
        write_json(forecast.to_dict())
        return
    if forecast.evidence:
        say("[dim]seen:[/]")
        for event, action in zip(forecast.evidence, forecast.window.past, strict=True):
            say("  [cyan]{}[/] {} [dim]from {!r}[/]", event.interval, action, event.text)
    elif forecast.window.past:
        say("[dim]seen:[/] {}", in_words(forecast.window.past))
    for number, future in enumerate(forecast.candidates, start=1):
        say("[bold]{}.[/] {}", number, in_words(future))
    for use in forecast.examples:
        goal = f", {use.window.goal}" if use.window.goal else ""
        say("[dim]like {} ({:.2f})[/]", use.window.key + goal, use.similarity)
    notes = list(forecast.notes)
    if forecast.repairs:
        notes.append("read with " + ", ".join(f"{k} {n}" for k, n in forecast.repairs.items()))
    for note in notes:
        say("[dim]{}[/]", note)


def in_words(actions: Iterable[Action]) -> str:
    """Writes actions on one line, a run of the same one counted."""
    runs = [(action, len(list(same))) for action, same in groupby(actions)]
    return ", ".join(
        f"{action} \N{MULTIPLICATION SIGN}{n}" if n > 1 else str(action) for action, n in runs
    )


def show_watched(watched: Watched, measured: Sequence[Seconds], as_json: bool) -> None:
    """Prints the timeline and how it came about, and where the seconds went if that is known."""
    if as_json:
        write_json(watched_record(watched, {part.phase: part.seconds for part in measured}))
        return
    print_watched(watched)
    if measured:
        parts = ", ".join(f"{part.phase} {part.seconds:.2f} s" for part in measured)
        say("[dim]{} (frames are decoded while models run)[/]", parts)


def print_watched(watched: Watched) -> None:
    """Prints the timeline and how it came about."""
    _print_timeline(watched.timeline)
    how = "all of it known already" if watched.reused else f"watched in {watched.seconds:.1f} s"
    say("{} events, {}", len(watched.timeline), how)
    lacking = () if watched.reused else what_was_not_seen(watched.timeline)
    print_notes((*watched.notes, *lacking))


def show_timeline(timeline: Timeline, as_json: bool) -> None:
    """Prints one row an event."""
    if as_json:
        write_json(timeline.to_dict())
    else:
        _print_timeline(timeline)


def _print_timeline(timeline: Timeline) -> None:
    video = timeline.video
    table = Table(title=plain(f"{video.name}, {video.duration_seconds:.1f} s"), box=None)
    table.add_column("time", justify="right", style="cyan", no_wrap=True)
    table.add_column("kind", style="dim", no_wrap=True)
    table.add_column("text")
    for event in timeline:
        table.add_row(str(event.interval), event.kind, cell(event.text))
    out.print(table, soft_wrap=False)
