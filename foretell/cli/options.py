"""Options and arguments that several commands share, and groups of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

VideoArgument = Annotated[Path, typer.Argument(metavar="VIDEO", help="A video file.")]
CaptionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Captions that were made already.")
]
NarrationsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Narrations or action segments.")
]
DeviceOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Where models run: auto, cpu, cuda or mps.")
]
LibraryOption = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the memory.")]
ModelOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Chat model, or 'embedded' for none.")
]
FrameScorerOption = Annotated[
    str | None,
    typer.Option(metavar="hf:MODEL", help="Model that compares frames with words."),
]
JudgeOption = Annotated[
    str | None,
    typer.Option(
        "--judge", metavar="hf:MODEL|openai:NAME", help="Model that looks at moments again."
    ),
]
VisionModelOption = Annotated[
    str | None,
    typer.Option(metavar="hf:MODEL|openai:NAME", help="Model that looks at frames again."),
]
BaseUrlOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Root of an OpenAI-compatible endpoint.")
]
CacheOption = Annotated[
    bool | None, typer.Option("--cache/--no-cache", help="Use replies kept on disk.")
]
BudgetOption = Annotated[
    int | None,
    typer.Option(metavar="TOKENS", help="Most tokens of a timeline that a chat model is shown."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Write one JSON object for machines.")]


def with_option_groups(command: Callable[..., None], **annotations: Any) -> Callable[..., None]:
    """Returns a command for typer, which takes each field of its option groups as an option.

    An option group is a parameter whose type is a dataclass; its fields are annotated as
    parameters of commands are, and the command gets it filled in. The help lists them last.

    Args:
        command: The function to call.
        **annotations: Annotations in place of the function's own, by parameter.
    """
    hints = {**get_type_hints(command, include_extras=True), **annotations}
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}

    def called(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{one.name: given.pop(one.name) for one in fields(group)})
        command(**given)

    parameters = [
        option
        for parameter in sorted(
            inspect.signature(command).parameters.values(), key=lambda one: one.name in groups
        )
        for option in _options_of(parameter, hints[parameter.name])
    ]
    called.__doc__ = command.__doc__
    called.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": None}
    vars(called)["__signature__"] = inspect.Signature(parameters)
    return called


def _options_of(parameter: inspect.Parameter, hint: Any) -> list[inspect.Parameter]:
    if not is_dataclass(hint):
        kind = inspect.Parameter.KEYWORD_ONLY
        return [inspect.Parameter(parameter.name, kind, default=parameter.default, annotation=hint)]
    hints = get_type_hints(hint, include_extras=True)
    return [
        inspect.Parameter(
            one.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=one.default,
            annotation=hints[one.name],
        )
        for one in fields(hint)
    ]
