"""Says when something happens in a watched video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from foretell.config import EMBEDDED, Config
from foretell.errors import ConfigError
from foretell.memory.embedders import Embedder
from foretell.tools.localization.moments import Localizer, Located, MomentQuery
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.text_localizer import TextLocalizer
from foretell.tools.video import Video
from foretell.tools.vision_models.frame_scorers import load_frame_localizer
from foretell.tools.watch import OpenVideo
from foretell.types import SHOWN_KINDS, Timeline, VideoInfo


class MomentFinding:
    """Locates with the embedder, or with the models that the settings name.

    A frame scorer looks at the file as long as it is there. Else a chat model or the embedder reads
    the timeline.

    Args:
        config: Names the models, and the folder where replies are kept.
        embedder: Makes words comparable.
        chat_model: Asked in place of the model that the settings name.
        open_video: Opens a file to look at its frames; None reads the timeline alone.
    """

    def __init__(
        self,
        config: Config,
        embedder: Embedder,
        *,
        chat_model: BaseChatModel | None = None,
        open_video: OpenVideo | None = None,
    ) -> None:
        self._config = config
        self._embedder = embedder
        self._chat_model = chat_model
        self._open_video = open_video

    def locate(self, query: str, timeline: Timeline, top: int = 5) -> Located:
        """Gives when something happens, the surest first, or says that it does not.

        Args:
            query: What happens, in plain words.
            timeline: What the video shows.
            top: Most moments to give.

        Raises:
            ConfigError: If the query is blank, `top` is not positive or a model is misnamed.
            VideoError: If the file cannot be decoded.
            ModelError: If a model or its endpoint fails.
        """
        if not query.strip():
            raise ConfigError(f"the query {query!r} is blank; say what happens")
        if top < 1:
            raise ConfigError(f"top must be 1 or more, got {top!r}")
        asked = MomentQuery(query, "", query, timeline.video.interval)
        localizer = load_frame_localizer(
            self._config, lambda name: self._opened(timeline.video), self._reader(top), limit=top
        )
        (located,) = localizer.locate([asked], {"": timeline.of_kind(*SHOWN_KINDS).events})
        return replace(located, moments=located.moments[:top])

    def _opened(self, video: VideoInfo) -> Video | None:
        if self._open_video is None or not Path(video.path).is_file():
            return None
        return self._open_video(Path(video.path), video.content_hash)

    def _reader(self, top: int) -> Localizer:
        if self._chat_model is None and self._config.model == EMBEDDED:
            return TextLocalizer(self._embedder, LocalizerSettings(limit=top))
        from foretell.agent.models import price_of
        from foretell.agent.tasks.chat_endpoint import ChatEndpoint
        from foretell.agent.tasks.temporal_grounding import TemporalGrounding

        endpoint = ChatEndpoint.load(self._config, chat_model=self._chat_model)
        return TemporalGrounding(endpoint, price=price_of(self._config.model, self._config))
