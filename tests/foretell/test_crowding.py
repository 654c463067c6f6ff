"""Requests that an endpoint refuses for their number go fewer at a time, and are answered."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import pytest

from foretell.crowding import Crowd
from foretell.patience import PatientClient

NEVER = math.inf
COMPLETION = (
    b'{"id": "a", "object": "chat.completion", "created": 0, "model": "m", "choices": '
    b'[{"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}]}'
)


class Busy(BaseHTTPRequestHandler):
    """Refuses what comes while two others are answered."""

    room = threading.BoundedSemaphore(2)
    refusals = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        if not self.room.acquire(blocking=False):
            Busy.refusals += 1
            self._reply(429, b"{}")
            return
        try:
            time.sleep(0.02)
            self._reply(200, COMPLETION)
        finally:
            self.room.release()

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing."""

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("retry-after-ms", "20")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def busy_server() -> Generator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()
            thread.join()


def test_a_crowd_is_halved_once_for_those_that_went_together() -> None:
    crowd = Crowd("the endpoint")
    with ExitStack() as running:
        joined = [running.enter_context(crowd.joined(NEVER)) for _ in range(8)]
        for one in joined:
            one.refused()
        assert crowd.most == 4
    with crowd.joined(NEVER) as later:
        later.refused()
        assert crowd.most == 1
        later.served()
        assert crowd.most == 2
        later.served()
        assert crowd.most == 2
        later.served()
        assert crowd.most == 3


def test_who_has_no_time_left_does_not_wait() -> None:
    crowd = Crowd("the endpoint")
    with crowd.joined(NEVER) as one:
        one.refused()
        began = time.monotonic()
        with crowd.joined(began + 0.05):
            assert time.monotonic() >= began + 0.05


def test_many_requests_to_a_server_that_stands_two(caplog: pytest.LogCaptureFixture) -> None:
    with busy_server() as address, PatientClient(20.0) as http:
        client = openai.OpenAI(base_url=address, api_key="k", http_client=http, max_retries=4)

        def ask(number: int) -> str | None:
            message = {"role": "user", "content": str(number)}
            reply = client.chat.completions.create(model="m", messages=[message])  # type: ignore[list-item]
            return reply.choices[0].message.content

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(ask, range(80))) == ["Yes."] * 80
    assert Busy.refusals > 0
    assert [record.message for record in caplog.records if record.name == "foretell.crowding"] == [
        "127.0.0.1 cannot keep up: fewer requests go at a time now"
    ]
