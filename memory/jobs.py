"""What is to be done with videos, kept until it is done: a queue that outlives who works on it."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from foretell.errors import ConfigError
from foretell.memory.database import Database
from foretell.memory.library import LOCKS_NAME

JobKind = Literal["watch", "playable"]
"""To watch a video into its timeline, or to make a copy of it that browsers play."""
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN: tuple[JobState, ...] = get_args(JobState)[:2]
MOST_TRIES = 8
"""How often a job is begun without getting any further: a video that ends its process each time
would keep all others away, and one that is stopped with its server a few times would not."""
PROGRESS = 0.01
"""The share by which a job must have got on to have got further."""
_LOCKS = 64
"""Files that jobs share, more than there are processes at work: one waits for another that falls
on its file, and the folder does not fill."""
_COLUMNS = (
    "number, kind, content_hash, path, state, doing, share, error, tries, is_unwanted, "
    "created_seconds, ended_seconds"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job, and how far it is.

    Attributes:
        number: What it is known by.
        kind: What is done.
        content_hash: With which video.
        path: Where its file is.
        state: How it stands.
        doing: The source that is at work, such as "screen_text".
        share: How much of the video that source has seen, in [0, 1].
        error: Why it failed, in a sentence; empty otherwise.
        tries: How often it was begun since it last got further.
        is_unwanted: Whether it is to end before it is done.
        created: When it was asked for, in UTC.
        ended: When it ended, in UTC; None before.
    """

    number: int
    kind: JobKind
    content_hash: str
    path: str
    state: JobState
    doing: str
    share: float
    error: str
    tries: int
    is_unwanted: bool
    created: datetime
    ended: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN


class Jobs:
    """The jobs of a library, in its database; any number of processes may add and carry out.

    Who carries one out holds a lock on a file, which is let go however a process ends; so a job
    that runs and that nobody holds is begun again, up to `MOST_TRIES` times without progress.

    Args:
        database: The library's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = database.path.parent / LOCKS_NAME

    def add(self, kind: JobKind, content_hash: str, path: str) -> Job:
        """Asks for a job; one of that kind that waits or runs for the video is given instead."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO jobs (kind, content_hash, path, created_seconds) "
                "VALUES (?, ?, ?, ?)",
                (kind, content_hash, path, time.time()),
            )
            return self._all("kind = ? AND content_hash = ? AND is_open", (kind, content_hash))[0]

    def find(self, number: int) -> Job | None:
        """Gives the job of a number; None where there is none."""
        return next(iter(self._all("number = ?", (number,))), None)

    def latest(self, limit: int = 100) -> tuple[Job, ...]:
        """Gives up to `limit` jobs, the last asked for first."""
        return self._all("true", limit=limit)

    def of_video(self, content_hash: str) -> tuple[Job, ...]:
        """Gives the jobs of a video, the last asked for first."""
        return self._all("content_hash = ?", (content_hash,))

    def cancel(self, number: int) -> Job | None:
        """Ends a job that waits, and asks who carries it out to; what it did so far stays."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET is_unwanted = 1, "
                "state = iif(state = 'queued', 'cancelled', state), "
                "ended_seconds = iif(state = 'queued', ?, ended_seconds) "
                "WHERE number = ? AND state IN ('queued', 'running')",
                (time.time(), number),
            )
        return self.find(number)

    def forget(self, content_hash: str) -> None:
        """Deletes the jobs of a video; one that runs ends where it next tells how far it is."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM jobs WHERE content_hash = ?", (content_hash,))

    @contextmanager
    def next(self) -> Generator[Job | None]:
        """Gives the first job that nobody carries out, held for the block; None where none is."""
        import filelock  # takes 80 ms, and most processes carry out nothing

        for job in reversed(self._all("is_open")):
            lock = filelock.FileLock(self._locks / f"job-{job.number % _LOCKS}.lock")
            self._locks.mkdir(exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                continue
            try:
                if (begun := self._begin(job.number)) is not None:
                    yield begun
                    return
            finally:
                lock.release()
        yield None

    def tell(self, job: Job, doing: str, share: float) -> bool:
        """Notes how far a job is, and gives whether it is still wanted.

        One that was begun again is as far as it was, until it gets further.
        """
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET "
                "tries = iif(doing <> :doing OR :share > share + :progress, 0, tries), "
                "share = iif(doing <> :doing, :share, max(share, :share)), doing = :doing "
                "WHERE number = :number",
                {"doing": doing, "share": share, "progress": PROGRESS, "number": job.number},
            )
        now = self.find(job.number)
        return now is not None and not now.is_unwanted

    def end(self, job: Job, state: JobState, error: str = "") -> None:
        """Notes how a job ended.

        Raises:
            ConfigError: If that is no state that a job ends in.
        """
        if state in OPEN:
            raise ConfigError(f"a job cannot end as {state!r}; give done, failed or cancelled")
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, error = ?, ended_seconds = ?, "
                "share = iif(? = 'done', 1.0, share) WHERE number = ?",
                (state, error, time.time(), state, job.number),
            )

    def _begin(self, number: int) -> Job | None:
        """Marks a job as running, unless it ended meanwhile, is unwanted or was begun too often."""
        job = self.find(number)
        if job is None or not job.is_open:
            return None
        if job.is_unwanted:
            self.end(job, "cancelled")
            return None
        if job.tries >= MOST_TRIES:
            self.end(
                job,
                "failed",
                f"the process that worked on it ended {job.tries} times before it was done; see "
                "that there is enough memory, or ask for it again",
            )
            return None
        with self._database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = 'running', tries = tries + 1 WHERE number = ?", (number,)
            )
        return self.find(number)

    def _all(
        self, clause: str, parameters: Sequence[object] = (), limit: int = -1
    ) -> tuple[Job, ...]:
        """Gives the jobs that a condition holds of, the last first; `is_open` may stand in it."""
        told = clause.replace("is_open", "state IN ('queued', 'running')")
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM jobs WHERE {told} ORDER BY number DESC LIMIT ?",
            (*parameters, limit),
        )
        return tuple(map(_job, rows))


def _job(row: tuple[Any, ...]) -> Job:
    is_unwanted, created_seconds, ended_seconds = row[-3:]
    ended = None if ended_seconds is None else datetime.fromtimestamp(ended_seconds, UTC)
    created = datetime.fromtimestamp(created_seconds, UTC)
    values: tuple[Any, ...] = (*row[:-3], bool(is_unwanted), created, ended)
    return Job(*values)
