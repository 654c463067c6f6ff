"""How much room a model's reply is given, in the way that its endpoint wants to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage

from foretell.agent.chat_models.limits import THOUGHTS
from foretell.agent.chat_models.reply_faults import REASONING
from foretell.endpoint import refuses_request
from foretell.patterns import LazyPattern
from foretell.thoughts import CUT_OFF, read_spoken

_NAMES = ("max_tokens", "max_completion_tokens", "")
"""What the most tokens of a reply are called: by all servers but OpenAI's newest models; by those;
not at all."""
_REFUSED = LazyPattern(r"max_(?:completion_)?tokens", re.IGNORECASE)


@dataclass(slots=True)
class ReplyRoom:
    """What an endpoint and its model turned out to want.

    Attributes:
        place: Which of the names the endpoint takes.
        thinks: Whether the model needs room to think before it speaks.
    """

    place: int = 0
    thinks: bool = False

    def written(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Returns a request with its limit as the endpoint takes it, and room for thoughts."""
        told = {name: value for name, value in payload.items() if name not in _NAMES}
        most = next((payload[name] for name in _NAMES if payload.get(name) is not None), None)
        if most is not None and _NAMES[self.place]:
            told[_NAMES[self.place]] = most + (THOUGHTS if self.thinks else 0)
        return told

    def yields_to(self, refusal: Exception, asked_as: int) -> bool:
        """Returns whether a refusal is of the limit's name, so that another may be tried.

        Args:
            refusal: What the endpoint said.
            asked_as: The `place` that the request had; another thread may have changed it since.
        """
        of_name = refuses_request(refusal) and _REFUSED.search(str(refusal))
        if not of_name or asked_as + 1 == len(_NAMES):
            return False
        self.place = max(self.place, asked_as + 1)
        return True

    def learn(self, text: str, messages: list[BaseMessage]) -> None:
        """Notes whether a reply that was cut off was still a thought.

        Args:
            text: All that the model wrote.
            messages: The reply, in one message or in pieces.
        """
        reasons = any(one.additional_kwargs.get(REASONING) for one in messages)
        if reasons or read_spoken(text, cut_off=True).silence == CUT_OFF:
            self.thinks = True
