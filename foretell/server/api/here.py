"""What the paths are given of the server that they belong to."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from foretell.server.served import Served


def served(request: Request) -> Served:
    """Returns what the app of a request serves."""
    held: Served = request.app.state.served
    return held


ServedHere = Annotated[Served, Depends(served)]
