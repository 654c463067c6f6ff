"""A conversation about videos that can be taken up again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from os import PathLike
from typing import Protocol

from pydantic import TypeAdapter

from foretell.agent.messages import Asked, Message, Replied
from foretell.agent.planner_events import PlannerEvent
from foretell.errors import ForetellError
from foretell.memory.conversations import Message as KeptMessage
from foretell.memory.library import Library
from foretell.types import Answer, VideoInfo

HISTORY_TURNS = 10
"""How many earlier questions and answers a model is shown."""

_PATHS = TypeAdapter(list[str])


@cache
def _answer_adapter() -> TypeAdapter[Answer]:
    """Reads and writes kept answers; made at the first, as it takes a tenth of a second."""
    return TypeAdapter(Answer)


class Answerer(Protocol):
    """What a conversation needs of the agent that it talks to."""

    library: Library

    def see(self, videos: Sequence[str | PathLike[str]]) -> tuple[VideoInfo, ...]:
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
    ) -> Iterator[PlannerEvent | Answer]:
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
        chat._keep("videos", "", _absolute(videos))
        return chat

    @classmethod
    def resume(cls, agent: Answerer, id: str, videos: Sequence[str | PathLike[str]]) -> Chat:
        """Resumes a conversation, about the same videos unless others are given.

        Raises:
            MemoryStoreError: If there is no conversation with that id.
        """
        messages = agent.library.conversations.messages(id)
        kept = [message.payload for message in messages if message.role == "videos"]
        chat = cls(agent, id, agent.see(list(videos) or _PATHS.validate_python(kept[-1])))
        if videos:
            chat._keep("videos", "", _absolute(chat.videos))
        return chat

    def ask(self, question: str, choices: Sequence[str] = ()) -> Answer:
        """Answers the next question.

        Raises:
            ForetellError: As `VideoAgent.ask`; the question is then kept with its error.
        """
        *_, answer = self._converse(question, choices, stream=False)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: str, choices: Sequence[str] = ()) -> Iterator[PlannerEvent | Answer]:
        """Answers like `ask`, giving tool calls and words as they come, and the `Answer` last."""
        return self._converse(question, choices, stream=True)

    def history(self) -> list[tuple[str, Answer]]:
        """Returns the questions that were answered, with their answers, in order."""
        pairs: list[tuple[str, Answer]] = []
        question = ""
        for message in self._conversations.messages(self.id):
            if message.role == "user":
                question = message.content
            elif message.role == "assistant":
                pairs.append((question, _answer_adapter().validate_python(message.payload)))
        return pairs

    def _converse(
        self, question: str, choices: Sequence[str], *, stream: bool
    ) -> Iterator[PlannerEvent | Answer]:
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

    def _keep(self, role: str, content: str, payload: object) -> None:
        self._conversations.append(self.id, KeptMessage(role, content, payload))


def _absolute(videos: Sequence[VideoInfo]) -> list[str]:
    """Returns where videos lie, for a process that is started elsewhere."""
    return [os.path.abspath(video.path) for video in videos]
