"""The one public entry: watches videos and answers questions about them."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AnyMessage

from foretell.actions import Forecast
from foretell.agent.chat import Chat
from foretell.agent.evidence import check_citations
from foretell.agent.final_answer import asked_message, read_final_answer
from foretell.agent.planner import Finished, PlannerEvent, TextDelta
from foretell.agent.planner_factory import PlannerFactory
from foretell.agent.tasks.answering.question_answering import QuestionAnswering
from foretell.agent.tasks.answering.question_settings import QuestionSettings, Strategy
from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
from foretell.agent.tasks.localization.moment_finding import MomentFinding
from foretell.agent.tasks.planning.plan_request import Steps
from foretell.agent.tasks.planning.procedure_planning import Moment, ProcedurePlanning
from foretell.agent.trajectory import Meter
from foretell.agent.video_indexer import VideoIndexer, VideoPath
from foretell.closing import Closing
from foretell.config import Config, load_config
from foretell.errors import ConfigError
from foretell.moments import LocateResult
from foretell.plans import Plan
from foretell.thoughts import spoken_so_far, without_thoughts
from foretell.tools.annotations.plain import read_window
from foretell.tools.localization.frame_scorer import OnProgress
from foretell.types import Answer, Progress, Timeline, VideoInfo, Watched

_UNSETTLED = (
    re.compile(r"\s*[\[(][^\])]{0,80}$"),  # a citation that may not be whole yet
    re.compile(r"(?:^|\n)[\s*_]*c[a-z]*$", re.IGNORECASE),  # perhaps "Confidence" or "Choice"
    re.compile(r"\s+$"),
)
_TAIL = re.compile(r"(?:^|\n)[\s*_]*(?:confidence|choice)\b", re.IGNORECASE)


class VideoAgent(Closing):
    """Answers questions about videos from a memory of what it watched.

    Args:
        config: All settings; built from file, environment and `settings` if None.
        chat_model: A LangChain chat model to plan with, in place of the one that
            `config.model` names.
        **settings: Fields of `Config`, such as `model`, `base_url` or `library`.

    Raises:
        ConfigError: If a setting is wrong.
        MemoryStoreError: If the library is damaged or was made with another embedder.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        chat_model: BaseChatModel | None = None,
        **settings: Any,
    ) -> None:
        if config is not None and settings:
            raise ConfigError(
                f"both a config and the settings {sorted(settings)} were given; "
                "give one, or put the settings into the config"
            )
        self.config = config or load_config(**settings)
        self.indexer = VideoIndexer(self.config)
        self.library = self.indexer.library
        self._chat_model = chat_model
        self._factory = PlannerFactory(
            self.config, self.library, self.indexer.open_video, chat_model
        )

    @property
    def model(self) -> str:
        """The name of the model that plans."""
        return self._factory.model

    def watch(
        self,
        video: VideoPath,
        *,
        captions: VideoPath | None = None,
        subtitles: VideoPath | None = None,
        narrations: VideoPath | None = None,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Watched:
        """Watches a video into its timeline; what was seen before is not looked at again.

        Args:
            video: Path of the file.
            captions: File of captions, in any of the forms in docs/importing.md.
            subtitles: File of subtitles; one beside the video with its name is found by itself.
            narrations: File of narrations or action segments.
            on_progress: Called as events are seen.

        Raises:
            VideoError: If the file cannot be decoded.
            DatasetError: If a file of text cannot be read.
        """
        return self.indexer.watch(
            video,
            captions=captions,
            subtitles=subtitles,
            narrations=narrations,
            on_progress=on_progress,
        )

    def timeline(self, video: VideoPath) -> Timeline:
        """Gives what is known of a video, watching it first if it is new.

        Raises:
            VideoError: If the file cannot be decoded.
        """
        return self.indexer.watch(video).timeline

    def ask(
        self,
        question: str,
        *videos: VideoPath,
        choices: Sequence[str] = (),
        strategy: Strategy = "agent",
    ) -> Answer:
        """Answers a question about one or more videos.

        Args:
            question: In plain words.
            *videos: Paths; videos that are new are watched first.
            choices: Answers to choose from; the answer's `choice` is then an index into them.
            strategy: "agent" lets the planner search the timeline; "one-call" and "summarise" show
                it to the chat model as it is, or as a summary that the model wrote first.

        Raises:
            ConfigError: If the question is empty, no video or model is given, or the strategy is
                unknown or needs a chat model where there is none.
            VideoError: If a file cannot be decoded.
            ModelError: If the model or its endpoint fails.
            LimitExceeded: If steps, tokens or seconds run out without an answer.
        """
        *_, answer = self.converse(question, self.see(videos), choices=choices, strategy=strategy)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, *videos: VideoPath, choices: Sequence[str] = ()
    ) -> Iterator[PlannerEvent | Answer]:
        """Answers like `ask`, giving tool calls and words as they come, and the `Answer` last."""
        return self.converse(question, self.see(videos), choices=choices, stream=True)

    def anticipate(
        self,
        video: VideoPath,
        *,
        at_seconds: float | None = None,
        k: int = 5,
        **learnt: Any,
    ) -> Forecast:
        """Says what the person in a video will do next, watching it first if it is new.

        Args:
            video: Path of the file.
            at_seconds: The moment to forecast from; None for the end.
            k: K, how many candidate futures to give.
            **learnt: `examples`, `taxonomy`, `horizon` and `optimal` of `ActionAnticipation`.

        Raises:
            ConfigError: If a setting is wrong.
            VideoError: If the file cannot be decoded.
            ToolError: If the timeline tells no action.
            ModelError: If the model or its endpoint fails.
        """
        seen = replace(self.timeline(video), video=self.see([video])[0])
        return self._anticipation(**learnt).of_timeline(seen, k, at_seconds)

    def anticipate_window(self, file: VideoPath, *, k: int = 5, **learnt: Any) -> Forecast:
        """Says what follows the actions that a JSON file lists, as in docs/annotations.md.

        Raises:
            ConfigError: If a setting is wrong.
            DatasetError: If the file is in another form, or a word is not in the taxonomy.
            ModelError: If the model or its endpoint fails.
        """
        anticipation = self._anticipation(**learnt)
        read = read_window(Path(file), anticipation.taxonomy)
        forecast = anticipation.of_window(read.window, k)
        return replace(forecast, repairs=Counter(read.repairs) + Counter(forecast.repairs))

    def plan(
        self,
        goal: Moment | None = None,
        start: Moment | None = None,
        *,
        video: VideoPath | None = None,
        procedures: str | None = None,
        steps: Steps | None = None,
        **asked: Any,
    ) -> Plan:
        """Says which steps lead from a start to a goal.

        Args:
            goal: What is to be reached, in words or as a second of the video; None where
                `task` says it.
            start: What there is, in words or as a second; None for the video's end.
            video: Path of a file, watched first if it is new; None to plan from words alone.
            procedures: Bank or file to plan with; None for what ships with foretell.
            steps: How many, or the least and the most; None for as many as it takes.
            **asked: `task`, `exact` and `k` of `ProcedurePlanning.plan`.

        Raises:
            ConfigError: If what is asked is incomplete or out of range, or procedures are unknown.
            VideoError: If the file cannot be decoded.
            ToolError: If the timeline tells nothing.
            ModelError: If the model or its endpoint fails.
        """
        planning = ProcedurePlanning(
            self.config,
            self.library.procedures,
            self.library.embedder,
            procedures,
            chat_model=self._chat_model,
        )
        seen = None
        if video is not None:
            seen = replace(self.timeline(video), video=self.see([video])[0])
        return planning.plan(goal, start, timeline=seen, steps=steps, **asked)

    def locate(
        self,
        query: str,
        video: VideoPath,
        *,
        k: int = 5,
        on_progress: OnProgress | None = None,
    ) -> LocateResult:
        """Says when something happens in a video, or that it does not.

        Args:
            query: What happens, in plain words.
            video: Path of the file, watched first if it is new.
            k: Most moments to give, the surest first.
            on_progress: Told how much of the video a frame scorer has looked at, in (0, 1].

        Raises:
            ConfigError: If the query is blank or `k` is not positive.
            VideoError: If the file cannot be decoded.
            ModelError: If the model or its endpoint fails.
        """
        finding = MomentFinding(
            self.config,
            self.library,
            chat_model=self._chat_model,
            open_video=self.indexer.open_video,
            on_progress=on_progress,
        )
        return finding.locate(query, self.timeline(video), k)

    def chat(self, *videos: VideoPath, resume: str | None = None) -> Chat:
        """Begins a conversation about videos, or takes up an earlier one by its id.

        Raises:
            ConfigError: If no video is given for a new conversation.
            MemoryStoreError: If there is no conversation with that id.
        """
        if resume is not None:
            return Chat.resume(self, resume, videos)
        return Chat.begin(self, self.see(videos))

    def see(self, videos: Sequence[VideoPath]) -> tuple[VideoInfo, ...]:
        """Watches what is new and gives each video under the path it was given by."""
        if not videos:
            raise ConfigError("no video was given; name at least one file")
        seen = [replace(self.timeline(video).video, path=str(video)) for video in videos]
        return tuple({video.content_hash: video for video in seen}.values())

    def converse(
        self,
        question: str,
        videos: Sequence[VideoInfo],
        *,
        history: Sequence[AnyMessage] = (),
        choices: Sequence[str] = (),
        stream: bool = False,
        strategy: Strategy = "agent",
    ) -> Iterator[PlannerEvent | Answer]:
        """Answers a question that may follow others, giving the `Answer` last.

        Only the agent is told of the history, and tells what it does on the way.
        """
        if not question.strip():
            raise ConfigError("the question is empty; ask something")
        if strategy != "agent":
            yield self._answering(strategy).ask(question, videos, self.library, choices)
            return
        began = time.perf_counter()
        meter = Meter(self._factory.price)
        planner = self._factory.planner(videos, meter, self_check=not stream)
        finished = Finished("", ())
        live = LiveText(
            lambda text: check_citations(text, self.library.store, videos).text,
            is_chat_model=not self._factory.embedded,
        )
        for event in planner.run([*history, asked_message(question, choices)], stream=stream):
            if isinstance(event, TextDelta):
                words = live.feed(event.text, event.reply)
            else:
                words = live.rest()
            if words:
                yield TextDelta(words)
            if isinstance(event, Finished):
                finished = event
            elif not isinstance(event, TextDelta):
                yield event
        final = read_final_answer(finished.text, choices)
        checked = check_citations(final.text, self.library.store, videos)
        yield Answer(
            text=checked.text,
            choice=final.choice,
            evidence=checked.evidence,
            confidence=final.confidence,
            model=self.model,
            trajectory=finished.steps,
            usage=meter.usage(),
            seconds=time.perf_counter() - began,
            dropped_citations=checked.dropped,
        )

    def close(self) -> None:
        """Closes the library."""
        self.indexer.close()

    def _answering(self, strategy: Strategy) -> QuestionAnswering:
        return QuestionAnswering(
            self.config,
            QuestionSettings(strategy),
            embedder=self.library.embedder,
            chat_model=self._chat_model,
        )

    def _anticipation(self, **learnt: Any) -> ActionAnticipation:
        examples, model = self.library.examples, self._chat_model
        return ActionAnticipation(self.config, examples, chat_model=model, **learnt)


