"""What options are called: former names are still taken, and errors name options as given."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from typer.core import TyperCommand

from foretell.cli.screen import tell
from foretell.errors import ConfigError, ForetellError, argument
from foretell.paths import as_text, is_text


@dataclass(frozen=True, slots=True)
class FormerName:
    """What an option was called.

    Attributes:
        command: Whose option it is, or the group whose commands have it.
        former: Its name then.
        present: Its name now.
        value: Pattern of the values that are meant; None for an option without a value.
        becomes: What such a value is written as now.
    """

    command: str
    former: str
    present: str
    value: str | None = ".*"
    becomes: str = r"\g<0>"


FORMER_NAMES = (
    FormerName("anticipate", "--candidates-k", "--k"),
    FormerName("plan", "--routes-k", "--k"),
    FormerName("locate", "--top", "--k"),
    FormerName("locate", "--labels", "--moment-labels"),
    FormerName("eval ego4d-lta", "--candidates-k", "--k"),
    FormerName("eval", "--part", "--split", "choose", "dev"),
    FormerName("eval", "--part", "--split", "report", "test"),
    FormerName("eval", "--part", "--split"),
    FormerName("eval", "--split", "--published-split", "train|val"),
    FormerName(
        "eval procedure-planning", "--endpoints", "--start-goal-noise", "corrupt:(.*)", r"\1"
    ),
    FormerName("eval procedure-planning", "--endpoints", "--start-goal"),
    FormerName("eval procedure-planning", "--endpoint-accuracy", "--start-goal-accuracy"),
    FormerName("eval procedure-planning", "--confusions", "--confusion-model", None),
)


class Command(TyperCommand):
    """A command that takes its options by their former names too, and names them in its errors."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the present names in the place of former ones, and tells of it."""
        words, context = list[str](), ctx
        while context.parent is not None:
            words.insert(0, str(context.info_name))
            context = context.parent
        left = super().parse_args(ctx, list(present_names(" ".join(words), args)))
        ctx.params = {name: _in_characters(value) for name, value in ctx.params.items()}
        return left

    def invoke(self, ctx: Any) -> Any:
        """Runs the command.

        Raises:
            ForetellError: As the library does, with options in place of arguments: those of this
                command first, else such as another command has, as "--captions" of `watch`.
        """
        try:
            for name, value in ctx.params.items():
                if isinstance(value, float) and not math.isfinite(value):
                    raise ConfigError(f"{argument(name)} is {value}; give a finite number")
            return super().invoke(ctx)
        except ForetellError as error:
            beside = getattr(ctx.find_root().command, "commands", {}).values()
            commands = [one for one in beside if not hasattr(one, "commands")]
            error.name_options({k: v for one in (*commands, self) for k, v in _options_of(one)})
            raise


def _in_characters(value: Any) -> Any:
    """Returns what was given, its words made of characters; the name of a file is left as it is."""
    if isinstance(value, list | tuple):
        return [_in_characters(one) for one in cast("Sequence[Any]", value)]
    names_file = not isinstance(value, str) or is_text(value) or os.path.exists(value)
    return value if names_file else as_text(value)


def _options_of(command: Any) -> Iterator[tuple[str, str]]:
    """Yields each argument of a command that is an option, with the option's name."""
    for parameter in command.params:
        if parameter.param_type_name == "option":
            yield parameter.name, max(parameter.opts, key=len)


def present_names(command: str, arguments: list[str]) -> Iterator[str]:
    """Yields the arguments of a command with each option by its present name.

    Args:
        command: Such as "plan" or "eval nextqa".
        arguments: As they were given.
    """
    given = iter(arguments)
    for word in given:
        option, equals, value = word.partition("=")
        names = [one for one in FORMER_NAMES if one.former == option and _is_of(command, one)]
        if word == "--":
            yield from (word, *given)
        elif not names:
            yield word
        elif names[0].value is None:
            yield _present(names[0])
        else:
            yield from _renamed(names, [option, value] if equals else [option, *islice(given, 1)])


def _renamed(names: Iterable[FormerName], words: list[str]) -> list[str]:
    """Returns an option and its value as they are written now, or as they are if none is meant."""
    for name in names:
        for found in (re.fullmatch(name.value or "", value) for value in words[1:]):
            if found:
                return [_present(name), found.expand(name.becomes)]
    return words


def _is_of(command: str, name: FormerName) -> bool:
    return f"{command} ".startswith(f"{name.command} ")


def _present(name: FormerName) -> str:
    tell("foretell: {} is called {} now", name.former, name.present)
    return name.present
