"""The command `foretell demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from foretell.cli.console.progress import working, write_json
from foretell.cli.console.results import print_answer, print_watched
from foretell.cli.options import JsonOption
from foretell.cli.screen import say

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
        say("\n[bold cyan]? {}[/]", question)
        print_answer(answer)
    count, path = len(result.answers), result.watched.timeline.video.path
    say("\n{} questions answered in {:.1f} s. Go on with:", count, result.seconds)
    say("  foretell chat {}", path)
    say("  foretell serve --open   [dim]# a page with the video, its timeline and a chat[/]")
