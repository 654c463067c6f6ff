"""An OpenAI-compatible endpoint on the loopback that answers with a number out of the question."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "echo"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["content-length"])))
        asked = [said["content"] for said in body["messages"] if said["role"] == "user"]
        words = str(asked[-1]).replace("?", " ").split()
        number = next(word for word in reversed(words) if word.isdecimal())
        told = {"role": "assistant", "content": f"That person holds the cup number {number}."}
        choice = {"index": 0, "message": told, "finish_reason": "stop"}
        reply = {"id": "x", "object": "chat.completion", "created": 0, "model": MODEL}
        content = json.dumps(reply | {"choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Tells nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


@contextmanager
def echoing_endpoint() -> Generator[dict[str, str]]:
    """Serves chat completions, and gives the settings that name the endpoint."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        yield {"base_url": address, "model": MODEL, "api_key": "of-a-stress-run"}
        server.shutdown()
