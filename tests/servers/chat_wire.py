"""Writes a message as OpenAI's chat completions protocol does, whole or in chunks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.servers.replies import Call, Empty, Say

TokenCounts = tuple[int, int]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds every message.

    Attributes:
        id: The completion's id, unique on its server.
        model: The model's name.
        tokens: (input, output) tokens to report, or None for a server that reports none.
    """

    id: str
    model: str
    tokens: TokenCounts | None

    def usage(self) -> Json | None:
        if self.tokens is None:
            return None
        given, made = self.tokens
        return {"prompt_tokens": given, "completion_tokens": made, "total_tokens": given + made}

    def wrap(self, kind: str, choices: list[Json]) -> Json:
        head: Json = {"id": self.id, "object": kind, "created": 0, "model": self.model}
        return {**head, "choices": choices}


def whole(envelope: Envelope, message: Say | Empty | Sequence[Call]) -> Json:
    """Gives the one JSON object of an answer that is not streamed."""
    body: Json = {"role": "assistant", "content": _text(message), "refusal": None}
    calls = _tool_calls(envelope, message)
    if calls:
        body["tool_calls"] = calls
    choice = {
        "index": 0,
        "message": body,
        "logprobs": _likelihoods(message),
        "finish_reason": _reason(message),
    }
    completion = envelope.wrap("chat.completion", [choice])
    usage = envelope.usage()
    return completion if usage is None else {**completion, "usage": usage}


def chunks(
    envelope: Envelope, message: Say | Empty | Sequence[Call], *, with_usage: bool
) -> Iterator[Json]:
    """Gives the JSON objects of a streamed answer, the usage last where it is asked for."""
    for delta in _deltas(envelope, message):
        yield _chunk(envelope, delta, None)
    yield _chunk(envelope, {}, _reason(message))
    usage = envelope.usage()
    if with_usage and usage is not None:
        yield {**envelope.wrap("chat.completion.chunk", []), "usage": usage}


def _chunk(envelope: Envelope, delta: Json, finish_reason: str | None) -> Json:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return envelope.wrap("chat.completion.chunk", [choice])


def _deltas(envelope: Envelope, message: Say | Empty | Sequence[Call]) -> Iterator[Json]:
    yield {"role": "assistant", "content": _text(message) and ""}
    for piece in re.findall(r"\s*\S+|\s+$", _text(message) or ""):
        yield {"content": piece}
    for index, call in enumerate(_tool_calls(envelope, message)):
        arguments: str = call["function"]["arguments"]
        opening = {**call, "index": index, "function": {**call["function"], "arguments": ""}}
        yield {"tool_calls": [opening]}
        for start in range(0, len(arguments), 7):
            part = {"index": index, "function": {"arguments": arguments[start : start + 7]}}
            yield {"tool_calls": [part]}


def _text(message: Say | Empty | Sequence[Call]) -> str | None:
    if isinstance(message, Say):
        return message.text
    return "" if isinstance(message, Empty) else None


def _likelihoods(message: Say | Empty | Sequence[Call]) -> Json | None:
    if not isinstance(message, Say) or not message.likelihoods:
        return None
    places: list[Json] = []
    for place in message.likelihoods:
        told = [{"token": token, "logprob": value, "bytes": None} for token, value in place.items()]
        places.append({**told[0], "top_logprobs": told})
    return {"content": places, "refusal": None}


def _reason(message: Say | Empty | Sequence[Call]) -> str:
    if isinstance(message, Say):
        return message.finish_reason
    return "stop" if isinstance(message, Empty) else "tool_calls"


def _tool_calls(envelope: Envelope, message: Say | Empty | Sequence[Call]) -> list[Json]:
    if isinstance(message, Say | Empty):
        return []
    return [
        {
            "id": f"call_{envelope.id}_{index}",
            "type": "function",
            "function": {"name": call.tool, "arguments": call.arguments_text},
        }
        for index, call in enumerate(message)
    ]
