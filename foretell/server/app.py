"""The app: what guards it, what it serves, and what lives as long as it does."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from foretell import __version__
from foretell.config import Config
from foretell.errors import ForetellError
from foretell.server.api import answering, jobs, session, tasks, videos
from foretell.server.body_limit import BodyLimit
from foretell.server.gate import Gate
from foretell.server.openai import routes as openai
from foretell.server.problems import Problem, as_problem, response
from foretell.server.served import Served
from foretell.server.settings import ServerSettings
from foretell.server.uploads import remove_unfinished
from foretell.server.watching import Watching

if TYPE_CHECKING:
    from mcp.server import MCPServer

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
        app.state.served = held
        remove_unfinished(held.uploads)
        watching.start()
        try:
            async with agents.session_manager.run() if agents else nullcontext():
                yield
        finally:
            watching.stop()
            held.close()

    def library() -> Served:
        held: Served = app.state.served
        return held

    agents = _mcp(library)

    app = FastAPI(
        title="foretell",
        version=__version__,
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    _tell_failures(app)
    app.include_router(_api())
    app.include_router(openai.router)
    app.mount("/page", GZipMiddleware(StaticFiles(directory=PAGE)))
    app.router.routes.append(Route("/", GZipMiddleware(_page), methods=["GET", "HEAD"]))
    if agents is not None:
        app.router.routes.extend(_mcp_routes(agents))
    app.add_api_route("/healthz", _health, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_middleware(BodyLimit, most_bytes=MOST_JSON)
    app.add_middleware(Gate, settings=settings)
    return app


def _api() -> APIRouter:
    api = APIRouter(prefix="/api/v1")
    for part in (session, videos, jobs, answering, tasks):
        api.include_router(part.router)
    return api


def _mcp(library: Callable[[], Served]) -> MCPServer[Any] | None:
    """Returns the MCP server of a library; None where the extra is not installed."""
    if importlib.util.find_spec("mcp") is None:
        return None
    from foretell.server.mcp.tools import make_mcp

    return make_mcp(library, takes_paths=False)


def _mcp_routes(agents: MCPServer[Any]) -> Sequence[BaseRoute]:
    """Returns what serves MCP at `/mcp`; names and origins are checked by the gate."""
    from mcp.server.transport_security import TransportSecuritySettings

    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return agents.streamable_http_app(transport_security=unchecked).routes


def _tell_failures(app: FastAPI) -> None:
    """Lets an app tell every failure as a problem."""

    async def tell(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, RequestValidationError):
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            names = [one for one in first["loc"][1:2] if isinstance(one, str)]
            told = f"{place}: {first['msg']}"
            error = Problem(422, told, "Invalid", field="".join(names))
        return response(as_problem(error), request.url.path)

    for kind in (ForetellError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, tell)


async def _page(scope: Scope, receive: Receive, send: Send) -> None:
    page = FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})
    await page(scope, receive, send)


def _health() -> PlainTextResponse:
    return PlainTextResponse("ok")
