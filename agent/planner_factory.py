"""Builds what answers one question: a model, its tools, and what stands between them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from foretell.actions import Forecast
from foretell.agent.chat_models.models import model_name, price_of
from foretell.agent.direct_planner import DirectPlanner
from foretell.agent.embedded.model import EmbeddedPlanner
from foretell.agent.embedded.relevance import RelevanceScorer
from foretell.agent.frame_inspector import FrameInspector
from foretell.agent.offered_tools import PlannerTool, own_tools
from foretell.agent.planner_events import QuestionPlanner
from foretell.agent.toolset import MAX_MOMENTS, Toolset
from foretell.agent.trajectory import Meter
from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError, argument
from foretell.memory.library import Library
from foretell.own_parts import check_parts
from foretell.plans import Plan
from foretell.prompts.loader import load_prompt
from foretell.tools.localization.frame_scorer import FrameScorer
from foretell.tools.watching.watch import OpenVideo
from foretell.types import Timeline, VideoInfo

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.rate_limiters import BaseRateLimiter

    from foretell.agent.chat_models.endpoint_answerer import EndpointAnswerer
    from foretell.agent.tasks.localization.moment_finding import MomentFinding
    from foretell.agent.tasks.planning.procedure_planning import Moment
    from foretell.tools.vision_models.image_text_answerer import ImageTextAnswerer

FREE = (0.0, 0.0)
"""US dollars per million tokens in and out of a model that runs here."""
FORESEEN = 3
"""Futures that a planner is told of."""
PLANNED = 3
"""Plans that a planner is told of."""


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
        ConfigError: If a part lacks what is called of it, a tool has no description or the name of
            another, or there is no language model to call it.
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
        check_parts({"frame_scorer": frame_scorer}, FrameScorer)
        if chat_model is not None and not hasattr(chat_model, "bind_tools"):
            raise ConfigError(
                f"chat_model was given as {type(chat_model).__name__}; give a chat model of "
                f"LangChain, or name one with {argument('model', 'NAME')}"
            )
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
    ) -> QuestionPlanner:
        """Makes what answers one question.

        Args:
            videos: The videos that may be spoken of.
            meter: Where tokens are counted.
            self_check: Whether a language model that is unsure is asked to look again.

        Raises:
            ConfigError: If the model is unknown, or a key is missing.
        """
        finding = self._finding
        searchable = [
            video.content_hash for video in videos if finding and finding.can_look_at(video)
        ]
        toolset = Toolset(
            self._library,
            videos,
            self._frame_inspector(videos, meter),
            self._foresee,
            self._plan_steps,
            finding.localizer(videos, MAX_MOMENTS) if finding and searchable else None,
            searchable,
            self._config.timeline_tokens,
        )
        if self.embedded:
            scorer = RelevanceScorer(self._library)
            model = EmbeddedPlanner(scorer, tuple(videos), searches_frames=bool(searchable))
            return DirectPlanner(model, toolset.offered(), self._config)
        return self._graph(toolset, meter, self_check=self_check)

    def _graph(self, toolset: Toolset, meter: Meter, *, self_check: bool) -> QuestionPlanner:
        """Makes the graph in which a chat model calls the tools.

        Importing it takes a second, which the embedded planner does without.
        """
        from foretell.agent.chat_models.models import around_chat_model
        from foretell.agent.chat_models.reply_reading import ReplyReading
        from foretell.agent.evidence import check_citations
        from foretell.agent.grounding import Grounding
        from foretell.agent.middleware import SelfCheck
        from foretell.agent.planner import Planner

        prompt = load_prompt("planner").fill()
        config, model = self._config, self._chat_model
        around = [] if model is not None else around_chat_model(config.model, config)
        tools = [*toolset.tools(), *self._own_tools]
        around.insert(0, ReplyReading(tools))
        store, videos = self._library.store, toolset.videos
        around.insert(
            0, Grounding(meter, lambda text: bool(check_citations(text, store, videos).evidence))
        )
        if self_check:
            around.insert(0, SelfCheck(meter))
        return Planner(model or self._configured_model, tools, prompt, meter, config, around)

    @functools.cached_property
    def _configured_model(self) -> BaseChatModel:
        """Returns the model that the settings name, which learns how its endpoint wants it."""
        from foretell.agent.chat_models.models import load_chat_model

        return load_chat_model(self._config.model, self._config, self._rate_limiter)

    def _frame_inspector(self, videos: Sequence[VideoInfo], meter: Meter) -> FrameInspector | None:
        """Returns eyes, where a vision model can work and there are files to look at."""
        files = any(video.file.is_file() for video in videos)
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
        from foretell.tools.vision_models.image_text_answerer import local_answerer

        return local_answerer(self._config)

    def _endpoint_answerer(self, name: str, meter: Meter) -> EndpointAnswerer:
        from foretell.agent.chat_models.endpoint_answerer import EndpointAnswerer
        from foretell.agent.chat_models.models import around_chat_model, load_chat_model

        config = self._config
        return EndpointAnswerer(
            load_chat_model(name, config),
            name,
            Meter(price_of(name, config), whole=meter),
            around_chat_model(name, config),
        )

    @property
    def _finding(self) -> MomentFinding | None:
        """Finds moments in frames; None where no frame scorer is set.

        It reads timelines by the embedder: a model that plans adds its own thoughts.
        """
        if self._frame_scorer is None and self._config.frame_scorer is None:
            return None
        from foretell.agent.tasks.localization.moment_finding import MomentFinding

        config = self._config.model_copy(update={"model": EMBEDDED})
        return MomentFinding(
            config, self._library, open_video=self._open_video, frame_scorer=self._frame_scorer
        )

    def _foresee(self, timeline: Timeline, at_seconds: float | None) -> Forecast:
        """Forecasts from examples alone: a model that plans adds its own thoughts."""
        from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation

        config = self._config.model_copy(update={"model": EMBEDDED})
        anticipation = ActionAnticipation(config, self._library.examples)
        return anticipation.of_timeline(timeline, FORESEEN, at_seconds)

    def _plan_steps(
        self, timeline: Timeline, goal: str, start: Moment | None, steps: int | None
    ) -> Plan:
        """Plans by counting alone, for the same reason."""
        from foretell.agent.tasks.planning.procedure_planning import ProcedurePlanning

        config = self._config.model_copy(update={"model": EMBEDDED})
        planning = ProcedurePlanning(config, self._library.procedures, self._library.embedder)
        return planning.plan(goal, start, timeline=timeline, steps=steps, k=PLANNED)
