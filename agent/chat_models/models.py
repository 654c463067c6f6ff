"""Loads the chat model of a name, and tells its name, its price and what is served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from foretell.config import EMBEDDED, Config
from foretell.endpoint import NO_KEY, describe_failure
from foretell.errors import ConfigError, ModelError, argument

if TYPE_CHECKING:
    from langchain.agents.middleware import AgentMiddleware
    from langchain_core.language_models import BaseChatModel
    from langchain_core.rate_limiters import BaseRateLimiter

PROVIDERS = ("openai",)
REPLIES_NAME = "replies.sqlite"
"""The file in the library's folder in which replies are kept."""


def load_chat_model(
    name: str, config: Config, rate_limiter: BaseRateLimiter | None = None
) -> BaseChatModel:
    """Returns the chat model `NAME` or `PROVIDER:NAME` on the configured endpoint.

    Any server that speaks OpenAI's chat completions serves; `config.base_url` names it. Requests
    begin as `rate_limiter` lets them, where there is one.

    Raises:
        ConfigError: If the name is empty or of an unknown provider, or a key is missing.
    """
    model = _model_part(name)
    if not model:
        raise ConfigError(
            f"model {name!r} is empty; name one such as 'openai:NAME', or {EMBEDDED!r} "
            "for the planner that needs none"
        )
    if config.api_key is None and config.base_url is None:
        raise ConfigError(
            f"model {name!r} needs a key or an endpoint: set OPENAI_API_KEY, or give "
            f"{argument('base_url')} of an OpenAI-compatible server; "
            f"{argument('model', EMBEDDED)} needs neither"
        )
    from foretell.agent.chat_models.limits import CALL_OR_ANSWER
    from foretell.agent.chat_models.open_chat import OpenChat
    from foretell.patience import patient_client

    return OpenChat(
        model=model,
        base_url=config.base_url,
        api_key=config.api_key or SecretStr(NO_KEY),
        temperature=config.temperature,
        max_completion_tokens=CALL_OR_ANSWER,
        timeout=config.request_seconds,
        max_retries=config.request_retries,
        stream_usage=True,
        rate_limiter=rate_limiter,
        http_client=patient_client(config.request_seconds, config.max_seconds),
    )


def around_chat_model(name: str, config: Config) -> list[AgentMiddleware[Any, Any, Any]]:
    """Returns what stands between a graph and such a model: kept replies, clear error sentences."""
    from foretell.agent.chat_models.endpoint_errors import EndpointErrors
    from foretell.agent.chat_models.reply_store import ResponseCache

    around: list[AgentMiddleware[Any, Any, Any]] = []
    if config.cache_responses:
        around.append(ResponseCache(config.library / REPLIES_NAME, model_identity(name, config)))
    around.append(EndpointErrors(name, config.base_url, config.request_seconds))
    return around


def model_identity(name: str, config: Config) -> str:
    """Returns what a kept reply depends on beside the request."""
    return f"{config.base_url} {name} {config.temperature}"


def model_name(config: Config, chat_model: BaseChatModel | None = None) -> str:
    """Returns the name of the model that is asked: one of the caller's own, or the configured one.

    Args:
        config: Names the model.
        chat_model: Asked in place of it; told by the name that its provider knows it by, where it
            has one.
    """
    if chat_model is None:
        return config.model
    return str(getattr(chat_model, "model_name", None) or chat_model.get_name())


def price_of(name: str, config: Config) -> tuple[float, float] | None:
    """Returns dollars per million input and output tokens, or None where the price is unknown.

    A price may be set for the name as given, or without its provider.
    """
    return config.prices.get(name, config.prices.get(_model_part(name)))


def _model_part(name: str) -> str:
    """Removes a provider; a colon may also belong to the model ("qwen3:8b")."""
    provider, _, model = name.partition(":")
    return model if provider in PROVIDERS and ":" in name else name


def served_models(config: Config, timeout_seconds: float) -> list[str]:
    """Asks the endpoint which models it serves.

    Raises:
        ModelError: If it cannot be asked.
    """
    import openai

    from foretell.agent.chat_models.endpoint_errors import endpoint_name

    endpoint = replace(config.endpoint, timeout_seconds=timeout_seconds, retries=0)
    with endpoint.client() as client:
        try:
            return [model.id for model in client.models.list()]
        except openai.OpenAIError as error:
            raise ModelError(
                describe_failure(
                    error, endpoint_name(config.base_url, config.model), timeout_seconds
                )
            ) from error
