"""How much a chat model can read at once, and how much of a timeline fits into it.

The setting tells it, or the endpoint: llama.cpp's server at `/props`, vLLM in its list of models,
and most in the error with which they refuse what is too long. How far our count of tokens differs
from the model's own is learnt from what it counted of earlier requests.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from foretell.config import Config
from foretell.errors import ContextOverflow
from foretell.patterns import LazyPattern
from foretell.tokens import count_tokens

_UNASKED = 1500
"""Tokens up to which nobody asks: no model that is served has less room than 2,048."""
_BESIDE = 48
"""Tokens that a chat template writes around two messages."""
_LEAST_LEARNT = 200
"""Tokens of a request from which a count tells of the tokenizer, and not of the template."""
_WIDEST = 3.0
"""By how much a count is believed to differ; a server that counts pictures, too, tells more."""
_ASKING_SECONDS = 5.0
"""How long is waited for an endpoint to tell its window."""
_TOLD = LazyPattern(
    r"(?:context (?:length|size|window)|n_ctx|max_model_len|maximum model length)\D{0,24}(\d{3,8})"
)
Texts = tuple[str, ...]
T = TypeVar("T")
SHORTENED = "the timeline was shortened to fit into the {} tokens that the model reads at once"


class ContextWindow:
    """The window of one model; safe to use from several threads.

    Args:
        tokens: How many tokens it has; None where only the endpoint may know.
        ask: Asks the endpoint, at most once.
    """

    def __init__(
        self, tokens: int | None = None, ask: Callable[[], int | None] = lambda: None
    ) -> None:
        self.tokens = tokens
        self._ask = ask
        self._has_asked = tokens is not None
        self._ratio = 1.0
        self._lock = threading.Lock()

    @classmethod
    def of(cls, config: Config) -> ContextWindow:
        """Returns the window of the model that the settings name."""
        return cls(config.context_tokens, lambda: told_by_endpoint(config))

    def learn(self, counted: int, told: int) -> None:
        """Learns from a request how far the model's count of tokens differs from ours."""
        if counted >= _LEAST_LEARNT and told > 0:
            self._ratio = min(_WIDEST, max(1 / _WIDEST, told / counted))

    def overflown(self, refusal: str, sent: int) -> None:
        """Learns from the refusal of what was too long how much fits.

        Args:
            refusal: The endpoint's words.
            sent: Tokens of the request by our count, with its reply.
        """
        told = [int(found[1]) for found in _TOLD.finditer(refusal.lower())]
        with self._lock:
            self._has_asked = True
            self.tokens = min(told) if told else int(sent * self._ratio) // 2

    def shown(self, ask: Callable[[], T]) -> tuple[T, tuple[str, ...]]:
        """Returns what a request gives, and a note where it was made again of what fits.

        Args:
            ask: Shows the model what `fitted` returns, and learns from a refusal by `overflown`.

        Raises:
            ContextOverflow: If what fits is too long, too.
        """
        try:
            return ask(), ()
        except ContextOverflow:
            return ask(), (SHORTENED.format(self.tokens),)

    def fitted(self, write: Callable[[int], Texts], wanted: int, beside: str, reply: int) -> Texts:
        """Returns texts each of which fits into a request of its own.

        Args:
            write: Writes them with at most so many tokens each, by our count.
            wanted: How many each may have at most where the window is larger.
            beside: What else the request says.
            reply: Tokens that the reply may have.
        """
        texts = write(wanted)
        size = max(map(count_tokens, texts), default=0)
        room = self._room(size, count_tokens(beside) + _BESIDE, reply)
        return texts if room is None or size <= room else write(room)

    def _room(self, size: int, beside: int, reply: int) -> int | None:
        """Returns the tokens that a text may have, by our count; None where any may fit."""
        if (size + beside) * self._ratio + reply > _UNASKED:
            self._find_out()
        if self.tokens is None:
            return None
        return max(1, int((self.tokens - reply) / self._ratio) - beside)

    def _find_out(self) -> None:
        with self._lock:
            if not self._has_asked:
                self._has_asked = True
                self.tokens = self._ask()


def told_by_endpoint(config: Config) -> int | None:
    """Returns the window that an endpoint tells of its model; None where it tells none.

    It is asked with the key of the settings, for `_ASKING_SECONDS` at most.
    """
    import httpx2

    if config.base_url is None:
        return None
    root = config.base_url.rstrip("/")
    key = config.api_key.get_secret_value() if config.api_key is not None else ""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    places: dict[str, Callable[[Any], int | None]] = {
        f"{root}/models": partial(_of_models, config.model),
        f"{root.removesuffix('/v1')}/props": _of_props,
    }
    with httpx2.Client(headers=headers, timeout=_ASKING_SECONDS) as client:
        for address, read in places.items():
            try:
                told: Any = json.loads(client.get(address).raise_for_status().text)
            except (httpx2.HTTPError, ValueError):
                continue
            if (tokens := read(told)) is not None:
                return tokens
    return None


def _of_models(model: str, told: Any) -> int | None:
    """Returns what vLLM's list of models says of one."""
    entries = _list(_field(told, "data"))
    names = (model, model.partition(":")[2])
    named = [one for one in entries if _field(one, "id") in names] or entries[:1]
    return _positive(_field(named[0], "max_model_len")) if named else None


def _of_props(told: Any) -> int | None:
    """Returns the room that llama.cpp's server gives to each conversation."""
    return _positive(_field(_field(told, "default_generation_settings"), "n_ctx"))


def _field(value: Any, name: str) -> Any:
    return cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType]


def _positive(value: Any) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
