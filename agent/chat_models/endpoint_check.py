"""Finds out what a chat model at an endpoint can do, by a few small requests."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from foretell.agent.chat_models.context_window import told_by_endpoint
from foretell.agent.chat_models.reply_room import ReplyRoom
from foretell.agent.chat_models.response_format import response_format, text_of
from foretell.agent.chat_models.written_calls import read_written_calls
from foretell.config import Config
from foretell.endpoint import PREFIX, describe_failure, own_words, shortened
from foretell.errors import ConfigError, ModelError
from foretell.thoughts import without_thoughts
from foretell.tokens import count_tokens

if TYPE_CHECKING:
    import openai

REQUEST_SECONDS = 30.0
"""Longest time of each request, of which there are five at most."""
_WORDS = 128
"""Tokens of a reply: a call or a form takes some 30."""
_LISTENED = 0.8
"""Share of a request's time after which a slow stream has told enough."""
_ROOMY = 32_000
"""Tokens of context that docs/endpoints.md advises for conversations."""
_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": (
            "Looks up a word in the list of everything that was seen and said in a video, and "
            "gives the lines in which it stands, each with the second at which it begins and the "
            "second at which it ends. Call it for every question about the video, as nothing of "
            "the video is known without it, and never answer from what you remember yourself."
        ),
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string", "description": "The word to look up."}},
            "required": ["word"],
        },
    },
}
_CALL = "Call the tool look_up with the word milk. Write nothing but that call."
_Name = Literal["red", "green", "blue"]
_FORM = response_format("colour", colour=text_of(get_args(_Name)), sure={"type": "boolean"})


