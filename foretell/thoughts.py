"""Reads what a model says beside its thoughts, which are never a part of its answer.

Models that think before they speak write their thoughts between tags, unless a server takes them
apart. A thought may be cut off, and then nothing was said at all; its first tag may be missing,
where the chat template writes it at the end of the prompt.

Read are tags such as `<think>`, `<thinking>` and `<reasoning>`, the same in the triangles of Kimi,
Magistral's `[THINK]`, Command's `<|START_THINKING|>`, and the channels of gpt-oss, of which "final"
alone is said, with their marks or as what is left of them ("analysis...assistantfinal...").

Only replies of models are read so. A timeline or a question may hold such a tag, too, and there it
is what somebody showed or wrote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from foretell.patterns import LazyPattern

Silence = Literal[
    "was cut off while thinking",
    "was cut off before its end",
    "gave nothing but thoughts",
    "gave an empty reply",
    "put all its words into the field of its reasoning",
    "only repeated what it was told",
]
"""Why a model said nothing that counts, as the rest of a sentence about it."""
CUT_OFF: Silence = "was cut off while thinking"
UNFINISHED: Silence = "was cut off before its end"
ONLY_THOUGHTS: Silence = "gave nothing but thoughts"
EMPTY: Silence = "gave an empty reply"
IN_REASONING: Silence = "put all its words into the field of its reasoning"
ECHO: Silence = "only repeated what it was told"

ADVICE: dict[Silence, str] = {
    CUT_OFF: "raise the token limit of its server, or switch its thinking off",
    UNFINISHED: "try a larger model, or raise the token limit of its server",
    ONLY_THOUGHTS: "switch its thinking off, or try another model",
    EMPTY: "try another model",
    ECHO: "try a larger model",
    IN_REASONING: "start its server with the reasoning parser of this model, or with none",
}
"""What to do about it."""

_NAME = r"(?:seed:)?(?:think|thinking|thought|thoughts|reasoning)"
_TAG = LazyPattern(
    rf"<\s*(?P<closes>/?)\s*{_NAME}(?:\s[^<>]{{0,60}})?\s*>|"
    r"\N{WHITE LEFT-POINTING TRIANGLE}(?P<ends>/?)think\N{WHITE RIGHT-POINTING TRIANGLE}|"
    r"(?-i:\[(?P<shuts>/?)THINK\])|"
    r"<\|(?:(?P<over>end_of_thought|END_THINKING)|begin_of_thought|START_THINKING)\|>",
    re.IGNORECASE,
)
_CLOSING = ("closes", "ends", "shuts", "over")
_OPEN_AT_END = LazyPattern(rf"(?:{_TAG.pattern})\s*$", re.IGNORECASE)
_UNSETTLED = LazyPattern(
    r"(?:<[^<>]{0,80}>?|\N{WHITE LEFT-POINTING TRIANGLE}[^\s]{0,8}|\[/?[A-Z]{0,5}\]?)\s*$"
)
"""A tag that may not be whole yet, or that the next character may turn into a quote."""
_CHANNEL = LazyPattern(
    r"(?:(?:<\|start\|>\s*)?assistant\s*)?(?:<\|channel\|>\s*|\A\s*)"
    r"(?P<name>analysis|commentary|final)(?P<to>\s+to=[^<]*)?"
    r"(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>"
)
_CHANNEL_ENDS = LazyPattern(r"<\|(?:end|return|call|start|channel)\|>|\Z")
_BARE_CHANNELS = LazyPattern(
    r"\A\s*analysis(?=[A-Z\"']|\s)(?P<thought>.*?)assistantfinal", re.DOTALL
)
_BARE_THOUGHT = LazyPattern(r"\A\s*analysis(?=[A-Z])")
_QUOTES = {
    *"\"'`",
    *"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    *"\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    *"\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    *"\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
}


@dataclass(frozen=True, slots=True)
class SpokenReply:
    """What a model said.

    Attributes:
        text: Its words beside its thoughts; "" where it said nothing.
        silence: Why it said nothing; None where it said something.
    """

    text: str
    silence: Silence | None


def read_spoken(reply: str, *, cut_off: bool = False, whole: bool = False) -> SpokenReply:
    """Reads what a model said out of all that it wrote.

    A reply that ends inside a thought says nothing, whatever stands before the thought.

    Args:
        reply: All that it wrote; "" where the server took its thoughts out and nothing is left.
        cut_off: Whether it was stopped at a token limit (`finish_reason` "length").
        whole: Whether only a whole reply counts. Where no tag tells, as the chat template opened
            the thought, a reply that was cut off may be a thought alone.
    """
    words, thinks = _split(reply)
    text = "" if thinks else words.strip()
    if text:
        return SpokenReply("", UNFINISHED) if cut_off and whole else SpokenReply(text, None)
    if thinks or cut_off:
        return SpokenReply("", CUT_OFF)
    return SpokenReply("", ONLY_THOUGHTS if reply.strip() else EMPTY)


def without_thoughts(reply: str) -> str:
    """Returns a model's words beside its thoughts; "" where it ends inside one."""
    return read_spoken(reply).text


