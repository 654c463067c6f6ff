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
      │   └ SilentModel    a model that said nothing, such as one cut off while thinking
      ├ LimitExceeded      steps, tokens or seconds ran out
      └ DatasetError       a caption, narration or annotation file: file, place, field
"""

from __future__ import annotations


class ForetellError(Exception):
    """Anything foretell raises on purpose.

    Attributes:
        exit_code: What the command line exits with: 2 for the user's mistake, 1 for ours.
    """

    exit_code = 2


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
