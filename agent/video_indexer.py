"""Watches videos into the library, as the settings say, and forgets them; needs no planner."""

from __future__ import annotations

import functools
import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, cast

from foretell.closing import Closing
from foretell.config import Config
from foretell.errors import ConfigError
from foretell.memory.embedding.embedders import load_embedder
from foretell.memory.library import Library
from foretell.memory.store import Store
from foretell.memory.tracks import Track
from foretell.own_parts import check_parts
from foretell.tools.captioning.captioner import Captioner
from foretell.tools.decoding.video import DecodeLimits, Video, open_video
from foretell.tools.perceivers import perceivers_for, what_is_missing
from foretell.tools.recognition.recognizer import ActionRecognizer
from foretell.tools.speech.told_once import not_in_subtitles
from foretell.tools.speech.transcriber import TRANSCRIBED, Transcriber
from foretell.tools.watching.perceiver import Perceiver
from foretell.tools.watching.profile import Profile
from foretell.tools.watching.watch import watch
from foretell.types import Event, EventKind, Progress, Timeline, Usage, VideoInfo, Watched

if TYPE_CHECKING:
    from foretell.tools.captioning.captioners import BilledCaptioner

VideoPath = str | PathLike[str]
AnyVideo = VideoPath | VideoInfo
"""A file, or a video as the library knows it, wherever its file is now."""
_SPEECH: tuple[EventKind, ...] = ("speech",)