class LiveText:
    """Holds back what cannot be shown yet: half a citation, thoughts, the lines after the answer.

    Words that were shown and then turn out to be none of the answer are followed by a new line: a
    thought whose opening tag stands in the prompt, or a reply that cannot be used.

    Args:
        finish: Turns text with citation labels into text as it is shown.
        is_chat_model: Whether the text may hold thoughts.
    """

    def __init__(self, finish: Callable[[str], str], *, is_chat_model: bool = True) -> None:
        self._finish = finish
        self._is_chat_model = is_chat_model
        self._reply = self._heard = self._shown = self._gap = ""

    def feed(self, piece: str, reply: str = "") -> str:
        """Takes the next piece and returns what can be shown by now, which may be nothing.

        Args:
            piece: What the model wrote.
            reply: Names the message that it is a piece of.
        """
        if reply != self._reply:
            self._reply, self._heard, self._gap = reply, "", "\n" if self._shown else ""
            self._shown = ""
        self._heard += piece
        said = spoken_so_far(self._heard) if self._is_chat_model else self._heard
        return self._show(said, *_UNSETTLED, _TAIL)

    def rest(self) -> str:
        """Returns what is still held now that the message has ended, and begins anew."""
        said = without_thoughts(self._heard) if self._is_chat_model else self._heard
        held = self._show(said, _TAIL)
        self._heard = self._shown = self._gap = ""
        return held

    def _show(self, said: str, *until: re.Pattern[str]) -> str:
        """Returns what is new before the first of `until`."""
        ends = [match.start() for end in until if (match := end.search(said))]
        finished = self._finish(said[: min(ends, default=None)])
        if self._shown.startswith(finished):
            return ""
        if not finished.startswith(self._shown):
            self._shown, self._gap = "", "\n"
        new = self._gap + finished[len(self._shown) :]
        self._shown, self._gap = finished, ""
        return new
