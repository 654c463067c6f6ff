"""What requests hold, checked before anything is done."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from foretell.types import EventKind

LONGEST_QUESTION = 10_000
"""Characters of a question, as of any single text."""
MOST_VIDEOS = 200
"""Videos that one question may name; without names it is about all."""
VideoId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a video's file."""
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)
]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False, le=1e7)]


class Form(BaseModel):
    """A request's JSON; a field that is unknown is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(Form):
    """A question about videos.

    Attributes:
        question: In plain words.
        videos: Ids; none for every video of the library.
        choices: Answers to choose from.
    """

    question: Words
    videos: list[VideoId] = Field(default=[], max_length=MOST_VIDEOS)
    choices: list[Words] = Field(default=[], max_length=20)


class NextQuestion(Form):
    """The next question of a conversation."""

    question: Words
    choices: list[Words] = Field(default=[], max_length=20)


class NewConversation(Form):
    """What a conversation is about; no ids for every video of the library."""

    videos: list[VideoId] = Field(default=[], max_length=MOST_VIDEOS)


class Title(Form):
    """A name; a blank one takes it away."""

    title: Annotated[str, StringConstraints(max_length=200)]


class When(Form):
    """What is to be located in a video."""

    query: Words
    video: VideoId
    k: Annotated[int, Field(ge=1, le=50)] = 5


class Next(Form):
    """What is to be anticipated.

    Attributes:
        video: Its id.
        at_seconds: The moment to forecast from; None for the end.
        k: How many futures.
        horizon: How many actions each has.
    """

    video: VideoId
    at_seconds: Seconds | None = None
    k: Annotated[int, Field(ge=1, le=20)] = 5
    horizon: Annotated[int, Field(ge=1, le=50)] = 20


class Steps(Form):
    """What is to be planned.

    Attributes:
        goal: In words, or a second of the video.
        start: The same; None for the video's end.
        video: Its id; None to plan from words alone.
        task: What is done, in words.
        steps: How many; None for as many as it takes.
        k: How many plans at most.
    """

    goal: Words | Seconds | None = None
    start: Words | Seconds | None = None
    video: VideoId | None = None
    task: Words | None = None
    steps: Annotated[int, Field(ge=1, le=50)] | None = None
    k: Annotated[int, Field(ge=1, le=20)] = 5


class Search(Form):
    """What is looked for in timelines.

    Attributes:
        text: In plain words.
        videos: Ids; none for every video of the library.
        kinds: The only kinds of events; None for all.
        k: How many hits at most.
    """

    text: Words
    videos: list[VideoId] = Field(default=[], max_length=MOST_VIDEOS)
    kinds: list[EventKind] | None = None
    k: Annotated[int, Field(ge=1, le=100)] = 10


class Token(Form):
    """The token of the server."""

    token: Annotated[str, StringConstraints(max_length=1000)]
