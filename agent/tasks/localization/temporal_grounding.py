"""Finds when something happens with a chat model that reads the text of a timeline.

The VLM-LLM route of UAL-Bench (H. M. Abdullah et al., WACV 2025): dense text with times, and the
model names start and end. Models tell the start better than the extent, so both may be asked
separately.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from foretell.agent.chat_models.chat_endpoint import ChatEndpoint, ChatPrompt
from foretell.agent.chat_models.in_flight import run_grouped
from foretell.agent.final_answer import without_thoughts
from foretell.agent.trajectory import Meter
from foretell.errors import ConfigError
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.prompts.loader import load_prompt
from foretell.tools.localization.span_parsing import read_moment, read_spans
from foretell.tools.representation.renderer import Representation, render
from foretell.types import Event, Interval

EMPTY = "the timeline holds nothing that has a time"
_EDGES = {"onset": "begins", "offset": "ends"}
_NOT_THERE = "Where it does not happen, give no moment."
_NO_TIME = "Where it does not happen, give null."
_THERE = "It does happen, even if no line says so: give your best guess."
UNTOLD = "the reply names no span"


@dataclass(frozen=True, slots=True)
class GroundingSettings:
    """How a chat model is asked for moments.

    Attributes:
        ends: Whether start and end are asked for "together" or "apart", in two requests.
        may_be_absent: Whether the model may say that it does not happen.
        shown: What of the timeline is told.
        requests_in_flight: Most requests at a time.

    Raises:
        ConfigError: If a setting is unknown or out of range.
    """

    ends: Literal["together", "apart"] = "together"
    may_be_absent: bool = True
    shown: Representation = field(default_factory=Representation)
    requests_in_flight: int = 8

    def __post_init__(self) -> None:
        if self.ends not in ("together", "apart"):
            raise ConfigError(f"ends must be 'together' or 'apart', got {self.ends!r}")
        if self.requests_in_flight < 1:
            raise ConfigError(
                f"requests_in_flight must be 1 or more, got {self.requests_in_flight!r}"
            )


class TemporalGrounding:
    """Asks a chat model when things happen.

    Args:
        endpoint: The model.
        settings: How it is asked.
        price: US dollars per million input and output tokens, or None where unknown.
    """

    def __init__(
        self,
        endpoint: ChatEndpoint,
        settings: GroundingSettings | None = None,
        *,
        price: tuple[float, float] | None = None,
    ) -> None:
        self.settings = settings or GroundingSettings()
        self._endpoint = endpoint
        self._price = price

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives what the model says of every query, in their order.

        Raises:
            ModelError: If the endpoint fails.
        """
        waiting: dict[int, LocateResult] = {}
        coming = 0
        jobs = (
            (number, [partial(self._ask, query, captions.get(query.video, ()))])
            for number, query in enumerate(queries)
        )
        for number, (located,) in run_grouped(jobs, self.settings.requests_in_flight):
            waiting[number] = located
            while coming in waiting:
                yield waiting.pop(coming)
                coming += 1

    def _ask(self, query: MomentQuery, events: Sequence[Event]) -> LocateResult:
        timeline = render(events, self.settings.shown).text
        if not timeline:
            return LocateResult((), EMPTY)
        meter = Meter(self._price)
        problem = load_prompt("locate_problem").fill(
            whole=query.whole, timeline=timeline, query=query.text
        )
        ask = partial(self._reply, problem, query.id, meter)
        if self.settings.ends == "together":
            located = read_located(ask(self._prompt(), "moments", _moments_format()), query.whole)
        else:
            onset, offset = (ask(self._end_prompt(edge), edge, _end_format()) for edge in _EDGES)
            located = read_ends(onset, offset, query.whole)
        return _with_evidence(replace(located, usage=meter.usage()), events)

    def _prompt(self) -> str:
        absence = _NOT_THERE if self.settings.may_be_absent else _THERE
        return load_prompt("locate").fill(absence=absence)

    def _end_prompt(self, edge: str) -> str:
        absence = _NO_TIME if self.settings.may_be_absent else _THERE
        return load_prompt("locate_end").fill(edge=_EDGES[edge], absence=absence)

    def _reply(
        self, problem: str, key: str, meter: Meter, system: str, draw: str, form: dict[str, Any]
    ) -> str:
        reply = self._endpoint.complete(ChatPrompt(system, problem), f"{key} {draw}", form)
        meter.add(reply)
        return reply.text


def _with_evidence(located: LocateResult, events: Sequence[Event]) -> LocateResult:
    """Adds to each moment what the timeline shows then."""
    return replace(
        located,
        moments=tuple(
            replace(
                moment,
                events=tuple(one for one in events if one.interval.overlaps(moment.interval)),
            )
            for moment in located.moments
        ),
    )


def _moments_format() -> dict[str, Any]:
    seconds = {"type": "number"}
    moment = _object({"start": seconds, "end": seconds})
    return _format(_object({"moments": {"type": "array", "items": moment}}))


def _end_format() -> dict[str, Any]:
    return _format(_object({"seconds": {"type": ["number", "null"]}}))


def _object(properties: Mapping[str, object]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Gives OpenAI's `response_format` for a schema."""
    return {
        "type": "json_schema",
        "json_schema": {"name": "moments", "strict": True, "schema": dict(schema)},
    }


def read_located(reply: str, video: Interval) -> LocateResult:
    """Gives the moments that a reply names, the first the surest; none where it names none."""
    told = read_spans(without_thoughts(reply), video)
    moments = (
        LocatedMoment(interval, 1.0 / rank) for rank, interval in enumerate(told.intervals, 1)
    )
    return LocateResult(
        moments=tuple(moments),
        reason="" if told.intervals else UNTOLD,
        reply=reply,
        repairs=told.repairs,
    )


def read_ends(onset: str, offset: str, video: Interval) -> LocateResult:
    """Gives the moment between the times that two replies name; none where one names none."""
    start = read_moment(without_thoughts(onset), video)
    end = read_moment(without_thoughts(offset), video)
    reply = f"{onset}\n{offset}"
    if start is None or end is None:
        return LocateResult((), UNTOLD, reply)
    moment = LocatedMoment(Interval(min(start, end), max(start, end)), 1.0)
    repairs = ("swapped",) if end < start else ()
    return LocateResult((moment,), reply=reply, repairs=repairs)
