"""Measures the server: its page, a crowd of conversations, an upload, its memory, its kills.

python -m benchmarks.bench_server
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil

from benchmarks.measure import Row, table
from benchmarks.running_server import RunningServer, ended_job, running_server, send, tea, until

QUESTIONS = (
    ("When is the milk added?", "19.5-23.8 s"),
    ("When is the kettle filled?", "4.5-8.8 s"),
    ("And what happens after that?", "tea bag"),
    ("How many shots are there?", "5 shots"),
    ("When does one pour the boiling water?", "14.5-18.8 s"),
)
"""Questions of a conversation, and what the answer to each holds and no other's does."""
CONVERSATIONS, AT_ONCE, PROCESSES, VIDEOS, KILLS = 100, 20, 6, 200, 20
UPLOAD_BYTES, CHUNK = 2 << 30, 1 << 20
MEBIBYTE = 1 << 20
MADE = "captions:made"
MCP_START = """
import json, subprocess, sys, time, psutil
process = subprocess.Popen(["foretell", "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {},
    "clientInfo": {"name": "bench", "version": "1"}}}
process.stdin.write((json.dumps(hello) + "\\n").encode()); process.stdin.flush()
assert b"foretell" in process.stdout.readline()
times = psutil.Process(process.pid).cpu_times()
print(times.user + times.system)
process.kill()
"""


def rows() -> list[Row]:
    """Measures each beside what it is compared with."""
    with tempfile.TemporaryDirectory() as folder:
        clip = tea(Path(folder))
        with running_server(Path(folder) / "library") as server, server.client() as client:
            sent = send(client, clip, "tea.mp4")
            ended_job(client, sent["job"]["id"])
            page = _page(server)
            crowd = _crowd(server, sent["id"], clip)
        return [
            *page,
            *crowd,
            *_upload(Path(folder)),
            _idle(Path(folder)),
            _mcp(),
            _kills(Path(folder), clip),
        ]


def _page(server: RunningServer) -> list[Row]:
    """Loads the page as a browser does, in a fresh one."""
    from benchmarks.browsing import sizes_received, started_browser

    process = psutil.Process(server.process.pid)
    before = _cpu(process)
    with started_browser() as browser:
        context = browser.new_context()
        page = context.new_page()
        sizes = sizes_received(page)
        page.goto(server.address)
        page.locator("#stage").wait_for()
        page.locator("#events .event").first.wait_for()
        seconds = _cpu(process) - before
        context.close()
    folder = Path(__file__).parents[1] / "foretell" / "server" / "page"
    raw = sum(file.stat().st_size for file in folder.iterdir())
    return [
        Row(
            "page, first visit with its video's list and timeline, over the wire",
            sum(sizes) / 1024,
            "kB",
            f"the page's files as they lie: {raw / 1024:.0f} kB",
            "< 60 kB",
        ),
        Row("page, first visit, CPU of the server", seconds, "s", "", "< 0.3 s"),
    ]


def _crowd(server: RunningServer, video: str, clip: Path) -> list[Row]:
    """Holds many conversations at once, and asks the same by processes of the command line."""
    first: list[float] = []
    began = time.perf_counter()
    with ThreadPoolExecutor(CONVERSATIONS) as threads:
        talks = [threads.submit(_talk, server, video) for _ in range(CONVERSATIONS)]
        said = [answer for talk in talks for answer in talk.result()]
    seconds = time.perf_counter() - began
    wrong = sum(wanted not in answer for answer, wanted in said)
    lost = CONVERSATIONS * len(QUESTIONS) - len(said)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        waits = [threads.submit(_first_event, server) for _ in range(5 * AT_ONCE)]
        first += [wait.result() for wait in waits]
    each = _by_processes(clip)
    ratio = len(said) / seconds * each
    return [
        Row(
            f"{CONVERSATIONS} conversations at once, {len(QUESTIONS)} questions each",
            len(said) / seconds,
            "answers/s",
            f"`foretell ask` processes, two at a time: {1 / each:.1f}/s; {ratio:.0f} x; "
            f"{wrong} mixed up, {lost} lost",
            ">= 20 x",
        ),
        Row(
            f"first event, {AT_ONCE} at once, 99th of 100",
            statistics.quantiles(first, n=100)[-1],
            "s",
            f"median {statistics.median(first):.2f} s",
            "< 1 s",
        ),
    ]


def _talk(server: RunningServer, video: str) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    with server.client() as client:
        begun = client.post("/conversations", json={"videos": [video]}).raise_for_status().json()
        place = f"/conversations/{begun['id']}/questions"
        for question, wanted in QUESTIONS:
            while (told := client.post(place, json={"question": question})).status_code == 429:
                time.sleep(float(told.headers["retry-after"]))
            said.append((told.raise_for_status().json()["answer"], wanted))
    return said


def _first_event(server: RunningServer) -> float:
    began = time.perf_counter()
    with (
        server.client() as client,
        client.stream("POST", "/ask/stream", json={"question": QUESTIONS[0][0]}) as response,
    ):
        lines = response.iter_lines()
        next(lines)
        seconds = time.perf_counter() - began
        for _ in lines:
            pass
    return seconds


def _by_processes(clip: Path) -> float:
    """Returns the seconds of an answer where two processes of the command line run at a time."""
    with tempfile.TemporaryDirectory() as library:
        settings = ["--library", library]

        def ask(number: int) -> None:
            question = QUESTIONS[number % len(QUESTIONS)][0]
            command = [sys.executable, "-m", "foretell", "ask", str(clip), question, *settings]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

        ask(0)
        began = time.perf_counter()
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(ask, range(PROCESSES)))
        return (time.perf_counter() - began) / PROCESSES


