"""Answers as the protocol has them: whole, and in the pieces of a stream."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from foretell.agent.planner_events import ToolStarted
from foretell.patterns import LazyPattern
from foretell.server.public import citation_spans, public_answer
from foretell.types import Answer, VideoInfo

Shape = dict[str, Any]
_PIECES = LazyPattern(r"\S*\s*(?:\S+\s*){0,5}")
"""A few words, which a reader takes in at once."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer in the words of the protocol.

    Attributes:
        model: Who answers.
        page: The address of the page, which citations lead to.
        videos: What it is about.
        id: Names it.
        created: When, in seconds since 1970.
    """

    model: str
    page: str
    videos: Sequence[VideoInfo]
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    def annotations(self, answer: Answer) -> list[Shape]:
        """Gives where the answer's words cite what; each leads to the span on the page."""
        evidence = public_answer(answer, self.videos)["evidence"]
        return [
            {
                "start_index": start,
                "end_index": end,
                "title": f"{cited['title']}, {cited['start']:.1f}-{cited['end']:.1f} s",
                "url": f"{self.page}#video={cited['video']}&t={cited['start']:g},{cited['end']:g}",
            }
            for start, end, number in citation_spans(answer, self.videos)
            for cited in [evidence[number]]
        ]

    def own(self, answer: Answer) -> Shape:
        """Gives what the protocol has no place for."""
        told = public_answer(answer, self.videos)
        kept = ("evidence", "confidence", "status", "choice", "steps", "notes")
        return {name: told[name] for name in kept}

    def completion(self, text: str, answer: Answer | None) -> Shape:
        """Gives a whole chat completion; `answer` is None where nobody was asked."""
        message: Shape = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
        if answer is not None:
            message["annotations"] = nested(self.annotations(answer))
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        own = {} if answer is None else {"foretell": self.own(answer)}
        return self._chat("chat.completion", [choice], usage=usage(answer)) | own

    def first_chunk(self) -> Shape:
        """Gives the beginning of a streamed completion."""
        return self._chunk({"role": "assistant", "content": ""})

    def doing(self, event: ToolStarted) -> Shape:
        """Gives a chunk that tells what is looked up."""
        asked = ", ".join(f"{name}={value!r}" for name, value in event.arguments.items())
        return self._chunk({"reasoning_content": f"{event.tool}({asked})\n"})

    def chunks(self, text: str, answer: Answer | None, *, wants_usage: bool) -> Iterator[Shape]:
        """Yields the rest of a streamed completion."""
        for piece in pieces(text):
            yield self._chunk({"content": piece})
        if answer is not None:
            cited = {"annotations": nested(self.annotations(answer))}
            yield self._chunk(cited) | {"foretell": self.own(answer)}
        yield self._chunk({}, "stop")
        if wants_usage:
            yield self._chat("chat.completion.chunk", [], usage=usage(answer))

    def _chunk(self, delta: Shape, reason: str | None = None) -> Shape:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return self._chat("chat.completion.chunk", [choice], usage=None)

    def _chat(self, kind: str, choices: list[Shape], usage: Shape | None) -> Shape:
        return {
            "id": f"chatcmpl-{self.id}",
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
            "usage": usage,
        }

    def response(self, text: str | None, answer: Answer | None) -> Shape:
        """Gives a response object; `text` is None while it is in progress."""
        told: Shape = {
            "id": f"resp_{self.id}",
            "object": "response",
            "created_at": self.created,
            "status": "in_progress" if text is None else "completed",
            "model": self.model,
            "output": [] if text is None else [self._item(text, answer)],
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "parallel_tool_calls": True,
            "temperature": None,
            "tool_choice": "auto",
            "tools": [],
            "top_p": None,
        }
        if text is not None:
            told["usage"] = response_usage(answer)
        return told if answer is None else told | {"foretell": self.own(answer)}

    def response_begins(self) -> Iterator[Shape]:
        """Yields the events of a streamed response before anything is known."""
        for name in ("response.created", "response.in_progress"):
            yield {"type": name, "response": self.response(None, None)}

    def response_events(self, text: str, answer: Answer | None) -> Iterator[Shape]:
        """Yields the events of a streamed response behind its beginning."""
        item = f"msg_{self.id}"
        here = {"item_id": item, "output_index": 0, "content_index": 0}
        empty: Shape = {"type": "output_text", "text": "", "annotations": []}
        begun: Shape = self._item(text, answer) | {"status": "in_progress", "content": []}
        whole = self._part(text, answer)
        yield {"type": "response.output_item.added", "output_index": 0, "item": begun}
        yield {"type": "response.content_part.added", **here, "part": empty}
        for piece in pieces(text):
            yield {
                "type": "response.output_text.delta",
                **here,
                "delta": piece,
                "logprobs": [],
            }
        for number, annotation in enumerate(whole["annotations"]):
            yield {
                "type": "response.output_text.annotation.added",
                **here,
                "annotation_index": number,
                "annotation": annotation,
            }
        yield {"type": "response.output_text.done", **here, "text": text, "logprobs": []}
        yield {"type": "response.content_part.done", **here, "part": whole}
        done = self._item(text, answer)
        yield {"type": "response.output_item.done", "output_index": 0, "item": done}
        yield {"type": "response.completed", "response": self.response(text, answer)}

    def _part(self, text: str, answer: Answer | None) -> Shape:
        cited = [] if answer is None else self.annotations(answer)
        annotations = [{"type": "url_citation", **one} for one in cited]
        return {"type": "output_text", "text": text, "annotations": annotations}

    def _item(self, text: str, answer: Answer | None) -> Shape:
        return {
            "id": f"msg_{self.id}",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [self._part(text, answer)],
        }


def nested(annotations: Sequence[Shape]) -> list[Shape]:
    """Gives annotations as chat completions have them."""
    return [{"type": "url_citation", "url_citation": one} for one in annotations]


def pieces(text: str) -> list[str]:
    """Splits a text into pieces of a few words, none of which is lost."""
    return [found[0] for found in _PIECES.finditer(text) if found[0]]


def usage(answer: Answer | None) -> Shape:
    """Gives the tokens of an answer, as chat completions name them."""
    taken, given = _tokens(answer)
    return {"prompt_tokens": taken, "completion_tokens": given, "total_tokens": taken + given}


def response_usage(answer: Answer | None) -> Shape:
    """Gives the tokens of an answer, as responses name them."""
    taken, given = _tokens(answer)
    return {
        "input_tokens": taken,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": given,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": taken + given,
    }


def _tokens(answer: Answer | None) -> tuple[int, int]:
    return (0, 0) if answer is None else (answer.usage.input_tokens, answer.usage.output_tokens)


def line(shape: Shape) -> bytes:
    """Gives a shape as a server-sent event; those of responses are named."""
    name = f"event: {shape['type']}\n" if "type" in shape else ""
    return f"{name}data: {json.dumps(shape, ensure_ascii=False)}\n\n".encode()
