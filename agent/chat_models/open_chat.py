"""The chat model at an endpoint: OpenAI's protocol, as loosely as servers keep to it.

LangChain's client reads what OpenAI sends. Other servers send ids that are null or missing, count
the tokens so far in every piece of a stream, answer a request for a stream with a whole reply, put
words into a field of their own, or tell an error with status 200. Each of these is put in order
here, before LangChain reads it, or told as an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import openai
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, BaseMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCallChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr

from foretell.agent.chat_models.reply_faults import REASONING
from foretell.agent.chat_models.reply_room import ReplyRoom
from foretell.endpoint import shortened

_REASONING_FIELDS = ("reasoning_content", "reasoning")
_COUNTS = ("prompt_tokens", "completion_tokens")
Json = dict[str, Any]


class OpenChat(ChatOpenAI):
    """LangChain's client for servers that keep to OpenAI's protocol more or less."""

    _room: ReplyRoom = PrivateAttr(default_factory=ReplyRoom)

    @property
    def _llm_type(self) -> str:
        return "openai-chat"

    def _get_request_payload(self, *args: Any, **kwargs: Any) -> Json:
        """Returns a request, with the most tokens of its reply as the endpoint takes it."""
        payload: Any = super()._get_request_payload(*args, **kwargs)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return self._room.written(cast(Json, payload))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """Returns a whole reply; a request whose limit's name is refused is sent under another.

        Raises:
            OpenAIError: If the endpoint fails.
            ValueError: If it answers with something that is no chat completion.
        """
        asked_as = self._room.place
        try:
            result = super()._generate(messages, stop, run_manager, **kwargs)
        except openai.APIStatusError as error:
            if not self._room.yields_to(error, asked_as):
                raise
            return self._generate(messages, stop, run_manager, **kwargs)
        (reply,) = result.generations
        if _was_cut_off(reply.generation_info):
            self._room.learn(reply.message.text, [reply.message])
        return result

    def _create_chat_result(
        self, response: dict[str, Any] | openai.BaseModel, generation_info: Json | None = None
    ) -> ChatResult:
        """Reads a whole reply.

        Raises:
            OpenAIError: If the server tells an error in it.
            ValueError: If it is no chat completion.
        """
        body = _in_order(_as_dict(response))
        result = super()._create_chat_result(body, generation_info)  # pyright: ignore[reportUnknownMemberType]
        for generation, choice in zip(result.generations, body["choices"], strict=True):
            _keep_reasoning(generation.message, choice["message"])
        return result

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type[BaseMessageChunk],
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        """Reads a piece of a streamed reply."""
        piece = _piece_in_order(chunk)
        read = super()._convert_chunk_to_generation_chunk(  # pyright: ignore[reportUnknownMemberType]
            piece, default_chunk_class, base_generation_info
        )
        if read is not None and piece["choices"]:
            _keep_reasoning(read.message, piece["choices"][0]["delta"] or {})
        return read

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Yields a reply as it comes, and its tokens once, at the end.

        Raises:
            OpenAIError: If the endpoint fails.
            ValueError: If what comes is no chat completion.
        """
        pieces = _Pieces()
        for chunk in self._received(messages, stop, **kwargs):
            pieces.put_in_order(chunk)
            if _was_cut_off(chunk.generation_info):
                self._room.learn("".join(pieces.texts), pieces.messages)
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
        if not pieces.came:
            raise ValueError("no piece of a stream came")
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=pieces.usage))

    def _received(
        self, messages: list[BaseMessage], stop: list[str] | None, **kwargs: Any
    ) -> Iterator[ChatGenerationChunk]:
        """Yields the pieces of a stream, or the whole reply of a server that does not stream."""
        options: Json = {"stream": True, "stream_options": {"include_usage": True}}
        asked = {**kwargs, **options}
        asked_as = self._room.place
        payload = self._get_request_payload(messages, stop=stop, **asked)
        try:
            response = self.client.with_raw_response.create(**payload)
        except openai.APIStatusError as error:
            if not self._room.yields_to(error, asked_as):
                raise
            yield from self._received(messages, stop, **kwargs)
            return
        if "json" in response.headers.get("content-type", ""):
            yield _as_chunk(self._create_chat_result(json.loads(response.http_response.read())))
            return
        with response.parse() as stream:
            for piece in stream:
                chunk = self._convert_chunk_to_generation_chunk(
                    _as_dict(piece), AIMessageChunk, None
                )
                if chunk is not None:
                    yield chunk