def _upload(folder: Path) -> list[Row]:
    """Sends a file of two gibibytes, as it is and as a form, and watches the memory."""
    with running_server(folder / "large") as server, server.client() as client:
        process = psutil.Process(server.process.pid)
        peak, seconds = _peak(process, lambda: _put(client))
    form = _as_form(folder / "form")
    return [
        Row("upload of 2 GiB", seconds, "s", f"multipart form: {form / seconds:.1f} x", ">= 2 x"),
        Row("upload of 2 GiB, peak of the server", peak / MEBIBYTE, "MiB", "", "< 150 MiB"),
    ]


def _put(client: httpx2.Client) -> None:
    sent = client.put("/videos", content=_bytes(), timeout=600)
    assert sent.status_code == 202, sent.text


def _bytes() -> Iterator[bytes]:
    """Yields what begins like a video file, of the size."""
    block = bytes(CHUNK)
    yield b"\0\0\0\x18ftypisom" + bytes(CHUNK - 12)
    for _ in range(UPLOAD_BYTES // CHUNK - 1):
        yield block


FORM_SERVER = """
import shutil, sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI, UploadFile
app = FastAPI()
@app.post("/")
def take(file: UploadFile):
    with Path(sys.argv[2], "kept").open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""


def _as_form(folder: Path) -> float:
    """Returns the seconds that a multipart form of the size takes."""
    folder.mkdir()
    file = folder / "sent.mp4"
    with file.open("wb") as written:
        written.truncate(UPLOAD_BYTES)
    port = 8397
    with subprocess.Popen([sys.executable, "-c", FORM_SERVER, str(port), str(folder)]) as process:
        until(lambda: _is_up(port))
        began = time.perf_counter()
        with file.open("rb") as opened:
            httpx2.post(f"http://127.0.0.1:{port}/", files={"file": opened}, timeout=600)
        seconds = time.perf_counter() - began
        process.kill()
    return seconds


def _is_up(port: int) -> bool | None:
    try:
        httpx2.get(f"http://127.0.0.1:{port}/openapi.json")
    except httpx2.HTTPError:
        return None
    return True


def _peak(process: psutil.Process, call: Callable[[], None]) -> tuple[float, float]:
    """Returns by how many bytes a process grew at most during a call, in all, and the seconds."""
    peak, ended = process.memory_info().rss, threading.Event()

    def look() -> None:
        nonlocal peak
        while not ended.wait(0.05):
            peak = max(peak, process.memory_info().rss)

    looking = threading.Thread(target=look)
    looking.start()
    began = time.perf_counter()
    call()
    seconds = time.perf_counter() - began
    ended.set()
    looking.join()
    return peak, seconds


def _idle(folder: Path) -> Row:
    """Serves a library of two hundred videos, and asks for nothing but their list."""
    from foretell.memory.store import Store
    from foretell.types import Event, Interval, VideoInfo

    library = folder / "many"
    with Store.open(library) as store:
        for number in range(VIDEOS):
            digest = f"{number:064x}"
            name = f"clips/{number}.mp4"
            store.put_video(VideoInfo(name, digest, Interval(0, 100), 64, 48, "h264"))
            store.begin_track(digest, MADE, "")
            events = [
                Event(
                    Interval(n, n + 1), "caption", f"The person washes plate {n}", "captions:made"
                )
                for n in range(100)
            ]
            store.append_events(digest, MADE, events)
            store.finish_track(digest, MADE)
    with running_server(library) as server, server.client() as client:
        assert len(client.get("/videos").json()["videos"]) == VIDEOS
        time.sleep(3)
        process = psutil.Process(server.process.pid)
        own = process.memory_info().rss
        worker = sum(child.memory_info().rss for child in process.children(recursive=True))
    beside = f"the process that watches beside it: {worker / MEBIBYTE:.0f} MiB"
    return Row(f"server at rest, {VIDEOS} videos", own / MEBIBYTE, "MiB", beside, "< 300 MiB")


def _mcp() -> Row:
    took = [float(_python(MCP_START)) for _ in range(5)]
    bare = [float(_python("import time, mcp.server; print(time.process_time())")) for _ in range(5)]
    beside = f"importing `mcp.server` alone: {statistics.median(bare):.2f} s"
    return Row(
        "`foretell mcp` answers `initialize`, CPU", statistics.median(took), "s", beside, "< 1 s"
    )


def _python(script: str) -> str:
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return ran.stdout


def _kills(folder: Path, clip: Path) -> Row:
    """Kills the server or its worker while a video is watched, and lets it end then."""
    dice, library = random.Random(11), folder / "killed"
    for turn in range(KILLS):
        with running_server(library, READ_SCREEN_TEXT="true") as server, server.client() as client:
            if not turn:
                send(client, clip, "tea.mp4")
            worker = until(partial(_worker, server))
            time.sleep(dice.uniform(0.0, 1.0))
            (worker if dice.random() < 0.5 else psutil.Process(server.process.pid)).kill()
    with running_server(library, READ_SCREEN_TEXT="true") as server, server.client() as client:
        (job,) = client.get("/jobs").json()["jobs"]
        state = ended_job(client, job["id"])["state"]
    with closing(sqlite3.connect(library / "library.sqlite")) as database:
        sql = "SELECT count(*), count(DISTINCT kind || start || end || text) FROM events"
        events, distinct = database.execute(sql).fetchone()
    told = f"the job: {state}; {events - distinct} of {events} events doubled"
    return Row(f"{KILLS} kills of server or worker while one video is watched", KILLS, "", told)


def _worker(server: RunningServer) -> psutil.Process | None:
    return next(iter(psutil.Process(server.process.pid).children()), None)


def _cpu(process: psutil.Process) -> float:
    times: Any = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    print(table(rows()))
