"""`/v1`: models, chat completions and responses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from foretell.server.api.here import ServedHere
from foretell.server.openai.conversation import Conversation, conversation_of, side_answer
from foretell.server.openai.forms import ChatRequest, Message, ResponsesRequest
from foretell.server.openai.models import found, listed, videos_of
from foretell.server.openai.shapes import Reply
from foretell.server.openai.streaming import Events, chat_telling, response_telling, streamed
from foretell.server.served import Served
from foretell.types import Answer

router = APIRouter(prefix="/v1", tags=["openai"])


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was read.

    Attributes:
        reply: What is replied in.
        said: What is asked after what; or the answer to a client's own request.
    """

    reply: Reply
    said: Conversation | str

    def events(self, here: Served, *, stream: bool) -> Events | str:
        """Returns what happens while the question is answered; or words that need no planner."""
        if isinstance(self.said, str):
            return self.said
        question, history = self.said.question, self.said.history
        return here.agent.converse(question, self.reply.videos, history=history, stream=stream)

    async def answered(self, here: Served) -> tuple[str, Answer | None]:
        """Returns the words of the answer, and the answer; None for words that need no planner."""
        events = self.events(here, stream=False)
        if isinstance(events, str):
            return events, None

        def answer() -> Answer:
            *_, last = events
            assert isinstance(last, Answer)
            return last

        async with here.crowd.admitted():
            given = await here.crowd.run(answer)
        return given.text, given


@router.get("/models")
def list_models(here: ServedHere) -> dict[str, Any]:
    """Lists a model for the library and one for each video."""
    return listed(here.videos())


@router.get("/models/{model:path}")
def show_model(model: str, here: ServedHere) -> dict[str, Any]:
    """Gives the model that is named, in whole or by a video's id."""
    return found(model, here)


@router.post("/chat/completions", response_model=None)
async def complete(form: ChatRequest, request: Request, here: ServedHere) -> Response:
    """Answers the last message, whole or as it goes."""
    asked = await _read(form, form.messages, request, here)
    if form.stream:
        telling = chat_telling(asked.reply, wants_usage=form.wants_usage)
        return streamed(asked.events(here, stream=True), telling, here.crowd)
    return JSONResponse(asked.reply.completion(*await asked.answered(here)))


@router.post("/responses", response_model=None)
async def respond(form: ResponsesRequest, request: Request, here: ServedHere) -> Response:
    """Answers the last message of the input, whole or as it goes."""
    asked = await _read(form, form.messages(), request, here)
    if form.stream:
        telling = response_telling(asked.reply)
        return streamed(asked.events(here, stream=True), telling, here.crowd)
    return JSONResponse(asked.reply.response(*await asked.answered(here)))


async def _read(
    form: ChatRequest | ResponsesRequest,
    messages: Sequence[Message],
    request: Request,
    here: Served,
) -> _Asked:
    """Reads a request in a thread, as it looks into the library."""
    page = str(request.base_url)

    def read() -> _Asked:
        side = side_answer(messages, stream=bool(form.stream)) if messages else None
        if side is not None:
            return _Asked(Reply(form.model, page, ()), side)
        videos = videos_of(form.model, here)
        said = conversation_of(messages, here.store, videos)
        return _Asked(Reply(form.model, page, videos), said)

    return await to_thread.run_sync(read)
