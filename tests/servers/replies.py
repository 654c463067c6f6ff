"""What a scripted endpoint can answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Say:
    """A message of text.

    Attributes:
        text: What is said.
        finish_reason: Why it ends.
        likelihoods: The likeliest tokens at each place with their log-probabilities, the token
            that was taken first; none for an endpoint that does not tell them.
    """

    text: str
    finish_reason: Literal["stop", "length", "content_filter"] = "stop"
    likelihoods: Sequence[Mapping[str, float]] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; several in one message are a sequence of these.

    Attributes:
        tool: The tool's name, which need not be one that was offered.
        arguments: The arguments, or a text that is sent as it is, such as broken JSON.
    """

    tool: str
    arguments: Mapping[str, object] | str

    @property
    def arguments_text(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True, slots=True)
class Empty:
    """A message with neither text nor tool calls."""


@dataclass(frozen=True, slots=True)
class Fail:
    """An error of the endpoint, in OpenAI's form.

    Attributes:
        status: The HTTP status.
        message: What went wrong, in words.
        retry_after: The header of that name, in seconds, or None to send none.
        code: OpenAI's name of the error, such as "context_length_exceeded".
    """

    status: int
    message: str = "scripted failure"
    retry_after: float | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer for some seconds, then a closed connection."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """An answer that stops after `text`, without its end.

    Attributes:
        text: What arrives.
        tidy: Whether the HTTP answer ends as it should, as behind a proxy that hides the loss;
            otherwise the connection closes in the middle of it.
    """

    text: str = "half of a"
    tidy: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A web page with status 200, as from an address that is no endpoint at all."""

    html: str = "<!doctype html><title>Chat</title>"


@dataclass(frozen=True, slots=True)
class Raw:
    """Any JSON object with status 200, as from servers that take the protocol loosely."""

    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of a stream, each any JSON object, as from servers that take the protocol loosely."""

    pieces: Sequence[Mapping[str, object]]


Reply = Say | Call | Sequence[Call] | Empty | Fail | Hang | Drop | Page | Raw | Pieces
ScriptLine = Reply | Callable[[dict[str, Any]], Reply]
