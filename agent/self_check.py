"""Sends a model that is unsure of its answer to look again."""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, HumanMessage

from foretell.agent.final_answer import read_final_answer
from foretell.agent.middleware import ModelHandler
from foretell.agent.trajectory import Meter
from foretell.prompts.loader import load_prompt

SURE = 0.5
"""Confidence from which an answer stands."""
ROUNDS = 2


class SelfCheck(AgentMiddleware[Any, Any, Any]):
    """Lets an answer stand that the model is sure of, and asks for another look otherwise.

    After the rounds of "VideoAgent: Long-form Video Understanding with Large Language Model as
    Agent", ECCV 2024, where a model scores its own confidence and looks at more while it is low.
    An answer without a confidence stands, and so does one that was given under a limit.

    Args:
        meter: Where the tokens of an answer that does not stand are counted.
        sure: Confidence from which an answer stands, in [0, 1].
        rounds: How often the model is sent to look again, at most.
    """

    def __init__(self, meter: Meter, sure: float = SURE, rounds: int = ROUNDS) -> None:
        super().__init__()
        self._meter = meter
        self._sure = sure
        self._left = rounds

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: ModelHandler
    ) -> ModelResponse[Any]:
        """Gives an answer that stands, or what the model does to find out more."""
        response = handler(request)
        reply = response.result[-1]
        if not isinstance(reply, AIMessage) or reply.tool_calls or not request.tools:
            return response
        confidence = read_final_answer(reply.text).confidence
        if confidence is None or confidence >= self._sure or self._left == 0:
            return response
        self._left -= 1
        self._meter.add(reply)
        note = HumanMessage(load_prompt("check").fill(confidence=confidence))
        return self.wrap_model_call(
            request.override(messages=[*request.messages, reply, note]), handler
        )
