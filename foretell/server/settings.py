"""How the server is reached, and how much it takes on."""

from __future__ import annotations

import ipaddress
import secrets
from typing import Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from foretell.errors import ConfigError

PREFIX = "FORETELL_SERVER_"
"""What the environment variables of these settings begin with."""
_TOKEN_BYTES = 24
"""Random bytes of a token: 192 bits, which nobody guesses."""


class ServerSettings(BaseSettings):
    """Settings of the server, which no request changes.

    Attributes:
        host: The address to listen on; all but loopback need a token.
        port: The port to listen on; 0 takes a free one.
        token: What requests must carry; None for none, which loopback alone may have.
        allowed_hosts: Further names that the server is called by, such as behind a proxy.
        allowed_origins: Origins, such as "https://example.org", whose pages may call the server.
        max_upload_bytes: The largest video that may be sent.
        questions_at_once: Questions that are answered at a time.
        questions_waiting: Questions that may wait beside them; more are told to come again.
        max_connections: Connections at a time; more are refused.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid"
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8383, ge=0, le=65535)
    token: SecretStr | None = None
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    max_upload_bytes: int = Field(default=4 << 30, gt=0)
    questions_at_once: int = Field(default=4, gt=0)
    questions_waiting: int = Field(default=128, ge=0)
    max_connections: int = Field(default=500, gt=0)

    @model_validator(mode="after")
    def _with_token(self) -> Self:
        if self.token is None and not is_loopback(self.host):
            made = SecretStr(secrets.token_urlsafe(_TOKEN_BYTES))
            object.__setattr__(self, "token", made)
        return self

    @property
    def secret(self) -> str | None:
        """The token, to be compared."""
        return None if self.token is None else self.token.get_secret_value()


def load_settings() -> ServerSettings:
    """Reads the settings from the environment.

    Raises:
        ConfigError: If one is wrong.
    """
    try:
        return ServerSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise ConfigError(
            f"the server's setting {name!r}: {first['msg']}; set it as an option of "
            f"`foretell serve` or as {PREFIX}{name.upper()}"
        ) from None


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"
