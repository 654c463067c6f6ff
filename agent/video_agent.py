"""The one public entry: watches videos and answers questions about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foretell.actions import ActionWindow, Forecast
from foretell.agent.chat_models.in_flight import awaited, in_thread
from foretell.agent.offered_tools import PlannerTool
from foretell.agent.planned_answer import planned_answer
from foretell.agent.planner_events import PlannerEvent
from foretell.agent.planner_factory import PlannerFactory
from foretell.agent.video_indexer import (
    AnyVideo,
    VideoIndexer,
    VideoPath,
    check_paths,
    is_missing,
)
from foretell.closing import Closing
from foretell.config import Config, load_config
from foretell.errors import ConfigError
from foretell.file_names import told_apart
from foretell.moments import LocateResult
from foretell.plans import Plan
from foretell.types import Answer, Progress, Timeline, VideoInfo, Watched

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from foretell.agent.chat import Chat
    from foretell.agent.messages import Message
    from foretell.agent.tasks.answering.question_answering import QuestionAnswering
    from foretell.agent.tasks.answering.question_settings import Strategy
    from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
    from foretell.agent.tasks.planning.plan_request import Steps
    from foretell.agent.tasks.planning.procedure_planning import Moment
    from foretell.memory.tracks import Track
    from foretell.tools.captioning.captioner import Captioner
    from foretell.tools.localization.frame_scorer import FrameScorer, OnProgress
    from foretell.tools.recognition.recognizer import ActionRecognizer
    from foretell.tools.speech.transcriber import Transcriber
    from foretell.tools.watching.perceiver import Perceiver


class VideoAgent(Closing):
    """Answers questions about videos from a memory of what it watched.

    Safe to use from several threads at once; `aask`, `astream`, `awatch` and `alocate` are awaited.

    Example:
        >>> agent = VideoAgent()  # or VideoAgent(model="gpt-...", base_url="...")
        >>> agent.watch("kitchen.mp4", captions="captions.json")
        >>> answer = agent.ask("When does the person pour the milk?", "kitchen.mp4")
        >>> answer.text, answer.evidence[0].interval, answer.confidence
        >>> answer.to_dict()  # for json, pandas or a log
        >>> agent.plan("a warm cup of milk", video="kitchen.mp4").to_dict()["steps"]

        Models, tools and senses of your own are given as objects (docs/extending.md):

        >>> VideoAgent(captioner=MyCaptioner(), perceivers=[MyPerceiver()])
        >>> VideoAgent(model="gpt-...", tools=[count_people])

    Args:
        config: All settings; built from file, environment and `settings` if None.
        chat_model: A LangChain chat model to plan with, in place of the one that
            `config.model` names.
        captioner: Describes clips: a name as in `Config.captioner`, or any `Captioner`.
        recognizer: Recognises actions: a name as in `Config.recognizer`, or any
            `ActionRecognizer`.
        transcriber: Writes down speech: a name as in `Config.transcriber`, or any `Transcriber`.
        frame_scorer: Compares frames with words, to find moments: a name as in
            `Config.frame_scorer`, or any `FrameScorer`.
        perceivers: What else videos are watched with; each `Perceiver` adds a track of events.
        tools: What a language model may call beside the tools that ship with foretell: LangChain
            tools, or functions with types and a docstring.
        **settings: Fields of `Config`, such as `model`, `base_url` or `library`.

    Raises:
        ConfigError: If a setting is wrong, or tools were given and no language model.
        MemoryStoreError: If the library is damaged or was made with another embedder.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        chat_model: BaseChatModel | None = None,
        captioner: Captioner | str | None = None,
        recognizer: ActionRecognizer | str | None = None,
        transcriber: Transcriber | str | None = None,
        frame_scorer: FrameScorer | str | None = None,
        perceivers: Sequence[Perceiver] = (),
        tools: Sequence[PlannerTool] = (),
        **settings: Any,
    ) -> None:
        given = {
            "captioner": captioner,
            "recognizer": recognizer,
            "transcriber": transcriber,
            "frame_scorer": frame_scorer,
        }
        settings |= {name: part for name, part in given.items() if isinstance(part, str)}
        if config is not None and settings:
            raise ConfigError(
                f"both a config and the settings {sorted(settings)} were given; "
                "give one, or put the settings into the config"
            )
        self.config = config or load_config(**settings)
        self._chat_model = chat_model
        self._frame_scorer = None if isinstance(frame_scorer, str) else frame_scorer
        self.indexer = VideoIndexer(
            self.config,
            captioner=None if isinstance(captioner, str) else captioner,
            recognizer=None if isinstance(recognizer, str) else recognizer,
            transcriber=None if isinstance(transcriber, str) else transcriber,
            perceivers=perceivers,
        )
        self.library = self.indexer.library
        try:
            self._factory = PlannerFactory(
                self.config,
                self.library,
                self.indexer.open_video,
                chat_model,
                frame_scorer=self._frame_scorer,
                tools=tools,
            )
        except BaseException:
            self.close()
            raise

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
        anew: bool = False,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Watched:
        """Watches a video into its timeline; what was seen before is not looked at again.

        Args:
            video: Path of the file.
            captions: File of captions, in any of the forms in docs/importing.md.
            subtitles: File of subtitles; one beside the video with its name is found by itself.
            narrations: File of narrations or action segments.
            anew: Whether what was seen before is looked at again, and replaced.
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
            anew=anew,
            on_progress=on_progress,
        )

    awatch = awaited(watch)

    def timeline(self, video: AnyVideo) -> Timeline:
        """Returns what is known of a video, watching it first if it is new.

        Raises:
            VideoError: If the file cannot be decoded.
        """
        return self.indexer.timeline(video)

    def ask(
        self,
        question: str,
        *videos: AnyVideo,
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
        check_paths(videos)
        if len(videos) == 1 and is_missing(videos[0]) and Path(question).is_file():
            raise ConfigError(
                f"the question is the file {question!r}; give the question first, then the video"
            )
        *_, answer = self.converse(question, self.see(videos), choices=choices, strategy=strategy)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, *videos: AnyVideo, choices: Sequence[str] = ()
    ) -> Generator[PlannerEvent | Answer]:
        """Answers like `ask`, giving tool calls and words as they come, and the `Answer` last."""
        return self.converse(question, self.see(videos), choices=choices, stream=True)

    aask = awaited(ask)

    async def astream(
        self, question: str, *videos: AnyVideo, choices: Sequence[str] = ()
    ) -> AsyncGenerator[PlannerEvent | Answer]:
        """Does as `stream`, in a thread of its own, which ends soon after the caller stops."""

        def events() -> Generator[PlannerEvent | Answer]:
            yield from self.stream(question, *videos, choices=choices)

        async for event in in_thread(events()):
            yield event

    def anticipate(
        self,
        video: AnyVideo,
        *,
        at_seconds: float | None = None,
        k: int = 5,
        horizon: int = 20,
        examples: str | None = None,
        taxonomy: str | None = None,
        optimal: bool = False,
    ) -> Forecast:
        """Forecasts what the person in a video will do next, watching it first if it is new.

        Args:
            video: Path of the file.
            at_seconds: The moment to forecast from; None for the end.
            k: K, how many candidate futures to give.
            horizon: Z, how many actions each of them has.
            examples: What to learn from: name of a bank, or a file or folder of annotations; None
                for the procedures that ship with foretell.
            taxonomy: Name or file of the words to forecast in; None for those of the examples.
            optimal: Without a model, whether to give the futures with the least expected edit
                distance rather than such as read well.

        Raises:
            ConfigError: If an argument is out of range or unknown.
            VideoError: If the file cannot be decoded.
            DatasetError: If the examples cannot be read.
            ToolError: If the timeline tells no action.
            ModelError: If the model or its endpoint fails.
        """
        anticipation = self._anticipation(examples, taxonomy, horizon, optimal)
        seen = replace(self.timeline(video), video=self.see([video])[0])
        return anticipation.of_timeline(seen, k, at_seconds)

    def anticipate_window(
        self,
        window: VideoPath | ActionWindow,
        *,
        k: int = 5,
        horizon: int = 20,
        examples: str | None = None,
        taxonomy: str | None = None,
        optimal: bool = False,
    ) -> Forecast:
        """Forecasts what follows a list of actions.

        Args:
            window: The actions seen so far, or a JSON file of them, as in docs/annotations.md.
            k: K, how many candidate futures to give.
            horizon: Z, how many actions each of them has.
            examples: What to learn from, as in `anticipate`.
            taxonomy: The words to forecast in, as in `anticipate`.
            optimal: As in `anticipate`.

        Raises:
            ConfigError: If an argument is out of range or unknown.
            DatasetError: If the file is in another form, or a word is not in the taxonomy.
            ModelError: If the model or its endpoint fails.
        """
        from foretell.tools.annotations.plain import read_window

        anticipation = self._anticipation(examples, taxonomy, horizon, optimal)
        if isinstance(window, ActionWindow):
            return anticipation.of_window(window, k)
        read = read_window(Path(window), anticipation.taxonomy)
        forecast = anticipation.of_window(read.window, k)
        return replace(forecast, repairs=Counter(read.repairs) + Counter(forecast.repairs))

    def plan(
        self,
        goal: Moment | None = None,
        start: Moment | None = None,
        *,
        video: AnyVideo | None = None,
        task: str | None = None,
        steps: Steps | None = None,
        exact: bool = False,
        k: int = 5,
        procedures: str | None = None,
    ) -> Plan:
        """Plans the steps that lead from a start to a goal.

        Args:
            goal: What is to be reached, in words or as a second of the video; None where
                `task` says it.
            start: What there is, in words or as a second; None for the video's end.
            video: Path of a file, watched first if it is new; None to plan from words alone.
            task: What is done, in words; the name of a known task is taken for certain.
            steps: How many, or the least and the most; None for as many as it takes.
            exact: Whether words are names of known steps, letter by letter.
            k: How many plans to give at most, the best first.
            procedures: Bank or file to plan with; None for what ships with foretell.

        Raises:
            ConfigError: If what is asked is incomplete or out of range, or procedures are unknown.
            VideoError: If the file cannot be decoded.
            ToolError: If the timeline tells nothing.
            ModelError: If the model or its endpoint fails.
        """
        from foretell.agent.tasks.planning.procedure_planning import ProcedurePlanning

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
        return planning.plan(goal, start, timeline=seen, task=task, steps=steps, exact=exact, k=k)

    def locate(
        self,
        query: str,
        video: AnyVideo,
        *,
        k: int = 5,
        on_progress: OnProgress | None = None,
    ) -> LocateResult:
        """Locates when something happens in a video; nothing where it does not.

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
        from foretell.agent.tasks.localization.moment_finding import MomentFinding

        finding = MomentFinding(
            self.config,
            self.library,
            chat_model=self._chat_model,
            open_video=self.indexer.open_video,
            on_progress=on_progress,
            frame_scorer=self._frame_scorer,
        )
        return finding.locate(query, self.timeline(video), k)

    alocate = awaited(locate)

    def videos(self) -> tuple[VideoInfo, ...]:
        """Returns every video of the library, in the order in which they came."""
        return self.library.store.videos()

    def tracks(self, video: VideoPath) -> tuple[Track, ...]:
        """Returns what a video's timeline comes from: captions, scenes, models and the like."""
        return self.indexer.tracks(video)

    def forget(self, video: VideoPath, source: str | None = None) -> None:
        """Deletes what one source gave of a video, or all that is known of it; the file stays.

        Args:
            video: Path of the file, also of one that is gone.
            source: Such as "captions:lavila.json", as events name it; None for everything.

        Raises:
            ConfigError: If the video or the source is unknown.
        """
        self.indexer.forget(video, source)

    def chat(self, *videos: AnyVideo, resume: str | None = None) -> Chat:
        """Begins a conversation about videos, or takes up an earlier one by its id.

        Raises:
            ConfigError: If no video is given for a new conversation.
            MemoryStoreError: If there is no conversation with that id.
        """
        from foretell.agent.chat import Chat

        if resume is not None:
            return Chat.resume(self, resume, videos)
        return Chat.begin(self, self.see(videos))

    def see(self, videos: Sequence[AnyVideo]) -> tuple[VideoInfo, ...]:
        """Gives each video under the path it was given by, or its title; what is new is watched."""
        if not videos:
            raise ConfigError("no video was given; name at least one file")
        check_paths(videos)
        seen = [self._seen(video) for video in videos]
        names = told_apart([video.shown_as or video.path for video in seen])
        told = [replace(one, shown_as=name) for one, name in zip(seen, names, strict=True)]
        return tuple({video.content_hash: video for video in told}.values())

    def converse(
        self,
        question: str,
        videos: Sequence[VideoInfo],
        *,
        history: Sequence[Message] = (),
        choices: Sequence[str] = (),
        stream: bool = False,
        strategy: Strategy = "agent",
    ) -> Generator[PlannerEvent | Answer]:
        """Answers a question that may follow others, giving the `Answer` last.

        Only the agent is told of the history, and tells what it does on the way.
        """
        if not question.strip():
            raise ConfigError("the question is empty; ask something")
        if strategy != "agent":
            yield self._answering(strategy).ask(question, videos, self.library, choices)
            return
        yield from planned_answer(
            self._factory,
            self.library.store,
            question,
            videos,
            history=history,
            choices=choices,
            stream=stream,
            shown_timeline=lambda meter: self._answering("one-call").ask(
                question, videos, self.library, choices, meter
            ),
        )

    def _seen(self, video: AnyVideo) -> VideoInfo:
        if isinstance(video, VideoInfo):
            return video
        return replace(self.timeline(video).video, path=str(video))

    def close(self) -> None:
        """Closes the library."""
        self.indexer.close()

    def _answering(self, strategy: Strategy) -> QuestionAnswering:
        from foretell.agent.tasks.answering.question_answering import QuestionAnswering
        from foretell.agent.tasks.answering.question_settings import QuestionSettings
        from foretell.tools.representation.renderer import Representation

        shown = Representation(max_tokens=self.config.timeline_tokens)
        return QuestionAnswering(
            self.config,
            QuestionSettings(strategy, representation=shown),
            embedder=self.library.embedder,
            chat_model=self._chat_model,
        )

    def _anticipation(
        self, examples: str | None, taxonomy: str | None, horizon: int, optimal: bool
    ) -> ActionAnticipation:
        from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation

        return ActionAnticipation(
            self.config,
            self.library.examples,
            examples=examples,
            taxonomy=taxonomy,
            horizon=horizon,
            optimal=optimal,
            chat_model=self._chat_model,
        )
