"""Decides when the embedded planner searches frames for a moment, and tells which was found.

It searches where a question asks when something happens and no event tells of it. Some frames are
always most like the words, which need not show it: the answer says no more than that.
"""

from __future__ import annotations

from dataclasses import replace

from langchain_core.messages import ToolCall

from foretell.agent.embedded.composer import Told, when_of
from foretell.agent.embedded.inquiry import Inquiry

FIND = "find_moment"
_NAME = "moment"


def find_calls(inquiry: Inquiry, told: Told) -> list[ToolCall]:
    """Gives the search of frames that is still to be made; none where `told` is the answer."""
    question = inquiry.question
    if question.kind != "when" or inquiry.choices or told.rests_on or _NAME in inquiry.said:
        return []
    arguments = {"description": question.text}
    return [ToolCall(name=FIND, args=arguments, id=_NAME, type="tool_call")]


def with_moments(inquiry: Inquiry, told: Told) -> Told:
    """Answers with the moments that were found in frames, or says why there are none."""
    if _NAME not in inquiry.said:
        return told
    if not inquiry.looks:
        return replace(told, text=f"{told.text} {inquiry.said[_NAME]}")
    return when_of(inquiry.looks)
