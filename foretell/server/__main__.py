"""`python -m foretell.server`: serves the library that the settings name; see `foretell serve`."""

from __future__ import annotations

import socket
import sys
import webbrowser

import uvicorn

from foretell.config import load_config
from foretell.errors import ConfigError, ForetellError
from foretell.server.app import make_app
from foretell.server.settings import ServerSettings, load_settings

GRACE_SECONDS = 3
"""How long open streams may delay the end: a video that plays would for ever."""
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended."""
BACKLOG = 2048
"""Connections that may wait to be taken, as uvicorn has it."""


def main() -> None:
    """Serves until Ctrl-C."""
    try:
        settings = load_settings()
        app = make_app(load_config(), settings)
        with _listening(settings) as listener:
            _tell(_address(settings, listener.getsockname()[1]), is_opened="--open" in sys.argv)
            server = uvicorn.Server(
                uvicorn.Config(
                    app,
                    limit_concurrency=settings.max_connections,
                    timeout_graceful_shutdown=GRACE_SECONDS,
                    log_level="warning",
                    server_header=False,
                    proxy_headers=False,
                )
            )
            server.run(sockets=[listener])
    except KeyboardInterrupt:
        sys.stderr.write("foretell: ended; what is being watched goes on with the next server\n")
        sys.exit(INTERRUPTED)
    except ForetellError as error:
        sys.stderr.write(f"foretell: {error}\n")
        sys.exit(error.exit_code)


def _listening(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; choose "
            "another with --port, or 0 for a free one"
        ) from error
    return listener


def _address(settings: ServerSettings, port: int) -> str:
    """Returns the address of the page, with the token where a browser sends it to nobody."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    fragment = "" if settings.secret is None else f"#token={settings.secret}"
    return f"http://{host}:{port}/{fragment}"


def _tell(address: str, *, is_opened: bool) -> None:
    sys.stdout.write(f"foretell serves at {address}\n")
    sys.stdout.flush()
    if is_opened:
        webbrowser.open(address)


if __name__ == "__main__":
    main()
