"""Builds what answers one question: a model, its tools, and what stands between them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.rate_limiters import BaseRateLimiter

from foretell.actions import Forecast
from foretell.agent.chat_models.endpoint_answerer import EndpointAnswerer
from foretell.agent.chat_models.models import (
    around_chat_model,
    load_chat_model,
    model_name,
    price_of,
)
from foretell.agent.embedded.model import EmbeddedPlanner
from foretell.agent.embedded.relevance import RelevanceScorer
from foretell.agent.final_answer import read_final_answer
from foretell.agent.frame_inspector import FrameInspector
from foretell.agent.middleware import ModelHandler
from foretell.agent.planner import Planner
from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
from foretell.agent.tasks.localization.moment_finding import MomentFinding
from foretell.agent.tasks.planning.procedure_planning import Moment, ProcedurePlanning
from foretell.agent.toolset import MAX_MOMENTS, PlannerTool, Toolset, own_tools
from foretell.agent.trajectory import Meter
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError
from foretell.memory.library import Library
from foretell.plans import Plan
from foretell.prompts.loader import load_prompt
from foretell.thoughts import without_thoughts
from foretell.tools.localization.frame_scorer import FrameScorer
from foretell.tools.vision_models.image_text_answerer import ImageTextAnswerer, local_answerer
from foretell.tools.watching.watch import OpenVideo
from foretell.types import Timeline, VideoInfo

FREE = (0.0, 0.0)
"""US dollars per million tokens in and out of a model that runs here."""
FORESEEN = 3
"""Futures that a planner is told of."""
PLANNED = 3
"""Plans that a planner is told of."""
SURE = 0.5
"""Confidence from which an answer stands."""
ROUNDS = 2
"""Times that an unsure planner is sent back, which bounds what a question costs."""


class PlannerFactory:
    """Makes planners on one library and one model.

    Args:
        config: All settings.
        library: The memory that the tools read.
        open_video: Opens a file to look at it again; None where there are no files.
        chat_model: Plans in place of the model that the settings name.
        rate_limiter: Lets the requests of the model that the settings name begin; None lets all.
        frame_scorer: Finds moments in frames in place of the one that the settings name.
        tools: What a language model may call beside the tools that ship with foretell.

    Raises:
        ConfigError: If a tool has no description or the name of another, or there is no language
            model to call it.
    """

    def __init__(
        self,
        config: Config,
        library: Library,
        open_video: OpenVideo | None = None,
        chat_model: BaseChatModel | None = None,
        rate_limiter: BaseRateLimiter | None = None,
        frame_scorer: FrameScorer | None = None,
        tools: Sequence[PlannerTool] = (),
    ) -> None:
        self._config = config
        self._library = library
        self._open_video = open_video
        self._chat_model = chat_model
        self._rate_limiter = rate_limiter
        self._frame_scorer = frame_scorer
        self._own_tools = own_tools(tools)
        if tools and self.embedded:
            raise ConfigError(
                f"{len(tools)} tools were given, and the model {EMBEDDED!r} calls only those that "
                "ship with foretell; name a chat model, or give one as chat_model"
            )

    @property
    def embedded(self) -> bool:
        """Whether the planner is the one that needs no language model."""
        return self._chat_model is None and self._config.model == EMBEDDED

    @property
    def model(self) -> str:
        """The name of the model that plans."""
        return model_name(self._config, self._chat_model)

    @property
    def price(self) -> tuple[float, float] | None:
        """US dollars per million input and output tokens, or None where unknown."""
        return FREE if self.embedded else price_of(self.model, self._config)

    def planner(
        self, videos: Sequence[VideoInfo], meter: Meter, *, self_check: bool = False
    ) -> Planner:
        """Makes the graph for one question.

        Args:
            videos: The videos that may be spoken of.
            meter: Where tokens are counted.
            self_check: Whether a language model that is unsure is asked to look again.

        Raises:
            ConfigError: If the model is unknown, or a key is missing.
        """
        finding = self._finding
        searchable = [video.content_hash for video in videos if finding.can_look_at(video)]
        tools = Toolset(
            self._library,
            videos,
            self._frame_inspector(videos, meter),
            self._foresee,
            self._plan_steps,
            finding.localizer(videos, MAX_MOMENTS) if searchable else None,
            searchable,
        ).tools()
        names = ", ".join(f"video {i} ({video.name})" for i, video in enumerate(videos, start=1))
        prompt = load_prompt("planner").fill(videos=names)
        tools += self._own_tools
        model, around = self._model_for(videos, searches_frames=bool(searchable))
        if self_check and not self.embedded:
            around = [SelfCheck(meter), *around]
        return Planner(
            model, tools, prompt, meter, self._config, around, is_chat_model=not self.embedded
        )

    def _model_for(
        self, videos: Sequence[VideoInfo], *, searches_frames: bool
    ) -> tuple[BaseChatModel, list[AgentMiddleware[Any, Any, Any]]]:
        """Returns the model, and what stands between the graph and it."""
        if self._chat_model is not None:
            return self._chat_model, []
        config = self._config
        if self.embedded:
            scorer = RelevanceScorer(self._library)
            return EmbeddedPlanner(
                scorer=scorer, videos=tuple(videos), searches_frames=searches_frames
            ), []
        model = load_chat_model(config.model, config, self._rate_limiter)
        return model, around_chat_model(config.model, config)

    def _frame_inspector(self, videos: Sequence[VideoInfo], meter: Meter) -> FrameInspector | None:
        """Returns eyes, where a vision model can work and there are files to look at."""
        files = any(Path(video.path).is_file() for video in videos)
        if self._config.vision_model is None or self._open_video is None or not files:
            return None
        local = self._local_answerer
        if local is not None and not local.can_answer:
            return None
        answerer = local or self._endpoint_answerer(self._config.vision_model, meter)
        return FrameInspector(answerer, self._open_video, self._library.store)

    @functools.cached_property
    def _local_answerer(self) -> ImageTextAnswerer | None:
        """Returns the vision model of this machine, if it is one, the same for every question."""
        return local_answerer(self._config)

    def _endpoint_answerer(self, name: str, meter: Meter) -> EndpointAnswerer:
        config = self._config
        return EndpointAnswerer(
            load_chat_model(name, config),
            name,
            Meter(price_of(name, config), whole=meter),
            around_chat_model(name, config),
        )

    @property
    def _finding(self) -> MomentFinding:
        """Finds moments in frames or by the embedder: a model that plans adds its own thoughts."""
        config = self._config.model_copy(update={"model": EMBEDDED})
        return MomentFinding(
            config, self._library, open_video=self._open_video, frame_scorer=self._frame_scorer
        )

    def _foresee(self, timeline: Timeline, at_seconds: float | None) -> Forecast:
        """Forecasts from examples alone: a model that plans adds its own thoughts."""
        config = self._config.model_copy(update={"model": EMBEDDED})
        anticipation = ActionAnticipation(config, self._library.examples)
        return anticipation.of_timeline(timeline, FORESEEN, at_seconds)

    def _plan_steps(
        self, timeline: Timeline, goal: str, start: Moment | None, steps: int | None
    ) -> Plan:
        """Plans by counting alone, for the same reason."""
        config = self._config.model_copy(update={"model": EMBEDDED})
        planning = ProcedurePlanning(config, self._library.procedures, self._library.embedder)
        return planning.plan(goal, start, timeline=timeline, steps=steps, k=PLANNED)


class SelfCheck(AgentMiddleware[Any, Any, Any]):
    """Lets an answer stand that the model is sure of, and asks for another look otherwise.

    After the rounds of "VideoAgent: Long-form Video Understanding with Large Language Model as
    Agent", ECCV 2024, where a model scores its own confidence and looks at more while it is low.
    An answer without a confidence stands, and so does one that was given under a limit.

    Args:
        meter: Where the tokens of an answer that does not stand are counted.
        sure: Confidence from which an answer stands, in [0, 1].
        rounds: How often the model is sent to look again, at most.
    """

    def __init__(self, meter: Meter, sure: float = SURE, rounds: int = ROUNDS) -> None:
        super().__init__()
        self._meter = meter
        self._sure = sure
        self._left = rounds

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Returns an answer that stands, or what the model does to find out more."""
        response = handler(request)
        reply = response.result[-1]
        if not isinstance(reply, AIMessage) or reply.tool_calls or not request.tools:
            return response
        confidence = read_final_answer(without_thoughts(reply.text)).confidence
        if confidence is None or confidence >= self._sure or self._left == 0:
            return response
        self._left -= 1
        self._meter.add(reply)
        note = HumanMessage(load_prompt("check").fill(confidence=confidence))
        return self.wrap_model_call(
            request.override(messages=[*request.messages, reply, note]), handler
        )
