"""The command `foretell demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from foretell.cli.console.progress import out, working, write_json
from foretell.cli.console.results import print_answer, print_watched
from foretell.cli.options import JsonOption

if TYPE_CHECKING:
    from foretell.demo import DemoResult


def demo(
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to put the clip and its memory.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Render a short clip, watch it, and answer seven questions about it."""
    from foretell.demo import run_demo

    with working("rendering, watching and asking"):
        result = run_demo(folder)
    show_demo(result, as_json)


def show_demo(result: DemoResult, as_json: bool) -> None:
    """Prints the demo's questions with their answers."""
    if as_json:
        record = {
            "video": result.watched.timeline.video.to_dict(),
            "events": len(result.watched.timeline),
            "answers": [
                {"question": question} | answer.to_dict() for question, answer in result.answers
            ],
            "seconds": result.seconds,
        }
        write_json(record)
        return
    print_watched(result.watched)
    for question, answer in result.answers:
        out.print(f"\n[bold cyan]? {escape(question)}[/]")
        print_answer(answer)
    path = escape(result.watched.timeline.video.path)
    out.print(f"\n{len(result.answers)} questions answered in {result.seconds:.1f} s. Go on with:")
    out.print(f"  foretell chat {path}")
