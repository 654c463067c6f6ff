"""The command line of foretell: its commands put together, and its way in."""

from __future__ import annotations

import gc
import sys
from typing import Annotated

import typer

from foretell import __version__
from foretell.cli.commands.anticipate import anticipate
from foretell.cli.commands.ask import ask
from foretell.cli.commands.banks import examples, procedures
from foretell.cli.commands.chat import chat
from foretell.cli.commands.demo import demo
from foretell.cli.commands.embed import embed
from foretell.cli.commands.forget import forget
from foretell.cli.commands.locate import locate
from foretell.cli.commands.models import DoctorCommand, doctor
from foretell.cli.commands.models import app as models
from foretell.cli.commands.plan import plan
from foretell.cli.commands.score import ScoreCommand, score
from foretell.cli.commands.serve import mcp, serve
from foretell.cli.commands.verify import verify
from foretell.cli.commands.videos import videos
from foretell.cli.commands.watch import timeline, watch
from foretell.cli.console.progress import write_json
from foretell.cli.evaluations.group import app as evaluations
from foretell.cli.interrupts import EXIT_CODE, INTERRUPTS
from foretell.cli.option_names import Command
from foretell.cli.screen import prepare_streams, tell, write_line
from foretell.errors import ForetellError

_COLLECTED_AFTER = (20_000, 20, 20)
"""Objects after which garbage is looked for. Nearly all that a command makes lasts as long as it
does; looking it through after each 700, as Python would, takes a tenth of a short command."""


def _tell_version(wanted: bool) -> None:
    if wanted:
        write_line(f"foretell {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="foretell",
    help="Ask a video what happened, what comes next, and which steps lead to a goal.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def foretell(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_tell_version, is_eager=True, help="Tell the version."
        ),
    ] = False,
) -> None:
    """Ask a video what happened, what comes next, and which steps lead to a goal."""


for command in (
    *(watch, timeline, ask, verify, chat, anticipate, locate, plan),
    *(serve, mcp, videos, forget, embed, demo),
):
    app.command(cls=Command)(command)
app.command(cls=DoctorCommand)(doctor)
app.command(cls=ScoreCommand)(score)
for group in (examples, procedures, models, evaluations):
    app.add_typer(group)


def main() -> None:
    """Runs the command line; a user's mistake ends with one sentence and exit code 2."""
    gc.set_threshold(*_COLLECTED_AFTER)
    try:
        INTERRUPTS.start()
        prepare_streams()
        app()
    except ForetellError as error:
        if "--json" in sys.argv:
            kind = type(error).__name__
            write_json({"error": {"kind": kind, "message": str(error)}})
        tell("foretell: {}", error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        INTERRUPTS.tell()
        sys.exit(EXIT_CODE)
    except SystemExit as ended:
        if ended.code == EXIT_CODE:
            INTERRUPTS.tell()
        raise
