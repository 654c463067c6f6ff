"""Speech by faster-whisper: the real path on a tiny model, and what is said where it cannot run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from foretell.config import load_config
from foretell.errors import ConfigError, ModelError
from foretell.tools.decoding.video import open_video
from foretell.tools.speech.transcribers import load_transcriber
from foretell.tools.speech.whisper import WhisperTranscriber
from foretell.tools.watching.profile import Profile
from foretell.types import Interval
from tests.checkpoints.whisper import save_whisper
from tests.tools.made_sounds import tones

INSTALLED = find_spec("faster_whisper") is not None
needs_extra = pytest.mark.skipif(not INSTALLED, reason="the extra 'speech' is not installed")
SECOND = tones(1.0, [Interval(0.0, 1.0)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_whisper(tmp_path_factory.mktemp("models") / "tiny-whisper")


def test_the_extra_that_is_missing_is_named() -> None:
    program = (
        "import sys; sys.modules['faster_whisper'] = None\n"
        "from foretell.errors import MissingExtra\n"
        "from foretell.tools.speech.whisper import WhisperTranscriber\n"
        "try: WhisperTranscriber('small')\n"
        "except MissingExtra as error: print(error)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == (
        "writing down speech on this machine needs the extra 'speech', which is not installed: "
        "pip install 'foretell[speech]'\n"
    )


@needs_extra
def test_settings_that_are_wrong() -> None:
    with pytest.raises(ConfigError, match="name is empty; name one such as 'whisper:small' or whi"):
        WhisperTranscriber("")
    with pytest.raises(ConfigError, match="device is 'mps'; whisper runs on 'auto', 'cpu' or 'cud"):
        WhisperTranscriber("small", device="mps")
    with pytest.raises(ConfigError, match="device is 'cuda:one'; whisper runs on"):
        WhisperTranscriber("small", device="cuda:one")


@needs_extra
def test_speech_is_written_down_and_a_tone_is_not(folder: Path, videos: Path) -> None:
    profile = Profile()
    transcriber = load_transcriber(
        load_config(transcriber=f"whisper:{folder}", device="cpu"), profile
    )
    assert transcriber is not None
    assert transcriber.name == "tiny-whisper"
    assert re.fullmatch(
        r"whisper:tiny-whisper@[0-9a-f]{12} faster-whisper 1\..*, int8, each word timed",
        transcriber.id,
    )
    assert transcriber.transcribe(SECOND) == []
    with open_video(videos / "nasa_cleanroom_2video_2audio_2subs.mp4") as video:
        samples = np.concatenate([sound.samples for sound in video.sounds()])
    said = transcriber.transcribe(samples)
    assert all(0.0 <= one.interval.start <= one.interval.end for one in said)
    assert all(0.0 <= (one.probability or 0.0) <= 1.0 for one in said)
    assert {phase.phase for phase in profile.seconds() if phase.seconds} == {"load", "forward"}


@needs_extra
def test_a_model_that_is_not_there_or_not_whole(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'gigantic' is not on this machine; fetch one with `hf"):
        WhisperTranscriber("gigantic").transcribe(SECOND)
    with pytest.raises(ModelError, match="'nobody/nothing' is not on this machine"):
        WhisperTranscriber("nobody/nothing").transcribe(SECOND)
    part = shutil.copytree(folder, tmp_path / "part")
    (part / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"is no Whisper model in CTranslate2's form, as tokeniz"):
        WhisperTranscriber(str(part)).transcribe(SECOND)


@needs_extra
def test_the_id_follows_the_weights(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / folder.name)
    assert WhisperTranscriber(str(other)).id == WhisperTranscriber(str(folder)).id
    weights = other / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x07")
    assert WhisperTranscriber(str(other)).id != WhisperTranscriber(str(folder)).id


@needs_extra
def test_a_model_that_is_damaged(folder: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    (broken / "model.bin").write_bytes(b"\0" * 64)
    with pytest.raises(ModelError, match=r"cannot be loaded: .*; give whisper:FOLDER of a model"):
        WhisperTranscriber(str(broken), device="cpu").transcribe(SECOND)
