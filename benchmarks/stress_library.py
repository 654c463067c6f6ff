"""Kills, chats and crowds over a library, and what first questions cost; a part a function."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.echoing_endpoint import echoing_endpoint
from benchmarks.stress_report import Figure
from foretell import VideoAgent
from foretell.agent.chat import Chat
from foretell.memory.embedding.embedders import load_embedder
from foretell.memory.library import Library
from foretell.memory.store import Store
from foretell.tools.decoding.pyav_backend import write_video
from foretell.types import Event, Interval, VideoInfo

_VERBS = [
    "washes",
    "cuts",
    "opens",
    "closes",
    "holds",
    "drops",
    "lifts",
    "paints",
    "breaks",
    "finds",
]
_NOUNS = ["cup", "onion", "door", "book", "car", "dog", "bag", "chair", "lamp", "shoe"]
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
MARK = "STRESS_OF"
"""Variable by which the processes that a command left behind are known."""
GRACE_SECONDS = 2.0
"""How long a process may outlive its parent."""
TELLING = "captions:captions.json"
_SAVES_INDEX = """
import sys
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
with Library.open(sys.argv[1], HashEmbedder()) as library:
    library.embed_anew(sys.argv[1], HashEmbedder())
    library.search("person 7", k=3)
    library._index._unsaved += 1
"""
_EVALUATES = """
import sys, time
from pathlib import Path
from foretell.cli.interrupts import INTERRUPTS
from foretell.evals.run_folder import RunFolder
from foretell.evals.runner import run
INTERRUPTS.start()
def predict(items):
    for item in items:
        time.sleep(0.002)
        yield str(item), {"twice": 2 * item}
with RunFolder.open(Path(sys.argv[1]), {"evaluation": "stress"}, resume=True) as folder:
    run({str(number): number for number in range(400)}, predict, folder)
"""


_SCRIPTS = ("eval", "index")
"""What is killed without the command line, and so has Python's own traceback at Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str
    seconds: float


