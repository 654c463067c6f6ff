"""Answers questions about videos with a chat model that is shown their timelines as text.

One call after LLoVi ("A Simple LLM Framework for Long-Range Video Question-Answering", EMNLP 2024)
and Vamos; a summary with the question in mind first after LLoVi's second prompt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from langchain_core.language_models import BaseChatModel

from foretell import ranking
from foretell.agent.chat_models import limits
from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
from foretell.agent.chat_models.context_window import Texts
from foretell.agent.chat_models.in_flight import run_in_order
from foretell.agent.chat_models.models import model_name, price_of
from foretell.agent.chat_models.written_calls import read_written_calls
from foretell.agent.evidence import check_citations, supported_span
from foretell.agent.final_answer import named
from foretell.agent.finished_answer import Asking
from foretell.agent.messages import FinalAnswer
from foretell.agent.tasks.answering.question_prompt import (
    timeline_texts,
    write_for_label,
    write_for_summary,
    write_question,
)
from foretell.agent.tasks.answering.question_reply import (
    MOST_LIKELIHOODS,
    answer_format,
    read_likelihoods,
    read_reply,
)
from foretell.agent.tasks.answering.question_settings import QuestionSettings, check_chat_model
from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.errors import (
    ConfigError,
    LateReply,
    LimitExceeded,
    RefusedRequest,
    SilentModel,
)
from foretell.memory.embedding.embedders import Embedder, load_embedder
from foretell.memory.library import Library
from foretell.prompts.loader import load_prompt
from foretell.questions import ChoiceAnswer, VideoQuestion
from foretell.tools.representation.renderer import EmbeddedMeanings, Meanings
from foretell.types import UNGROUNDED, Answer, Event, VideoInfo


class QuestionAnswering:
    """Answers on the chat model that the settings name; an `Answerer` for evaluations.

    Args:
        config: Names the model, and the folder where replies and vectors are kept.
        settings: What the model is shown and how it is asked.
        embedder: Gives vectors where not everything fits; that of the settings if None.
        chat_model: Asked in place of the model that the settings name.

    Raises:
        ConfigError: If the model is "embedded" or unknown, or a key is missing.
    """

    def __init__(
        self,
        config: Config,
        settings: QuestionSettings | None = None,
        *,
        embedder: Embedder | None = None,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        self.settings = settings or QuestionSettings()
        if chat_model is None:
            check_chat_model(config.model, self.settings.strategy)
        if self.settings.strategy == "agent":
            raise ConfigError(
                "strategy 'agent' searches in steps, which one question to a model cannot; let "
                "`load_model_answerer` choose who answers"
            )
        self._config = config
        self._embedder = embedder or load_embedder(config)
        self._model = model_name(config, chat_model)
        self._price = price_of(self._model, config)
        self._endpoint = ChatEndpoint.load(
            config, self.settings.requests_per_second, chat_model=chat_model
        )

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Yields an answer to every question, in their order, with several requests in flight.

        Whoever stops early loses no reply that has come: it is kept, and read when the same is
        asked again. A reply that names no choice, or says nothing, gives an answer without one, and
        so does a request that is refused for good, with its failure.

        Args:
            questions: Of any videos.
            captions: What each video shows, by its name; the model is told where there is nothing.

        Raises:
            ConfigError: If a question has more choices than likelihoods are told of.
            ModelError: If the endpoint or the embedder fails.
        """
        jobs = (self._begin(question, captions.get(question.video, ())) for question in questions)
        return run_in_order(jobs, self.settings.requests_in_flight)

    def ask(
        self,
        question: str,
        videos: Sequence[VideoInfo],
        library: Library,
        choices: Sequence[str] = (),
        meter: Meter | None = None,
    ) -> Answer:
        """Answers a question about videos of a library.

        Args:
            question: In plain words.
            videos: Those it is about.
            library: Holds their timelines.
            choices: Answers to choose from.
            meter: What the question took before; None where it begins.

        Raises:
            ConfigError: If there are more choices than likelihoods are told of.
            ModelError: If the endpoint or the embedder fails, or the model says nothing.
            LimitExceeded: If its tokens or seconds run out.
        """
        meter = meter or Meter(self._price)
        began = time.perf_counter()
        timelines = [library.store.events(video.content_hash) for video in videos]
        if len(videos) > 1:
            question = f"{question}\n\n{named(videos)} {load_prompt('answer_several').fill()}"
        write = self._writer(timelines, question, library)
        reply = self._reply(_Request("", question, tuple(choices), write, meter))
        checked = check_citations(reply.final.text, library.store, videos)
        asking = Asking(library.store, videos, self._model, meter, began)
        notes = (*reply.notes, *(() if checked.evidence else (UNGROUNDED,)))
        return asking.answer(reply.final, checked, notes=notes)

    def _begin(
        self, question: VideoQuestion, events: Sequence[Event]
    ) -> Callable[[], ChoiceAnswer]:
        meanings = EmbeddedMeanings(self._embedder, self._config.library / "caption_vectors")
        write = self._writer([events], question.text, meanings)
        request = _Request(question.id, question.text, question.choices, write, Meter(self._price))
        return partial(self._choose, request, events)

    def _choose(self, request: _Request, events: Sequence[Event]) -> ChoiceAnswer:
        try:
            reply = self._reply(request)
        except SilentModel as error:
            self._endpoint.warn(error)
            return ChoiceAnswer(None, reply=error.reply, usage=request.meter.usage())
        except (LateReply, LimitExceeded) as error:
            usage = request.meter.usage()
            return ChoiceAnswer(None, usage=usage, failure=str(error), unanswered=True)
        except RefusedRequest as error:
            return ChoiceAnswer(None, usage=request.meter.usage(), failure=str(error))
        return ChoiceAnswer(
            choice=reply.final.choice,
            probabilities=reply.probabilities,
            span=supported_span(reply.final.text, events),
            reply=reply.written,
            usage=request.meter.usage(),
        )

    def _writer(
        self, timelines: Sequence[Sequence[Event]], question: str, meanings: Meanings
    ) -> Callable[[int], Texts]:
        """Returns what writes timelines with at most so many tokens for each request."""
        settings = self.settings

        def write(max_tokens: int) -> Texts:
            shown = replace(settings.representation, max_tokens=max_tokens)
            fitting = replace(settings, representation=shown)
            return timeline_texts(timelines, question, fitting, meanings)

        return write

    def _reply(self, request: _Request) -> _Reply:
        """Asks what is asked; where it is too long for the model, once more with what fits.

        Raises:
            SilentModel: If the model says nothing whole.
        """
        reply, notes = self._endpoint.window.shown(partial(self._asked, request))
        return replace(reply, notes=notes)

    def _asked(self, request: _Request) -> _Reply:
        """Asks for summaries where they are wanted, then for the answer."""
        summarises = self.settings.strategy == "summarise"
        texts = self._endpoint.window.fitted(
            request.write,
            self.settings.representation.max_tokens,
            str(write_question(request.question, request.choices, "")),
            limits.of_summary(self.settings.summary_words) if summarises else limits.ANSWER,
        )
        if summarises:
            texts = tuple(self._summary(request, texts, place) for place in range(len(texts)))
        timeline = "\n\n".join(texts)
        if request.choices and self.settings.choosing == "likelihood":
            return self._likeliest(request, timeline)
        prompt = write_question(request.question, request.choices, timeline)
        structured = request.choices and self.settings.choosing == "form"
        form = answer_format(len(request.choices)) if structured else None
        completion = self._endpoint.complete(prompt, request.draw, request.meter, form, whole=True)
        completion.check()
        final = read_reply(completion.text, request.choices)
        called = read_written_calls(completion.text, {})
        if called is not None or not (final.text or final.choice is not None):
            what = "wrote a tool call where it had no tool" if called else "gave no words"
            raise SilentModel(f"{completion.where} {what}; try another model", completion.written)
        return _Reply(completion.written, final)

    def _summary(self, request: _Request, texts: Texts, place: int) -> str:
        words = max(1, self.settings.summary_words // len(texts))
        prompt = write_for_summary(request.question, texts[place], words)
        draw = f"{request.draw} summary {place}"
        completion = self._endpoint.complete(
            prompt, draw, request.meter, most_tokens=limits.of_summary(words)
        )
        completion.check()
        return completion.text

    def _likeliest(self, request: _Request, timeline: str) -> _Reply:
        count = len(request.choices)
        if count > MOST_LIKELIHOODS:
            raise ConfigError(
                f"{count} choices cannot be told apart by likelihood, at most {MOST_LIKELIHOODS} "
                "can; let choices be told in a form or in text"
            )
        prompt = write_for_label(request.question, request.choices, timeline)
        completion = self._endpoint.complete(
            prompt,
            request.draw,
            request.meter,
            most_tokens=limits.LABEL,
            likeliest=MOST_LIKELIHOODS,
        )
        completion.check()
        shares = read_likelihoods(completion.message, count)
        if shares is None:
            return _Reply(completion.written, read_reply(completion.text, request.choices))
        choice = ranking.best(shares[:count])
        final = FinalAnswer(request.choices[choice], choice, shares[choice])
        return _Reply(completion.written, final, shares)


@dataclass(frozen=True, slots=True)
class _Request:
    """A question that is being put to the model."""

    draw: str
    question: str
    choices: tuple[str, ...]
    write: Callable[[int], Texts]
    meter: Meter


@dataclass(frozen=True, slots=True)
class _Reply:
    """All that the model wrote, and what was read from it."""

    written: str
    final: FinalAnswer
    probabilities: tuple[float, ...] = ()
    notes: tuple[str, ...] = ()
