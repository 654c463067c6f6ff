"""The clients that the tests of the servers talk with, and the little that they say."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

import openai
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from openai.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionToolParam,
)
from pydantic import SecretStr

QUESTION: list[ChatCompletionMessageParam] = [
    {"role": "user", "content": "When is the milk poured?"}
]
SEARCH: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "search_memory",
        "description": "Searches the timeline.",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
    },
}
SEARCH_TOOL = cast(ChatCompletionToolParam, SEARCH)


class Reachable(Protocol):
    """What a client needs to know of an endpoint."""

    @property
    def base_url(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def key(self) -> str: ...


@contextmanager
def client_of(
    server: Reachable, *, retries: int = 0, timeout_seconds: float = 30.0
) -> Generator[openai.OpenAI]:
    """The plain client of OpenAI, closed at the end."""
    with openai.OpenAI(
        base_url=server.base_url,
        api_key=server.key,
        max_retries=retries,
        timeout=timeout_seconds,
    ) as client:
        yield client


def ask(client: openai.OpenAI, model: str = "scripted") -> ChatCompletion:
    """Asks `QUESTION`, offering the search."""
    return client.chat.completions.create(model=model, messages=QUESTION, tools=[SEARCH_TOOL])


def ask_streaming(client: openai.OpenAI, model: str = "scripted") -> Iterator[ChatCompletionChunk]:
    """Asks as `ask` does, with the answer in chunks and the usage at its end."""
    with client.chat.completions.create(
        model=model,
        messages=QUESTION,
        tools=[SEARCH_TOOL],
        stream=True,
        stream_options={"include_usage": True},
    ) as chunks:
        yield from chunks


def chat_model(server: Reachable, *, streaming: bool = False) -> ChatOpenAI:
    """LangChain's client, as foretell sets it up."""
    model = ChatOpenAI(
        model=server.model,
        base_url=server.base_url,
        api_key=SecretStr(server.key),
        stream_usage=True,
        max_retries=0,
    )
    # Given as an argument, `streaming=False` would also keep `stream()` from streaming.
    return model.model_copy(update={"streaming": True}) if streaming else model


def searching_model(
    server: Reachable, *, streaming: bool = False
) -> Runnable[LanguageModelInput, AIMessage]:
    """LangChain's client with the search bound to it."""
    model = chat_model(server, streaming=streaming)
    return model.bind_tools([SEARCH])  # pyright: ignore[reportUnknownMemberType]
