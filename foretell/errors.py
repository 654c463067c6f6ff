"""The error tree of foretell.

Every error that foretell raises on purpose is one of these, so that `except ForetellError`
catches them all. A message says what was given, what is allowed and what to do.

    ForetellError
      ├ ConfigError        a setting or an argument of the caller
      ├ VideoError         a file that cannot be opened, decoded or read
      ├ ToolError          a tool call that failed; shown to the planner, which may try another
      ├ MemoryStoreError   the library on disk disagrees with what is asked of it
      ├ ModelError         a model or its endpoint failed
      │   ├ UnusableModel  a model that is not here, damaged, too large, or made for another job
      │   ├ LateReply      a model that did not answer in the time of a request
      │   ├ SilentModel    a model that said nothing, such as one cut off while thinking
      │   └ RefusedRequest a model that will not answer this very request, however often it is asked
      │       └ ContextOverflow a request that is too long for the model
      ├ LimitExceeded      steps, tokens or seconds ran out
      └ DatasetError       a caption, narration or annotation file: file, place, field
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from foretell.hidden import without_secrets
from foretell.paths import as_text
from foretell.patterns import LazyPattern

_MARK = "\N{INVISIBLE SEPARATOR}"
_LONGEST = 1000
"""Characters of a message: a screen of twelve lines, which two long paths and advice fit into."""
_KEPT_END = 300
"""Characters of a longer message's end that are kept: what is allowed and what to do stands there.
"""
_CUT = "[...]"
_ARGUMENT = LazyPattern(f"{_MARK}(?P<name>[a-z_]+)(?:=(?P<value>[^{_MARK}]*))?{_MARK}")


def argument(name: str, value: str = "") -> str:
    """Names an argument in a message, so that each reader is told it as he gives it.

    In Python it reads "horizon", or "captions=FILE" with a value; the command line turns it into
    the option of the command at hand, "--horizon" or "--captions FILE".

    Args:
        name: As it stands in the signature.
        value: What it may be given, such as "FILE"; empty to name the argument alone.
    """
    return f"{_MARK}{name}={value}{_MARK}" if value else f"{_MARK}{name}{_MARK}"


class ForetellError(Exception):
    """Anything foretell raises on purpose.

    Args:
        message: What was given, what is allowed and what to do; names arguments by `argument`.

    Attributes:
        exit_code: What the command line exits with: 2 for the user's mistake, 1 for ours.
    """

    exit_code = 2

    def __init__(self, message: str = "") -> None:
        self._message = _sentence(without_secrets(message))
        super().__init__(_told(self._message, _as_argument))

    def name_options(self, options: Mapping[str, str]) -> None:
        """Names the arguments in the message as options, such as "--max-steps" for "max_steps".

        Args:
            options: Each argument's option; an argument that is not there keeps its name.
        """

        def as_option(name: str, value: str) -> str:
            if name not in options:
                return _as_argument(name, value)
            return f"{options[name]} {value}" if value else options[name]

        self.args = (_told(self._message, as_option),)


class ConfigError(ForetellError):
    """A setting or an argument is unknown, missing or out of range."""


class VideoError(ForetellError):
    """A file cannot be opened, decoded or read as a video."""


class ToolError(ForetellError):
    """A tool call cannot be carried out as asked; the planner is told and may call again."""


class MemoryStoreError(ForetellError):
    """The library on disk is damaged, or was made with other settings."""


class ModelError(ForetellError):
    """A model or its endpoint refused, failed or answered nonsense."""

    exit_code = 1


class UnusableModel(ModelError):
    """A model that was named is not on this machine, damaged, too large or made for another job."""

    exit_code = 2


class SilentModel(ModelError):
    """A model replied and said nothing: it was cut off, only thought, or its reply is empty.

    Attributes:
        reply: All that it wrote.
    """

    def __init__(self, message: str, reply: str = "") -> None:
        super().__init__(message)
        self.reply = reply


class RefusedRequest(ModelError):
    """A model that will not answer this very request, however often it is asked.

    Such as one whose content filter takes offence at a question; others may be answered.
    """


class LateReply(ModelError):
    """A model that did not answer in the time of a request; later it may."""


class ContextOverflow(RefusedRequest):
    """A request that is longer than what the model reads at once; a shorter one may be answered."""


class NoTools(ModelError):
    """A chat model that can be given no tools; without them it may be asked."""


class LimitExceeded(ForetellError):
    """A question used up its steps, tokens or seconds."""

    exit_code = 1


class DatasetError(ForetellError):
    """A file of captions, narrations or annotations is not in a known form."""


class MissingExtra(ConfigError):
    """A feature needs an optional package that is not installed.

    Args:
        feature: What was asked for, as a noun phrase.
        extra: The name of the extra in foretell's `pyproject.toml`.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs the extra {extra!r}, which is not installed: "
            f"pip install 'foretell[{extra}]'"
        )
        self.extra = extra


@contextmanager
def tool_errors() -> Generator[None]:
    """Turns what a tool raises inside the block into `ToolError`.

    Raises:
        ToolError: If a setting, a file or a model is the reason.
    """
    try:
        yield
    except (ConfigError, DatasetError, ModelError, VideoError) as error:
        raise ToolError(str(error)) from error


def _sentence(message: str) -> str:
    """Returns a message as one line of characters, without the middle of one that quotes much."""
    line = " ".join(as_text(message).splitlines())
    if len(line) <= _LONGEST:
        return line
    return f"{line[: _LONGEST - _KEPT_END - len(_CUT)]}{_CUT}{line[-_KEPT_END:]}"


def _told(message: str, name_argument: Callable[[str, str], str]) -> str:
    """Writes out the arguments that a message names."""
    return _ARGUMENT.sub(lambda found: name_argument(found["name"], found["value"] or ""), message)


def _as_argument(name: str, value: str) -> str:
    return f"{name}={value}" if value else name