class VideoIndexer(Closing):
    """Opens the library and watches videos into it; a context manager.

    Safe to use from several threads: one video is watched at a time, and what is known already is
    given meanwhile.

    Args:
        config: All settings.
        captioner: Describes videos in place of the one that `config.captioner` names.
        recognizer: Recognises actions in place of the one that `config.recognizer` names.
        transcriber: Writes down speech in place of the one that `config.transcriber` names.
        perceivers: See more; they run after all others.

    Attributes:
        config: All settings.
        library: The memory.
        profile: Where the seconds of watching went so far.

    Raises:
        ConfigError: If two perceivers have the same source, or a part lacks what its protocol asks.
        MemoryStoreError: If the library is damaged or was made with another embedder.
    """

    def __init__(
        self,
        config: Config,
        *,
        captioner: Captioner | None = None,
        recognizer: ActionRecognizer | None = None,
        transcriber: Transcriber | None = None,
        perceivers: Sequence[Perceiver] = (),
    ) -> None:
        check_parts({"captioner": captioner}, Captioner)
        check_parts({"recognizer": recognizer}, ActionRecognizer)
        check_parts({"transcriber": transcriber}, Transcriber)
        check_parts({f"perceivers[{n}]": one for n, one in enumerate(perceivers)}, Perceiver)
        _check_sources(perceivers)
        self.config = config
        self.library = Library.open(config.library, load_embedder(config))
        self.profile = Profile()
        self._own_captioner = captioner
        self._own_recognizer = recognizer
        self._own_transcriber = transcriber
        self._own_perceivers = tuple(perceivers)
        self._loading = threading.RLock()
        self._watching = threading.Lock()

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
        """Watches a video into its timeline; what was seen before is looked at again only `anew`.

        Raises:
            VideoError: If the file cannot be decoded.
            DatasetError: If a file of text cannot be read.
            ConfigError: If a model that the settings name cannot be used so.
            ModelError: If it is not on this machine, or fails.
        """
        perceivers = perceivers_for(
            Path(video),
            captions=_path(captions),
            subtitles=_path(subtitles),
            narrations=_path(narrations),
            read_screen_text=self.config.read_screen_text,
            models=[*self._models(), *self._own_perceivers],
            tracks=() if (digest := self._digest(video)) is None else self._store.tracks(digest),
        )
        watched = watch(
            Path(video),
            self.library.store,
            perceivers,
            self._open_checked,
            on_progress,
            self.profile,
            one_at_a_time=self._watching,
            anew=anew,
        )
        if not watched.reused and self._forget_doubled(watched.timeline.video):
            timeline = self._store.timeline(watched.timeline.video.content_hash)
            watched = replace(watched, timeline=timeline)
        missing = what_is_missing(self.config.read_screen_text)
        return replace(watched, notes=(*watched.notes, *missing, *self._bill()))

    def timeline(self, video: AnyVideo) -> Timeline:
        """Returns what is known of a video; a file that is new is watched first.

        Raises:
            VideoError: If the file cannot be decoded.
            MemoryStoreError: If it was given as the library knows it, and was forgotten.
        """
        if isinstance(video, VideoInfo):
            return replace(self._store.timeline(video.content_hash), video=video)
        return self.watch(video).timeline

    def tracks(self, video: VideoPath) -> tuple[Track, ...]:
        """Returns what a video's timeline comes from, in the order in which it came.

        Raises:
            ConfigError: If the video is unknown.
        """
        return self._store.tracks(self._known_digest(video))

    @property
    def _store(self) -> Store:
        return self.library.store

    def _digest(self, video: VideoPath) -> str | None:
        """Returns the hash of a video that was watched, also of a file that is gone."""
        digest = self._store.known_hash(video) or self._store.last_hash(video)
        return digest if digest is not None and self._store.video(digest) is not None else None

    def _known_digest(self, video: VideoPath) -> str:
        digest = self._digest(video)
        if digest is None:
            raise ConfigError(f"the video {str(video)!r} was never watched; nothing is known of it")
        return digest

    def _models(self) -> list[Perceiver]:
        """Returns what runs the models that the settings name."""
        with self._loading:
            captioner, recognizer, transcriber = (
                self._captioner,
                self._recognizer,
                self._transcriber,
            )
        models: list[Perceiver] = []
        if captioner is not None:
            from foretell.tools.captioning.perceiver import ClipCaptions

            models.append(ClipCaptions(captioner.captioner, self.config.caption_seconds))
        if recognizer is not None:
            from foretell.tools.recognition.perceiver import ClipActions

            models.append(ClipActions(recognizer, clip_seconds=self.config.action_seconds))
        if transcriber is not None:
            from foretell.tools.speech.perceiver import Speech

            models.append(Speech(transcriber, subtitles=self._subtitles))
        return models

    def _subtitles(self, video: VideoInfo) -> list[Event]:
        """Returns what a video's files of subtitles tell; they are read before models run."""
        return self._speech(video)[0]

    def _speech(self, video: VideoInfo) -> tuple[list[Event], list[Event]]:
        """Returns what subtitles tell, and what was transcribed."""
        parts: tuple[list[Event], list[Event]] = ([], [])
        for event in self._store.events(video.content_hash, kinds=_SPEECH):
            parts[event.source.startswith(TRANSCRIBED)].append(event)
        return parts

    def _forget_doubled(self, video: VideoInfo) -> bool:
        """Forgets what was transcribed before and subtitles tell now; gives whether it was any."""
        subtitles, said = self._speech(video)
        kept = {one.id for one in not_in_subtitles(said, subtitles)}
        doubled = [one.id for one in said if one.id is not None and one.id not in kept]
        if doubled:
            self._store.forget_events(doubled)
        return bool(doubled)

    @functools.cached_property
    def _captioner(self) -> BilledCaptioner | None:
        if self._own_captioner is None and self.config.captioner is None:
            return None
        from foretell.tools.captioning.captioners import keep_captions, load_captioner

        if self._own_captioner is not None:
            return keep_captions(self._own_captioner, self.config.library)
        return load_captioner(self.config, self.profile)

    @functools.cached_property
    def _recognizer(self) -> ActionRecognizer | None:
        config = self.config
        if self._own_recognizer is not None:
            if config.labels is not None:
                raise ConfigError(
                    f"labels is {config.labels!r}, and the recognizer "
                    f"{self._own_recognizer.name!r} was given as an object with labels of its own; "
                    "give no labels"
                )
            return self._own_recognizer
        if config.recognizer is None and config.labels is not None:
            raise ConfigError(
                f"labels is {config.labels!r}, and there is no recognizer to recognise them; "
                "give one as hf:FOLDER, or no labels"
            )
        if config.recognizer is None:
            return None
        from foretell.tools.recognition.recognizers import load_recognizer

        return load_recognizer(
            config.recognizer, config.labels, device=config.device, profile=self.profile
        )

    @functools.cached_property
    def _transcriber(self) -> Transcriber | None:
        if self._own_transcriber is not None:
            return self._own_transcriber
        if self.config.transcriber is None:
            return None
        from foretell.tools.speech.transcribers import load_transcriber

        return load_transcriber(self.config, self.profile)

    def _bill(self) -> list[str]:
        """Returns a line about the tokens of an endpoint's captions so far, where there are any."""
        used = Usage() if self._captioner is None else self._captioner.usage
        if not used.input_tokens:
            return []
        price = "" if used.cost is None else f", ${used.cost:.4f}"
        return [f"captions took {used.input_tokens}+{used.output_tokens} tokens{price}"]

    def forget(self, video: VideoPath, source: str | None = None) -> None:
        """Deletes what one source gave of a video, or all that is known of it; the file stays.

        Raises:
            ConfigError: If the video or the source is unknown.
        """
        store, digest = self._store, self._known_digest(video)
        if source is None:
            store.forget_video(digest)
            return
        sources = [track.source for track in store.tracks(digest)]
        if source not in sources:
            raise ConfigError(f"nothing came from {source!r}; there are {', '.join(sources)}")
        store.forget_track(digest, source)

    def open_video(self, path: Path, content_hash: str) -> Video:
        """Opens a file whose content hash is known.

        Raises:
            VideoError: If it cannot be decoded.
        """
        return open_as_set(self.config, path, content_hash)

    def _open_checked(self, path: Path, content_hash: str) -> Video:
        """Opens a file that `watch` has checked."""
        return open_as_set(self.config, path, content_hash, checked=True)

    def close(self) -> None:
        """Closes the library."""
        self.library.close()


