"""Jobs: what is being watched, how far it is, and what failed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from foretell.memory.jobs import Job
from foretell.server.api.here import ServedHere
from foretell.server.problems import unknown
from foretell.server.public import public_job

router = APIRouter(prefix="/jobs", tags=["jobs"])
JobNumber = Annotated[int, Path(ge=0, lt=1 << 63)]
"""As large as SQLite's numbers."""


@router.get("")
def list_jobs(
    here: ServedHere, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> dict[str, Any]:
    """Lists jobs, the last asked for first."""
    titles = here.titles.all()
    jobs = here.jobs.latest(limit)
    return {"jobs": [public_job(job, titles.get(job.content_hash, "")) for job in jobs]}


@router.get("/{number}")
def show_job(number: JobNumber, here: ServedHere) -> dict[str, Any]:
    """Tells how far a job is."""
    return _told(here.jobs.find(number), number, here)


@router.post("/{number}/cancel")
def cancel_job(number: JobNumber, here: ServedHere) -> dict[str, Any]:
    """Ends a job; what was seen by then stays, and watching again goes on from there."""
    return _told(here.jobs.cancel(number), number, here)


def _told(job: Job | None, number: int, here: ServedHere) -> dict[str, Any]:
    if job is None:
        raise unknown("job", number)
    return public_job(job, here.titles.of(job.content_hash))
