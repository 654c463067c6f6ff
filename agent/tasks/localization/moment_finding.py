"""Locates when something happens in a watched video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError
from foretell.memory.library import Library
from foretell.moments import LocateResult, MomentQuery
from foretell.ranges import check_range
from foretell.tools.decoding.video import Video
from foretell.tools.localization.frame_localizer import FrameLocalizerSettings
from foretell.tools.localization.frame_scorer import FrameScorer, OnProgress
from foretell.tools.localization.frame_scorers import load_frame_localizer
from foretell.tools.localization.localizer import DeferredLocalizer, Localizer
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.text_localizer import ALIKE, TOO_ALIKE, LibraryLocalizer
from foretell.tools.querying.facts import looked_at
from foretell.tools.querying.not_looked import nothing_found
from foretell.tools.recognition.recognizer import label_sets_of, load_labels
from foretell.tools.watching.watch import OpenVideo
from foretell.types import SHOWN_KINDS, Timeline, VideoInfo

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class MomentFinding:
    """Locates with the embedder, or with the models that the settings name.

    A frame scorer looks at the file as long as it is there. Else a chat model or the embedder reads
    the timeline; the chat model is loaded when it is first asked.

    Args:
        config: Names the models, and the folder where replies are kept.
        library: Holds the timelines, and makes words comparable.
        chat_model: Asked in place of the model that the settings name.
        open_video: Opens a file to look at its frames; None reads the timeline alone.
        on_progress: Told how much of each video was looked at.
        frame_scorer: Looks at frames in place of the one that the settings name.
    """

    def __init__(
        self,
        config: Config,
        library: Library,
        *,
        chat_model: BaseChatModel | None = None,
        open_video: OpenVideo | None = None,
        on_progress: OnProgress | None = None,
        frame_scorer: FrameScorer | None = None,
    ) -> None:
        self._config = config
        self._library = library
        self._chat_model = chat_model
        self._open_video = open_video
        self._on_progress = on_progress
        self._frame_scorer = frame_scorer

    def locate(self, query: str, timeline: Timeline, k: int = 5) -> LocateResult:
        """Returns when something happens, the surest first, or says that it does not.

        Args:
            query: What happens, in plain words.
            timeline: What the video shows.
            k: Most moments to give.

        Raises:
            ConfigError: If the query is blank, `k` is not positive or a model is misnamed.
            DatasetError: If the labels cannot be read.
            VideoError: If the file cannot be decoded.
            ModelError: If a model or its endpoint fails.
        """
        if not query.strip():
            raise ConfigError(f"the query {query!r} is blank; say what happens")
        check_range("k", k, 1)
        video = timeline.video
        moment_query = MomentQuery("", video.content_hash, query, video.interval)
        localizer = self.localizer([video], k)
        events = timeline.of_kind(*SHOWN_KINDS).events
        (located,) = localizer.locate([moment_query], {video.content_hash: events})
        located = located.first(k)
        return located if located.moments else _with_status(located, timeline)

    def localizer(self, videos: Sequence[VideoInfo], k: int = 5) -> Localizer:
        """Returns what finds moments in some videos, each named by its content hash.

        Raises:
            ConfigError: If a model is misnamed, or models do not go together.
            DatasetError: If the labels cannot be read.
            ModelError: If the frame scorer is not on this machine.
        """
        known = {video.content_hash: video for video in videos}
        return load_frame_localizer(
            self._config,
            lambda name: self._opened(known[name]),
            DeferredLocalizer(lambda: self._reader(k)),
            labels=self._labels(),
            settings=FrameLocalizerSettings(limit=k),
            on_progress=self._on_progress,
            scorer=self._frame_scorer,
        )

    def can_look_at(self, video: VideoInfo) -> bool:
        """Returns whether moments are found in a video's frames, so that it needs no timeline."""
        looks = self._frame_scorer is not None or self._config.frame_scorer is not None
        return looks and self._open_video is not None and video.file.is_file()

    def _opened(self, video: VideoInfo) -> Video | None:
        if self._open_video is None or not self.can_look_at(video):
            return None
        return self._open_video(video.file, video.content_hash)

    def _labels(self) -> tuple[str, ...]:
        """Returns the actions that a video may show; of a taxonomy, its verbs."""
        if self._config.moment_labels is None:
            return ()
        first, *_ = label_sets_of(load_labels(self._config.moment_labels))
        return first.labels

    def _reader(self, k: int) -> Localizer:
        if self._chat_model is None and self._config.model == EMBEDDED:
            return LibraryLocalizer(self._library, LocalizerSettings(limit=k))
        from foretell.agent.chat_models.chat_endpoint import ChatEndpoint
        from foretell.agent.chat_models.models import model_name, price_of
        from foretell.agent.tasks.localization.temporal_grounding import (
            GroundingSettings,
            TemporalGrounding,
        )
        from foretell.tools.representation.renderer import Representation

        endpoint = ChatEndpoint.load(self._config, chat_model=self._chat_model)
        price = price_of(model_name(self._config, self._chat_model), self._config)
        shown = Representation(max_tokens=self._config.timeline_tokens)
        return TemporalGrounding(
            endpoint,
            self._library.embedder,
            GroundingSettings(representation=shown),
            price=price,
            must_speak=True,
        )


def _with_status(located: LocateResult, timeline: Timeline) -> LocateResult:
    """Adds whether what was not found is absent, or nobody looked for it."""
    if located.source:
        return replace(located, status="absent")
    status, text = nothing_found("action", timeline)
    said = looked_at("speech", timeline)
    if status == "unknown" and not said:
        return replace(located, status=status, reason=text)
    if located.likeness is not None and located.likeness >= ALIKE:
        return replace(located, status="unknown", reason=TOO_ALIKE)
    return replace(located, status=status)