class _Colour(BaseModel):
    """What keeps to `_FORM`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    colour: _Name
    sure: bool


@dataclass(frozen=True, slots=True)
class CheckedEndpoint:
    """What a chat model at an endpoint can do.

    Attributes:
        model: Its name there.
        where: The endpoint's root.
        tools: Whether it calls a tool that it is told to call.
        forms: Whether its reply keeps to a JSON schema.
        logprobs: Whether it tells how likely its words are.
        streaming: Whether words come as they are made.
        usage: Whether a stream tells its tokens.
        context_tokens: How much it reads at once; None where it does not tell.
        tokens_per_second: How fast words came; None where too few did.
        pictures: Whether it names the colour of a picture; None where no vision model is named.
        told: All of this, and what it means for foretell, in a sentence each.
        seconds: How long checking took.
    """

    model: str
    where: str
    tools: bool
    forms: bool
    logprobs: bool
    streaming: bool
    usage: bool
    context_tokens: int | None
    tokens_per_second: float | None
    pictures: bool | None
    told: tuple[str, ...]
    seconds: float


def check_endpoint(config: Config) -> CheckedEndpoint:
    """Asks the chat model that the settings name for a call, a form and a picture, little of each.

    Raises:
        ConfigError: If none is named, or neither a key nor an endpoint is.
        ModelError: If it cannot be reached, refuses the key or knows no such model, or answers
            nothing in `REQUEST_SECONDS`.
    """
    model = config.model.removeprefix(PREFIX)
    config.endpoint.check("model", model, "the embedded planner")
    began = time.monotonic()
    seconds = min(REQUEST_SECONDS, config.request_seconds)
    endpoint = replace(config.endpoint, timeout_seconds=seconds, retries=0)
    where = endpoint.where("model", model)
    with endpoint.client() as client:
        asked = _Asked(client, model, where, seconds)
        call = asked.for_a_call()
        form, forms = asked.for_a_form()
        likely, logprobs = asked.for_likelihoods()
        seen, pictures = _pictures(asked, config)
    context = config.context_tokens or told_by_endpoint(config)
    told = (call.told, form, likely, _streaming(call), _context(context), _speed(call), seen)
    return CheckedEndpoint(
        model=model,
        where=config.base_url or "the OpenAI endpoint",
        tools=call.tools,
        forms=forms,
        logprobs=logprobs,
        streaming=call.pieces > 1,
        usage=call.usage,
        context_tokens=context,
        tokens_per_second=call.tokens_per_second,
        pictures=pictures,
        told=tuple(filter(None, told)),
        seconds=time.monotonic() - began,
    )


def named_endpoint(model: str, config: Config) -> Config:
    """Returns the settings with `openai:NAME` as their chat model.

    Raises:
        ConfigError: If it is written otherwise.
    """
    if not model.startswith(PREFIX):
        raise ConfigError(f"the model is {model!r}; give {PREFIX}NAME of one at the endpoint")
    return config.model_copy(update={"model": model.removeprefix(PREFIX)})


@dataclass(frozen=True, slots=True)
class _Call:
    """What became of the request for a call, and how its reply came."""

    tools: bool
    told: str
    pieces: int = 0
    usage: bool = False
    tokens_per_second: float | None = None


class _Asked:
    """Sends the requests; each that the endpoint refuses is told in its own words."""

    def __init__(self, client: openai.OpenAI, model: str, where: str, seconds: float) -> None:
        self._client: Any = client
        self._model = model
        self._where = where
        self._seconds = seconds
        self._room = ReplyRoom()

    def for_a_call(self) -> _Call:
        """Asks for a call in a stream; once more without the tool where that is refused."""
        try:
            return self._stream(tools=[_TOOL])
        except _Refused as refused:
            said = f"tools: refused ({refused}); {_WITHOUT_TOOLS}"
        try:
            return replace(self._stream(), tools=False, told=said)
        except _Refused as refused:
            raise ModelError(f"{self._where} answered nothing at all: {refused}") from refused

    def _stream(self, **more: Any) -> _Call:
        text, calls, counts, times, piece = "", list[str](), None, list[float](), None
        options = {"stream": True, "stream_options": {"include_usage": True}}
        ends = time.monotonic() + _LISTENED * self._seconds
        with self._understood(), self._send(_CALL, **options, **more) as pieces:
            for piece in pieces:
                counts = piece.usage or counts
                delta = piece.choices[0].delta if piece.choices else None
                if delta is not None and (delta.content or delta.tool_calls):
                    times.append(time.monotonic())
                    text += delta.content or ""
                    calls += [one.function.name or "" for one in delta.tool_calls or ()]
                if times and time.monotonic() > ends:
                    break
        if piece is None:
            raise ModelError(
                f"{self._where} answered something that is no chat completion; base_url usually "
                "ends in /v1"
            )
        made = counts.completion_tokens if counts is not None else len(times)
        spent = times[-1] - times[0] if len(times) > 1 else 0.0
        return _Call(
            tools="look_up" in calls,
            told=_of_call(calls, text, None if counts is None else counts.prompt_tokens),
            pieces=len(times),
            usage=counts is not None,
            tokens_per_second=(made - 1) / spent if spent > 0.0 and made > 1 else None,
        )

    def for_a_form(self) -> tuple[str, bool]:
        """Asks for a form that nobody would write unasked."""
        try:
            reply = self._reply("Name a colour.", extra_body={"response_format": _FORM})
        except _Refused as refused:
            return f"forms: refused ({refused}); {_WITHOUT_FORMS}", False
        text = without_thoughts(reply.message.content or "")
        try:
            _Colour.model_validate_json(text)
        except ValidationError:
            wrote = shortened(text)[:60]
            return f"forms: not kept to, it wrote {wrote!r}; {_WITHOUT_FORMS}", False
        return "forms: kept to, so that nothing has to be read out of words", True

    def for_likelihoods(self) -> tuple[str, bool]:
        """Asks how likely a first word is."""
        try:
            reply = self._reply("Say yes.", logprobs=True, top_logprobs=2, max_tokens=1)
        except _Refused as refused:
            return f"likelihoods: refused ({refused}); {_WITHOUT_LIKELIHOODS}", False
        if reply.logprobs is not None and reply.logprobs.content:
            return "likelihoods: told, so that choices and judges have shares", True
        return f"likelihoods: not told; {_WITHOUT_LIKELIHOODS}", False

    def for_a_colour(self, model: str) -> tuple[str, bool]:
        """Shows a red picture to a vision model."""
        from foretell.tools.vision_models.picture_endpoint import picture_url
        from foretell.types import Frame

        red = np.zeros((64, 64, 3), np.uint8)
        red[..., 0] = 255
        picture = {"type": "image_url", "image_url": {"url": picture_url(Frame(red, 0.0))}}
        asked = [{"type": "text", "text": "What colour is this picture? One word."}, picture]
        try:
            reply = self._reply(asked, model=model)
        except _Refused as refused:
            return f"pictures: refused by {model!r} ({refused}); name a model that sees", False
        text = reply.message.content or ""
        if "red" in text.lower():
            return f"pictures: {model!r} sees that a red one is red", True
        wrote = shortened(text)[:60]
        return f"pictures: {model!r} says of a red one {wrote!r}; it may see nothing", False

    def _reply(self, content: Any, **more: Any) -> Any:
        """Returns the reply as the client reads it, its message and how likely its words are."""
        with self._understood():
            choice = self._send(content, **more).choices[0]
            _ = choice.message.content, choice.logprobs
            return choice

    def _send(self, content: Any, **more: Any) -> Any:
        """Sends a request; again where the endpoint calls the limit of a reply otherwise."""
        import openai

        request = {"model": self._model, "max_tokens": _WORDS, **more}
        request["messages"] = [{"role": "user", "content": content}]
        while True:
            asked_as = self._room.place
            try:
                return self._client.chat.completions.create(**self._room.written(request))
            except openai.APIStatusError as error:
                if not self._room.yields_to(error, asked_as):
                    raise

    @contextmanager
    def _understood(self) -> Generator[None]:
        """Turns what concerns one request into `_Refused`, and what concerns all into a sentence.

        Raises:
            ModelError: If the endpoint cannot be reached, is late, or knows no key or model.
        """
        import openai

        refusals = (
            openai.BadRequestError,
            openai.UnprocessableEntityError,
            openai.InternalServerError,
        )
        try:
            yield
        except refusals as error:
            raise _Refused(own_words(error)[:160]) from error
        except openai.OpenAIError as error:
            raise ModelError(describe_failure(error, self._where, self._seconds)) from error
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise _Refused("its answer is no chat completion") from error


class _Refused(Exception):
    """A request that the endpoint does not carry out, with its own words."""


_WITHOUT_TOOLS = "questions go to the model with the timeline in one call"
_WITHOUT_FORMS = "replies are read out of its words"
_WITHOUT_LIKELIHOODS = "yes counts 1 and no 0"


def _of_call(calls: list[str], text: str, prompt_tokens: int | None) -> str:
    """Says whether the tool was called and, if not, whether the model was told of it at all."""
    if "look_up" in calls:
        return "tools: called"
    if read_written_calls(text, {"look_up": ["word"]}) is not None:
        return "tools: called in words, which foretell reads; its server lacks the model's parser"
    if prompt_tokens is not None and prompt_tokens < count_tokens(json.dumps(_TOOL)):
        return (
            f"tools: left out by the server without a word, as {prompt_tokens} tokens of the "
            f"request reached the model; its template knows no tools; {_WITHOUT_TOOLS}"
        )
    wrote = shortened(text)[:60]
    if not wrote:
        return f"tools: not called, it says nothing; it may think for more than {_WORDS} tokens"
    return f"tools: not called, it wrote {wrote!r}; the model may be too small; {_WITHOUT_TOOLS}"


def _streaming(call: _Call) -> str:
    if call.pieces < 2:
        return "streaming: the reply came in one piece"
    tokens = "with its tokens" if call.usage else "without its tokens, so that none are counted"
    return f"streaming: in {call.pieces} pieces, {tokens}"


def _context(tokens: int | None) -> str:
    if tokens is None:
        return "context: not told; set context_tokens where what is asked gets cut off"
    small = "" if tokens >= _ROOMY else "; timelines are shown as far as they fit"
    return f"context: {tokens} tokens{small}"


def _speed(call: _Call) -> str:
    rate = call.tokens_per_second
    return "" if rate is None else f"speed: {rate:.1f} tokens a second"


def _pictures(asked: _Asked, config: Config) -> tuple[str, bool | None]:
    """Shows a picture where a vision model at the endpoint is named."""
    name = config.vision_model
    if name is None or name.startswith("hf:"):
        return "", None
    return asked.for_a_colour(name.removeprefix(PREFIX))
