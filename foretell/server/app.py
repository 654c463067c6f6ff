"""The app: what guards it, what it serves, and what lives as long as it does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles

from foretell import __version__
from foretell.config import Config
from foretell.server import problems
from foretell.server.api import answering, jobs, session, tasks, videos
from foretell.server.gate import Gate
from foretell.server.served import Served
from foretell.server.settings import ServerSettings
from foretell.server.uploads import remove_unfinished
from foretell.server.watching import Watching

PAGE = Path(__file__).parent / "page"
MOST_JSON = 1 << 20
"""Bytes of a request's JSON: a hundred times a long question."""


def make_app(config: Config, settings: ServerSettings) -> FastAPI:
    """Makes the app over the library of the settings; it is opened when the app starts.

    Args:
        config: The settings of the agent.
        settings: Those of the server.
    """

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncGenerator[None]:
        held = Served(config, settings)
        watching = Watching(config)
        app.state.served, app.state.watching = held, watching
        remove_unfinished(held.uploads)
        watching.start()
        try:
            yield
        finally:
            watching.stop()
            held.close()

    app = FastAPI(
        title="foretell",
        version=__version__,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        max_body_size=MOST_JSON,
    )
    problems.add_handlers(app)
    app.include_router(_api())
    app.mount("/page", StaticFiles(directory=PAGE))
    app.add_api_route("/", _page, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_api_route("/healthz", _health, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_middleware(Gate, settings=settings)
    return app


def _api() -> APIRouter:
    api = APIRouter(prefix="/api/v1")
    for part in (session, videos, jobs, answering, tasks):
        api.include_router(part.router)
    return api


def _page() -> FileResponse:
    return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok")
