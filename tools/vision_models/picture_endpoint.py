"""Shows pictures to a model at an OpenAI-compatible endpoint, and reads what it says of them."""

from __future__ import annotations

import base64
import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from pydantic import ValidationError

from foretell.endpoint import Endpoint, describe_failure, shortened
from foretell.errors import ModelError, SilentModel
from foretell.patterns import LazyPattern
from foretell.thoughts import CUT_OFF
from foretell.tools.pictures.jpeg import jpeg_of
from foretell.tools.vision_models.chat_reply import ChatReply
from foretell.tools.watching.profile import Profile
from foretell.types import Clip, Frame, Usage, spread

if TYPE_CHECKING:
    import openai


MOST_PICTURES = 8
"""Pictures of a request; servers refuse more, or charge for each."""
THINKING_TOKENS = 2000
"""Tokens that a model may think before its answer."""
_OF_PICTURES = LazyPattern(r"image|picture|vision|multi-?modal|mmproj", re.IGNORECASE)
_OF_PICTURES_ALONE = LazyPattern(r"image input|mmproj", re.IGNORECASE)
QUALITY = 85
"""JPEG quality at which artefacts are hardly seen."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How requests are written, in which endpoints differ.

    Attributes:
        limit: What the longest answer is called.
        thinks: Whether the model needs room to think before it speaks.
        tells_likelihoods: Whether the likeliest first tokens may be asked for.
    """

    limit: str = "max_tokens"
    thinks: bool = False
    tells_likelihoods: bool = True

    def after(self, refusal: str) -> Self | None:
        """Gives the form that an endpoint wants instead; None where it refused something else."""
        if self.limit == "max_tokens" and "max_completion_tokens" in refusal:
            return replace(self, limit="max_completion_tokens")
        if self.tells_likelihoods and "logprobs" in refusal:
            return replace(self, tells_likelihoods=False)
        return None

    def settings(self, max_tokens: int, likeliest: int) -> dict[str, Any]:
        """Gives what a request says beside the conversation."""
        tokens = max_tokens + (THINKING_TOKENS if self.thinks else 0)
        asked = {"logprobs": True, "top_logprobs": likeliest}
        return {self.limit: tokens, **(asked if likeliest and self.tells_likelihoods else {})}


class PictureEndpoint:
    """A model behind `base_url`; threads may share one. Failed requests are sent again.

    Args:
        model: The model's name at the endpoint.
        setting: The setting that names it, for the errors.
        endpoint: Where it is.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If the name is empty, or there is neither a key nor an endpoint.
    """

    def __init__(
        self,
        model: str,
        setting: str,
        endpoint: Endpoint,
        *,
        profile: Profile | None = None,
    ) -> None:
        endpoint.check(setting, model, "one on this machine, hf:FOLDER,")
        self._model = model
        self._setting = setting
        self._endpoint = endpoint
        self._profile = profile or Profile()
        self._form = _Form()
        self._used = Usage()
        self._lock = threading.Lock()

    @property
    def used(self) -> Usage:
        """The tokens of all requests so far, as the endpoint counts them."""
        return self._used

    def client(self) -> openai.OpenAI:
        """Gives what `ask` needs, to be closed after use."""
        return self._endpoint.client()

    def ask(
        self, client: openai.OpenAI, text: str, clip: Clip, max_tokens: int, *, likeliest: int = 0
    ) -> ChatReply:
        """Gives what the model says of a clip, of which it is sent `MOST_PICTURES` frames at most.

        Args:
            client: From `client`.
            text: What is asked.
            clip: What is shown.
            max_tokens: Longest answer, besides what the model thinks.
            likeliest: How many of the likeliest tokens are asked for at each place.

        Raises:
            ModelError: If the endpoint fails, refuses pictures, or the model only thinks.
        """
        import openai

        with self._profile.phase("preprocess"):
            content = [{"type": "text", "text": text}, *map(_picture, spread(clip, MOST_PICTURES))]
        form = self._form
        try:
            reply = self._said(client, content, max_tokens, likeliest)
            if reply.only_thought and not form.thinks:
                self._form = replace(self._form, thinks=True)
                reply = self._said(client, content, max_tokens, likeliest)
        except openai.OpenAIError as error:
            raise ModelError(self._failure(error)) from error
        except ValidationError as error:
            raise ModelError(
                f"{self._where} answered something that is not a chat completion "
                f"({error.errors()[0]['msg']}); base_url usually ends in /v1"
            ) from error
        if reply.only_thought:
            raise SilentModel(
                f"{self._where} {CUT_OFF}, with room for {max_tokens + THINKING_TOKENS} tokens; "
                f"set {self._setting} to a model that does not think first, or switch its thinking "
                "off at the server",
                reply.written,
            )
        return reply

    def _said(
        self, client: openai.OpenAI, content: object, max_tokens: int, likeliest: int
    ) -> ChatReply:
        """Asks in the form that the endpoint wants."""
        import openai

        form = self._form
        while True:
            try:
                return self._sent(client, content, form.settings(max_tokens, likeliest))
            except openai.APIStatusError as error:
                following = form.after(error.message)
                if following is None:
                    raise
                self._form = form = following

    def _sent(self, client: openai.OpenAI, content: object, settings: dict[str, Any]) -> ChatReply:
        create: Any = client.chat.completions.with_raw_response.create
        messages = [{"role": "user", "content": content}]
        with self._profile.phase("forward"):
            response = create(model=self._model, messages=messages, **settings)
        reply = ChatReply.model_validate_json(response.text)
        with self._lock:
            self._used = Usage(
                self._used.input_tokens + reply.input_tokens,
                self._used.output_tokens + reply.output_tokens,
            )
        return reply

    def _failure(self, error: openai.OpenAIError) -> str:
        import openai

        if isinstance(error, openai.APIStatusError) and self._refused_pictures(error):
            return (
                f"{self._where} refused the pictures: {shortened(error.message)}; set "
                f"{self._setting} to a model that accepts pictures"
            )
        return describe_failure(error, self._where, self._endpoint.timeout_seconds)

    def _refused_pictures(self, error: openai.APIStatusError) -> bool:
        """Whether an endpoint says so; the name of a model may tell of vision, too."""
        said = error.message.replace(self._model, "")
        if error.status_code in (400, 415, 422):
            return _OF_PICTURES.search(said) is not None
        return error.status_code in (404, 500) and _OF_PICTURES_ALONE.search(said) is not None

    @property
    def _where(self) -> str:
        return self._endpoint.where(self._setting, self._model)


def _picture(frame: Frame) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": picture_url(frame)}}


def picture_url(frame: Frame) -> str:
    """Gives `data:image/jpeg;base64,...`."""
    jpeg = jpeg_of(frame.data, QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
