"""`python -m foretell`, and the command `foretell`: hears Ctrl-C from the beginning on."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Runs the command line; until that listens, Ctrl-C ends the process in one sentence."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    from foretell.cli import main as run

    run()


def _end(number: int, frame: object) -> None:
    os.write(2, b"foretell: interrupted before anything was done; give the command again\n")
    os._exit(128 + number)


if __name__ == "__main__":
    main()
