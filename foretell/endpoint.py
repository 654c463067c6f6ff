"""An OpenAI-compatible endpoint: its client, and what its failures mean, in one sentence each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foretell.errors import ConfigError

if TYPE_CHECKING:
    import openai

PREFIX = "openai:"
"""Begins the setting of a model that is at an endpoint."""
NO_KEY = "no-key-needed"
"""What is sent to endpoints on one's own machine, as the client wants some key."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint, and how long is waited for it.

    Attributes:
        base_url: Its root; None for OpenAI's own.
        api_key: Its key; one is needed only where `base_url` is None.
        timeout_seconds: Longest time one request may take.
        retries: How often a failed request is sent again.
    """

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 120.0
    retries: int = 2

    def check(self, setting: str, model: str, instead: str) -> None:
        """Sees that a model there can be asked for.

        Args:
            setting: Names the model.
            model: Its name at the endpoint.
            instead: What needs neither a key nor an endpoint, as the subject of a clause.

        Raises:
            ConfigError: If the name is empty, or there is neither a key nor an endpoint.
        """
        if not model:
            raise ConfigError(f"the {setting}'s name is empty; name one such as '{PREFIX}NAME'")
        if self.base_url is None and self.api_key is None:
            raise ConfigError(
                f"{setting} {model!r} needs a key or an endpoint: set OPENAI_API_KEY, or base_url "
                f"of an OpenAI-compatible server; {instead} needs neither"
            )

    def client(self) -> openai.OpenAI:
        """Gives a client, to be closed after use."""
        import openai

        from foretell.patience import PatientClient

        return openai.OpenAI(
            base_url=self.base_url,
            api_key=self.api_key or NO_KEY,
            timeout=self.timeout_seconds,
            max_retries=self.retries,
            http_client=PatientClient(self.timeout_seconds),
        )

    def where(self, setting: str, model: str) -> str:
        """Gives what a failure is told of: the endpoint, and what was asked for there."""
        return f"{self.base_url or 'the OpenAI endpoint'} ({setting} {model!r})"


def describe_failure(error: openai.OpenAIError, where: str, request_seconds: float) -> str:
    """Says what failed and what to do.

    Args:
        error: What the client raised after its retries.
        where: The endpoint and what was asked of it, as the sentence's subject.
        request_seconds: The time limit that the request had.
    """
    import openai

    from foretell.patience import asked_to_wait

    wait = ""
    if isinstance(error, openai.APIStatusError):
        asked = asked_to_wait(error.response.headers)
        wait = f"; it asks to wait {asked:.0f} s" if asked and asked >= 1.0 else ""
    match error:  # the order matters: the classes are nested
        case openai.APITimeoutError():
            return (
                f"{where} did not answer within {request_seconds:g} s; "
                "raise request_seconds, or check the server's load"
            )
        case openai.APIConnectionError():
            return f"{where} cannot be reached: {_root(error)}; check base_url and that it runs"
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return f"{where} refused the key; set OPENAI_API_KEY to a valid one"
        case openai.NotFoundError():
            return f"{where} knows no such model or path: {own_words(error)}; check both names"
        case openai.RateLimitError():
            return (
                f"{where} is over its rate limit or quota: {own_words(error)}{wait}; wait, or pay"
            )
        case openai.APIStatusError():
            return f"{where} answered {error.status_code}: {own_words(error)}{wait}"
        case _:
            return f"{where} failed: {error}"


def refuses_request(error: BaseException) -> bool:
    """Whether an endpoint refused what it was sent, so that another request may be answered."""
    import openai

    return isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError)


def shortened(text: str) -> str:
    """Gives an endpoint's words as one line of at most 300 characters."""
    return " ".join(text.split())[:300]


def _root(error: BaseException) -> BaseException:
    """Gives the first failure, which says more than the clients around it."""
    return error if error.__cause__ is None else _root(error.__cause__)


def own_words(error: openai.APIStatusError) -> str:
    """Gives the endpoint's own words; some put them where the client does not look."""
    said = error.message.removeprefix(f"Error code: {error.status_code}").removeprefix(" - ")
    return shortened(said or error.response.text)
