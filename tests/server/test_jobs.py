"""Jobs outlive who carries them out."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from benchmarks.running_server import RunningServer, ended_job, running_server, send, until
from foretell.errors import ConfigError
from foretell.memory.database import Database
from foretell.memory.jobs import MOST_TRIES, Jobs

HASH = "0" * 64


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    """The jobs of an empty library."""
    return Jobs(Database(tmp_path / "library.sqlite"))


def test_a_job_is_asked_for_once_while_it_is_open(jobs: Jobs) -> None:
    first = jobs.add("watch", HASH, "a.mp4")
    assert jobs.add("watch", HASH, "b.mp4") == first
    assert jobs.add("playable", HASH, "a.mp4") != first
    jobs.end(first, "done")
    assert jobs.add("watch", HASH, "a.mp4").number > first.number


def test_jobs_come_in_order_and_one_is_held_by_one(jobs: Jobs) -> None:
    first, second = jobs.add("watch", HASH, "a.mp4"), jobs.add("watch", "1" * 64, "b.mp4")
    with jobs.next() as one, jobs.next() as other, jobs.next() as none:
        assert (one and one.number, other and other.number) == (first.number, second.number)
        assert none is None


def test_one_that_ends_its_process_each_time_is_given_up(jobs: Jobs) -> None:
    number = jobs.add("watch", HASH, "a.mp4").number
    for tried in range(MOST_TRIES):
        with jobs.next() as job:
            assert job is not None
            assert job.tries == tried + 1
    with jobs.next() as job:
        assert job is None
    given_up = jobs.find(number)
    assert given_up is not None
    assert given_up.state == "failed"
    assert f"ended {MOST_TRIES} times" in given_up.error


def test_progress_is_no_vain_try(jobs: Jobs) -> None:
    jobs.add("watch", HASH, "a.mp4")
    for tenths in range(2 * MOST_TRIES):
        with jobs.next() as job:
            assert job is not None
            assert jobs.tell(job, "screen_text", tenths / 100 * 5)


def test_one_that_waits_is_cancelled_at_once_and_one_that_runs_is_asked_to(jobs: Jobs) -> None:
    waiting = jobs.cancel(jobs.add("watch", HASH, "a.mp4").number)
    assert waiting is not None
    assert waiting.state == "cancelled"
    jobs.add("watch", HASH, "a.mp4")
    with jobs.next() as job:
        assert job is not None
        asked = jobs.cancel(job.number)
        assert asked is not None
        assert asked.state == "running"
        assert not jobs.tell(job, "scenes", 0.5)
    assert jobs.cancel(10**6) is None


def test_a_job_ends_as_something(jobs: Jobs) -> None:
    with pytest.raises(ConfigError, match="done, failed or cancelled"):
        jobs.end(jobs.add("watch", HASH, "a.mp4"), "running")


def test_server_and_worker_are_killed_while_they_watch(tmp_path: Path, clip: Path) -> None:
    """Each once here; `benchmarks.bench_server` kills twenty times."""
    dice, library = random.Random(7), tmp_path / "library"
    for turn in range(2):
        with running_server(library) as server, server.client() as client:
            if not turn:
                send(client, clip, "tea.mp4")
            kill(server, dice.uniform(0.0, 0.5), is_worker=turn % 2 == 1)
    with running_server(library) as server, server.client() as client:
        (job,) = client.get("/jobs").json()["jobs"]
        assert ended_job(client, job["id"])["state"] == "done"
        assert doubled(library) == 0
        assert len(client.get("/jobs").json()["jobs"]) == 1


def kill(server: RunningServer, after_seconds: float, *, is_worker: bool) -> None:
    """Kills a server, which takes its worker with it, or the worker alone."""

    def worker() -> psutil.Process | None:
        return next(iter(psutil.Process(server.process.pid).children()), None)

    def is_gone() -> bool | None:
        return True if not beside.is_running() or beside.status() == psutil.STATUS_ZOMBIE else None

    beside = until(worker)
    time.sleep(after_seconds)
    if is_worker:
        beside.kill()
    else:
        server.process.kill()
        server.process.wait()
    until(is_gone)


def doubled(library: Path) -> int:
    """Counts events that a library holds twice."""
    with closing(sqlite3.connect(library / "library.sqlite")) as database:
        (count,) = database.execute(
            "SELECT count(*) - count(DISTINCT kind || start || end || text) FROM events"
        ).fetchone()
    return int(count)