class Bench:
    """A folder with a clip, captions, examples and libraries, and the command line over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clip = _clip(folder / "clip.mp4", 60)
        self.captions = folder / "captions.json"
        told = [(n / 100, f"person {n} holds cup {n}") for n in range(500)]
        rows = [{"start": at, "end": at + 1, "text": text} for at, text in told]
        self.captions.write_text(json.dumps(rows))
        self.examples = folder / "mine.jsonl"
        actions = ["take mug", "wash cup"]
        self.examples.write_text(
            "".join(
                json.dumps({"video": f"{n}.mp4", "actions": actions}) + "\n" for n in range(3000)
            )
        )

    def command(self, name: str, library: str) -> list[str]:
        """Returns the command line of something that is killed."""
        folder = str(self.folder / library)
        foretell = [sys.executable, "-m", "foretell"]
        at = ["--library", folder]
        return {
            "watch": [*foretell, "watch", str(self.clip), "--captions", str(self.captions), *at],
            "ask": [*foretell, "ask", str(self.clip), "Who holds cup 7?", "--json", *at],
            "chat": [*foretell, "chat", str(self.clip), "--json", *at],
            "examples": [*foretell, "examples", "add", str(self.examples), "--name", "m", *at],
            "eval": [sys.executable, "-c", _EVALUATES, str(self.folder / "run")],
            "index": [sys.executable, "-c", _SAVES_INDEX, folder],
        }[name]

    def start(self, command: list[str], mark: str = "") -> subprocess.Popen[str]:
        """Starts a command that can be interrupted."""
        settings = {"EMBEDDER": "hash", "READ_SCREEN_TEXT": "false", "CONFIG": os.devnull}
        own = {f"FORETELL_{name}": value for name, value in settings.items()}
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | own | {MARK: mark},
            cwd=self.folder,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, command: list[str], said: str = "", kill: tuple[float, int] | None = None) -> Ran:
        """Runs a command to its end, or sends a signal after some seconds."""
        began, mark = time.monotonic(), f"{os.getpid()}-{time.monotonic_ns()}"
        with self.start(command, mark) as process:
            after, sent = kill or (threading.TIMEOUT_MAX, 0)
            timer = threading.Timer(after, process.send_signal, (sent,))
            timer.daemon = True
            timer.start()
            out, err = process.communicate(said)
            timer.cancel()
        ended = time.monotonic()
        return Ran(process.returncode, out, err, ended - began)

    def record(self, *arguments: str) -> Any:
        """Returns the JSON that a command prints."""
        return json.loads(
            self.run([sys.executable, "-m", "foretell", *arguments, "--json"]).out or "null"
        )

    def faults(self, library: str) -> list[str]:
        """Returns what the doctor finds in a library, and files that nobody needs."""
        folder = self.folder / library
        found = self.record("doctor", "--library", str(folder))
        checked = [one for one in found if one["part"].startswith("library")]
        told = [f"{one['part']}: {one['found']}" for one in checked if not one["ok"]]
        left = [file.name for file in folder.rglob("*") if file.suffix in (".new", ".part", ".tmp")]
        return [*told, *(f"left behind: {name}" for name in left)]


def _clip(file: Path, frames: int) -> Path:
    """Writes a clip of so many grey frames, ten a second."""
    grey = [np.full((64, 96, 3), 2 * number % 256, np.uint8) for number in range(frames)]
    write_video(file, grey, frames_per_second=10)
    return file


@contextmanager
def _bench() -> Generator[Bench]:
    with tempfile.TemporaryDirectory(prefix="stress-") as folder:
        yield Bench(Path(folder))


def _left_running() -> list[str]:
    """Returns the processes that commands of this one left behind."""
    ours, left = f"{MARK}={os.getpid()}-".encode(), list[str]()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if ours in environment.read_bytes():
                left.append((environment.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return left


def kills(count: int | None) -> list[Figure]:
    """Kills watch, ask, chat, eval, examples and saving the index, in turn, by 9, TERM and INT."""
    chance, total = random.Random(0), count or 100
    names = ("watch", "ask", "chat", "examples", "eval", "index")
    slowest, left, lost, traces = 0.0, list[str](), list[str](), list[str]()
    with _bench() as bench:
        whole = _whole(bench)
        for number in range(total):
            name = names[number % len(names)]
            sent = SIGNALS[number // len(names) % len(SIGNALS)]
            said = "Who holds cup 7?\nWho holds cup 9?\n" if name == "chat" else ""
            after = chance.uniform(0.1, 1.1) * whole[name].seconds
            ran = bench.run(bench.command(name, "killed"), said, kill=(after, sent))
            if sent == signal.SIGINT and name not in _SCRIPTS:
                slowest = max(slowest, ran.seconds - after)
            if "Traceback" in ran.err and name not in _SCRIPTS:
                traces.append(f"{name} after {after:.2f} s, {sent.name}: {ran.err[-200:]}")
            if name == "chat":
                lost += _unkept(bench, ran)
            time.sleep(GRACE_SECONDS)
            left += _left_running()
        for name in names:
            ran = bench.run(bench.command(name, "killed"), "Who holds cup 7?\n" * (name == "chat"))
            lost += [] if ran.code == 0 else [f"{name} ends with {ran.code}: {ran.err[-200:]}"]
        lost += _differing(bench)
        faults = bench.faults("killed")
    return [
        Figure(f"tracebacks of {total} killed commands", len(traces), 0, tuple(traces)),
        Figure("events, rows, lines or turns lost or doubled", len(lost), 0, tuple(lost)),
        Figure("processes left after 2 s", len(left), 0, tuple(left)),
        Figure("faults and left files found afterwards", len(faults), 0, tuple(faults)),
        Figure("seconds of the slowest Ctrl-C", round(slowest, 2), 1.0),
    ]


def _whole(bench: Bench) -> dict[str, Ran]:
    """Runs each command to its end on a library of its own, to know how long it takes."""
    ran: dict[str, Ran] = {}
    for name in ("watch", "ask", "chat", "examples", "eval", "index"):
        ran[name] = bench.run(bench.command(name, "whole"), "Who holds cup 7?\n" * (name == "chat"))
        if ran[name].code != 0:
            raise RuntimeError(f"{name} fails by itself: {ran[name].err}")
    (bench.folder / "run").rename(bench.folder / "whole-run")
    return ran


def _unkept(bench: Bench, ran: Ran) -> Iterator[str]:
    """Yields the answers that a killed chat printed and did not keep."""
    with Store.open(bench.folder / "killed") as store:
        for line in ran.out.splitlines():
            try:
                answer = json.loads(line)
            except ValueError:
                continue  # the line that it was printing when it was killed
            rows = store.database.read(
                "SELECT count(*) FROM messages JOIN conversations c ON conversation = c.number "
                "WHERE c.id = ? AND role = 'assistant' AND content = ?",
                (answer["conversation"], answer["answer"]),
            )
            if rows != [(1,)] and rows != [(2,)]:
                yield f"an answer of {answer['conversation']} was told and is not kept"


def _differing(bench: Bench) -> Iterator[str]:
    """Yields where what was killed and gone on with differs from what never was."""
    tables = ("videos", "tracks", "events", "vectors", "thumbnails", "example_sequences")
    with (
        Store.open(bench.folder / "whole") as whole,
        Store.open(bench.folder / "killed") as killed,
    ):
        for table in tables:
            counts = [one.database.read(f"SELECT count(*) FROM {table}") for one in (whole, killed)]
            if counts[0] != counts[1]:
                yield f"{table}: {counts[0]} rows where nothing was killed, {counts[1]} else"
        (video,) = whole.videos()
        events = [
            [replace(event, id=None) for event in one.events(video.content_hash)]
            for one in (whole, killed)
        ]
        if events[0] != events[1]:
            yield "the timelines differ"
    lines = [
        sorted((bench.folder / run / "predictions.jsonl").read_text().splitlines())
        for run in ("whole-run", "run")
    ]
    if lines[0] != lines[1]:
        yield f"the run has {len(lines[1])} lines, and {len(lines[0])} where nothing was killed"


def chats(count: int | None) -> list[Figure]:
    """Holds so many conversations at once, by the embedded planner and by a scripted endpoint."""
    total = count or 100
    figures = _chats(total, {})
    with echoing_endpoint() as endpoint:
        return figures + _chats(total, {**endpoint, "cache_responses": False})


def _chats(total: int, settings: dict[str, Any]) -> list[Figure]:
    who, turns = settings.get("model", "embedded"), 3
    mixed, seconds, barrier = list[str](), list[float](), threading.Barrier(total)
    with (
        tempfile.TemporaryDirectory() as folder,
        VideoAgent(library=folder, embedder="hash", read_screen_text=False, **settings) as agent,
    ):
        videos = [_told_video(agent.library.store, number) for number in range(total)]
        agent.library.embed_pending()
        Chat.begin(agent, (videos[0],)).ask(_question(0))  # loads what all of them use

        def talk(number: int) -> None:
            chat = Chat.begin(agent, (videos[number],))
            barrier.wait()
            for _ in range(turns):
                began = time.perf_counter()
                answer = chat.ask(_question(number))
                seconds.append(time.perf_counter() - began)
                if str(number) not in answer.text.replace(".", " ").split():
                    mixed.append(f"{number} was told {answer.text!r}")
            kept = [str(turn[0]) for turn in chat.history()]
            if len(kept) != turns:
                mixed.append(f"{number} keeps {len(kept)} turns of {turns}")

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(total)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if not seconds:
        return [Figure(f"{who}: conversations that failed", total)]
    median = statistics.median(seconds)
    return [
        Figure(f"{who}: turns of {total} x {turns} that failed", total * turns - len(seconds)),
        Figure(f"{who}: answers mixed up or not kept", len(mixed), 0, tuple(mixed)),
        Figure(
            f"{who}: slowest turn by the median of {median:.2f} s",
            round(max(seconds) / median, 2),
            3.0,
        ),
    ]


def _question(number: int) -> str:
    return f"What does the person hold, with the number {number}?"


def _told_video(store: Store, number: int) -> VideoInfo:
    """Adds a video that tells what one person holds."""
    video = VideoInfo(f"/videos/{number}.mp4", f"hash-{number}", Interval(0, 10), 64, 48, "h264")
    store.put_video(video)
    store.begin_track(video.content_hash, TELLING, "", ("caption",))
    told = Event(
        Interval(0, 10), "caption", f"a person holds a cup with the number {number}", TELLING
    )
    store.append_events(video.content_hash, TELLING, [told])
    store.finish_track(video.content_hash, TELLING)
    return video


def crowd(count: int | None) -> list[Figure]:
    """Lets eight processes run random commands on one library for so many seconds."""
    end, bad, ran = time.monotonic() + (count or 300), list[str](), list[str]()
    with _bench() as bench:
        clips = [_clip(bench.folder / f"{n}.mp4", 20 + n) for n in range(4)]

        def member(seed: int) -> None:
            chance = random.Random(seed)
            while time.monotonic() < end:
                command = _random_command(bench, chance, chance.choice(clips))
                done = bench.run([sys.executable, "-m", "foretell", *command], "Who holds cup 7?\n")
                ran.append(command[0])
                if done.code not in (0, 2) or "Traceback" in done.err:
                    bad.append(f"{' '.join(command)} ends with {done.code}: {done.err[-300:]}")

        threads = [threading.Thread(target=member, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        faults = bench.faults("crowd")
    return [
        Figure(f"commands of {len(ran)} that failed", len(bad), 0, tuple(bad)),
        Figure("faults that the doctor finds afterwards", len(faults), 0, tuple(faults)),
    ]


def _random_command(bench: Bench, chance: random.Random, clip: Path) -> list[str]:
    at, told = ["--library", str(bench.folder / "crowd")], str(bench.captions)
    return chance.choice(
        [
            ["watch", str(clip), "--captions", told, *at],
            ["watch", str(clip), "--captions", told, "--anew", *at],
            ["ask", str(clip), "Who holds cup 7?", *at],
            ["locate", str(clip), "--query", "person 9 holds a cup", *at],
            ["chat", str(clip), "--json", *at],
            ["forget", str(clip), *at],
            ["forget", str(clip), "--source", TELLING, *at],
            ["videos", *at],
            ["examples", "add", str(bench.examples), "--name", "m", *at],
            ["examples", "remove", "m", *at],
            ["doctor", *at],
        ]
    )


def costs(count: int | None) -> list[Figure]:
    """Measures first questions beside many other captions; `count` is how many those are."""
    total = count or 36_000
    with _bench() as bench:
        short, long = str(bench.folder / "short"), str(bench.folder / "long")
        _watch_few(bench, short)
        with Store.open(short) as store:
            _add_captions(store, "hash-other", total, [f"thing {n}" for n in range(total)])
        first = _cpu(bench, "ask", str(bench.clip), "Who holds a pan?", "--library", short)
        _watch_few(bench, long)
        with Library.open(long, load_embedder(_default_config())) as library:
            (video,) = library.store.videos()
            words = [f"a person {verb} the {noun}" for verb in _VERBS for noun in _NOUNS]
            told = [words[n % len(words)] for n in range(total)]
            _add_captions(library.store, video.content_hash, total, told)
            library.embed_pending()
        ask = _cpu(bench, "ask", str(bench.clip), "Who washes the cup?", "--library", long)
        query = ["--query", "a person washes the cup", "--library", long]
        _cpu(bench, "locate", str(bench.clip), *query)
        again = _cpu(bench, "locate", str(bench.clip), *query)
    return [
        Figure(f"CPU s of the first ask beside {total} captions to embed", round(first, 2), 2.0),
        Figure(
            f"CPU s that a second locate on {total} s takes beyond an ask",
            round(again - ask, 2),
            1.0,
        ),
    ]


def _default_config() -> Any:
    from foretell.config import load_config

    return load_config(read_screen_text=False)


def _watch_few(bench: Bench, library: str) -> None:
    few = bench.folder / "few.json"
    texts = ("a person holds a pan", "a dog runs", "rain falls", "a cat sleeps", "snow melts")
    few.write_text(json.dumps([{"start": n, "end": n + 1, "text": t} for n, t in enumerate(texts)]))
    _cpu(bench, "watch", str(bench.clip), "--captions", str(few), "--library", library)


def _add_captions(store: Store, content_hash: str, seconds: int, texts: list[str]) -> None:
    """Gives a video a caption a second; makes one where there is none of that hash."""
    known = store.video(content_hash) or VideoInfo(
        "/videos/other.mp4", content_hash, Interval(0, 1), 64, 48, "h264"
    )
    store.put_video(replace(known, interval=Interval(0, seconds)))
    store.begin_track(content_hash, "captions:many.json", "", ("caption",))
    events = [
        Event(Interval(at, at + 1), "caption", text, "captions:many.json")
        for at, text in enumerate(texts)
    ]
    store.append_events(content_hash, "captions:many.json", events)
    store.finish_track(content_hash, "captions:many.json")


def _cpu(bench: Bench, *command: str) -> float:
    """Returns the CPU seconds of a command with the default embedder."""
    own = {"FORETELL_READ_SCREEN_TEXT": "false", "FORETELL_CONFIG": os.devnull}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "foretell", *command],
        check=True,
        capture_output=True,
        env=os.environ | own,
        cwd=bench.folder,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
