"""Lets a browser in: the token for a cookie, as `<video>` can send no header."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from foretell import __version__
from foretell.server.api.here import ServedHere
from foretell.server.forms import Token
from foretell.server.gate import SESSION_COOKIE, is_token, session_value
from foretell.server.problems import Problem

router = APIRouter(tags=["server"])


@router.post("/session")
def begin_session(token: Token, request: Request, here: ServedHere) -> JSONResponse:
    """Gives a browser a cookie for the token."""
    secret = here.settings.secret
    if not is_token(token.token, secret):
        raise Problem(401, "the token is wrong; copy the address that the server told", "BadToken")
    answer = JSONResponse({"ok": True})
    if secret is not None:
        answer.set_cookie(
            SESSION_COOKIE,
            session_value(secret),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer


@router.get("/server")
def show_server(here: ServedHere) -> dict[str, Any]:
    """Tells what the server is and what it takes."""
    config = here.agent.config
    return {
        "version": __version__,
        "model": here.agent.model,
        "is_embedded": here.agent.model == "embedded",
        "sees": config.vision_model is not None,
        "max_upload_bytes": here.settings.max_upload_bytes,
    }
