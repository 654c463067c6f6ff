"""Tells whoever asked how many texts are embedded, however deep inside a call that happens."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

OnProgress = Callable[[int, int], None]
"""Told how many texts are done, and of how many."""

_LISTENER: ContextVar[OnProgress | None] = ContextVar("listener", default=None)


@contextmanager
def on_embedding(listener: OnProgress) -> Generator[None]:
    """Tells `listener` of what is embedded inside the block, in this thread and those it starts.

    A thread that is started with the context of this one, as LangGraph's are, is told of, too.
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def tell_embedded(done: int, total: int) -> None:
    """Tells that `done` of `total` texts are embedded."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(done, total)
