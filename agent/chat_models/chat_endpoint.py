"""Single requests to a chat model, as an evaluation sends thousands of them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.rate_limiters import InMemoryRateLimiter
from langsmith import tracing_context  # pyright: ignore[reportUnknownVariableType]

from foretell.agent.chat_models.context_window import ContextWindow
from foretell.agent.chat_models.endpoint_errors import endpoint_name, explained
from foretell.agent.chat_models.limits import ANSWER, Limits
from foretell.agent.chat_models.models import REPLIES_NAME, load_chat_model, model_identity
from foretell.agent.chat_models.reply_faults import spoken_reply, was_cut_off
from foretell.agent.chat_models.reply_store import ReplyStore, request_key
from foretell.agent.chat_models.response_format import ResponseFormat
from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.endpoint import refuses_request
from foretell.errors import ContextOverflow, ModelError, RefusedRequest, SilentModel
from foretell.thoughts import ADVICE, CUT_OFF, EMPTY, Silence, SpokenReply
from foretell.tokens import count_tokens

_log = logging.getLogger(__name__)
_SHORTEST_WAIT_SECONDS = 0.001
"""Seconds between two looks at the limiter, which 0 would spin on."""


class ChatEndpoint:
    """A chat model where it runs: requests paced, replies kept, failures told in one sentence.

    Safe to use from several threads.

    Args:
        model: The model; it sends failed requests again itself.
        where: The endpoint and the model, as the subject of a sentence.
        identity: What names the model beyond a request: endpoint, name, temperature.
        replies: Where replies are kept; None keeps none.
        request_seconds: The time limit that the model's requests have.
        requests_per_second: Most requests begun in a second; None for no limit.
        tracing: Whether LangSmith may be told, where the environment turns it on.
        limits: What one question may take; None for no limit.
        bounds_replies: Whether the model takes the most tokens of a reply as OpenAI's client does.
        window: What the model reads at once; None where nothing tells it.
    """

    def __init__(
        self,
        model: BaseChatModel,
        *,
        where: str = "the chat model",
        identity: str = "",
        replies: ReplyStore | None = None,
        request_seconds: float = 120.0,
        requests_per_second: float | None = None,
        tracing: bool = False,
        limits: Limits | None = None,
        bounds_replies: bool = False,
        window: ContextWindow | None = None,
    ) -> None:
        self._model = model
        self._where = where
        self._identity = identity
        self._replies = replies
        self._request_seconds = request_seconds
        self._limiter = None if requests_per_second is None else rate_limiter(requests_per_second)
        self._tracing = tracing
        self._limits = limits
        self.window = window or ContextWindow()
        self._bounds_replies = bounds_replies
        self._keeps_form: bool | None = None
        self._failures: list[Exception] = []
        self._finding_out = threading.Lock()
        self._warnings = set[str]()

    @classmethod
    def load(
        cls,
        config: Config,
        requests_per_second: float | None = None,
        *,
        chat_model: BaseChatModel | None = None,
    ) -> Self:
        """Returns the endpoint and model that the settings name, or a model of the caller's.

        Raises:
            ConfigError: If the name is empty or of an unknown provider, or a key is missing.
        """
        if chat_model is not None:
            return cls(
                chat_model,
                request_seconds=config.request_seconds,
                requests_per_second=requests_per_second,
                tracing=config.tracing,
                limits=Limits.of(config),
            )
        return cls(
            load_chat_model(config.model, config),
            where=endpoint_name(config.base_url, config.model),
            identity=model_identity(config.model, config),
            replies=ReplyStore(config.library / REPLIES_NAME) if config.cache_responses else None,
            request_seconds=config.request_seconds,
            requests_per_second=requests_per_second,
            tracing=config.tracing,
            limits=Limits.of(config),
            bounds_replies=True,
            window=ContextWindow.of(config),
        )

    def complete(
        self,
        prompt: ChatPrompt,
        draw: str,
        meter: Meter,
        response_format: ResponseFormat | None = None,
        *,
        most_tokens: int = ANSWER,
        likeliest: int = 0,
        whole: bool = False,
    ) -> Completion:
        """Returns a reply, the kept one where this draw was made before.

        A model that says nothing that counts is asked once more.

        Args:
            prompt: What is asked.
            draw: Names the draw: the same prompt under another name is another sample.
            meter: Where its tokens are counted.
            response_format: A form for the reply. An endpoint that refuses it or does not keep to
                it is asked without it from then on.
            most_tokens: Most tokens of the reply, what the model thinks not counted.
            likeliest: How many of the likeliest tokens at each place are to be told with their
                log-probabilities; 0 asks for none.
            whole: Whether a reply that was cut off says nothing that counts.

        Raises:
            ModelError: If the endpoint fails.
            LimitExceeded: If the question has used up its tokens or its time.
        """
        spoken = partial(spoken_reply, whole=whole)
        asked = _Asked(prompt, response_format, most_tokens, likeliest)
        ask = partial(self._draw, asked, spoken, meter)
        reply = ask(draw)
        asked_again = spoken(reply).silence is not None
        if asked_again:
            reply = ask(f"{draw} again")
        found = spoken(reply)
        return Completion(reply, found.text, found.silence, asked_again, self._where)

    def warn(self, error: SilentModel) -> None:
        """Logs that the model says nothing, once in each sentence, for who goes on without it."""
        if str(error) not in self._warnings:
            self._warnings.add(str(error))
            _log.warning("%s", error)

    def _draw(
        self, asked: _Asked, spoken: Callable[[AIMessage], SpokenReply], meter: Meter, draw: str
    ) -> AIMessage:
        """Returns the kept reply of a draw, or asks for it and keeps it unless it was cut off."""
        prompt = asked.prompt
        request = [self._identity, prompt.system, prompt.user, asked.response_format, draw]
        key = request_key([*request, asked.likeliest] if asked.likeliest else request)

        def ask() -> list[BaseMessage]:
            return [self._ask(asked, meter)]

        if self._replies is None:
            (reply,) = ask()
        else:
            (reply,) = self._replies.kept_or_new(
                key,
                ask,
                lambda reply: not was_cut_off(reply) and spoken(reply).silence != CUT_OFF,
            )
        assert isinstance(reply, AIMessage)
        self._learn(reply, asked.response_format)
        meter.add(reply)
        return reply

    def _ask(self, asked: _Asked, meter: Meter) -> AIMessage:
        """Sends a request; the first with a form goes alone, as the others go by its outcome.

        Raises:
            ModelError: If the endpoint fails, or failed for the one that was waited for.
        """
        if asked.likeliest or asked.response_format is None or self._keeps_form is False:
            return self._send(replace(asked, response_format=None), meter)
        if self._keeps_form:
            return self._send(asked, meter)
        failed_before = len(self._failures)
        with self._finding_out:
            if len(self._failures) > failed_before:
                raise self._failures[-1]
            if self._keeps_form is None:
                return self._try_form(asked, meter)
        return self._ask(asked, meter)

    def _try_form(self, asked: _Asked, meter: Meter) -> AIMessage:
        try:
            reply = self._send(asked, meter)
        except ContextOverflow:
            raise
        except RefusedRequest as error:
            if error.__cause__ is None or not refuses_request(error.__cause__):
                raise
            reply = self._send(replace(asked, response_format=None), meter)
            self._keeps_form = False
            return reply
        except ModelError as error:
            self._failures.append(error)
            raise
        self._learn(reply, asked.response_format)
        return reply

    def _learn(self, reply: AIMessage, response_format: ResponseFormat | None) -> None:
        text = spoken_reply(reply).text
        if self._keeps_form is None and response_format is not None and text:
            self._keeps_form = is_json(text)

    def _send(self, asked: _Asked, meter: Meter) -> AIMessage:
        if self._limiter is not None:
            self._limiter.acquire()
        messages = [SystemMessage(asked.prompt.system), HumanMessage(asked.prompt.user)]
        quiet = nullcontext() if self._tracing else tracing_context(enabled=False)
        tokens = count_tokens(str(asked.prompt))
        held = nullcontext() if self._limits is None else self._limits.held(meter, tokens)
        try:
            with quiet, held, explained(self._where, self._request_seconds):
                reply = self._model.invoke(messages, **asked.settings(bounded=self._bounds_replies))
        except ContextOverflow as error:
            self.window.overflown(str(error), tokens + asked.most_tokens)
            raise
        if reply.usage_metadata is not None:
            self.window.learn(tokens, reply.usage_metadata["input_tokens"])
        return reply


def is_json(reply: str) -> bool:
    """Returns whether a reply keeps to a form, even if it was cut off."""
    return reply.startswith("{")


def rate_limiter(requests_per_second: float) -> InMemoryRateLimiter:
    """Returns what lets at most so many requests begin in a second."""
    return InMemoryRateLimiter(
        requests_per_second=requests_per_second,
        check_every_n_seconds=max(_SHORTEST_WAIT_SECONDS, min(0.1, 0.1 / requests_per_second)),
    )


@dataclass(frozen=True, slots=True)
class ChatPrompt:
    """What a model is told, and then asked."""

    system: str
    user: str

    def __str__(self) -> str:
        return f"{self.system}\n\n{self.user}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, whatever its draw."""

    prompt: ChatPrompt
    response_format: ResponseFormat | None
    most_tokens: int
    likeliest: int

    def settings(self, *, bounded: bool) -> dict[str, Any]:
        """Returns what is said beside the conversation."""
        # As `response_format`, LangChain would parse it and lose a reply cut off at its limit.
        form = self.response_format
        return {
            **({"max_tokens": self.most_tokens} if bounded else {}),
            **({} if form is None else {"extra_body": {"response_format": form}}),
            **({"logprobs": True, "top_logprobs": self.likeliest} if self.likeliest else {}),
        }


@dataclass(frozen=True, slots=True)
class Completion:
    """What a chat model replied to a request.

    Attributes:
        message: The reply as it came.
        text: What the model says beside its thoughts; "" where it says nothing.
        silence: Why it says nothing; None where it says something.
        asked_again: Whether it said nothing at first.
        where: The endpoint and the model, as the subject of a sentence.
    """

    message: AIMessage
    text: str
    silence: Silence | None
    asked_again: bool
    where: str

    @property
    def written(self) -> str:
        """All that the model wrote, its thoughts too."""
        return self.message.text

    def check(self) -> None:
        """Checks that the model says something.

        Raises:
            SilentModel: If it says nothing.
        """
        if self.silence is not None:
            raise SilentModel(f"{self.where} {self.silence}; {ADVICE[self.silence]}", self.written)


def check_some_spoke(completions: Sequence[Completion]) -> None:
    """Checks that not all of several replies are thoughts alone.

    Raises:
        SilentModel: If none says anything, and at least one is a thought.
    """
    thoughts = [one for one in completions if one.silence not in (None, EMPTY)]
    if thoughts and all(one.silence is not None for one in completions):
        thoughts[0].check()
