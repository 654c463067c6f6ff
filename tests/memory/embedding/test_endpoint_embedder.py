from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from foretell.endpoint import Endpoint as At
from foretell.errors import ConfigError, ModelError
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.endpoint_embedder import BATCH, EndpointEmbedder

Reply = Callable[[list[str]], tuple[int, Any]]


class Endpoint(ThreadingHTTPServer):
    """Answers /v1/embeddings as it is told to, and keeps the texts of each request."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.requests: list[list[str]] = []
        self.keys: list[str | None] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, Endpoint)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server.keys.append(self.headers["authorization"])
        server.requests.append(body["input"])
        status, answer = server.reply(body["input"])
        if self.path != "/v1/embeddings" or body["model"] != "small":
            status, answer = 404, {"error": {"message": "no such model"}}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps quiet."""


@contextmanager
def endpoint(reply: Reply) -> Generator[Endpoint]:
    server = Endpoint(reply)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rows(vectors: list[list[float]]) -> dict[str, Any]:
    data = [
        {"object": "embedding", "index": index, "embedding": vector}
        for index, vector in enumerate(vectors)
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": "small", "usage": usage}


def hashed(texts: list[str]) -> tuple[int, Any]:
    """Longer vectors than of length 1, the last first."""
    answer = rows((3.0 * HashEmbedder(16).embed(texts)).tolist())
    answer["data"].reverse()
    return 200, answer


def answering(content: object) -> Reply:
    return lambda texts: (200, content)


def fixed(*vectors: list[float]) -> Reply:
    return answering(rows(list(vectors)))


def failing(status: int) -> Reply:
    return lambda texts: (status, {"error": {"message": "not today"}})


def embedder(server: Endpoint) -> EndpointEmbedder:
    return EndpointEmbedder("small", At(server.base_url, "key-1", retries=0))


def test_texts_go_in_batches_and_come_back_in_order() -> None:
    texts = [f"step {number}" for number in range(BATCH + 6)]
    with endpoint(hashed) as server:
        made = embedder(server)
        vectors = made.embed(texts)
        assert made.id == "openai:small"
        assert made.dimension == 16
    assert [len(request) for request in server.requests] == [BATCH, 6]
    assert set(server.keys) == {"Bearer key-1"}
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(HashEmbedder(16).embed(texts), abs=1e-5)


def test_the_dimension_is_asked_for_once() -> None:
    with endpoint(hashed) as server:
        made = embedder(server)
        assert made.embed([]).shape == (0, 16)
        assert made.dimension == 16
    assert len(server.requests) == 1


def test_a_text_without_words_is_still_embedded() -> None:
    with endpoint(hashed) as server:
        made = embedder(server)
        assert made.embed(["", "\n"]).shape == (2, 16)
    assert server.requests == [["-", "-"]]


def test_a_failed_request_is_sent_again() -> None:
    answers = iter([503, 200])

    def flaky(texts: list[str]) -> tuple[int, Any]:
        return hashed(texts) if next(answers) == 200 else failing(503)(texts)

    with endpoint(flaky) as server:
        made = EndpointEmbedder("small", At(server.base_url, retries=1))
        assert made.embed(["onion"]).shape == (1, 16)
    assert server.keys[0] == "Bearer no-key-needed"


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (failing(401), r"\(embedder 'small'\) refused the key; set OPENAI_API_KEY"),
        (failing(403), r"refused the key"),
        (failing(404), r"knows no such model or path: .*not today.*; check both names"),
        (failing(400), r"answered 400: .*not today"),
        (failing(500), r"answered 500: .*not today"),
        (fixed([1.0, 0.0]), r"gave 1 vectors for 2 texts; check the model"),
        (fixed(), r"gave 0 vectors for 2 texts; check the model"),
        (answering({"error": "in words"}), r"did not answer with embeddings \(Field"),
        (answering(None), r"did not answer with embeddings .*; check base_url"),
        (fixed([1.0, 0.0], [1.0]), r"gave vectors of length \[1, 2\], where 2 was expected"),
        (fixed([1.0, 0.0], [0.0, 0.0]), r"gave a vector without a direction; check the model"),
    ],
)
def test_what_goes_wrong_is_said(reply: Reply, sentence: str) -> None:
    with endpoint(reply) as server, pytest.raises(ModelError, match=sentence):
        embedder(server).embed(["cuts an onion", "boils water"])


def test_a_dead_endpoint_is_said() -> None:
    with endpoint(hashed) as server:
        pass
    with pytest.raises(ModelError, match=r"cannot be reached: .*; check base_url and that it runs"):
        embedder(server).embed(["cuts an onion"])


def test_a_slow_endpoint_is_said() -> None:
    waiting = threading.Event()

    def slow(texts: list[str]) -> tuple[int, Any]:
        waiting.wait(5.0)
        return hashed(texts)

    with endpoint(slow) as server:
        made = EndpointEmbedder("small", At(server.base_url, timeout_seconds=0.1, retries=0))
        with pytest.raises(ModelError, match=r"did not answer within 0.1 s; raise request_secon"):
            made.embed(["cuts an onion"])
        waiting.set()


def test_a_key_or_an_endpoint_is_needed() -> None:
    with pytest.raises(ConfigError, match="embedder 'small' needs a key or an endpoint: set"):
        EndpointEmbedder("small", At())
    with pytest.raises(ConfigError, match="the embedder's name is empty; name one such as"):
        EndpointEmbedder("", At(api_key="key-1"))
