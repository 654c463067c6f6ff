"""Tells a chat model's reply that can be used from one that cannot, and why."""

from __future__ import annotations

from dataclasses import dataclass

from langchain_core.messages import AIMessage

from foretell.prompts.loader import load_prompt
from foretell.thoughts import (
    ADVICE,
    CUT_OFF,
    EMPTY,
    ONLY_THOUGHTS,
    UNFINISHED,
    Silence,
    SpokenReply,
    read_spoken,
)

_FAULTS: dict[Silence, tuple[str, str]] = {
    CUT_OFF: ("a message cut off while thinking", "cut_off_thinking"),
    UNFINISHED: ("a message cut off at the length limit", "cut_off"),
    ONLY_THOUGHTS: ("a message of nothing but thoughts", "empty"),
    EMPTY: ("an empty message", "empty"),
}
"""What each silence is called, and the prompt that asks again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a reply.

    Attributes:
        name: What it is, as a noun phrase.
        note: What the model is told, to answer again.
        advice: What the user can do.
    """

    name: str
    note: str
    advice: str


def spoken_reply(reply: AIMessage, *, whole: bool = False) -> SpokenReply:
    """Returns what a chat model said in a message, and why nothing; see `read_spoken`."""
    return read_spoken(reply.text, cut_off=_was_cut_off(reply), whole=whole)


def _was_cut_off(reply: AIMessage) -> bool:
    return reply.response_metadata.get("finish_reason") == "length"


def find_fault(reply: AIMessage) -> Fault | None:
    """Returns what is wrong with a planner's message, or None if it is usable."""
    if reply.invalid_tool_calls:
        call = reply.invalid_tool_calls[0]
        problem = f"{call['name'] or 'a call'} with arguments {call['args']!r}"
        return Fault(
            f"a tool call that cannot be read: {problem}",
            load_prompt("malformed").fill(problem=problem),
            ADVICE[EMPTY],
        )
    silence = spoken_reply(reply, whole=True).silence
    if reply.tool_calls:
        # The arguments of a streamed call are closed wherever they end, so that they look whole.
        silence = UNFINISHED if _was_cut_off(reply) else None
    if silence is None:
        return None
    name, note = _FAULTS[silence]
    return Fault(name, load_prompt(note).fill(), ADVICE[silence])
