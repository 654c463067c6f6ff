"""Watches videos into the library, as the settings say; needs no planner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from os import PathLike
from pathlib import Path

from foretell.closing import Closing
from foretell.config import Config
from foretell.memory.embedders import load_embedder
from foretell.memory.library import Library
from foretell.tools.perceivers import perceivers_for, what_is_missing
from foretell.tools.video import DecodeLimits, Video, open_video
from foretell.tools.watch import Progress, Watched, watch

VideoPath = str | PathLike[str]


class Viewer(Closing):
    """Opens the library and watches videos into it; a context manager.

    Attributes:
        config: All settings.
        library: The memory.

    Raises:
        MemoryStoreError: If the library is damaged or was made with another embedder.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.library = Library.open(config.library, load_embedder(config))

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

        Raises:
            VideoError: If the file cannot be decoded.
            DatasetError: If a file of text cannot be read.
        """
        perceivers = perceivers_for(
            Path(video),
            captions=_path(captions),
            subtitles=_path(subtitles),
            narrations=_path(narrations),
            read_screen_text=self.config.read_screen_text,
        )
        store = self.library.store
        watched = watch(Path(video), store, perceivers, self.open_video, on_progress)
        missing = what_is_missing(self.config.read_screen_text)
        return replace(watched, notes=(*watched.notes, *missing))

    def open_video(self, path: Path, content_hash: str) -> Video:
        """Opens a file whose content hash is known.

        Raises:
            VideoError: If it cannot be decoded.
        """
        config = self.config
        return open_video(
            path,
            backend=config.video_backend,
            limits=DecodeLimits(
                config.max_pixels, config.decode_seconds, config.decode_memory_bytes
            ),
            isolate=config.isolate_decoding,
            content_hash=content_hash,
        )

    def close(self) -> None:
        """Closes the library."""
        self.library.close()


def _path(file: VideoPath | None) -> Path | None:
    return None if file is None else Path(file)
