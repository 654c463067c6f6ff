"""Makes a chat model from a name."""

from __future__ import annotations

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError

PROVIDERS = ("openai",)


def load_chat_model(name: str, config: Config) -> BaseChatModel:
    """Gives the chat model `NAME` or `PROVIDER:NAME` on the configured endpoint.

    Any server that speaks OpenAI's chat completions serves; `config.base_url` names it.

    Raises:
        ConfigError: If the name is empty or of an unknown provider, or a key is missing.
    """
    model = name.split(":", 1)[1] if _has_provider(name) else name
    if not model:
        raise ConfigError(
            f"model {name!r} is empty; name one such as 'openai:NAME', or {EMBEDDED!r} "
            "for the planner that needs none"
        )
    if config.api_key is None and config.base_url is None:
        raise ConfigError(
            f"model {name!r} needs a key or an endpoint: set OPENAI_API_KEY, or give --base-url "
            f"of an OpenAI-compatible server; --model {EMBEDDED} needs neither"
        )
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(
        model=model,
        base_url=config.base_url,
        api_key=config.api_key or SecretStr("no-key-needed"),
        temperature=config.temperature,
        timeout=config.request_seconds,
        max_retries=config.request_retries,
        stream_usage=True,
    )


def _has_provider(name: str) -> bool:
    """Whether the name starts with a provider; a colon may also belong to a model ("qwen3:8b")."""
    return name.split(":", 1)[0] in PROVIDERS and ":" in name