def open_as_set(
    config: Config, path: Path, content_hash: str | None = None, *, checked: bool = False
) -> Video:
    """Opens a file the way that the settings say; see `open_video`.

    Raises:
        VideoError: If it cannot be decoded.
    """
    return open_video(
        path,
        backend=config.video_backend,
        limits=DecodeLimits(config.max_pixels, config.decode_seconds, config.decode_memory_bytes),
        isolate=config.isolate_decoding,
        content_hash=content_hash,
        checked=checked,
    )


def is_missing(video: AnyVideo) -> bool:
    """Whether a file was given that is not there."""
    return not isinstance(video, VideoInfo) and not Path(video).exists()


def check_paths(videos: Sequence[object]) -> None:
    """Raises ConfigError where something is no path."""
    for video in videos:
        if not isinstance(video, str | PathLike | VideoInfo):
            raise ConfigError(
                f"a video was given as {type(video).__name__}; give each as a path of its own: "
                "ask(question, video, another)"
            )


def _check_sources(perceivers: Sequence[Perceiver]) -> None:
    """Raises ConfigError where two perceivers would write one track."""
    counts = Counter(perceiver.source for perceiver in perceivers)
    twice = next((source for source, count in counts.items() if count > 1), None)
    if twice is not None:
        raise ConfigError(
            f"{counts[twice]} perceivers have the source {twice!r}; give each a source of its own"
        )


def _path(file: object) -> Path | None:
    if file is None:
        return None
    if not isinstance(file, str | PathLike):
        raise ConfigError(
            f"captions, subtitles or narrations were given as {type(file).__name__}; give the path "
            "of a file (docs/importing.md)"
        )
    return Path(os.fspath(cast("VideoPath", file)))
