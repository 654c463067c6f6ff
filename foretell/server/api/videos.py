"""Videos: listed, sent, watched, shown, forgotten."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from foretell.demo import render_clip
from foretell.memory.jobs import Job
from foretell.memory.titles import TITLE_CHARACTERS
from foretell.server.api.here import ServedHere
from foretell.server.forms import Title, VideoId
from foretell.server.problems import Problem, unknown
from foretell.server.public import is_here, listed_video, public_job, public_timeline
from foretell.server.served import Served
from foretell.server.uploads import check_size, take_in
from foretell.tools.watching.playable import PLAYABLE, playable_path
from foretell.types import VideoInfo

router = APIRouter(prefix="/videos", tags=["videos"])
SIDE = 640
"""Pixels of a frame's longer side unless another is asked for."""
QUALITY = 90
"""Of a frame's JPEG, of 100: no artefact is seen."""
MOST_JOBS = 1000
"""Jobs that a list of videos looks through, the last first."""
UNLIMITED = 1 << 62
"""Bytes: more than anybody has; what is sent is held to the setting while it is written."""
DEMO_TITLE = "A cup of tea (demo).mp4"
_TYPES = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm"}
"""What browsers take; anything else is tried as MP4 by them, or a copy is made."""


@router.get("")
def list_videos(here: ServedHere) -> dict[str, Any]:
    """Lists the library's videos, the last that came first, and what is being sent or watched."""
    jobs = here.jobs.latest(MOST_JOBS)
    of_video: defaultdict[str, list[Job]] = defaultdict(list)
    for job in jobs:
        of_video[job.content_hash].append(job)
    videos = here.videos()
    listed = [listed_video(one, here.store, of_video[one.content_hash]) for one in videos]
    known = {video.content_hash for video in videos}
    titles = here.titles.all()
    coming: dict[str, Job] = {}
    for job in jobs:
        if job.kind == "watch" and job.content_hash not in known and job.state != "done":
            coming.setdefault(job.content_hash, job)
    told = [public_job(job, titles.get(id, "")) for id, job in coming.items()]
    return {"videos": listed, "coming": told}


@router.put("", status_code=202, max_body_size=UNLIMITED)
async def send_video(
    request: Request,
    here: ServedHere,
    title: Annotated[str, Query(max_length=TITLE_CHARACTERS)] = "",
) -> dict[str, Any]:
    """Takes in the bytes of a video, and asks for it to be watched; gives its id and the job."""
    most, free = here.settings.max_upload_bytes, await to_thread.run_sync(here.room)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal():
        check_size(int(declared[:20]), most, free)
    sent = await take_in(
        request.stream(), here.uploads, title=title, most_bytes=most, free_bytes=free
    )

    def begin() -> dict[str, Any]:
        here.store.remember_file(sent.path, sent.content_hash)
        if title.strip():
            here.titles.give(sent.content_hash, _base_name(title))
        job = here.watch(sent.path, sent.content_hash)
        return {"id": sent.content_hash, "size": sent.size, "job": public_job(job, title)}

    return await to_thread.run_sync(begin)


@router.post("/demo", status_code=202)
def watch_demo(here: ServedHere) -> dict[str, Any]:
    """Renders foretell's own short clip, and asks for it to be watched."""
    clip = render_clip(here.agent.config.library / "demo")
    job = here.watch_file(clip)
    if not here.titles.of(job.content_hash):
        here.titles.give(job.content_hash, DEMO_TITLE)
    return {"id": job.content_hash, "job": public_job(job, DEMO_TITLE)}


@router.get("/{id}")
def show_video(id: VideoId, here: ServedHere) -> dict[str, Any]:
    """Tells what a video is and how far it was watched."""
    return listed_video(here.video(id), here.store, here.jobs.of_video(id))


@router.patch("/{id}")
def name_video(id: VideoId, title: Title, here: ServedHere) -> dict[str, Any]:
    """Gives a video another title."""
    here.video(id)
    here.titles.give(id, title.title)
    return listed_video(here.video(id), here.store, here.jobs.of_video(id))


@router.delete("/{id}", status_code=204)
def forget_video(id: VideoId, here: ServedHere) -> None:
    """Forgets a video: its timeline, its title and what was sent here; a file elsewhere stays."""
    here.forget(id)