def spoken_so_far(reply: str) -> str:
    """Returns what can be shown of a reply that is still being written.

    Where a closing tag tells that all before was a thought, what was shown by then is not a
    beginning of what is returned from then on.
    """
    return _split(_UNSETTLED.sub("", reply))[0]


def spoken_from(reply: str) -> int:
    """Returns at which character the words after the last thought begin; the end if there are none.

    0 where the model did not think.
    """
    begins, thinks = 0, False
    for opens, _, end in _thought_tags(reply):
        thinks, begins = opens, end
    for channel in _CHANNEL.finditer(reply):
        thinks, begins = channel["name"] != "final", channel.end()
    if bare := _BARE_CHANNELS.match(reply):
        begins = bare.end()
    return len(reply) if thinks else begins


def with_opened_thought(reply: str, prompt: str) -> str:
    """Adds the opening tag that a chat template wrote at the end of the prompt, if it did."""
    opened = _OPEN_AT_END.search(prompt)
    return opened[0] + reply if opened is not None and reply else reply


def _split(reply: str) -> tuple[str, bool]:
    """Returns what stands outside of thoughts, and whether the last thought is still open."""
    reply = _without_channels(reply)
    words: list[str] = []
    begins, thinks = 0, False
    for opens, start, end in _thought_tags(reply):
        if opens:
            words.append(reply[begins:start])
        elif not thinks:  # its opening tag may stand in the prompt
            words.clear()
        begins, thinks = end, opens
    return "".join([*words, "" if thinks else reply[begins:]]), thinks


def _without_channels(reply: str) -> str:
    """Returns a reply with what gpt-oss writes in channels as others write it: thoughts in tags.

    What is written to a tool stays as it is.
    """
    channels = [*_CHANNEL.finditer(reply)]
    if not channels:
        return _without_bare_channels(reply)
    parts = [reply[: channels[0].start()]]
    for channel in channels:
        ends = _CHANNEL_ENDS.search(reply, channel.end())
        assert ends is not None, "the pattern matches at the end of every text"
        inside = reply[channel.end() : ends.start()]
        if channel["to"]:
            parts.append(reply[channel.start() : ends.end()])
        elif channel["name"] == "final":
            parts.append(inside)
        else:
            parts.append(f"<think>{_TAG.sub('', inside)}" + ("</think>" if ends[0] else ""))
    return "".join(parts)


def _without_bare_channels(reply: str) -> str:
    """Returns the same where a server took the marks of channels out, and left their names."""
    if bare := _BARE_CHANNELS.match(reply):
        return reply[bare.end() :]
    return f"<think>{reply}" if _BARE_THOUGHT.match(reply) else reply


def _thought_tags(reply: str) -> list[tuple[bool, int, int]]:
    """Returns the tags that begin or end a thought: whether one opens, its start and its end.

    Inside a thought every opening tag and outside of it every tag in quotes is a part of the text.
    """
    found: list[tuple[bool, int, int]] = []
    thinks = quotes = False
    for tag in _TAG.finditer(reply):
        opens = not any(tag[name] for name in _CLOSING)
        after_quote = reply[max(0, tag.start() - 1) : tag.start()] in _QUOTES
        before_quote = reply[tag.end() : tag.end() + 1] in _QUOTES
        if opens:
            quotes = quotes or after_quote
            is_text = thinks or after_quote
        else:
            is_text = not thinks and before_quote and (after_quote or quotes)
        if not is_text:
            found.append((opens, *tag.span()))
            thinks = opens
    return found