@dataclass(slots=True)
class _Begun:
    """A tool call, as far as its pieces came."""

    id: str
    name: str
    arguments: str = ""


class _Pieces:
    """What is known of the pieces of one reply that came so far."""

    def __init__(self) -> None:
        self.came = False
        self.messages: list[BaseMessage] = []
        self.texts: list[str] = []
        self.usage: UsageMetadata | None = None
        self._has_ended = False
        self._calls: list[_Begun] = []
        self._places: dict[int | None, int] = {}

    def put_in_order(self, piece: ChatGenerationChunk) -> None:
        """Takes out of a piece what was told before: its end, tokens, ids and names of calls."""
        self.came = True
        if self._has_ended:
            piece.generation_info = None
        self._has_ended = self._has_ended or bool(
            (piece.generation_info or {}).get("finish_reason")
        )
        message = piece.message
        self.messages.append(message)
        self.texts.append(message.text)
        if isinstance(message, AIMessageChunk):
            self._count(message.usage_metadata)
            message.usage_metadata = None
            for call in message.tool_call_chunks:
                self._place(call)

    def _count(self, told: UsageMetadata | None) -> None:
        """Keeps the most that was told, as each piece counts all tokens so far, or some of them."""
        if told is None:
            return
        known = self.usage or told
        entered = max(known["input_tokens"], told["input_tokens"])
        written = max(known["output_tokens"], told["output_tokens"])
        self.usage = UsageMetadata(
            input_tokens=entered, output_tokens=written, total_tokens=entered + written
        )

    def _place(self, call: ToolCallChunk) -> None:
        """Gives a piece of a call its place, and leaves out an id and a name told before."""
        told = call["index"]
        place = self._places.get(told, len(self._calls) - 1 if told is None else -1)
        if place < 0 or _begins_anew(self._calls[place], call):
            place = len(self._calls)
            self._calls.append(_Begun(call["id"] or "", call["name"] or ""))
        else:
            begun = self._calls[place]
            call["id"], begun.id = (None if begun.id else call["id"]), begun.id or call["id"] or ""
            call["name"], begun.name = (
                None if begun.name else call["name"],
                begun.name or call["name"] or "",
            )
        self._places[told] = call["index"] = place
        self._calls[place].arguments += call["args"] or ""


def _was_cut_off(told: Mapping[str, Any] | None) -> bool:
    """Whether a reply was stopped at a limit of tokens, by what is told beside it."""
    return (told or {}).get("finish_reason") == "length"


def _begins_anew(begun: _Begun, call: ToolCallChunk) -> bool:
    """Whether a piece that names a tool begins another call at a place that is taken."""
    if not call["name"]:
        return False
    if begun.id and call["id"] and call["id"] != begun.id:
        return True
    return bool(call["args"]) and _is_whole(begun.arguments)


def _is_whole(arguments: str) -> bool:
    try:
        json.loads(arguments)
    except (ValueError, RecursionError):
        return False
    return True


def _as_dict(response: Any) -> Json:
    """Returns a reply, or a piece of one, as the JSON object that it came as.

    Raises:
        ValueError: If it is none.
    """
    if isinstance(response, openai.BaseModel):
        response = response.model_dump(warnings=False)
    body = _object(response)
    if body is None:
        raise ValueError(f"it is no JSON object: {shortened(str(response))}")
    return body


