"""`python -m foretell.agent.watch_worker PARENT`: carries out the jobs of the library that is set.

It ends with the process of that number, and what it was doing goes on with the next one.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

from foretell.agent.video_indexer import VideoIndexer, open_as_set
from foretell.config import load_config
from foretell.errors import ForetellError
from foretell.forks import end_with_parent
from foretell.memory.jobs import Job, JobKind, Jobs
from foretell.tools.watching.playable import PLAYABLE, make_playable
from foretell.types import Progress

IDLE_SECONDS = 0.3
"""Between two looks for a job: short for who waits, and no work for the machine."""
TELL_SECONDS = 0.3
"""Between two notes of how far a job is, so that writing them costs nothing beside the job."""


class _UnwantedError(Exception):
    """A job was cancelled while it ran."""


class WatchWorker:
    """Carries out jobs one after another.

    Args:
        indexer: Watches, as its settings say, into the library whose jobs these are.
    """

    def __init__(self, indexer: VideoIndexer) -> None:
        self._indexer = indexer
        self.jobs = Jobs(indexer.library.store.database)
        self._kinds: dict[JobKind, Callable[[Job, _Teller], None]] = {
            "watch": self._watch,
            "playable": self._copy,
        }

    def work(self) -> None:
        """Carries out what there is, and what comes, for as long as the process lasts."""
        while True:
            with self.jobs.next() as job:
                if job is not None:
                    self._carry_out(job)
            if job is None:
                time.sleep(IDLE_SECONDS)

    def _carry_out(self, job: Job) -> None:
        try:
            self._kinds[job.kind](job, _Teller(self.jobs, job))
        except _UnwantedError:
            self.jobs.end(job, "cancelled")
        except ForetellError as error:
            self.jobs.end(job, "failed", str(error))
        else:
            self.jobs.end(job, "done")

    def _watch(self, job: Job, tell: _Teller) -> None:
        def on_progress(progress: Progress) -> None:
            tell(progress.source, progress.share)

        self._indexer.watch(job.path, on_progress=on_progress)
        with contextlib.suppress(ForetellError):  # a question embeds what is left
            self._indexer.library.embed_pending(lambda done, of: tell("embedding", done / of))

    def _copy(self, job: Job, tell: _Teller) -> None:
        config = self._indexer.config
        folder = config.library / PLAYABLE
        with open_as_set(config, Path(job.path), job.content_hash) as video:
            make_playable(video, folder, lambda share: tell("copy", share))


class _Teller:
    """Notes how far a job is, not too often, and ends it where it is no longer wanted."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs = jobs
        self._job = job
        self._doing = ""
        self._told_at = 0.0

    def __call__(self, doing: str, share: float) -> None:
        now = time.monotonic()
        if doing == self._doing and now < self._told_at + TELL_SECONDS:
            return
        self._doing, self._told_at = doing, now
        if not self._jobs.tell(self._job, doing, share):
            raise _UnwantedError


def main() -> None:
    """Works on the library of the settings until the parent ends."""
    end_with_parent(int(sys.argv[1]))
    with VideoIndexer(load_config()) as indexer:
        WatchWorker(indexer).work()


if __name__ == "__main__":
    main()
