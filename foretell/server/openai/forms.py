"""What clients send, as loosely as they send it: what a video cannot answer by is passed over."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from foretell.server.forms import LONGEST_QUESTION
from foretell.server.problems import Problem

TEXT_PARTS = ("text", "input_text", "output_text", "refusal")
"""Parts of a message that are words; others would have to be fetched or seen."""
MOST_MESSAGES = 2000
"""Messages of a request: more than any conversation has."""
Role = Literal["system", "developer", "user", "assistant", "tool", "function"]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Part(_Loose):
    """A piece of a message."""

    type: str = "text"
    text: str = ""


class Message(_Loose):
    """A message of a conversation, in either protocol.

    Attributes:
        type: What an item of a response's input is; calls, thoughts and the like hold no words.
        role: Who speaks.
        content: What is said, whole or in parts.
    """

    type: str = "message"
    role: Role = "user"
    content: str | list[Part | str] | None = None

    def words(self) -> str:
        """Returns the words of the message.

        Raises:
            Problem: If it holds a picture, a file or a link, which nobody here opens.
        """
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        return "\n".join(map(_words, self.content))


def _words(part: Part | str) -> str:
    if isinstance(part, str):
        return part
    if part.type not in TEXT_PARTS:
        raise Problem(
            400,
            f"a message holds a part of type {part.type!r}; only text is read here: send a video "
            "to the server by itself, and name it as the model",
            "invalid_content",
        )
    return part.text


class StreamOptions(_Loose):
    """What a stream tells beside the words."""

    include_usage: bool = False


class ChatRequest(_Loose):
    """A request to `/v1/chat/completions`."""

    model: str = Field(min_length=1, max_length=300)
    messages: list[Message] = Field(min_length=1, max_length=MOST_MESSAGES)
    stream: bool | None = False
    stream_options: StreamOptions | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream ends with what it took."""
        return self.stream_options is not None and self.stream_options.include_usage


class ResponsesRequest(_Loose):
    """A request to `/v1/responses`."""

    model: str = Field(min_length=1, max_length=300)
    input: str | list[Message]
    stream: bool | None = False
    previous_response_id: str | None = None
    conversation: Any = None

    def messages(self) -> list[Message]:
        """Returns the input as messages.

        Raises:
            Problem: If it goes on from what the server would have to have kept.
        """
        if self.previous_response_id is not None or self.conversation is not None:
            raise Problem(
                400,
                "nothing is kept between requests here; send the earlier messages along in `input`",
                "previous_response_not_found",
                field="previous_response_id",
            )
        if isinstance(self.input, str):
            return [Message(role="user", content=self.input)]
        return [one for one in self.input if one.type == "message"]


def question_of(words: str) -> str:
    """Returns a question that is neither blank nor too long.

    Raises:
        Problem: If it is.
    """
    if not words.strip():
        raise Problem(400, "the last message of the user is empty; ask something", "empty_question")
    if len(words) > LONGEST_QUESTION:
        raise Problem(
            400,
            f"the question has {len(words):,} characters; give at most {LONGEST_QUESTION:,}",
            "question_too_long",
        )
    return words.strip()