def _in_order(body: Json) -> Json:
    """Returns a whole reply as LangChain reads it.

    Raises:
        OpenAIError: If it tells an error.
        ValueError: If it holds no message.
    """
    if error := body.get("error"):
        raise openai.OpenAIError(f"it answered with status 200 and an error: {_said(error)}")
    first = _object(next(iter(_listed(body.get("choices"))), None))
    if first is None:
        raise ValueError(f"it holds no choices: {shortened(json.dumps(body, default=str))}")
    message = _object(first.get("message"))
    if message is None:
        raise ValueError(
            f"its choice holds no message: {shortened(json.dumps(first, default=str))}"
        )
    calls = [_call_in_order(call) for call in _listed(message.get("tool_calls"))]
    words = _words(message.get("content"))
    ordered = {**message, "role": "assistant", "content": words, "tool_calls": calls}
    return {**body, "choices": [{**first, "message": ordered}], "usage": _usage(body)}


def _piece_in_order(chunk: Json) -> Json:
    """Returns a piece of a stream as LangChain reads it.

    Raises:
        OpenAIError: If it tells an error.
    """
    if error := chunk.get("error"):
        raise openai.OpenAIError(f"it ended its reply with an error: {_said(error)}")
    first = _object(next(iter(_listed(chunk.get("choices"))), None))
    if first is None:
        return {**chunk, "choices": [], "usage": _usage(chunk)}
    delta = _object(first.get("delta") or first.get("message"))
    if delta is not None:
        calls = [_call_in_order(call) for call in _listed(delta.get("tool_calls"))]
        words = _words(delta.get("content"))
        delta = {**delta, "role": "assistant", "content": words, "tool_calls": calls}
    return {**chunk, "choices": [{**first, "delta": delta}], "usage": _usage(chunk)}


def _call_in_order(call: object) -> Json:
    """Returns a tool call with an id, a name and arguments in text, each of which may be empty."""
    given = _object(call) or {}
    function = _object(given.get("function")) or {}
    arguments = function.get("arguments")
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments)
    index, name, id = given.get("index"), function.get("name"), given.get("id")
    return {
        "id": id if isinstance(id, str) else None,
        "type": "function",
        "index": index if isinstance(index, int) else None,
        "function": {"name": name if isinstance(name, str) else "", "arguments": arguments},
    }


def _usage(body: Json) -> Json | None:
    """Returns the tokens that a server counts; None where it counts none, or not in numbers."""
    told = _object(body.get("usage")) or {}
    counts = [told.get(name) for name in _COUNTS]
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        return None
    return {**dict(zip(_COUNTS, counts, strict=True)), "total_tokens": sum(cast(list[int], counts))}


def _words(content: object) -> str:
    """Returns a message's words, which may come in parts."""
    if isinstance(content, str):
        return content
    texts = [(_object(part) or {}).get("text") for part in _listed(content)]
    return "".join(text for text in texts if isinstance(text, str))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()  # pyright: ignore[reportUnknownVariableType]


def _object(value: Any) -> Json | None:
    """Returns a JSON object; None for anything else."""
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _said(error: object) -> str:
    """Returns an error's own words."""
    said = (_object(error) or {}).get("message")
    return shortened(str(said or error))


def _keep_reasoning(message: BaseMessage, told: Mapping[str, Any]) -> None:
    """Keeps the words that a server puts into a field of their own; LangChain leaves them out."""
    words = next((told[name] for name in _REASONING_FIELDS if told.get(name)), None)
    if isinstance(words, str):
        message.additional_kwargs[REASONING] = words


def _as_chunk(result: ChatResult) -> ChatGenerationChunk:
    """Returns a whole reply as the only piece of a stream."""
    generation = result.generations[0]
    message = cast(AIMessage, generation.message)
    calls = [*message.tool_calls, *message.invalid_tool_calls]
    chunks = [
        ToolCallChunk(
            name=call["name"],
            args=call["args"] if isinstance(call["args"], str) else json.dumps(call["args"]),
            id=call["id"],
            index=place,
        )
        for place, call in enumerate(calls)
    ]
    whole = AIMessageChunk(
        content=message.content,
        additional_kwargs=message.additional_kwargs,
        tool_call_chunks=chunks,
        usage_metadata=message.usage_metadata,
    )
    return ChatGenerationChunk(message=whole, generation_info=generation.generation_info)
