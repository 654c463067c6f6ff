"""Speech from an endpoint: what is sent, what comes back, and what it refuses."""

from __future__ import annotations

import io
import math
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foretell.config import load_config
from foretell.endpoint import Endpoint
from foretell.errors import ConfigError, ModelError
from foretell.tools.speech.endpoint_transcriber import EndpointTranscriber
from foretell.tools.speech.transcriber import Utterance
from foretell.tools.speech.transcribers import load_transcriber
from foretell.tools.watching.profile import Profile
from foretell.types import Interval
from tests.servers.scripted_server import ScriptedServer
from tests.tools.made_sounds import Samples, tones

SECOND = tones(1.0, [Interval(0.0, 1.0)])
TALK = {
    "task": "transcribe",
    "text": " Hello there.",
    "duration": 1.0,
    "segments": [
        {"id": 0, "start": 0.1, "end": 0.5, "text": " Hello\nthere.", "avg_logprob": -0.1},
        {"start": 0.7, "end": 0.6, "text": " Bye."},
    ],
}


def asked(server: ScriptedServer, **settings: Any) -> EndpointTranscriber:
    settings = {"retries": 0, "base_url": server.base_url, "api_key": server.key, **settings}
    return EndpointTranscriber(server.model, Endpoint(**settings))


def heard(fields: dict[str, Any]) -> Samples:
    """The sound that a request carries."""
    with wave.open(io.BytesIO(fields["file"])) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (data / 32767).astype(np.float32)


def test_utterances_come_with_their_times() -> None:
    with ScriptedServer([], heard=lambda _: TALK) as server:
        transcriber = asked(server)
        assert transcriber.transcribe(SECOND) == [
            Utterance(Interval(0.1, 0.5), "Hello there.", math.exp(-0.1)),
            Utterance(Interval(0.7, 0.7), "Bye."),
        ]
        assert transcriber.id == f"openai:scripted {server.base_url}"
    fields = server.requests[0].body
    assert server.requests[0].path == "/v1/audio/transcriptions"
    assert (fields["model"], fields["response_format"]) == ("scripted", "verbose_json")
    assert fields["timestamp_granularities[]"] == ["segment"]
    np.testing.assert_allclose(heard(fields), SECOND, atol=1e-4)


def test_sound_louder_than_full_scale_is_made_less_loud() -> None:
    with ScriptedServer([], heard=lambda _: TALK) as server:
        asked(server).transcribe(4 * SECOND)
    np.testing.assert_allclose(heard(server.requests[0].body), 2 * SECOND, atol=1e-3)


def words(*timed: tuple[str, float, float]) -> list[dict[str, Any]]:
    return [{"word": word, "start": start, "end": end} for word, start, end in timed]


HELLO = words(("Hello", 0.1, 0.3), ("there", 0.3, 0.5), ("Bye", 0.6, 0.8))


@pytest.mark.parametrize("segments", [[], None, [{"start": 0.0, "end": 1.0, "text": " "}]])
def test_words_tell_what_segments_do_not(segments: list[dict[str, Any]] | None) -> None:
    said = {"text": " Hello, there! Bye.", "segments": segments, "words": HELLO}
    with ScriptedServer([], heard=lambda _: said) as server:
        assert asked(server).transcribe(SECOND) == [
            Utterance(Interval(0.1, 0.5), "Hello, there!"),
            Utterance(Interval(0.6, 0.8), "Bye."),
        ]


def test_segments_are_taken_where_words_are_told_too() -> None:
    with ScriptedServer([], heard=lambda _: {**TALK, "words": HELLO}) as server:
        assert [one.text for one in asked(server).transcribe(SECOND)] == ["Hello there.", "Bye."]


@pytest.mark.parametrize(
    "said",
    [{"text": ""}, {"text": " ", "segments": None}, {"text": "", "segments": [], "words": []}],
)
def test_nothing_that_is_said(said: dict[str, Any]) -> None:
    with ScriptedServer([], heard=lambda _: said) as server:
        assert asked(server).transcribe(SECOND) == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"text": "Hello."}, r"wrote down speech without times; set transcriber to a model that"),
        ({"text": "Hello.", "segments": []}, r"wrote down speech without times"),
        ({"text": "Hello.", "segments": [], "words": words((" ", 0.0, 1.0))}, r"without times"),
        (
            {"text": "", "words": [{"word": "a", "start": None, "end": 1}]},
            r"is not a transcription",
        ),
        ({"choices": []}, r"is not a transcription \(.*\); base_url usually ends"),
    ],
)
def test_answers_that_are_of_no_use(answer: dict[str, Any], told: str) -> None:
    with (
        ScriptedServer([], heard=lambda _: answer) as server,
        pytest.raises(ModelError, match=told),
    ):
        asked(server).transcribe(SECOND)


def test_an_endpoint_that_does_not_transcribe_is_told_of() -> None:
    told = r"\(transcriber 'scripted'\) does not transcribe, or not with this model: .*whisper:NAME"
    with ScriptedServer([]) as server, pytest.raises(ModelError, match=told):
        asked(server).transcribe(SECOND)


def test_other_failures_are_told_too() -> None:
    with (
        ScriptedServer([], heard=lambda _: TALK) as server,
        pytest.raises(ModelError, match="refused the key; set OPENAI_API_KEY to a valid one"),
    ):
        asked(server, api_key="wrong").transcribe(SECOND)


def test_settings_that_are_wrong() -> None:
    with pytest.raises(ConfigError, match="transcriber's name is empty; name one such as 'openai:"):
        EndpointTranscriber("", Endpoint())
    with pytest.raises(
        ConfigError, match="transcriber 'whisper-1' needs a key or an endpoint: set"
    ):
        EndpointTranscriber("whisper-1", Endpoint())


def test_the_settings_name_it(tmp_path: Path) -> None:
    with ScriptedServer([], heard=lambda _: TALK) as server:
        named = {"base_url": server.base_url, "api_key": server.key, "library": tmp_path}
        config = load_config(transcriber="openai:scripted", **named)
        profile = Profile()
        transcriber = load_transcriber(config, profile)
        assert transcriber is not None
        assert len(transcriber.transcribe(SECOND)) == 2
    assert sum(phase.seconds for phase in profile.seconds()) > 0.0


def test_no_transcriber_and_one_of_an_unknown_form(tmp_path: Path) -> None:
    assert load_transcriber(load_config(library=tmp_path), Profile()) is None
    with pytest.raises(ConfigError, match="transcriber is 'small'; give whisper:NAME or whisper:F"):
        load_transcriber(load_config(library=tmp_path, transcriber="small"), Profile())
