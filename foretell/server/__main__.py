"""`python -m foretell.server`: serves the library that the settings name; see `foretell serve`."""

from __future__ import annotations

import socket
import sys

import uvicorn

from foretell.config import load_config
from foretell.errors import ConfigError, ForetellError
from foretell.server.app import make_app
from foretell.server.settings import ServerSettings, load_settings

GRACE_SECONDS = 3
"""How long open streams may delay the end: a video that plays would for ever."""


def main() -> None:
    """Serves until Ctrl-C."""
    try:
        settings = load_settings()
        app = make_app(load_config(), settings)
        with _listening(settings) as listener:
            _tell(settings, listener.getsockname()[1])
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
    except ForetellError as error:
        sys.stderr.write(f"foretell: {error}\n")
        sys.exit(error.exit_code)


def _listening(settings: ServerSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; choose "
            "another with --port, or 0 for a free one"
        ) from error
    return listener


def _tell(settings: ServerSettings, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    fragment = "" if settings.secret is None else f"#token={settings.secret}"
    sys.stdout.write(f"foretell serves at http://{host}:{port}/{fragment}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
