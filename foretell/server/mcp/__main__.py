"""`python -m foretell.server.mcp`: serves the library to an agent; see `foretell mcp`."""

from __future__ import annotations

import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from foretell.config import Config, load_config
from foretell.errors import ForetellError
from foretell.server.mcp.tools import make_mcp

if TYPE_CHECKING:
    from foretell.server.served import Served


class _Opened:
    """The library, opened at the first call, and the process that watches beside it."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._opening = threading.Lock()

    def library(self) -> Served:
        """Returns the library."""
        with self._opening:
            return self._served

    @cached_property
    def _served(self) -> Served:
        from foretell.server.served import Served
        from foretell.server.settings import load_settings
        from foretell.server.watching import Watching

        held = Served(self._config, load_settings())
        Watching(self._config).start()
        return held


def main() -> None:
    """Serves on standard input and output until that closes."""
    try:
        opened = _Opened(load_config())
        make_mcp(opened.library, takes_paths=True).run("stdio")
    except ForetellError as error:
        sys.stderr.write(f"foretell: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
