"""What leaves the machine: nothing on the embedded default, nothing to LangSmith unasked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from foretell.agent.video_agent import VideoAgent
from tests.agent.made_library import KITCHEN, make_library, put, video

ROOT = Path(__file__).parents[2]

ASK = """
import sys
from foretell.agent.video_agent import VideoAgent

with VideoAgent(library=sys.argv[1]) as agent:
    info = agent.library.store.timeline("kitchen").video
    *_, answer = agent.converse("When is the milk poured?", [info])
    print(answer.text)
"""

ASK_A_CHAT_MODEL = ASK.replace(
    "VideoAgent(library=sys.argv[1])",
    """VideoAgent(
    library=sys.argv[1], chat_model=ScriptedModel(script=[AIMessage("In the end.")] * 3)
)""",
).replace(
    "import sys",
    """import sys
from langchain_core.messages import AIMessage
from foretell import ScriptedModel""",
)

NO_NETWORK = """
import socket
import sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        raise PermissionError(f"network: {event} {arguments}")
    if event in ("socket.connect", "socket.sendto") and arguments[0].family != socket.AF_UNIX:
        raise PermissionError(f"network: {event} {arguments}")

sys.addaudithook(refuse)
"""


class Collector:
    """A server that takes any request, as LangSmith would, and notes its path."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.do_GET()

            def do_GET(self) -> None:
                collector.paths.append(self.path)
                self.send_response(202)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: object) -> None:
                """Keeps the test's output clean."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_port}"


@contextmanager
def collector() -> Generator[Collector]:
    collecting = Collector()
    thread = threading.Thread(target=collecting.http.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield collecting
    finally:
        collecting.http.shutdown()
        thread.join()
        collecting.http.server_close()


def run(script: str, library: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(library)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def posted_to_langsmith(library: Path, **environment: str) -> list[str]:
    """Asks a chat model of this process with LangSmith tracing on in the environment."""
    with make_library(library) as made:
        put(made, video("kitchen"), KITCHEN)
    with collector() as collecting:
        answer = run(
            ASK_A_CHAT_MODEL,
            library,
            FORETELL_EMBEDDER="hash",
            LANGSMITH_TRACING="true",
            LANGCHAIN_TRACING_V2="true",
            LANGSMITH_API_KEY="key",
            LANGSMITH_ENDPOINT=collecting.url,
            **environment,
        )
        assert answer == "In the end.\n"
    return collecting.paths


def test_langsmith_is_told_nothing_unasked(tmp_path: Path) -> None:
    assert posted_to_langsmith(tmp_path) == []


def test_langsmith_is_told_where_tracing_is_on(tmp_path: Path) -> None:
    assert posted_to_langsmith(tmp_path, FORETELL_TRACING="true") != []


def test_the_embedded_default_connects_to_nothing(tmp_path: Path) -> None:
    with VideoAgent(library=tmp_path, model="embedded") as agent:
        put(agent.library, video("kitchen"), KITCHEN)
    answer = run(NO_NETWORK + ASK, tmp_path, FORETELL_MODEL="embedded", FORETELL_EMBEDDER="minilm")
    assert answer.startswith("At 22.0-24.0 s: the camera wearer pours the milk into the mug")


def test_the_hook_of_these_tests_refuses_a_connection(tmp_path: Path) -> None:
    attempt = """
for address in ("127.0.0.1", "localhost"):
    try:
        socket.create_connection((address, 9))
    except PermissionError as error:
        print(error)
"""
    refused = run(NO_NETWORK + attempt, tmp_path)
    assert refused.count("network: socket.") == 2
