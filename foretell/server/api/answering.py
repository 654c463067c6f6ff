"""Questions, alone and in conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from foretell.agent.chat import Chat
from foretell.agent.evidence_file.writing import evidence_page
from foretell.server.api.here import ServedHere
from foretell.server.forms import NewConversation, NextQuestion, Question, Title
from foretell.server.problems import unknown
from foretell.server.public import public_answer, public_conversation, public_turn, public_video
from foretell.server.streams import told_as_it_goes
from foretell.types import VideoInfo

router = APIRouter(tags=["answering"])
MOST_LISTED = 200
"""Conversations of a list."""
ConversationId = Annotated[str, Path(max_length=64)]
TurnNumber = Annotated[int, Path(ge=0, lt=1 << 31)]


async def _admitted(here: ServedHere) -> AsyncIterator[None]:
    async with here.crowd.admitted():
        yield


async def _about(question: Question, here: ServedHere) -> tuple[VideoInfo, ...]:
    return await to_thread.run_sync(here.chosen, question.videos)


async def _conversation(id: ConversationId, here: ServedHere) -> Chat:
    return await to_thread.run_sync(here.chat, id)


Admitted = Annotated[None, Depends(_admitted)]
About = Annotated[tuple[VideoInfo, ...], Depends(_about)]
Conversation = Annotated[Chat, Depends(_conversation)]


@router.post("/ask")
async def ask(question: Question, videos: About, here: ServedHere, _: Admitted) -> dict[str, Any]:
    """Answers a question, with evidence."""
    answer = await here.crowd.run(
        lambda: here.agent.ask(question.question, *videos, choices=question.choices)
    )
    return public_answer(answer, videos)


@router.post("/ask/stream", response_class=EventSourceResponse)
async def ask_as_it_goes(
    question: Question, videos: About, here: ServedHere, _: Admitted
) -> AsyncIterator[ServerSentEvent]:
    """Answers a question, telling `started`, `tool_started`, `tool_finished`, `text`, `answer`."""
    events = here.agent.converse(question.question, videos, choices=question.choices, stream=True)
    async for event in told_as_it_goes(here.crowd, events, videos):
        yield event


@router.get("/conversations")
def list_conversations(here: ServedHere) -> dict[str, Any]:
    """Lists conversations, the last begun first; those in which nothing was asked are left out."""
    latest = here.agent.library.conversations.latest(MOST_LISTED)
    return {"conversations": [public_conversation(one) for one in latest if one.title]}


@router.post("/conversations", status_code=201)
def begin_conversation(about: NewConversation, here: ServedHere) -> dict[str, Any]:
    """Begins a conversation about some videos."""
    return _told(here.begin_chat(here.chosen(about.videos)), here)


@router.get("/conversations/{id}")
def show_conversation(chat: Conversation, here: ServedHere) -> dict[str, Any]:
    """Gives a conversation with its questions and answers."""
    return _told(chat, here)


@router.get("/conversations/{id}/turns/{number}/page", response_class=Response)
async def take_along(chat: Conversation, number: TurnNumber, here: ServedHere) -> Response:
    """Gives an answer as one file with its evidence, which `foretell verify` checks."""

    def written() -> bytes:
        turns = chat.history()
        if number >= len(turns):
            raise unknown("answer", number)
        question, answer = turns[number]
        return evidence_page(here.agent, question, answer, chat.videos)

    async with here.pictures.admitted():
        page = await here.pictures.run(written)
    kept = {"content-disposition": f'attachment; filename="foretell-{chat.id}-{number + 1}.html"'}
    return Response(page, media_type="text/html; charset=utf-8", headers=kept)


@router.patch("/conversations/{id}")
def rename_conversation(chat: Conversation, title: Title, here: ServedHere) -> dict[str, Any]:
    """Gives a conversation a name."""
    here.agent.library.conversations.rename(chat.id, title.title)
    return _told(chat, here)


@router.delete("/conversations/{id}", status_code=204)
def forget_conversation(id: ConversationId, here: ServedHere) -> None:
    """Deletes a conversation."""
    here.forget_chat(id)


@router.post("/conversations/{id}/questions")
async def ask_next(
    chat: Conversation, question: NextQuestion, here: ServedHere, _: Admitted
) -> dict[str, Any]:
    """Answers the next question of a conversation."""
    async with here.turn_of(chat.id):
        answer = await here.crowd.run(lambda: chat.ask(question.question, question.choices))
    return public_answer(answer, chat.videos)


@router.post("/conversations/{id}/questions/stream", response_class=EventSourceResponse)
async def ask_next_as_it_goes(
    chat: Conversation, question: NextQuestion, here: ServedHere, _: Admitted
) -> AsyncIterator[ServerSentEvent]:
    """Answers the next question of a conversation, telling what `/ask/stream` tells."""
    async with here.turn_of(chat.id):
        events = chat.stream(question.question, question.choices)
        async for event in told_as_it_goes(here.crowd, events, chat.videos):
            yield event


def _told(chat: Chat, here: ServedHere) -> dict[str, Any]:
    conversation = here.agent.library.conversations.find(chat.id)
    return public_conversation(conversation) | {
        "videos": [public_video(video) for video in chat.videos],
        "turns": [public_turn(turn, chat.videos) for turn in chat.history()],
    }
