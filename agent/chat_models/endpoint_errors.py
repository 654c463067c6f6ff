"""Turns an endpoint's failures into one clear sentence each."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage
from langchain_core.messages.tool import invalid_tool_call
from pydantic import ValidationError

from foretell.endpoint import describe_failure, refuses_request, shortened
from foretell.errors import ContextOverflow, LateReply, ModelError, RefusedRequest
from foretell.patterns import LazyPattern


class EndpointErrors(AgentMiddleware[Any, Any, Any]):
    """Raises one clear sentence for each failure of the endpoint; the client has retried by then.

    Args:
        model: The model's name.
        base_url: The endpoint's root, or None for the provider's own.
        request_seconds: The time limit that a request had.
    """

    def __init__(self, model: str, base_url: str | None, request_seconds: float) -> None:
        super().__init__()
        self._where = endpoint_name(base_url, model)
        self._request_seconds = request_seconds

    def wrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Calls the model.

        Raises:
            ModelError: If the endpoint fails.
        """
        with explained(self._where, self._request_seconds):
            try:
                response = handler(request)
            except ValidationError as error:  # LangChain's: a call whose arguments are no object
                return ModelResponse(result=[_unreadable_call(error)])
        reply = response.result[-1]
        if not reply.response_metadata.get("finish_reason"):
            raise ModelError(
                f"{self._where} ended its reply early; ask again, or check the server's log"
            )
        return response


_NOT_A_COMPLETION = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the client raises for a body that is no chat completion, or one within a thousand others."""


@contextmanager
def explained(where: str, request_seconds: float) -> Generator[None]:
    """Turns what the client raises inside the block into one sentence.

    Args:
        where: The endpoint and model, as the sentence's subject.
        request_seconds: The time limit that the request has.

    Raises:
        RefusedRequest: If it refuses this very request, or answers it with something else.
        ModelError: If the endpoint fails.
    """
    import httpx2
    import openai

    try:
        yield
    except httpx2.TimeoutException as error:  # in the midst of a stream
        late = openai.APITimeoutError(request=error.request)
        raise LateReply(describe_failure(late, where, request_seconds)) from error
    except openai.OpenAIError as error:
        failed = LateReply if isinstance(error, openai.APITimeoutError) else ModelError
        if refuses_request(error):
            failed = ContextOverflow if is_too_long(str(error)) else RefusedRequest
        raise failed(describe_failure(error, where, request_seconds)) from error
    except _NOT_A_COMPLETION as error:
        raise RefusedRequest(
            f"{where} answered something that is not a chat "
            f"completion ({shortened(str(error))}); base_url usually ends in /v1"
        ) from error


_TOO_LONG = LazyPattern(
    r"context|too long|too many (?:input )?tokens|n_ctx|max_model_len|"
    r"maximum (?:model|input) length",
    re.IGNORECASE,
)


def is_too_long(refusal: str) -> bool:
    """Whether an endpoint says that a request is more than its model reads at once."""
    return _TOO_LONG.search(refusal) is not None


def _unreadable_call(error: ValidationError) -> AIMessage:
    """Returns the reply as if the client had told such a call from one that can be read."""
    first = error.errors()[0]
    call = invalid_tool_call(args=str(first["input"]), error=first["msg"])
    return AIMessage("", invalid_tool_calls=[call])


def endpoint_name(base_url: str | None, model: str) -> str:
    """Returns a model's name with where it runs, as the subject of a sentence."""
    return f"{base_url or 'the provider'} (model {model!r})"
