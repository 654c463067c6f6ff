"""An OpenAI-compatible endpoint that follows a script, over real HTTP on the loopback."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.servers.chat_request import find_problem
from tests.servers.chat_wire import Envelope, TokenCounts, chunks, whole
from tests.servers.embedding_wire import embeddings
from tests.servers.form_wire import form_fields
from tests.servers.replies import (
    Call,
    Drop,
    Empty,
    Fail,
    Hang,
    Page,
    Pieces,
    Raw,
    Reply,
    Say,
    ScriptLine,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; the names of `headers` are in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation of a chat request."""
        messages: list[dict[str, Any]] = self.body["messages"]
        return messages

    @property
    def tool_names(self) -> list[str]:
        """The names of the tools that a chat request offers."""
        return [tool["function"]["name"] for tool in self.body.get("tools", [])]


class ScriptedServer:
    """Serves `/v1/chat/completions`, `/v1/models` and `/v1/embeddings`; a context manager.

    Where it can hear, it serves `/v1/audio/transcriptions` too.

    A request that a real server would refuse is answered with 400 and makes the end of the `with`
    block fail, so that a malformed conversation cannot go unseen behind a caught exception.

    Args:
        replies: One for each chat request, in order; a callable is given the request's JSON.
        key: The API key that requests must carry.
        model: The only model that is served.
        repeat_last: Whether the last reply is given again and again, rather than an error 500.
        heard: Gives the JSON of a transcription for the fields of its form; None for a server
            without that path.
        tokens: (input, output) tokens that each answer reports, or None to report none.
        context: Tokens of context that the list of models tells, as vLLM's does; None tells none.
    """

    def __init__(
        self,
        replies: Sequence[ScriptLine],
        *,
        key: str = "test-key",
        model: str = "scripted",
        repeat_last: bool = False,
        heard: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
        tokens: TokenCounts | None = (100, 20),
        context: int | None = None,
    ) -> None:
        self.key = key
        self.model = model
        self.heard = heard
        self.context = context
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self.closing = threading.Event()
        self._replies = list(replies)
        self._repeat_last = repeat_last
        self._tokens = tokens
        self._served = 0
        self._lock = threading.Lock()
        self._http = _HttpServer(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        """The root to give to a client."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        if error is None and self.problems:
            raise AssertionError("the scripted server was sent: " + "; ".join(self.problems))

    def next_reply(self, request: Request) -> tuple[Envelope, Reply]:
        """Takes the next line of the script."""
        problem = find_problem(request.body)
        if problem is not None:
            self.problems.append(problem)
            return self._envelope(0), Fail(400, problem)
        with self._lock:
            self._served += 1
            number = self._served
        if number > len(self._replies) and not (self._repeat_last and self._replies):
            message = f"the script has {len(self._replies)} replies, this is request {number}"
            return self._envelope(number), Fail(500, message)
        line = self._replies[min(number, len(self._replies)) - 1]
        return self._envelope(number), line(request.body) if callable(line) else line

    def _envelope(self, number: int) -> Envelope:
        return Envelope(f"reply-{number}", self.model, self._tokens)


class _HttpServer(ThreadingHTTPServer):
    """Gives the handlers their script; joins their threads when it closes."""

    daemon_threads = False

    def __init__(self, script: ScriptedServer) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keeps what a callable of the script raised; a client may hang up as it likes."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.script.problems.append(f"a request that broke the script: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10.0

    @property
    def script(self) -> ScriptedServer:
        assert isinstance(self.server, _HttpServer)
        return self.server.script

    def do_GET(self) -> None:
        if self._admit({}):
            if self.path == "/v1/models":
                entry: dict[str, Any] = {"id": self.script.model, "object": "model", "created": 0}
                if self.script.context is not None:
                    entry["max_model_len"] = self.script.context
                self._send_json(200, {"object": "list", "data": [{**entry, "owned_by": "tests"}]})
            else:
                self._send_error(Fail(404, f"no such path: GET {self.path}"))

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            kind = self.headers.get("content-type", "")
            body: dict[str, Any] = (
                form_fields(kind, data) if kind.startswith("multipart/") else json.loads(data)
            )
        except ValueError as error:
            self._send_error(Fail(400, f"the body is not JSON: {error}"))
            return
        request = self._admit(body)
        if request is None:
            return
        if self.path == "/v1/embeddings":
            status, answer = embeddings(body)
            self._send_json(status, answer)
        elif self.path == "/v1/audio/transcriptions" and self.script.heard is not None:
            self._send_json(200, self.script.heard(body))
        elif self.path != "/v1/chat/completions":
            self._send_error(Fail(404, f"no such path: POST {self.path}"))
        elif body.get("model") != self.script.model:
            message = f"The model `{body.get('model')}` does not exist"
            self._send_error(Fail(404, message, code="model_not_found"))
        else:
            self._send_reply(body, *self.script.next_reply(request))

    def _admit(self, body: dict[str, Any]) -> Request | None:
        """Records the request, and refuses it without the right key."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, body)
        self.script.requests.append(request)
        if headers.get("authorization") == f"Bearer {self.script.key}":
            return request
        self._send_error(Fail(401, "Incorrect API key provided", code="invalid_api_key"))
        return None

    def _send_reply(self, body: dict[str, Any], envelope: Envelope, reply: Reply) -> None:
        streamed = bool(body.get("stream"))
        if isinstance(reply, Fail):
            self._send_error(reply)
        elif isinstance(reply, Hang):
            self.script.closing.wait(reply.seconds)
            self.close_connection = True
        elif isinstance(reply, Drop):
            self._send_half(envelope, reply, streamed=streamed)
        elif isinstance(reply, Page):
            self._send_body(200, "text/html", reply.html.encode())
        elif isinstance(reply, Raw):
            self._send_json(200, dict(reply.body))
        elif isinstance(reply, Pieces):
            self._open_stream()
            self._stream([*map(json.dumps, reply.pieces), "[DONE]"])
            self.wfile.write(b"0\r\n\r\n")
        else:
            message = (reply,) if isinstance(reply, Call) else reply
            self._send_message(body, envelope, message, streamed=streamed)

    def _send_message(
        self,
        body: dict[str, Any],
        envelope: Envelope,
        message: Say | Empty | Sequence[Call],
        *,
        streamed: bool,
    ) -> None:
        if not streamed:
            self._send_json(200, whole(envelope, message))
            return
        options: dict[str, Any] = body.get("stream_options") or {}
        with_usage = bool(options.get("include_usage"))
        self._open_stream()
        self._stream(json.dumps(c) for c in chunks(envelope, message, with_usage=with_usage))
        self._stream(["[DONE]"])
        self.wfile.write(b"0\r\n\r\n")

    def _send_half(self, envelope: Envelope, reply: Drop, *, streamed: bool) -> None:
        """Sends the beginning of an answer, then closes the connection or ends it too early."""
        if streamed:
            parts = [json.dumps(c) for c in chunks(envelope, Say(reply.text), with_usage=False)]
            self._open_stream()
            self._stream(parts[:-1])
            self.wfile.write(b"0\r\n\r\n" if reply.tidy else b"")
        else:
            answer = json.dumps(whole(envelope, Say(reply.text))).encode()
            half = answer[: len(answer) // 2]
            length = len(half if reply.tidy else answer)
            self._open_answer(200, "application/json", {"content-length": str(length)})
            self.wfile.write(half)

    def _open_stream(self) -> None:
        self._open_answer(200, "text/event-stream", {"transfer-encoding": "chunked"})

    def _stream(self, parts: Iterator[str] | Sequence[str]) -> None:
        for part in parts:
            data = f"data: {part}\n\n".encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _send_error(self, failure: Fail) -> None:
        kind = "server_error" if failure.status >= 500 else "invalid_request_error"
        error = {"message": failure.message, "type": kind, "param": None, "code": failure.code}
        wait = failure.retry_after
        extra = {} if wait is None else {"retry-after": str(wait)}
        self._send_json(failure.status, {"error": error}, extra)

    def _send_json(
        self, status: int, answer: dict[str, Any], extra: dict[str, str] | None = None
    ) -> None:
        self._send_body(status, "application/json", json.dumps(answer).encode(), extra)

    def _send_body(
        self, status: int, content_type: str, data: bytes, extra: dict[str, str] | None = None
    ) -> None:
        headers = {"content-length": str(len(data)), **(extra or {})}
        self._open_answer(status, content_type, headers)
        self.wfile.write(data)

    def _open_answer(self, status: int, content_type: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": content_type, "connection": "close", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""
