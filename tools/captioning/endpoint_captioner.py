"""Captions from any OpenAI-compatible endpoint that accepts pictures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from foretell.endpoint import PREFIX, Endpoint, shortened
from foretell.errors import ConfigError, ModelError
from foretell.prompts.loader import load_prompt
from foretell.tools.vision_models.chat_reply import tidy_caption
from foretell.tools.vision_models.kept_captions import UnfinishedCaptions
from foretell.tools.vision_models.picture_endpoint import MOST_PICTURES, PictureEndpoint
from foretell.tools.vision_models.picture_prompt import PROMPT_FILES, CaptionPrompt
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Usage

if TYPE_CHECKING:
    import openai

MAX_TOKENS = 120
"""Tokens of a caption: two sentences in any language."""
_REQUESTS_AT_ONCE = 4
"""Requests at a time, which keep a server busy while frames are decoded."""
_log = logging.getLogger(__name__)


class EndpointCaptioner:
    """Sends the frames of clips, several clips at a time; failed requests are sent again.

    Args:
        model: The model's name at the endpoint.
        endpoint: Where it is.
        prompt: What is asked of each clip.
        frames: How many frames of a clip are sent, at most `MOST_PICTURES`.
        prices: US dollars per million input and output tokens, or None where they are unknown.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If the name is empty, there is neither a key nor an endpoint, or `frames` is
            out of range.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        *,
        prompt: CaptionPrompt = "description",
        frames: int = 4,
        prices: tuple[float, float] | None = None,
        profile: Profile | None = None,
    ) -> None:
        if not 1 <= frames <= MOST_PICTURES:
            raise ConfigError(
                f"caption_frames is {frames!r}; an endpoint is sent 1 to {MOST_PICTURES} pictures"
            )
        self.name = model
        self._base_url = endpoint.base_url
        self._prompt: CaptionPrompt = prompt
        self.frames_per_clip = frames
        self.clips_at_once = _REQUESTS_AT_ONCE
        self._prices = prices
        self._endpoint = PictureEndpoint(model, "captioner", endpoint, profile=profile)
        self._told_of_silence = False

    @property
    def id(self) -> str:
        """The endpoint, the model, the prompt and what else changes the captions."""
        prompt = load_prompt(PROMPT_FILES[self._prompt]).digest
        where = self._base_url or ""
        return f"{PREFIX}{self.name} {where} {self._prompt}@{prompt} {self.frames_per_clip}"

    @property
    def usage(self) -> Usage:
        """What all requests so far took, as the endpoint counts it."""
        used = self._endpoint.used
        if self._prices is None:
            return used
        given, made = used.input_tokens, used.output_tokens
        cost = (given * self._prices[0] + made * self._prices[1]) / 1e6
        return replace(used, cost=cost)

    def caption(self, clips: Sequence[Clip]) -> list[str]:
        """Gives a line of text for each clip; that the model is silent of one is logged once.

        Raises:
            UnfinishedCaptions: If the endpoint fails or refuses pictures.
        """
        with self._endpoint.client() as client, ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
            futures = [pool.submit(self._describe, client, clip) for clip in clips]
            wait(futures, return_when=FIRST_EXCEPTION)
            pool.shutdown(cancel_futures=True)
        done = {place: one for place, one in enumerate(futures) if not one.cancelled()}
        failures = [one.exception() for one in done.values()]
        for failure in failures:
            if isinstance(failure, ModelError):
                captions = {
                    place: one.result() for place, one in done.items() if not one.exception()
                }
                raise UnfinishedCaptions(str(failure), captions) from failure
        return [one.result() for one in futures]

    def _describe(self, client: openai.OpenAI, clip: Clip) -> str:
        prompt = load_prompt(PROMPT_FILES[self._prompt]).text
        reply = self._endpoint.ask(client, prompt, clip, MAX_TOKENS)
        if reply.silence is not None and not self._told_of_silence:
            self._told_of_silence = True
            _log.warning(
                "the captioner %r says nothing of the clip at %.1f s (%s); clips like it get no "
                "caption",
                *(self.name, clip[0].pts_seconds, shortened(reply.silence)),
            )
        return tidy_caption(reply.text, cut_off=reply.cut_off)
