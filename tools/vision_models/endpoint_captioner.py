"""Captions from any OpenAI-compatible endpoint that accepts pictures."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from foretell.endpoint import describe_failure, open_client, shortened
from foretell.errors import ConfigError, ModelError
from foretell.prompts.loader import load_prompt
from foretell.tools.captioner import PROMPT_FILES, CaptionPrompt, Clip, tidy_caption
from foretell.tools.profile import Profile
from foretell.tools.vision_models.picture_url import picture_url
from foretell.types import Usage, spread

if TYPE_CHECKING:
    import openai

PREFIX = "openai:"
MOST_PICTURES = 8
MAX_TOKENS = 120
_REQUESTS_AT_ONCE = 4
_OF_PICTURES = re.compile(r"image|picture|vision|multi-?modal|mmproj", re.IGNORECASE)


class EndpointCaptioner:
    """Sends the frames of clips, several clips at a time; failed requests are sent again.

    Args:
        model: The model's name at the endpoint.
        base_url: Root of the endpoint; None for OpenAI's own.
        api_key: Its key; one is needed only where `base_url` is None.
        prompt: What is asked of each clip.
        frames: How many frames of a clip are sent, at most `MOST_PICTURES`.
        timeout_seconds: Longest time one request may take.
        retries: How often a failed request is sent again.
        prices: US dollars per million input and output tokens, or None where they are unknown.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If the name is empty, there is neither a key nor an endpoint, or `frames` is
            out of range.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        prompt: CaptionPrompt = "description",
        frames: int = 4,
        timeout_seconds: float = 120.0,
        retries: int = 2,
        prices: tuple[float, float] | None = None,
        profile: Profile | None = None,
    ) -> None:
        if not model:
            raise ConfigError(f"the captioner's name is empty; name one such as '{PREFIX}NAME'")
        if base_url is None and api_key is None:
            raise ConfigError(
                f"captioner {model!r} needs a key or an endpoint: set OPENAI_API_KEY, or base_url "
                "of an OpenAI-compatible server; one on this machine, hf:FOLDER, needs neither"
            )
        if not 1 <= frames <= MOST_PICTURES:
            raise ConfigError(
                f"caption_frames is {frames!r}; an endpoint is sent 1 to {MOST_PICTURES} pictures"
            )
        self.name = model
        self._base_url = base_url
        self._api_key = api_key
        self._prompt: CaptionPrompt = prompt
        self.frames_per_clip = frames
        self.clips_at_once = _REQUESTS_AT_ONCE
        self._timeout_seconds = timeout_seconds
        self._retries = retries
        self._prices = prices
        self._profile = profile or Profile()
        self._tokens = (0, 0)
        self._lock = threading.Lock()

    @property
    def id(self) -> str:
        """The endpoint, the model, the prompt and what else changes the captions."""
        asked = load_prompt(PROMPT_FILES[self._prompt]).digest
        where = self._base_url or ""
        return f"{PREFIX}{self.name} {where} {self._prompt}@{asked} {self.frames_per_clip}"

    @property
    def usage(self) -> Usage:
        """What all requests so far took, as the endpoint counts it."""
        given, made = self._tokens
        if self._prices is None:
            return Usage(given, made)
        cost = (given * self._prices[0] + made * self._prices[1]) / 1e6
        return Usage(given, made, cost)

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip.

        Raises:
            ModelError: If the endpoint fails or refuses pictures.
        """
        with self._client() as client, ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            return list(pool.map(functools.partial(self._ask, client), clips))

    def _client(self) -> openai.OpenAI:
        return open_client(self._base_url, self._api_key, self._timeout_seconds, self._retries)

    def _ask(self, client: openai.OpenAI, clip: Clip) -> str:
        import openai

        with self._profile.phase("preprocess"):
            messages: Any = [{"role": "user", "content": self._content(clip)}]
        try:
            with self._profile.phase("forward"):
                reply = client.chat.completions.create(
                    model=self.name, messages=messages, max_tokens=MAX_TOKENS
                )
            said = reply.choices[0].message.content or ""
        except openai.OpenAIError as error:
            raise ModelError(self._failure(error)) from error
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ModelError(
                f"{self._where} answered something that is not a chat completion "
                f"({shortened(str(error))}); base_url usually ends in /v1"
            ) from error
        if reply.usage is not None:
            self._count(reply.usage.prompt_tokens, reply.usage.completion_tokens)
        return tidy_caption(said)

    def _content(self, clip: Clip) -> list[dict[str, Any]]:
        asked = load_prompt(PROMPT_FILES[self._prompt]).text
        pictures = spread(clip, MOST_PICTURES)
        return [
            {"type": "text", "text": asked},
            *({"type": "image_url", "image_url": {"url": picture_url(f)}} for f in pictures),
        ]

    def _count(self, given: int, made: int) -> None:
        with self._lock:
            self._tokens = (self._tokens[0] + given, self._tokens[1] + made)

    def _failure(self, error: openai.OpenAIError) -> str:
        import openai

        if isinstance(error, openai.APIStatusError) and _OF_PICTURES.search(error.message):
            return (
                f"{self._where} refused the pictures: {shortened(error.message)}; set captioner to "
                "a model that accepts pictures"
            )
        return describe_failure(error, self._where, self._timeout_seconds)

    @property
    def _where(self) -> str:
        return f"{self._base_url or 'the OpenAI endpoint'} (captioner {self.name!r})"
