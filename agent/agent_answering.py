"""Lets the planner search stored captions for the answers to questions with choices.

After "VideoAgent" (ECCV 2024) and "Deep Video Discovery" (NeurIPS 2025): the model searches and
reads the timeline through tools, at most so many steps, and stops once it is sure.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from foretell.agent.chat_models.chat_endpoint import rate_limiter
from foretell.agent.chat_models.in_flight import run_in_order
from foretell.agent.evidence import check_citations
from foretell.agent.final_answer import question_message, read_final_answer
from foretell.agent.planner_events import Finished
from foretell.agent.planner_factory import PlannerFactory
from foretell.agent.tasks.answering.question_answering import QuestionAnswering
from foretell.agent.tasks.answering.question_settings import QuestionSettings, check_chat_model
from foretell.agent.trajectory import Meter
from foretell.config import Config
from foretell.errors import LateReply, LimitExceeded, RefusedRequest
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.library import Library
from foretell.questions import Answerer, ChoiceAnswer, VideoQuestion
from foretell.types import Event, Evidence, Interval, VideoInfo

SOURCE = "stored captions"


def load_model_answerer(config: Config, settings: QuestionSettings, embedder: Embedder) -> Answerer:
    """Returns who answers with the chat model that the settings name, as their strategy says.

    Raises:
        ConfigError: If the model is "embedded" or unknown, or a key is missing.
    """
    if settings.strategy != "agent":
        return QuestionAnswering(config, settings, embedder=embedder)
    check_chat_model(config.model, settings.strategy)
    return AgentAnswerer(config, embedder, settings)


class AgentAnswerer:
    """Answers each question with a planner of its own, over a library made for the purpose.

    Args:
        config: Names the model and its limits.
        embedder: Makes the captions searchable.
        settings: How many questions run at a time, and how fast requests follow each other.
        chat_model: Plans in place of the model that the settings name.
    """

    def __init__(
        self,
        config: Config,
        embedder: Embedder,
        settings: QuestionSettings,
        chat_model: BaseChatModel | None = None,
    ) -> None:
        self._config = config
        self._embedder = embedder
        self._settings = settings
        self._chat_model = chat_model

    def answer(
        self, questions: Sequence[VideoQuestion], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[ChoiceAnswer]:
        """Yields an answer to every question, in their order; without a choice where none is read.

        Raises:
            ModelError: If the endpoint or the embedder fails.
        """
        rate = self._settings.requests_per_second
        limiter = None if rate is None else rate_limiter(rate)
        with (
            tempfile.TemporaryDirectory(prefix="foretell-") as folder,
            Library.open(Path(folder), self._embedder) as library,
        ):
            factory = PlannerFactory(
                self._config, library, chat_model=self._chat_model, rate_limiter=limiter
            )
            jobs = (self._begin(question, captions, library, factory) for question in questions)
            yield from run_in_order(jobs, self._settings.requests_in_flight)

    def _begin(
        self,
        question: VideoQuestion,
        captions: Mapping[str, Sequence[Event]],
        library: Library,
        factory: PlannerFactory,
    ) -> Callable[[], ChoiceAnswer]:
        events = captions.get(question.video, ())
        video = _put(question, events, library)
        return partial(self._run, question, video, library, factory)

    def _run(
        self, question: VideoQuestion, video: VideoInfo, library: Library, factory: PlannerFactory
    ) -> ChoiceAnswer:
        meter = Meter(factory.price)
        planner = factory.planner([video], meter, self_check=True)
        try:
            *_, finished = planner.run([question_message(question.text, question.choices, [video])])
        except (LateReply, LimitExceeded) as error:
            return ChoiceAnswer(None, usage=meter.usage(), failure=str(error), unanswered=True)
        except RefusedRequest as error:
            return ChoiceAnswer(None, usage=meter.usage(), failure=str(error))
        assert isinstance(finished, Finished)
        final = read_final_answer(finished.text, question.choices)
        checked = check_citations(final.text, library.store, [video])
        return ChoiceAnswer(
            choice=final.choice,
            span=_span(checked.evidence),
            reply=finished.text,
            usage=meter.usage(),
        )


def _put(question: VideoQuestion, events: Sequence[Event], library: Library) -> VideoInfo:
    """Writes a video's captions into the library, once."""
    end = max((event.interval.end for event in events), default=0.0)
    length = Interval(0.0, max(end, question.duration_seconds or 0.0))
    video = VideoInfo(question.video, question.video, length, 0, 0, "")
    if library.store.video(video.content_hash) is None:
        library.store.put_video(video)
        library.store.begin_track(video.content_hash, SOURCE, "")
        library.store.append_events(video.content_hash, SOURCE, events)
        library.store.finish_track(video.content_hash, SOURCE)
    return video


def _span(evidence: Sequence[Evidence]) -> Interval | None:
    """Returns from the first to the last of the events that an answer rests on."""
    if not evidence:
        return None
    starts, ends = zip(*((one.interval.start, one.interval.end) for one in evidence), strict=True)
    return Interval(min(starts), max(ends))
