"""A hub of models on the loopback, as far as fetching a whole model asks of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Generator, Mapping
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
            self.wfile.write(self._open_answer())

        def do_HEAD(self) -> None:
            self._open_answer()

        def _open_answer(self) -> bytes:
            path = self.path.split("?")[0]
            data = _answer(path, name, files)
            self.send_response(404 if data is None else 200)
            if data is None:
                self.send_header("x-error-code", "RepoNotFound")
            sent = data or b""
            self.send_header("content-length", str(len(sent)))
            self.send_header("content-type", "application/json")
            self.send_header("etag", f'"{hashlib.sha256(sent).hexdigest()}"')
            self.send_header("x-repo-commit", _COMMIT)
            self.end_headers()
            return sent

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


def _answer(path: str, name: str, files: Mapping[str, bytes]) -> bytes | None:
    """Gives what lies at a path, or None."""
    if path.startswith(f"/api/models/{name}/revision/"):
        listed = [{"rfilename": file} for file in files]
        return json.dumps({"id": name, "sha": _COMMIT, "siblings": listed}).encode()
    if path.startswith(f"/api/models/{name}/tree/"):
        tree = [
            {"type": "file", "path": file, "size": len(data), "oid": "0" * 40}
            for file, data in files.items()
        ]
        return json.dumps(tree).encode()
    return files.get(path.rsplit("/", 1)[-1]) if path.startswith(f"/{name}/resolve/") else None
