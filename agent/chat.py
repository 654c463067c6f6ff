"""A conversation about videos that can be taken up again."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter

from foretell.agent.messages import Asked, Message, Replied
from foretell.agent.planner_events import PlannerEvent
from foretell.agent.video_indexer import AnyVideo
from foretell.errors import ForetellError
from foretell.hidden import without_secrets
from foretell.memory.conversations import Message as KeptMessage
from foretell.memory.library import Library
from foretell.paths import file_at, written
from foretell.types import Answer, VideoInfo

HISTORY_TURNS = 10
"""How many earlier questions and answers a model is shown."""


Turn = tuple[str, Answer]
"""A question and its answer."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A video of a conversation: what it is known by, and the way to it at the time.

    Attributes:
        content_hash: Its identity.
        path: The file as it was given, as evidence names it.
        absolute: The same for a process that is started elsewhere.
    """

    content_hash: str
    path: str
    absolute: str


_VIDEOS = TypeAdapter(list[_Kept | str])
"""A conversation of an earlier version holds paths alone."""


@cache
def _answer_adapter() -> TypeAdapter[Answer]:
    """Reads and writes kept answers; made at the first, as it takes a tenth of a second."""
    return TypeAdapter(Answer)


class Answerer(Protocol):
    """What a conversation needs of the agent that it talks to."""

    library: Library

    def see(self, videos: Sequence[AnyVideo]) -> tuple[VideoInfo, ...]:
        """Watches what is new and gives each video."""
        ...

    def converse(
        self,
        question: str,
        videos: Sequence[VideoInfo],
        *,
        history: Sequence[Message] = (),
        choices: Sequence[str] = (),
        stream: bool = False,
    ) -> Generator[PlannerEvent | Answer]:
        """Answers a question that may follow others."""
        ...


class Chat:
    """Asks one question after the other, each with the earlier ones in mind.

    Every question and answer is kept in the library as it comes, append-only.

    Attributes:
        id: What `VideoAgent.chat(resume=...)` takes it up by.
        videos: What it is about.
    """

    def __init__(self, agent: Answerer, id: str, videos: tuple[VideoInfo, ...]) -> None:
        self.id = id
        self.videos = videos
        self._agent = agent
        self._conversations = agent.library.conversations

    @classmethod
    def begin(cls, agent: Answerer, videos: tuple[VideoInfo, ...]) -> Chat:
        """Begins a conversation."""
        conversation = agent.library.conversations.begin()
        chat = cls(agent, conversation.id, videos)
        chat._keep_videos()
        return chat

    @classmethod
    def resume(cls, agent: Answerer, id: str, videos: Sequence[AnyVideo]) -> Chat:
        """Resumes a conversation, about the same videos unless others are given.

        Raises:
            MemoryStoreError: If there is no conversation with that id.
        """
        latest = list(_kept_videos(agent.library, id))[-1]
        chat = cls(agent, id, agent.see(videos) if videos else _seen_again(agent, latest))
        chat._keep_videos()
        return chat

    def ask(self, question: str, choices: Sequence[str] = ()) -> Answer:
        """Answers the next question.

        Raises:
            ForetellError: As `VideoAgent.ask`; the question is then kept with its error.
        """
        *_, answer = self._converse(question, choices, stream=False)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, choices: Sequence[str] = ()
    ) -> Generator[PlannerEvent | Answer]:
        """Answers like `ask`, giving tool calls and words as they come, and the `Answer` last."""
        return self._converse(question, choices, stream=True)

    def history(self) -> list[Turn]:
        """Returns the questions that were answered, with their answers, in order.

        Evidence names each video by the path that leads to it now, wherever it lay at the time.
        """
        now = {video.content_hash: video.path for video in self.videos}
        paths = {
            one.path: now.get(one.content_hash, one.path)
            for kept in _kept_videos(self._agent.library, self.id)
            for one in kept
        }
        pairs: list[Turn] = []
        question = ""
        for message in self._conversations.messages(self.id):
            if message.role == "user":
                question = message.content
            elif message.role == "assistant":
                answer = _answer_adapter().validate_python(message.payload)
                pairs.append((question, _with_paths(answer, paths)))
        return pairs

    def _converse(
        self, question: str, choices: Sequence[str], *, stream: bool
    ) -> Generator[PlannerEvent | Answer]:
        history = self._messages()
        self._keep("user", question, None)
        try:
            for event in self._agent.converse(
                question, self.videos, history=history, choices=choices, stream=stream
            ):
                if isinstance(event, Answer):
                    self._keep(
                        "assistant", event.text, _answer_adapter().dump_python(event, mode="json")
                    )
                yield event
        except ForetellError as error:
            self._keep("error", str(error), None)
            raise

    def _messages(self) -> list[Message]:
        """Returns the last turns as a model is shown them; tool calls are left out."""
        messages: list[Message] = []
        for question, answer in self.history()[-HISTORY_TURNS:]:
            messages.append(Asked(question, question))
            messages.append(Replied(answer.text, evidence=answer.evidence))
        return messages

    def _keep_videos(self) -> None:
        kept = [
            _Kept(one.content_hash, one.path, written(os.path.abspath(one.file)))
            for one in self.videos
        ]
        self._keep("videos", "", _VIDEOS.dump_python([*kept]))

    def _keep(self, role: str, content: str, payload: object) -> None:
        kept = json.loads(without_secrets(json.dumps(payload)))
        message = KeptMessage(role, without_secrets(content), kept)
        self._conversations.append(self.id, message)


def _kept_videos(library: Library, id: str) -> Iterator[list[_Kept]]:
    """Yields the videos of a conversation, each time that they were named.

    Raises:
        MemoryStoreError: If there is no conversation with that id.
    """
    for message in library.conversations.messages(id):
        if message.role == "videos":
            yield [
                one
                if isinstance(one, _Kept)
                else _Kept(library.store.last_hash(one) or "", one, one)
                for one in _VIDEOS.validate_python(message.payload)
            ]


def _seen_again(agent: Answerer, kept: Sequence[_Kept]) -> tuple[VideoInfo, ...]:
    """Returns the videos of a conversation, by what they are and not by where they lay.

    A file that is gone or became another one is told by what the library knows of the video.
    """
    store = agent.library.store
    videos: dict[str, VideoInfo] = {}
    files: list[Path] = []
    for one in kept:
        video = store.video(one.content_hash)
        videos |= {one.content_hash: video} if video else {}
        ways = [file_at(way) for way in (one.absolute, *([video.path] if video else []))]
        there = [way for way in ways if store.known_hash(way) == one.content_hash]
        files += there[:1] or ([] if video else ways[:1])
    if files:
        videos |= {video.content_hash: video for video in agent.see(files)}
    return tuple(videos.values())


def _with_paths(answer: Answer, paths: Mapping[str, str]) -> Answer:
    evidence = [replace(one, video=paths.get(one.video, one.video)) for one in answer.evidence]
    return replace(answer, evidence=tuple(evidence))
