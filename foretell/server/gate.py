"""Who is let in: by name of the server, by origin, and by token; and what no response may do.

A page of another site can make a browser send requests here, and a name server can let a name of
its own mean this machine. So each request must call the server by a name that is its own, come from
no foreign page, and carry the token where there is one.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foretell.server import problems
from foretell.server.problems import Problem
from foretell.server.settings import ServerSettings, is_loopback

OPEN_PATHS = ("/", "/healthz", "/api/v1/session", "/favicon.ico")
OPEN_FOLDER = "/page/"
"""What holds nothing of the library and lets a browser send the token."""
SESSION_COOKIE = "foretell_session"
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_FROM_OTHER_SITES = ("cross-site", "same-site")
"""What a browser says of a request that a page of another origin made (Fetch Metadata)."""


class Gate:
    """Lets requests through to an app, or refuses them; ASGI middleware.

    Args:
        app: What is guarded.
        settings: The names, origins and token that are right.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        is_allowed = origin is not None and origin in self._settings.allowed_origins
        kept = "no-cache" if scope["path"].startswith(OPEN_FOLDER) else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
                sent.setdefault("cache-control", kept)
                if is_allowed and origin is not None:
                    sent["access-control-allow-origin"] = origin
                    sent["vary"] = "Origin"
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problems.response(refusal, scope["path"])(scope, receive, send_with_headers)
        elif is_allowed and scope["method"] == "OPTIONS":
            await _answer_preflight(send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        """Returns why a request is refused; None lets it in."""
        host = headers.get("host", "")
        if not self._is_own(host):
            return Problem(
                421,
                f"the server was called {host!r}, which is no name of it; call it as it says when "
                "it starts, or allow the name with --allow-host",
                "ForeignHost",
            )
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin, host):
            return Problem(
                403,
                f"a page of {origin!r} may not call this server; allow it with --allow-origin",
                "ForeignOrigin",
            )
        if (
            origin is None
            and scope["path"] != "/"
            and headers.get("sec-fetch-site") in _FROM_OTHER_SITES
        ):
            return Problem(403, "a page of another site may not call this server", "ForeignOrigin")
        if self._is_open(scope["path"]) or scope.get("method") == "OPTIONS":
            return None
        return self._token_refusal(headers)

    def _token_refusal(self, headers: Headers) -> Problem | None:
        secret = self._settings.secret
        if secret is None or _equal(_bearer(headers), secret):
            return None
        if _equal(_cookie(headers), session_value(secret)):
            return None
        return Problem(
            401,
            "the token is missing or wrong; send it as `Authorization: Bearer TOKEN`, or open the "
            "page by the address that the server told when it started",
            "invalid_api_key",
            {"WWW-Authenticate": "Bearer"},
        )

    def _is_own(self, host: str) -> bool:
        """Whether a `Host` header names this server: by an address, or by a name of its own.

        An address is never somebody else's name that was made to mean this machine.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._settings.allowed_hosts or host in self._settings.allowed_hosts:
            return True
        if is_loopback(name):
            return True
        if is_loopback(self._settings.host):
            return False
        return name == self._settings.host.lower() or _is_address(name)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        return origin in self._settings.allowed_origins or origin.lower() in (
            f"http://{host.lower()}",
            f"https://{host.lower()}",
        )

    @staticmethod
    def _is_open(path: str) -> bool:
        return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def session_value(secret: str) -> str:
    """Returns what the cookie holds of a browser that sent the token."""
    return hmac.new(secret.encode(), b"foretell session", hashlib.sha256).hexdigest()


def is_token(given: str, secret: str | None) -> bool:
    """Whether a token is the right one; it takes as long whichever part of it is wrong."""
    return secret is None or _equal(given, secret)


def _equal(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _bearer(headers: Headers) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _cookie(headers: Headers) -> str:
    try:
        held = SimpleCookie(headers.get("cookie", "")).get(SESSION_COOKIE)
    except CookieError:
        return ""
    return "" if held is None else held.value


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def _answer_preflight(send: Send) -> None:
    allowed = [
        (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
        (b"access-control-allow-headers", b"authorization, content-type"),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": allowed})
    await send({"type": "http.response.body", "body": b""})
