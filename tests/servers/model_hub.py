"""A hub of models on the loopback, as far as fetching a whole model asks of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_COMMIT = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def model_hub(name: str, folder: Path) -> Generator[str]:
    """Serves the files of `folder` as the only model; gives the hub's address."""
    files = {file.name: file.read_bytes() for file in folder.iterdir()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.split("?")[0]
            if path.startswith(f"/api/models/{name}/revision/"):
                listed = [{"rfilename": file} for file in files]
                record = {"id": name, "sha": _COMMIT, "siblings": listed}
                self._send(200, json.dumps(record).encode(), with_body=with_body)
            elif path.startswith(f"/api/models/{name}/tree/"):
                tree = [
                    {"type": "file", "path": file, "size": len(data), "oid": "0" * 40}
                    for file, data in files.items()
                ]
                self._send(200, json.dumps(tree).encode(), with_body=with_body)
            elif path.startswith(f"/{name}/resolve/"):
                self._send(200, files[path.rsplit("/", 1)[-1]], with_body=with_body)
            else:
                self._send(404, b"{}", with_body=with_body)

        def _send(self, status: int, data: bytes, *, with_body: bool) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.send_header("content-type", "application/json")
            self.send_header("etag", f'"{hashlib.sha256(data).hexdigest()}"')
            self.send_header("x-repo-commit", _COMMIT)
            if status == 404:
                self.send_header("x-error-code", "RepoNotFound")
            self.end_headers()
            if with_body:
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
