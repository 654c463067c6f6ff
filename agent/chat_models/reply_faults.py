"""Tells a chat model's reply that can be used from one that cannot, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from langchain_core.messages import AIMessage

from foretell.agent.chat_models.echoes import without_echoes
from foretell.agent.chat_models.json_words import words_of_json
from foretell.endpoint import shortened
from foretell.patterns import LazyPattern
from foretell.prompts.loader import load_prompt
from foretell.thoughts import (
    ADVICE,
    CUT_OFF,
    ECHO,
    EMPTY,
    IN_REASONING,
    ONLY_THOUGHTS,
    UNFINISHED,
    Silence,
    SpokenReply,
    read_spoken,
    spoken_from,
)

REASONING = "reasoning"
"""Where a message keeps the words that its server told apart from what is said."""
WRITTEN = "written as text"
"""Marks an unreadable tool call as one that stood in a message's words."""
_PARSER = (
    "start its server with the tool-call parser of this model (vLLM: --enable-auto-tool-choice "
    "--tool-call-parser, llama-server: --jinja)"
)
_FORM_LINES = LazyPattern(
    r"^\W*(?:(?:final\s+)?(?:confidence|choice|answer|status))\b\W*[:=\d].*$",
    re.IGNORECASE | re.MULTILINE,
)
_IN_FORM = LazyPattern(
    r"(?:^\W*(?:confidence|status)\W*[:=].*|^\W*(?:final\s+)?(?:answer|choice)\W*[:=].*|\A\s*\{.*\})\s*\Z",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_PARAGRAPHS = LazyPattern(r"\n[ \t]*\n\s*")

_FAULTS: dict[Silence, tuple[str, str]] = {
    CUT_OFF: ("a message cut off while thinking", "cut_off_thinking"),
    UNFINISHED: ("a message cut off at the length limit", "cut_off"),
    ONLY_THOUGHTS: ("a message of nothing but thoughts", "empty"),
    EMPTY: ("an empty message", "empty"),
    IN_REASONING: ("a message with all its words in the field of its reasoning", "empty"),
    ECHO: ("a message that repeats what it was told", "empty"),
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
    """Returns what a chat model said in a message, and why nothing; see `read_spoken`.

    What it only repeats of our prompts is left out; dots and dashes alone, too, say nothing.
    Where a server put all words into the field of the reasoning, the answer there is what it said.
    """
    spoken = read_spoken(reply.text, cut_off=was_cut_off(reply), whole=whole)
    if spoken.text:
        own = without_echoes(spoken.text)
        says = any(map(str.isalnum, own))
        return SpokenReply(own if says else "", None if says else ECHO)
    reasoning = reply.additional_kwargs.get(REASONING)
    if reply.text.strip() or not isinstance(reasoning, str) or was_cut_off(reply):
        return spoken
    answer = answer_in_reasoning(reasoning)
    return SpokenReply(answer, None if answer else IN_REASONING)


def answer_in_reasoning(reasoning: str) -> str:
    """Returns the answer that ends a model's reasoning; "" where there are thoughts alone.

    An answer ends in the form that was asked for: with a line of confidence, status or choice, or
    as one JSON object. Its thoughts stand before it, up to a blank line or the end of their tag.
    """
    closed = spoken_from(reasoning)
    if 0 < closed < len(reasoning):
        return reasoning[closed:].strip()
    if not _IN_FORM.search(reasoning):
        return ""
    *_, answer = _PARAGRAPHS.split(reasoning.strip())
    told = _FORM_LINES.sub("", answer).strip()
    if told or answer == reasoning.strip():
        return answer
    return "\n\n".join(_PARAGRAPHS.split(reasoning.strip())[-2:])


def was_cut_off(reply: AIMessage) -> bool:
    """Whether a reply was stopped at a limit of tokens."""
    return reply.response_metadata.get("finish_reason") == "length"


def find_fault(reply: AIMessage) -> Fault | None:
    """Returns what is wrong with a planner's message, or None if it is usable."""
    if reply.invalid_tool_calls:
        call = reply.invalid_tool_calls[0]
        written = call["error"] == WRITTEN
        problem = f"{call['name'] or 'a call'} with arguments {shortened(str(call['args']))!r}"
        if written:
            problem = f"it stands in the words of the message, as {shortened(str(call['args']))!r}"
        return Fault(
            f"a tool call that cannot be read: {problem}",
            load_prompt("malformed").fill(problem=problem),
            _PARSER if written else ADVICE[EMPTY],
        )
    spoken = spoken_reply(reply, whole=True)
    silence = spoken.silence
    if not reply.tool_calls and words_of_json(spoken.text) == "":
        return Fault(
            f"a message of JSON that holds no answer: {shortened(spoken.text)!r}",
            load_prompt("empty").fill(),
            ADVICE[EMPTY],
        )
    if reply.tool_calls:
        # The arguments of a streamed call are closed wherever they end, so that they look whole.
        silence = UNFINISHED if was_cut_off(reply) else None
    if silence is None:
        return None
    name, note = _FAULTS[silence]
    return Fault(name, load_prompt(note).fill(), ADVICE[silence])
