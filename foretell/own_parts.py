"""Checks what people put in place of the models that the settings name."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from foretell.errors import ConfigError


def check_parts(given: Mapping[str, object], protocol: type) -> None:
    """Raises ConfigError where something given lacks what is called of it.

    Nothing of it is called, as its properties may load a model.

    Args:
        given: By the names of the arguments; None is left alone.
        protocol: What each is to follow.
    """
    needed = [name for name in vars(protocol) if not name.startswith("_")]
    for argument, part in given.items():
        lacking = [name for name in needed if inspect.getattr_static(part, name, None) is None]
        if part is not None and lacking:
            raise ConfigError(
                f"{argument} was given as {type(part).__name__}, which lacks {', '.join(lacking)}; "
                f"give what follows foretell's protocol {protocol.__name__} (docs/extending.md)"
            )
