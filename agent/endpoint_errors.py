"""Turns an endpoint's failures into one clear sentence each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import openai
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage
from langchain_core.messages.tool import invalid_tool_call
from pydantic import ValidationError

from foretell.errors import ModelError


class EndpointErrors(AgentMiddleware[Any, Any, Any]):
    """Names what failed and what to do; the client has retried by then.

    Args:
        model: The model's name.
        base_url: The endpoint's root, or None for the provider's own.
        request_seconds: The time limit that a request had.
    """

    def __init__(self, model: str, base_url: str | None, request_seconds: float) -> None:
        super().__init__()
        self._model = model
        self._base_url = base_url
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
        try:
            response = handler(request)
        except openai.OpenAIError as error:
            raise ModelError(
                endpoint_failure(error, self._model, self._base_url, self._request_seconds)
            ) from error
        except ValidationError as error:  # LangChain's, for a call whose arguments are no object
            return ModelResponse(result=[_unreadable_call(error)])
        except ValueError as error:  # the client's, for a body that is no chat completion
            raise ModelError(
                f"{_where(self._base_url, self._model)} answered something that is not a chat "
                f"completion ({_line(str(error))}); base_url usually ends in /v1"
            ) from error
        reply = response.result[-1]
        if not reply.response_metadata.get("finish_reason"):
            raise ModelError(
                f"{_where(self._base_url, self._model)} ended its reply early; ask again, or check "
                "the server's log"
            )
        return response


def endpoint_failure(
    error: openai.OpenAIError, model: str, base_url: str | None, request_seconds: float
) -> str:
    """Says what failed and what to do."""
    where = _where(base_url, model)
    match error:  # the order matters: the classes are nested
        case openai.APITimeoutError():
            return (
                f"{where} did not answer within {request_seconds:g} s; "
                "raise request_seconds, or check the server's load"
            )
        case openai.APIConnectionError():
            return f"{where} cannot be reached: {_root(error)}; check base_url and that it runs"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return f"{where} refused the key; set OPENAI_API_KEY to a valid one"
        case openai.NotFoundError():
            return f"{where} knows no such model or path: {_detail(error)}; check both names"
        case openai.RateLimitError():
            return f"{where} is over its rate limit or quota: {_detail(error)}; wait, or pay"
        case openai.APIStatusError():
            return f"{where} answered {error.status_code}: {_detail(error)}"
        case _:
            return f"{where} failed: {error}"


def _unreadable_call(error: ValidationError) -> AIMessage:
    """Gives the reply as if the client had told such a call from one that can be read."""
    first = error.errors()[0]
    call = invalid_tool_call(args=str(first["input"]), error=first["msg"])
    return AIMessage("", invalid_tool_calls=[call])


def _where(base_url: str | None, model: str) -> str:
    return f"{base_url or 'the provider'} (model {model!r})"


def _root(error: BaseException) -> BaseException:
    """Gives the first failure, which says more than the clients around it."""
    return error if error.__cause__ is None else _root(error.__cause__)


def _detail(error: openai.APIStatusError) -> str:
    """Gives the endpoint's own words; some put them where the client does not look."""
    said = error.message.removeprefix(f"Error code: {error.status_code}").removeprefix(" - ")
    return _line(said or error.response.text)


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
