"""A chat completion as OpenAI-compatible endpoints write it, which is not always as OpenAI does."""

from __future__ import annotations

from pydantic import BaseModel, Field

from foretell.patterns import LazyPattern
from foretell.thoughts import CUT_OFF, ONLY_THOUGHTS, SpokenReply, read_spoken

_MARKS = (".", "!", "?")
_GOES_ON = r"(?<!\b[A-Za-z])(?<!\b[DMS][rst])(?<!\bMrs)(?<!\bProf)(?<!\d)"
"""No full stop ends a sentence after an initial, a title or a number."""
_SENTENCE_END = LazyPattern(rf"(?:[!?]|{_GOES_ON}\.)(?=\s+[^\sa-z])")
_FEWEST_WORDS = 3
"""Words of a whole sentence; a shorter piece of a cut reply is left out."""


class _Part(BaseModel):
    text: str | None = None


class _Message(BaseModel):
    content: str | list[str | _Part] | None = None
    refusal: str | None = None

    def text(self) -> str:
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        parts = [part if isinstance(part, str) else part.text for part in self.content]
        return "".join(part for part in parts if part)


class _Token(BaseModel):
    token: str
    logprob: float


class _Place(_Token):
    top_logprobs: list[_Token] | None = None


class _Likelihoods(BaseModel):
    content: list[_Place] | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None
    logprobs: _Likelihoods | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ChatReply(BaseModel):
    """What a model said."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None

    @property
    def written(self) -> str:
        """All that it wrote, its thoughts too."""
        return self.choices[0].message.text()

    @property
    def spoken(self) -> SpokenReply:
        """Its words beside its thoughts, and why there are none."""
        return read_spoken(self.written, cut_off=self.cut_off)

    @property
    def text(self) -> str:
        """Its words, without what it thought before."""
        return self.spoken.text

    @property
    def cut_off(self) -> bool:
        """Whether it was stopped before its end."""
        return self.choices[0].finish_reason == "length"

    @property
    def only_thought(self) -> bool:
        """Whether it was cut off while thinking."""
        return self.spoken.silence == CUT_OFF

    @property
    def silence(self) -> str | None:
        """Why it says nothing; None where it says something."""
        if self.text:
            return None
        if self.spoken.silence == ONLY_THOUGHTS:
            return "nothing but thoughts"
        choice = self.choices[0]
        if choice.message.refusal or choice.finish_reason == "content_filter":
            return f"refused: {choice.message.refusal or 'content filter'}"
        return "empty answer"

    @property
    def first_token(self) -> dict[str, float]:
        """The likeliest tokens that it could begin with, with the logarithm of their probability.

        Empty where the endpoint does not tell.
        """
        told = self.choices[0].logprobs
        if told is None or not told.content:
            return {}
        first = told.content[0]
        return {one.token: one.logprob for one in [first, *(first.top_logprobs or [])]}

    @property
    def input_tokens(self) -> int:
        """What it was given, 0 where the endpoint does not count."""
        return (self.usage and self.usage.prompt_tokens) or 0

    @property
    def output_tokens(self) -> int:
        """What it made, 0 where the endpoint does not count."""
        return (self.usage and self.usage.completion_tokens) or 0


def tidy_caption(said: str, *, cut_off: bool) -> str:
    """Gives what a model said on one line.

    Args:
        said: Its words.
        cut_off: Whether it was stopped before its end. The sentence that it did not finish is then
            left out, unless too little would remain.
    """
    line = " ".join(said.split())
    if not cut_off or line.endswith(_MARKS):
        return line
    ends = [found.end() for found in _SENTENCE_END.finditer(line)]
    whole = [end for end in ends if len(line[:end].split()) >= _FEWEST_WORDS]
    return line[: whole[-1]] if whole else line
