"""How long is waited for an endpoint that asks to be left alone for a while.

OpenAI's client waits as long as the header `Retry-After` asks, up to two minutes a time, and says
nothing. Here a wait of some seconds is told, and one that ends after the time of a question is over
is not begun: the endpoint's answer is then the error.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import openai

from foretell.endpoint import asked_to_wait

_log = logging.getLogger(__name__)
_TOLD_SECONDS = 2.0
"""Shortest wait that is told: what is shorter, nobody takes for a hang."""


@functools.lru_cache(maxsize=8)
def patient_client(request_seconds: float, most_seconds: float) -> Any:
    """Returns the HTTP client that all models with these limits share, so that connections last.

    Args:
        request_seconds: The time limit of a request.
        most_seconds: Longest time that one request waits in all, its repetitions included.
    """
    patience = _Patience(most_seconds)
    hooks: dict[str, list[Callable[..., Any]]] = {
        "request": [patience.begin],
        "response": [patience.judge],
    }
    return openai.DefaultHttpxClient(timeout=request_seconds, event_hooks=hooks)


class _Patience:
    def __init__(self, most_seconds: float) -> None:
        self._most_seconds = most_seconds
        self._of_thread = threading.local()

    def begin(self, request: Any) -> None:
        """Notes when a request is sent for the first time; a thread sends one after the other."""
        if request.headers.get("x-stainless-retry-count", "0") == "0":
            self._of_thread.began = time.monotonic()

    def judge(self, response: Any) -> None:
        """Tells of a wait, or keeps the client from one that would be too long."""
        asked = asked_to_wait(response.headers) if response.is_error else None
        if asked is None:
            return
        spent = time.monotonic() - self._of_thread.began
        if spent + asked > self._most_seconds:
            response.headers["x-should-retry"] = "false"
        elif asked >= _TOLD_SECONDS:
            _log.warning("%s asks to wait %.0f s; waiting", response.request.url.host, asked)
