"""`/v1`: models, chat completions and responses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from foretell.agent.planner_events import PlannerEvent, ToolStarted
from foretell.errors import ForetellError
from foretell.server import problems
from foretell.server.api.here import ServedHere
from foretell.server.openai.conversation import Conversation, conversation_of, side_answer
from foretell.server.openai.forms import ChatRequest, Message, ResponsesRequest
from foretell.server.openai.models import described, listed, videos_of
from foretell.server.openai.shapes import Reply, Shape, line
from foretell.server.served import Served
from foretell.types import Answer, VideoInfo

router = APIRouter(prefix="/v1", tags=["openai"])
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was read.

    Attributes:
        reply: What is replied in.
        side: The answer to a client's own request; None for a question.
        conversation: What is asked; None beside a client's own request.
    """

    reply: Reply
    side: str | None
    conversation: Conversation | None

    def events(self, here: Served, *, stream: bool) -> Generator[PlannerEvent | Answer]:
        """Returns what happens while the question is answered."""
        assert self.conversation is not None
        return here.agent.converse(
            self.conversation.question,
            self.reply.videos,
            history=self.conversation.history,
            stream=stream,
        )


@router.get("/models")
def list_models(here: ServedHere) -> dict[str, Any]:
    """Lists a model for the library and one for each video."""
    return listed(here.videos())


@router.get("/models/{model:path}")
def show_model(model: str, here: ServedHere) -> dict[str, Any]:
    """Tells whether there is a model."""
    videos_of(model, here)
    return described(model)


@router.post("/chat/completions", response_model=None)
async def complete(form: ChatRequest, request: Request, here: ServedHere) -> Response:
    """Answers the last message, whole or as it goes."""
    asked = await to_thread.run_sync(_read, form.model, form.messages, _page(request), here)
    if not form.stream:
        text, answer = await _answered(asked, here)
        return JSONResponse(asked.reply.completion(text, answer))

    def begin() -> Iterator[Shape]:
        yield asked.reply.first_chunk()

    def end(text: str, answer: Answer | None) -> Iterator[Shape]:
        return asked.reply.chunks(text, answer, wants_usage=form.wants_usage)

    return _streamed(asked, here, begin, end, is_chat=True)


@router.post("/responses", response_model=None)
async def respond(form: ResponsesRequest, request: Request, here: ServedHere) -> Response:
    """Answers the last message of the input, whole or as it goes."""
    messages = form.messages()
    asked = await to_thread.run_sync(_read, form.model, messages, _page(request), here)
    if not form.stream:
        text, answer = await _answered(asked, here)
        return JSONResponse(asked.reply.response(text, answer))
    numbers = count()

    def numbered(shapes: Iterator[Shape]) -> Iterator[Shape]:
        return (shape | {"sequence_number": next(numbers)} for shape in shapes)

    def begin() -> Iterator[Shape]:
        for name in ("response.created", "response.in_progress"):
            yield from numbered(
                iter([{"type": name, "response": asked.reply.response(None, None)}])
            )

    def end(text: str, answer: Answer | None) -> Iterator[Shape]:
        return numbered(asked.reply.response_events(text, answer))

    return _streamed(asked, here, begin, end, is_chat=False)


def _read(model: str, messages: Sequence[Message], page: str, here: Served) -> _Asked:
    side = side_answer(messages) if messages else None
    videos: tuple[VideoInfo, ...] = videos_of(model, here) if side is None else ()
    reply = Reply(model, page, videos)
    if side is not None:
        return _Asked(reply, side, None)
    return _Asked(reply, None, conversation_of(messages, here.store, videos))


async def _answered(asked: _Asked, here: Served) -> tuple[str, Answer | None]:
    if asked.side is not None:
        return asked.side, None

    def answer() -> Answer:
        *_, last = asked.events(here, stream=False)
        assert isinstance(last, Answer)
        return last

    async with here.crowd.admitted():
        given = await here.crowd.run(answer)
    return given.text, given


def _streamed(
    asked: _Asked,
    here: Served,
    begin: Callable[[], Iterator[Shape]],
    end: Callable[[str, Answer | None], Iterator[Shape]],
    *,
    is_chat: bool,
) -> StreamingResponse:
    """Returns a stream: only words whose citations were checked are told."""
    here.crowd.check_room()

    async def lines() -> AsyncGenerator[bytes]:
        try:
            async with here.crowd.admitted():
                async for one in _lines(asked, here, begin, end, is_chat=is_chat):
                    yield one
        except (ForetellError, problems.Problem) as error:
            yield line(problems.openai_record(problems.as_problem(error)))
        if is_chat:
            yield DONE

    return StreamingResponse(lines(), media_type="text/event-stream")


async def _lines(
    asked: _Asked,
    here: Served,
    begin: Callable[[], Iterator[Shape]],
    end: Callable[[str, Answer | None], Iterator[Shape]],
    *,
    is_chat: bool,
) -> AsyncIterator[bytes]:
    for shape in begin():
        yield line(shape)
    if asked.side is not None:
        for shape in end(asked.side, None):
            yield line(shape)
        return
    async with aclosing(here.crowd.steps(asked.events(here, stream=True))) as steps:
        async for event in steps:
            if isinstance(event, ToolStarted) and is_chat:
                yield line(asked.reply.doing(event))
            if isinstance(event, Answer):
                for shape in end(event.text, event):
                    yield line(shape)


def _page(request: Request) -> str:
    return str(request.base_url)
