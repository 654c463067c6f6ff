"""Bounds what a request may hold, and tells who sends more as of any other failure."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foretell.server import problems
from foretell.server.problems import Problem

_TOO_LARGE = 413
"""The status of HTTP for a body that is longer than is taken."""


class BodyLimit:
    """Refuses larger bodies than a path takes; ASGI middleware.

    Args:
        app: What is guarded; its paths may have limits of their own.
        most_bytes: What paths take that have none.
    """

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = RequestBodyLimitMiddleware(app, max_body_size=most_bytes)
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        is_told = False

        async def tell(message: Message) -> None:
            nonlocal is_told
            if message["type"] == "http.response.start" and _is_plain_refusal(message):
                is_told = True
                await self._told(scope)(scope, receive, send)
            elif not is_told:
                await send(message)

        await self._app(scope, receive, tell)

    def _told(self, scope: Scope) -> ASGIApp:
        detail = (
            f"the request holds more than is taken here: {self._most_bytes:,} bytes of JSON, or a "
            "video as large as the server was told with --max-upload; send less"
        )
        return problems.response(Problem(_TOO_LARGE, detail, "TooLarge"), scope["path"])


def _is_plain_refusal(message: Message) -> bool:
    """Whether a response is the limit's own, which is no JSON."""
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] == _TOO_LARGE and kind.startswith("text/plain")
