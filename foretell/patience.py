"""How long is waited for an endpoint: for one request, and until a moment set from outside.

OpenAI's client limits each silence of a server and not the whole of a request, sends one again that
ran out of time, and waits as long as the header `Retry-After` asks, up to two minutes a time, and
says nothing. Here a request ends after its time however the bytes trickle in, and is not sent again
then: who was silent once is silent again. A wait of some seconds is told, and one that would end
after the time of a question is over is not begun: the endpoint's answer is then the error.
"""

from __future__ import annotations

import atexit
import functools
import logging
import math
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import openai

from foretell.crowding import CROWDED, Crowd

_log = logging.getLogger(__name__)
_TOLD_SECONDS = 2.0
"""Shortest wait that is told: what is shorter, nobody takes for a hang."""
_ends: ContextVar[float] = ContextVar("ends", default=math.inf)
"""When the request that is being sent must have ended, by `time.monotonic`."""


@contextmanager
def until(moment: float) -> Generator[None]:
    """Lets no request of a patient client within the block go on behind a moment.

    Args:
        moment: By `time.monotonic`; of several that are nested, the first counts.
    """
    token = _ends.set(min(moment, _ends.get()))
    try:
        yield
    finally:
        _ends.reset(token)


@functools.lru_cache(maxsize=8)
def patient_client(request_seconds: float, most_seconds: float) -> PatientClient:
    """Returns the HTTP client that all models with these limits share, so that connections last.

    It is closed as the process ends.

    Args:
        request_seconds: The time limit of a request.
        most_seconds: Longest time that is waited where an endpoint asks to be left alone.
    """
    client = PatientClient(request_seconds, most_seconds)
    atexit.register(client.close)
    return client


class PatientClient(openai.DefaultHttpxClient):
    """Sends requests of OpenAI's client within their time.

    Args:
        request_seconds: The time limit of a request, from its first byte to the reply's last.
        most_seconds: Longest time that is waited where an endpoint asks to be left alone.
    """

    def __init__(self, request_seconds: float, most_seconds: float = math.inf) -> None:
        super().__init__(timeout=request_seconds)
        self._request_seconds = request_seconds
        self._crowds: dict[str, Crowd] = {}
        self._most_seconds = most_seconds

    def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> Any:
        """Sends a request once, and reads its reply where it is not to be streamed.

        It waits first, where the endpoint refused some that were sent with others.

        Raises:
            APITimeoutError: If the server or the time of the question is too slow for it.
        """
        crowd = self._crowds.setdefault(request.url.netloc.decode(), Crowd(request.url.host))
        with crowd.joined(_ends.get()) as joined:
            try:
                response = self._sent(request, stream=stream, **options)
            except openai.APITimeoutError:
                joined.refused()
                raise
            if response.status_code in CROWDED:
                joined.refused()
            elif response.is_success:
                joined.served()
        return response

    def _sent(self, request: httpx2.Request, *, stream: bool, **options: Any) -> httpx2.Response:
        now = time.monotonic()
        ends = min(now + self._request_seconds, _ends.get())
        if ends <= now:
            raise openai.APITimeoutError(request=request)
        limits: Mapping[str, float | None] = request.extensions.get("timeout") or {}
        request.extensions["timeout"] = {
            name: min(ends - now, math.inf if limit is None else limit)
            for name, limit in limits.items()
        }
        try:
            response = super().send(request, stream=True, **options)
            assert isinstance(response.stream, httpx2.SyncByteStream)
            response.stream = _Timed(response.stream, ends, request)
            if not stream:
                response.read()
        except (httpx2.ReadTimeout, httpx2.WriteTimeout) as error:
            raise openai.APITimeoutError(request=request) from error
        self._judge_wait(response, min(now + self._most_seconds, _ends.get()))
        return response

    def _judge_wait(self, response: httpx2.Response, ends: float) -> None:
        """Tells of a wait, or keeps the client from one that would be too long."""
        asked = asked_to_wait(response.headers) if response.is_error else None
        if asked is None:
            return
        if time.monotonic() + asked > ends:
            response.headers["x-should-retry"] = "false"
        elif asked >= _TOLD_SECONDS:
            _log.warning("%s asks to wait %.0f s; waiting", response.request.url.host, asked)


class _Timed(httpx2.SyncByteStream):
    """The bytes of a reply, as long as there is time for them."""

    def __init__(self, stream: httpx2.SyncByteStream, ends: float, request: httpx2.Request) -> None:
        self._stream = stream
        self._ends = ends
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        """Yields the bytes as they come.

        Raises:
            ReadTimeout: If the time is over.
        """
        for piece in self._stream:
            if time.monotonic() > self._ends:
                raise httpx2.ReadTimeout("the reply took too long", request=self._request)
            yield piece

    def close(self) -> None:
        """Closes the reply."""
        self._stream.close()


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Returns the seconds that an endpoint asks to be left alone, by its header `Retry-After`.

    That is a number or a date (RFC 9110, 10.2.3); None where it asks for nothing that can be read.
    """
    told = headers.get("retry-after", "")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(told).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return seconds if math.isfinite(seconds) and seconds > 0.0 else None
