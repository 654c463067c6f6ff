"""When, next, steps, and search: localization, anticipation, planning and the memory itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from foretell.records import event_record, forecast_record, located_record, plan_record
from foretell.server.api.here import ServedHere
from foretell.server.forms import Next, Search, Steps, When
from foretell.server.served import Served

router = APIRouter(tags=["tasks"])


@router.post("/locate")
async def locate(when: When, here: ServedHere) -> dict[str, Any]:
    """Locates when something happens in a video; says so where it does not."""
    return await _run(
        here,
        lambda: located_record(here.agent.locate(when.query, here.video(when.video), k=when.k)),
    )


@router.post("/anticipate")
async def anticipate(next: Next, here: ServedHere) -> dict[str, Any]:
    """Forecasts what the person in a video will do next."""

    def forecast() -> dict[str, Any]:
        video = here.video(next.video)
        given = here.agent.anticipate(
            video, at_seconds=next.at_seconds, k=next.k, horizon=next.horizon
        )
        return forecast_record(given)

    return await _run(here, forecast)


@router.post("/plan")
async def plan(steps: Steps, here: ServedHere) -> dict[str, Any]:
    """Plans the steps that lead from a start to a goal."""

    def planned() -> dict[str, Any]:
        video = None if steps.video is None else here.video(steps.video)
        given = here.agent.plan(
            steps.goal, steps.start, video=video, task=steps.task, steps=steps.steps, k=steps.k
        )
        return plan_record(given)

    return await _run(here, planned)


@router.post("/search")
async def search(search: Search, here: ServedHere) -> dict[str, Any]:
    """Finds the events nearest in meaning to some words, the nearest first."""

    def found() -> dict[str, Any]:
        videos = {video.content_hash: video for video in here.chosen(search.videos)}
        hits = here.agent.library.search(
            search.text, k=search.k, videos=[*videos], kinds=search.kinds
        )
        return {
            "hits": [
                {
                    "video": hit.video.content_hash,
                    "title": videos[hit.video.content_hash].name,
                    "score": hit.score,
                    **event_record(hit.event),
                }
                for hit in hits
            ]
        }

    return await _run(here, found)


async def _run(here: Served, function: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    async with here.crowd.admitted():
        return await here.crowd.run(function)
