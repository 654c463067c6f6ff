"""The group `foretell eval`, whose commands are made from the table of benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from foretell.cli.option_names import Command

if TYPE_CHECKING:
    from foretell.evals.benchmarks import Benchmark

_HELP = "Measure foretell on published benchmarks."


class Evaluations(TyperGroup):
    """Reads the table of benchmarks when a command is first asked for, which takes a moment."""

    _made: dict[str, Any] | None = None

    @property
    def commands(self) -> Any:
        """The commands by their names."""
        if self._made is None:
            from foretell.evals.benchmarks import BENCHMARKS

            made: Any = get_command(evaluation_app(BENCHMARKS))
            self._made = made.commands
        return self._made

    @commands.setter
    def commands(self, commands: Any) -> None:
        """Takes none: all are made from the table."""


app = typer.Typer(name="eval", help=_HELP, no_args_is_help=True, cls=Evaluations)


def evaluation_app(benchmarks: Mapping[str, Benchmark]) -> typer.Typer:
    """Returns an application with a command for each benchmark that foretell is evaluated on."""
    made = typer.Typer(name="eval", help=_HELP, no_args_is_help=True, rich_markup_mode=None)
    for benchmark in benchmarks.values():
        if benchmark.data is not None:
            command = _command_of(benchmark)
            made.command(benchmark.name, help=benchmark.help, cls=Command)(command)
    return made


def _command_of(benchmark: Benchmark) -> Callable[..., None]:
    from foretell.cli.evaluations.answering import (
        answer_questions,
        ask_natural_questions,
        order_captions,
    )
    from foretell.cli.evaluations.anticipation import forecast_actions, forecast_verbs
    from foretell.cli.evaluations.localization import find_moments, tell_presence
    from foretell.cli.evaluations.planning import plan_procedures
    from foretell.evals.benchmarks import (
        ActionData,
        CaptionOrder,
        MomentData,
        NaturalData,
        PresenceData,
        ProcedureData,
        QuestionData,
        VerbData,
    )

    match benchmark.data:
        case QuestionData():
            return answer_questions(benchmark)
        case NaturalData() as data:
            return ask_natural_questions(benchmark, data)
        case CaptionOrder():
            return order_captions(benchmark)
        case MomentData():
            return find_moments(benchmark)
        case PresenceData() as data:
            return tell_presence(benchmark, data)
        case ActionData() as data:
            return forecast_actions(benchmark, data)
        case VerbData() as data:
            return forecast_verbs(benchmark, data)
        case ProcedureData() as data:
            return plan_procedures(benchmark, data)
        case None:
            raise ValueError(f"{benchmark.name} is scored, and not evaluated")
