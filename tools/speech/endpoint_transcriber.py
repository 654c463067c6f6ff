"""Speech from any OpenAI-compatible endpoint that transcribes."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, FiniteFloat, ValidationError

from foretell.endpoint import PREFIX, Endpoint, describe_failure, shortened
from foretell.errors import ModelError
from foretell.tools.speech.timed_words import TimedWord, probability_of, utterances_of_words
from foretell.tools.speech.transcriber import Utterance
from foretell.tools.texts.text_cleaning import one_line
from foretell.tools.watching.profile import Profile
from foretell.types import SAMPLE_RATE, Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOUDEST = 32767
"""The largest 16-bit sample."""


class EndpointTranscriber:
    """Sends sound as WAV to `/v1/audio/transcriptions`; failed requests are sent again.

    Args:
        model: The model's name at the endpoint; it must tell times, as whisper-1 does.
        endpoint: Where it is.
        profile: Where its seconds are added.

    Raises:
        ConfigError: If the name is empty, or there is neither a key nor an endpoint.
    """

    def __init__(
        self,
        model: str,
        endpoint: Endpoint,
        *,
        profile: Profile | None = None,
    ) -> None:
        endpoint.check("transcriber", model, "one on this machine, whisper:NAME,")
        self.name = model
        self._endpoint = endpoint
        self._profile = profile or Profile()

    @property
    def id(self) -> str:
        """The endpoint and the model."""
        return f"{PREFIX}{self.name} {self._endpoint.base_url or ''}"

    def transcribe(self, samples: NDArray[np.float32]) -> list[Utterance]:
        """Gives what is said in (N,) float32 at 16 kHz, in order of time.

        Raises:
            ModelError: If the endpoint fails, does not transcribe, or tells no times.
        """
        with self._profile.phase("preprocess"):
            sent = _wav(samples)
        with self._profile.phase("forward"):
            answer = self._request(sent)
        utterances = answer.utterances()
        if not utterances and answer.text.strip():
            raise ModelError(
                f"{self._where} wrote down speech without times; set transcriber to a model that "
                "answers verbose_json with segments or words, such as whisper-1"
            )
        return utterances

    def _request(self, sent: bytes) -> _Answer:
        import openai

        try:
            with self._endpoint.client() as client:
                response = client.audio.transcriptions.with_raw_response.create(
                    model=self.name,
                    file=("sound.wav", sent, "audio/wav"),
                    response_format="verbose_json",
                    timestamp_granularities=["segment"],
                )
            return _Answer.model_validate_json(response.text)
        except (openai.NotFoundError, openai.UnprocessableEntityError) as error:
            raise ModelError(
                f"{self._where} does not transcribe, or not with this model: "
                f"{shortened(error.message)}; set transcriber to one that it serves, or to "
                "whisper:NAME, which runs on this machine"
            ) from error
        except openai.OpenAIError as error:
            raise ModelError(
                describe_failure(error, self._where, self._endpoint.timeout_seconds)
            ) from error
        except ValidationError as error:
            raise ModelError(
                f"{self._where} answered something that is not a transcription "
                f"({error.errors()[0]['msg']}); base_url usually ends in /v1"
            ) from error

    @property
    def _where(self) -> str:
        return self._endpoint.where("transcriber", self.name)


class _Segment(BaseModel):
    """What is said in a stretch; `avg_logprob` is the mean log-probability of its tokens."""

    start: FiniteFloat
    end: FiniteFloat
    text: str
    avg_logprob: FiniteFloat | None = None


class _Answer(BaseModel):
    text: str
    segments: list[_Segment] | None = None
    words: list[TimedWord] | None = None

    def utterances(self) -> list[Utterance]:
        """Gives what the segments say or, where they say nothing, the words, in order of time."""
        said = [
            Utterance(
                Interval(one.start, max(one.start, one.end)), text, probability_of(one.avg_logprob)
            )
            for one in self.segments or ()
            if (text := one_line(one.text))
        ]
        return said or utterances_of_words(self.text, self.words or ())


def _wav(samples: NDArray[np.float32]) -> bytes:
    """Gives a WAV file of 16-bit samples; where channels added up to more than 1, less loud."""
    scale = _LOUDEST / max(1.0, float(abs(samples).max()))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * scale).astype("<i2").tobytes())
    return buffer.getvalue()
