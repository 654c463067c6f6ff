"""Anticipates in free words, from captions that tell no action of a taxonomy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from foretell.actions import Action, ActionWindow, Forecast
from foretell.agent.chat_models.chat_endpoint import (
    ChatEndpoint,
    ChatPrompt,
    Completion,
    check_some_spoke,
)
from foretell.agent.chat_models.in_flight import run_grouped
from foretell.agent.chat_models.limits import of_actions
from foretell.agent.trajectory import Meter
from foretell.errors import ModelError
from foretell.memory.words.vocabulary import words_of
from foretell.prompts.loader import load_prompt
from foretell.tools.anticipation.completion import EMPTY, Piece, answers, layouts

_IN_FLIGHT = 8
"""Requests at a time: all candidates of one window at the usual K of 5."""
_LONGEST_ACTION = 5
"""Words; what is longer is prose."""
_ARTICLES = {"a", "an", "the"}
_PARTICLES = {"away", "back", "down", "in", "off", "on", "out", "up"}
_BEGINS_PROSE = {
    "certainly", "he", "here", "hope", "i", "id", "im", "it", "let", "next", "note", "of",
    "please", "she", "sure", "that", "these", "they", "this", "you",
}  # fmt: skip


class OpenAnticipator:
    """Asks a chat model for futures in its own words.

    Args:
        endpoint: The model.
        horizon: Z, how many actions to ask for.
        price: US dollars per million input and output tokens, or None where unknown.
    """

    def __init__(
        self, endpoint: ChatEndpoint, horizon: int, price: tuple[float, float] | None = None
    ) -> None:
        self._endpoint = endpoint
        self._horizon = horizon
        self._price = price

    def forecast(self, window: ActionWindow, k: int = 5) -> Forecast:
        """Returns `k` candidate futures of a window with captions, without those that tell none.

        Raises:
            ModelError: If the endpoint fails, the model only thinks, or no reply holds an action.
        """
        meter = Meter(self._price)
        prompt = ChatPrompt(
            load_prompt("anticipate_open").fill(horizon=self._horizon),
            "\n".join(f"- {' '.join(caption.split())}" for caption in window.captions),
        )
        asks: list[Callable[[], Completion]] = [
            partial(
                self._endpoint.complete,
                prompt,
                f"{window.key} {number}",
                meter,
                most_tokens=of_actions(self._horizon),
            )
            for number in range(k)
        ]
        ((_, completions),) = run_grouped([(window, asks)], _IN_FLIGHT)
        check_some_spoke(completions)
        futures = [_read(completion.text) for completion in completions]
        readable = [actions for actions in futures if actions]
        if not readable:
            raise ModelError(
                f"none of {k} replies of the model held an action of the form 'verb noun'; "
                "try another model"
            )
        repairs = Counter({EMPTY: k - len(readable)})
        candidates = [self._exactly(actions, repairs) for actions in readable]
        notes = told_none(k - len(readable), k)
        return Forecast(
            window=window,
            candidates=tuple(candidates),
            notes=("in the model's own words: the captions tell no action of the taxonomy", *notes),
            repairs=dict(+repairs),
            usage=meter.usage(),
        )

    def _exactly(self, actions: Sequence[Action], repairs: Counter[str]) -> tuple[Action, ...]:
        repairs["cut"] += max(0, len(actions) - self._horizon)
        repairs["padded"] += max(0, self._horizon - len(actions))
        return (*actions, *[actions[-1]] * self._horizon)[: self._horizon]


def told_none(silent: int, asked: int) -> tuple[str, ...]:
    """Returns the note on replies that hold no action, where there are some."""
    return (f"{silent} of {asked} replies told no action",) if silent else ()


def _read(text: str) -> tuple[Action, ...]:
    """Returns the actions of a reply: of the layout that gives the most."""
    cut = [pieces for answer in answers(text) for pieces in layouts(answer)]
    read = [tuple(filter(None, map(_action, pieces))) for pieces in cut]
    return max(read, key=len, default=())


def _action(piece: Piece) -> Action | None:
    """Returns the verb, with its particle, and the rest as the noun, unless it is prose."""
    written = words_of(f"{piece.phrase} {piece.noun or ''}")
    if not written or not written[0].isalpha() or written[0] in _ARTICLES | _BEGINS_PROSE:
        return None
    words = [word for word in written if word not in _ARTICLES]
    verb = words[: 2 if words[1:2] and words[1] in _PARTICLES else 1]
    noun = words[len(verb) :]
    return (
        Action(" ".join(verb), " ".join(noun)) if noun and len(words) <= _LONGEST_ACTION else None
    )
