"""Speech by a Whisper model on this machine, run by faster-whisper."""

from __future__ import annotations

import functools
import importlib
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foretell.errors import ConfigError, MissingExtra, ModelError, UnusableModel
from foretell.memory.banks.named_banks import digest_of_files
from foretell.tools.speech.timed_words import TimedWord, probability_of, utterances_of_words
from foretell.tools.speech.transcriber import Utterance
from foretell.tools.texts.text_cleaning import one_line
from foretell.tools.watching.profile import Profile
from foretell.types import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PREFIX = "whisper:"
_FILES = ("config.json", "model.bin", "tokenizer.json")
_CPU_NUMBERS = "int8"
"""What CTranslate2 computes with on a CPU, which has no fast 16-bit numbers."""


class WhisperTranscriber:
    """A Whisper model in CTranslate2's form, loaded when it is first needed, never downloaded.

    Stretches in which nobody speaks are passed over (Silero's voice detection). Each word is
    timed, and an utterance begins with its first: a segment may begin in the pause before it. A CPU
    computes with 8-bit integers, which takes a tenth of the time and writes the same words.

    Args:
        model: A folder, a size such as "small", or "OWNER/NAME" of a model that the hub's cache on
            this machine holds.
        device: "auto", "cpu", "cuda" or "cuda:1".
        profile: Where its seconds are added.

    Raises:
        MissingExtra: If the extra `speech` is not installed.
        ConfigError: If the name is empty, or the device is none that it runs on.
    """

    def __init__(self, model: str, *, device: str = "auto", profile: Profile | None = None) -> None:
        if not model:
            raise ConfigError(
                f"the transcriber's name is empty; name one such as '{PREFIX}small' or "
                f"{PREFIX}FOLDER"
            )
        self._device, _, index = device.partition(":")
        if self._device not in ("auto", "cpu", "cuda") or not (index or "0").isdecimal():
            raise ConfigError(
                f"device is {device!r}; whisper runs on 'auto', 'cpu' or 'cuda', or one such as "
                "'cuda:1'"
            )
        if find_spec("faster_whisper") is None:
            raise MissingExtra("writing down speech on this machine", "speech")
        self.name = Path(model).name
        self._given = model
        self._device_index = int(index or 0)
        self._profile = profile or Profile()

    @property
    def id(self) -> str:
        """The model, a digest of its files, the version of what runs it, and its numbers.

        Raises:
            ModelError: If the model is not on this machine, or not whole.
        """
        folder = self._folder()
        digest = digest_of_files(folder / name for name in _FILES)[:12]
        runs = f"faster-whisper {version('faster-whisper')}"
        return f"{PREFIX}{self.name}@{digest} {runs}, {self._numbers}, each word timed"

    def transcribe(self, samples: NDArray[np.float32]) -> list[Utterance]:
        """Gives what is said in (N,) float32 at 16 kHz, in order of time.

        Raises:
            ModelError: If the model is not on this machine, cannot be loaded or fails.
        """
        model = self._model
        try:
            with self._profile.phase("forward"):
                heard = model.transcribe(samples, vad_filter=True, word_timestamps=True)
                segments = list(heard[0])
        except RuntimeError as error:
            raise ModelError(f"the transcriber {self._given!r} failed: {error}") from error
        return [utterance for segment in segments for utterance in _utterances(segment)]

    @functools.cached_property
    def _model(self) -> Any:
        library: Any = importlib.import_module("faster_whisper")
        try:
            with self._profile.phase("load"):
                return library.WhisperModel(
                    str(self._folder()),
                    device=self._device,
                    device_index=self._device_index,
                    compute_type=self._numbers,
                )
        except (RuntimeError, ValueError) as error:
            raise UnusableModel(
                f"the transcriber {self._given!r} cannot be loaded: {error}; give "
                f"{PREFIX}FOLDER of a model in CTranslate2's form, and a device that is there"
            ) from error

    @functools.cached_property
    def _numbers(self) -> str:
        """The numbers that are computed with: those of the weights on a GPU."""
        if self._device == "auto":
            runtime: Any = importlib.import_module("ctranslate2")
            return "default" if runtime.get_cuda_device_count() else _CPU_NUMBERS
        return _CPU_NUMBERS if self._device == "cpu" else "default"

    def _folder(self) -> Path:
        """Gives where the model's files are, all of them."""
        folder = Path(self._given).expanduser()
        if not folder.is_dir():
            folder = self._cached()
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise UnusableModel(
                f"{str(folder)!r} is no Whisper model in CTranslate2's form, as {missing[0]} is "
                "missing; copy all its files, or convert it with ct2-transformers-converter"
            )
        return folder

    def _cached(self) -> Path:
        """Gives the folder in the hub's cache."""
        library: Any = importlib.import_module("faster_whisper.utils")
        try:
            return Path(library.download_model(self._given, local_files_only=True))
        except (OSError, ValueError) as error:
            raise UnusableModel(
                f"the transcriber {self._given!r} is not on this machine; fetch one with `hf "
                "download Systran/faster-whisper-small` and give whisper:small, or copy its files "
                f"here and give {PREFIX}FOLDER; without it subtitles are read, and nothing is heard"
            ) from error


def _utterances(segment: Any) -> list[Utterance]:
    """Returns what faster-whisper's segment says, as a whole where its words have no times."""
    said = utterances_of_words(segment.text, map(_timed, segment.words or ()))
    if said or not (text := one_line(segment.text)):
        return said
    interval = Interval(segment.start, max(segment.start, segment.end))
    return [Utterance(interval, text, probability_of(segment.avg_logprob))]


def _timed(word: Any) -> TimedWord:
    """Returns a word of faster-whisper's; one that lasts no time may end before it begins."""
    return TimedWord(
        word=word.word,
        start=word.start,
        end=max(word.start, word.end),
        probability=word.probability,
    )
