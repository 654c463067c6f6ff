"""Tells when somebody speaks, without writing down what is said."""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foretell.errors import MissingExtra, UnusableModel
from foretell.tools.decoding.video import Video
from foretell.tools.texts.timed_text import within_video
from foretell.types import SAMPLE_RATE, Event, EventKind, Interval, Sound, VideoInfo

Samples = NDArray[np.float32]

_WINDOW = 512
"""Samples that the network judges at a time: 0.032 s."""
_CONTEXT = 64
"""Samples before a window that it is shown again."""
_BATCH = 1000
"""Windows judged in one call, 32 s of sound: 2 MB; its state is carried to the next call."""
_WINDOW_SECONDS = _WINDOW / SAMPLE_RATE
_BEGINS = 0.5
"""Probability from which a window begins speech; Silero's own default."""
_ENDS = 0.35
"""Probability below which one ends it; Silero's own default, 0.15 under the other."""
_PAUSE_SECONDS = 0.5
"""Silence that ends a stretch; within sentences people pause for less."""
_SHORTEST_SECONDS = 0.25
"""A shorter stretch is no word: single false windows last 0.03 s."""
_PADDING_SECONDS = 0.1
"""Added on either side, as soft beginnings and ends of words are missed."""
_ADVICE = "pip install 'faster-whisper==1.2.1', whose network takes input, h and c"


def voice_detection_is_installed() -> bool:
    """Tells whether the extra `speech` is installed, without loading it."""
    return all(find_spec(package) is not None for package in ("faster_whisper", "onnxruntime"))


class VoiceActivity:
    """A perceiver of when somebody speaks, by the Silero network that faster-whisper carries.

    The whole sound track is judged window by window: 3.5 ms of CPU a second of sound. Memory does
    not grow with its length. What a window shows depends on all the sound before it, so that after
    an interruption all of it is judged again, and only what is new is given.

    Raises:
        MissingExtra: If the extra `speech` is not installed.
    """

    source = "voice activity"

    def __init__(self) -> None:
        if not voice_detection_is_installed():
            raise MissingExtra("telling when somebody speaks", "speech")

    @property
    def settings(self) -> str:
        """What carries the network, and the version of the rules that read its probabilities."""
        return f"voice activity 1, faster-whisper {version('faster-whisper')}"

    def sees(self, video: VideoInfo) -> Sequence[EventKind]:
        """Gives voices where the video has sound."""
        return ("voice",) if video.has_audio else ()

    def perceive(self, video: Video, since_seconds: float | None) -> Iterator[Event]:
        """Gives a "voice" event for each stretch in which somebody speaks; see `Perceiver`.

        Its confidence is the mean probability of its windows.

        Raises:
            VideoError: If the sound cannot be decoded.
            UnusableModel: If the installed faster-whisper carries no network of this form.
        """
        for stretch in _stretches(self.probabilities(video.sounds())):
            event = Event(
                stretch.interval, "voice", "Somebody speaks.", self.source, stretch.probability
            )
            for inside in within_video([event], video.info):
                if since_seconds is None or inside.interval.end >= since_seconds:
                    yield inside

    def probabilities(self, sounds: Iterable[Sound]) -> Iterator[tuple[float, Samples]]:
        """Gives how likely somebody speaks in each window of `_WINDOW` samples, batch by batch.

        Where the sound pauses, windows begin anew; the last of a run is filled up with silence.

        Args:
            sounds: Pieces in order of time, of any length.

        Yields:
            When the first window begins, in seconds, and (N,) float32 in [0, 1].
        """
        network: _Network | None = None
        for start_seconds, samples, begins in _batches(sounds):
            if begins or network is None:
                network = _Network(self._session)
            yield start_seconds, network.judge(samples)

    @functools.cached_property
    def _session(self) -> Any:
        """Loads the network, on one thread: it is too small to be shared out.

        Only the file is taken, as importing faster-whisper loads CTranslate2, which is not used.
        """
        spec = find_spec("faster_whisper")
        folders = [] if spec is None else spec.submodule_search_locations or []
        files = [one for folder in folders for one in Path(folder).glob("assets/silero_vad*.onnx")]
        if not files:
            raise UnusableModel(f"faster-whisper carries no silero_vad*.onnx; {_ADVICE}")
        runtime: Any = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        session = runtime.InferenceSession(
            str(max(files)), options, providers=["CPUExecutionProvider"]
        )
        names = [given.name for given in session.get_inputs()]
        if sorted(names) != ["c", "h", "input"]:
            raise UnusableModel(f"{max(files).name} wants {', '.join(names)}; {_ADVICE}")
        return session


