"""Keeps transformers quiet while it reads weights."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_progress_bar(logging: Any) -> Generator[None]:
    """Turns the progress bar of `transformers.utils.logging` off for a while, if it is on."""
    shown: bool = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