@router.post("/{id}/watch", status_code=202)
def watch_video(id: VideoId, here: ServedHere) -> dict[str, Any]:
    """Asks for a video to be watched again, such as after its job failed."""
    if here.store.video(id) is not None:
        video = here.video(id)
        return public_job(here.watch(_file(video, here), id), video.name)
    before = here.coming(id)
    title = here.titles.of(id)
    return public_job(here.watch(Path(before.path), id), title)


@router.get("/{id}/timeline")
def show_timeline(id: VideoId, here: ServedHere) -> dict[str, Any]:
    """Gives everything that is known of a video, in order of time."""
    return public_timeline(here.agent.timeline(here.video(id)))


@router.get("/{id}/thumbnails")
def list_thumbnails(id: VideoId, here: ServedHere) -> dict[str, Any]:
    """Gives the times, in seconds, of a video's small pictures."""
    here.video(id)
    return {"seconds": here.store.thumbnail_times(id)}


@router.get("/{id}/thumbnails/{number}", response_class=Response)
def show_thumbnail(id: VideoId, number: int, here: ServedHere) -> Response:
    """Gives one of them, a JPEG 160 pixels wide."""
    here.video(id)
    thumbnails = here.store.thumbnails(id)
    if not 0 <= number < len(thumbnails):
        raise unknown("thumbnail", number)
    kept = {"cache-control": "private, max-age=86400"}
    return Response(thumbnails[number].jpeg, media_type="image/jpeg", headers=kept)


@router.get("/{id}/frame", response_class=Response)
async def show_frame(
    id: VideoId,
    here: ServedHere,
    at: Annotated[float, Query(ge=0, le=1e7, allow_inf_nan=False)],
    side: Annotated[int, Query(ge=16, le=1920)] = SIDE,
) -> Response:
    """Gives the frame on show at a second as JPEG; `x-pts-seconds` tells its own time."""
    video = here.video(id)
    _file(video, here)
    async with here.pictures.admitted():
        return await here.pictures.run(lambda: _frame(here, video, at, side))


@router.api_route("/{id}/file", methods=["GET", "HEAD"], response_class=FileResponse)
def play_file(id: VideoId, here: ServedHere) -> FileResponse:
    """Gives the video's file, or a range of it."""
    path = _file(here.video(id), here)
    return _played(path, _TYPES.get(path.suffix.lower(), "video/mp4"))


@router.post("/{id}/playable", status_code=202)
def make_playable(id: VideoId, here: ServedHere) -> dict[str, Any]:
    """Asks for a copy that every browser plays."""
    video = here.video(id)
    path = _file(video, here)
    return public_job(here.jobs.add("playable", id, str(path)), video.name)


@router.api_route("/{id}/playable", methods=["GET", "HEAD"], response_class=FileResponse)
def play_copy(id: VideoId, here: ServedHere) -> FileResponse:
    """Gives that copy, or a range of it."""
    here.video(id)
    path = playable_path(here.agent.config.library / PLAYABLE, id)
    if not path.is_file():
        raise unknown("playable copy of", id)
    return _played(path, "video/webm")


def _file(video: VideoInfo, here: Served) -> Path:
    """Returns the file of a video.

    Raises:
        Problem: If it is gone or another one is there.
    """
    if not is_here(video, here.store):
        raise Problem(
            410,
            f"the file of {video.name!r} was moved, changed or deleted since it was watched; its "
            "timeline can still be asked about, and sending the file again brings it back",
            "FileGone",
        )
    return video.file


def _played(path: Path, media_type: str) -> FileResponse:
    headers = {"cache-control": "private, max-age=3600", "content-disposition": "inline"}
    return FileResponse(path, media_type=media_type, headers=headers)


def _frame(here: Served, video: VideoInfo, at: float, side: int) -> Response:
    shown = here.frames(video, [at], side, QUALITY)
    if not shown:
        raise Problem(422, f"nothing of {video.name!r} can be decoded at {at:g} s", "VideoError")
    pts_seconds, jpeg = shown[0]
    return Response(jpeg, media_type="image/jpeg", headers={"x-pts-seconds": repr(pts_seconds)})


def _base_name(title: str) -> str:
    """Returns the last part of what may be a path of the client's machine."""
    return title.replace("\\", "/").rpartition("/")[2]