class _Network:
    """The Silero network with its state, which is that of the sound so far."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._hidden = self._cell = np.zeros((1, 1, 128), np.float32)
        self._before = np.zeros(_CONTEXT, np.float32)

    def judge(self, samples: Samples) -> Samples:
        """Gives the probability of each window, (N,), of (N * `_WINDOW`,) samples that follow."""
        heard = np.concatenate([self._before, samples])
        windows = np.lib.stride_tricks.sliding_window_view(heard, _CONTEXT + _WINDOW)[::_WINDOW]
        given = {"input": np.ascontiguousarray(windows), "h": self._hidden, "c": self._cell}
        probabilities, self._hidden, self._cell = self._session.run(None, given)
        self._before = heard[-_CONTEXT:]
        return np.asarray(probabilities, np.float32).ravel()


def _batches(sounds: Iterable[Sound]) -> Iterator[tuple[float, Samples, bool]]:
    """Gives runs of sound without pauses in whole windows, at most `_BATCH` of them at a time.

    Yields:
        When the first sample is heard, (N * `_WINDOW`,) samples, and whether a run begins there.
    """
    from foretell.tools.decoding.sound_track import GAP_SECONDS

    held: list[Samples] = []
    count, at, begins = 0, 0.0, True
    for sound in sounds:
        if held and abs(sound.pts_seconds - at - count / SAMPLE_RATE) > GAP_SECONDS:
            yield at, _filled_up(held), begins
            held, count, begins = [], 0, True
        if begins and not held:
            at = sound.pts_seconds
        held.append(_sound(sound.samples))
        count += len(sound.samples)
        while count > _BATCH * _WINDOW:
            joined = np.concatenate(held)
            yield at, joined[: _BATCH * _WINDOW], begins
            held, count = [joined[_BATCH * _WINDOW :]], count - _BATCH * _WINDOW
            at, begins = at + _BATCH * _WINDOW_SECONDS, False
    if held:
        yield at, _filled_up(held), begins


def _sound(samples: Samples) -> Samples:
    """Gives samples at full scale 1, silence for those that damage left without a value."""
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).clip(-1.0, 1.0)


def _filled_up(held: list[Samples]) -> Samples:
    """Joins samples and adds silence to the next whole window, a whole one where none is begun."""
    joined = np.concatenate(held)
    return np.pad(joined, (0, _WINDOW - len(joined) % _WINDOW))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch in which somebody speaks, and how likely, on the mean of its windows."""

    interval: Interval
    probability: float


def _stretches(batches: Iterable[tuple[float, Samples]]) -> Iterator[_Stretch]:
    """Gives the stretches of speech, each when a pause has followed it."""
    open_ = _Open()
    for start_seconds, probabilities in batches:
        for index, probability in enumerate(probabilities.tolist()):
            yield from open_.add(start_seconds + index * _WINDOW_SECONDS, probability)
    yield from open_.close()


@dataclass
class _Open:
    """What is known of the stretch of speech that is under way; nothing where `windows` is 0."""

    start: float = 0.0
    end: float = -math.inf
    windows: int = 0
    total: float = 0.0
    speaks: bool = False

    def add(self, at_seconds: float, probability: float) -> Iterator[_Stretch]:
        """Takes the next window; gives the stretch that is over now.

        Where times go back, as in files joined badly, what was heard already is passed over.
        """
        if at_seconds < self.end - _WINDOW_SECONDS:
            return
        if self.windows and at_seconds - self.end >= _PAUSE_SECONDS:
            yield from self.close()
        self.speaks = probability >= (_ENDS if self.speaks else _BEGINS)
        if self.speaks:
            if not self.windows:
                self.start = at_seconds
            self.end = max(self.end, at_seconds + _WINDOW_SECONDS)
            self.windows += 1
            self.total += probability

    def close(self) -> Iterator[_Stretch]:
        """Gives the stretch that is under way, where it is long enough to be a word."""
        if self.windows and self.end - self.start >= _SHORTEST_SECONDS:
            padded = Interval(self.start - _PADDING_SECONDS, self.end + _PADDING_SECONDS)
            yield _Stretch(padded, min(1.0, self.total / self.windows))
        self.windows, self.total, self.speaks = 0, 0.0, False
