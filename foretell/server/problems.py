"""What a request that fails is told: problem details (RFC 9457), without a path of this machine."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from foretell.errors import (
    ConfigError,
    DatasetError,
    ForetellError,
    LimitExceeded,
    MemoryStoreError,
    MissingExtra,
    ModelError,
    ToolError,
    UnusableModel,
    VideoError,
)
from foretell.patterns import LazyPattern

MEDIA_TYPE = "application/problem+json"
OPENAI_PATHS = "/v1/"
"""Below it, failures are told as OpenAI tells them."""
_CODES = {413: "request_too_large", 422: "invalid_value", 429: "rate_limit_exceeded"}
"""What clients of OpenAI know some failures by; others have a name of their own."""
_TOO_MANY = 429
_OURS = 500
"""The status from which on a failure is the server's."""
RETRY_SECONDS = 2
"""When who was refused for the crowd may come again: a question of the embedded planner is answered
in a fraction of it."""
STATUS: tuple[tuple[type[ForetellError], int], ...] = (
    (MissingExtra, 501),
    (UnusableModel, 503),
    (ModelError, 502),
    (LimitExceeded, 504),
    (VideoError, 422),
    (MemoryStoreError, 500),
    (ConfigError, 400),
    (DatasetError, 400),
    (ToolError, 400),
)
"""The first kind of error that fits tells the status."""
_PATH = LazyPattern(r"(?<![\w:/.])(?:file://)?/(?:[^\s'\"/]+/)+([^\s'\"/]+)")
_QUOTED_PATH = LazyPattern(r"(['\"])(?:file://)?/(?:[^'\"/]+/)*([^'\"/]+)\1")
_log = logging.getLogger(__name__)


class Problem(HTTPException):
    """A request that cannot be carried out, in a sentence.

    Args:
        status: Of HTTP.
        detail: What was given, what is allowed and what to do.
        kind: The name of the error, such as "VideoError"; empty for the status's own.
        headers: To be sent along.
        field: What of the request is wrong, where it is one field.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        field: str = "",
    ) -> None:
        super().__init__(status, without_paths(detail), dict(headers or {}))
        self.kind = kind
        self.field = field

    @classmethod
    def of(cls, error: ForetellError) -> Problem:
        """Returns what to tell of an error of ours."""
        status = next(status for kind, status in STATUS if isinstance(error, kind))
        return cls(status, str(error), type(error).__name__)


def unknown(what: str, given: object) -> Problem:
    """Returns the problem of something that the library does not hold."""
    return Problem(404, f"there is no {what} {given!r} in this library", "Unknown")


def too_many(what: str) -> Problem:
    """Returns the problem of a crowd."""
    detail = f"{what}; ask again in {RETRY_SECONDS} s"
    return Problem(429, detail, "TooMany", {"Retry-After": str(RETRY_SECONDS)})


def without_paths(text: str) -> str:
    """Returns a sentence in which a file is told by its name alone."""
    return _PATH.sub(r"\1", _QUOTED_PATH.sub(r"\1\2\1", text))


def record(problem: HTTPException) -> dict[str, Any]:
    """Returns the JSON of a problem."""
    kind = getattr(problem, "kind", "") or HTTPStatus(problem.status_code).phrase
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status_code).phrase,
        "status": problem.status_code,
        "detail": problem.detail,
        "kind": kind,
    }


def openai_record(problem: HTTPException) -> dict[str, Any]:
    """Returns a problem as the protocol of OpenAI tells it."""
    status = problem.status_code
    kind = "server_error" if status >= _OURS else "invalid_request_error"
    told = {
        "message": problem.detail,
        "type": "rate_limit_error" if status == _TOO_MANY else kind,
        "param": getattr(problem, "field", "") or None,
        "code": _CODES.get(status) or getattr(problem, "kind", "") or None,
    }
    return {"error": told}


def response(problem: HTTPException, path: str) -> JSONResponse:
    """Returns the response of a problem, in the form that clients of a path read."""
    told, status, headers = record(problem), problem.status_code, problem.headers
    if f"{path}/".startswith(OPENAI_PATHS):
        return JSONResponse(openai_record(problem), status, headers)
    return JSONResponse(told, status, headers, media_type=MEDIA_TYPE)


def as_problem(error: Exception) -> HTTPException:
    """Returns what is told of any failure; one that nobody foresaw is logged, not shown."""
    if isinstance(error, HTTPException):
        return error
    if isinstance(error, ForetellError):
        return Problem.of(error)
    _log.error("a request failed", exc_info=error)
    return Problem(500, "the server failed at this; its log says how", "Failure")
