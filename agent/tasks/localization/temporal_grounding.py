"""Finds when something happens with a chat model that reads the text of a timeline.

The VLM-LLM route of UAL-Bench (H. M. Abdullah et al., WACV 2025): dense text with times, and the
model names start and end. Models tell the start better than the extent, so both may be asked
separately.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from foretell import ranking
from foretell.agent.chat_models.chat_endpoint import ChatEndpoint, ChatPrompt, Completion
from foretell.agent.chat_models.in_flight import run_in_order
from foretell.agent.chat_models.limits import END, MOMENTS
from foretell.agent.chat_models.response_format import (
    NUMBER,
    NUMBER_OR_NULL,
    ResponseFormat,
    list_of,
    object_of,
    response_format,
)
from foretell.agent.trajectory import Meter
from foretell.errors import ConfigError, SilentModel
from foretell.memory.cosines import cosines
from foretell.memory.embedding.embedders import Embedder
from foretell.moments import LocatedMoment, LocateResult, MomentQuery
from foretell.prompts.loader import load_prompt
from foretell.ranges import check_range
from foretell.thoughts import without_thoughts
from foretell.tools.localization.relevance import judge_relevance
from foretell.tools.localization.span_parsing import (
    ParsedSpans,
    read_moment,
    read_spans,
    span_inside,
)
from foretell.tools.localization.sub_events import without_question
from foretell.tools.representation.event_lines import short_time
from foretell.tools.representation.renderer import Representation, render
from foretell.types import Event, Interval

EMPTY = "the timeline holds nothing that has a time"
_MOST = 20
"""Moments of one reply; who names more has lost the thread."""
_MOMENTS = response_format(
    "moments", moments=list_of(object_of(start=NUMBER, end=NUMBER), most=_MOST)
)
_END = response_format("moments", seconds=NUMBER_OR_NULL)
_EDGES = {"onset": "begins", "offset": "ends"}
_NOT_THERE = "Where it does not happen, give no moment."
_NO_TIME = "Where it does not happen, give null."
_THERE = "It does happen, even if no line says so: give your best guess."
UNTOLD = "the reply names no span"
OUTSIDE = "the reply names a span outside the video"
NO_LENGTH = "the reply names a moment that ends as it begins"


@dataclass(frozen=True, slots=True)
class GroundingSettings:
    """How a chat model is asked for moments.

    Attributes:
        ends: Whether start and end are asked for "together" or "apart", in two requests.
        may_be_absent: Whether the model may say that it does not happen.
        representation: How the timeline is shown.
        requests_in_flight: Most requests at a time.

    Raises:
        ConfigError: If a setting is unknown or out of range.
    """

    ends: Literal["together", "apart"] = "together"
    may_be_absent: bool = True
    representation: Representation = field(default_factory=Representation)
    requests_in_flight: int = 8

    def __post_init__(self) -> None:
        if self.ends not in ("together", "apart"):
            raise ConfigError(f"ends must be 'together' or 'apart', got {self.ends!r}")
        check_range("requests_in_flight", self.requests_in_flight, 1)


class TemporalGrounding:
    """Asks a chat model when things happen.

    Args:
        endpoint: The model.
        embedder: Tells how well the timeline bears out what the model says.
        settings: How it is asked.
        price: US dollars per million input and output tokens, or None where unknown.
        must_speak: Whether a model that says nothing ends the search. Else nothing is located, with
            that as the reason, so that the other queries of an evaluation go on.
    """

    def __init__(
        self,
        endpoint: ChatEndpoint,
        embedder: Embedder,
        settings: GroundingSettings | None = None,
        *,
        price: tuple[float, float] | None = None,
        must_speak: bool = False,
    ) -> None:
        self.settings = settings or GroundingSettings()
        self._endpoint = endpoint
        self._embedder = embedder
        self._price = price
        self._must_speak = must_speak

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Yields what the model says of every query, in their order.

        Raises:
            ModelError: If the endpoint fails, or the model says nothing where it must.
        """
        jobs = (partial(self._locate, one, captions.get(one.video, ())) for one in queries)
        return run_in_order(jobs, self.settings.requests_in_flight)

    def _locate(self, query: MomentQuery, events: Sequence[Event]) -> LocateResult:
        meter = Meter(self._price)
        try:
            located, notes = self._endpoint.window.shown(partial(self._shown, query, events, meter))
        except SilentModel as error:
            if self._must_speak:
                raise
            self._endpoint.warn(error)
            located, notes = LocateResult((), str(error), error.reply), ()
        located = replace(_lasting(located), usage=meter.usage(), notes=notes)
        return with_evidence(query.text, located, events, self._embedder)

    def _shown(self, query: MomentQuery, events: Sequence[Event], meter: Meter) -> LocateResult:
        """Shows what fits of a timeline, and asks.

        Raises:
            SilentModel: If the model says nothing whole.
            ContextOverflow: If it was too much; the next time less is shown.
        """
        shown = self.settings.representation
        (timeline,) = self._endpoint.window.fitted(
            lambda most: (render(events, replace(shown, max_tokens=most)).text,),
            shown.max_tokens,
            f"{self._prompt()} {query.text}",
            MOMENTS,
        )
        if not timeline:
            return LocateResult((), EMPTY)
        problem = load_prompt("locate_problem").fill(
            whole=short_time(query.whole), timeline=timeline, query=query.text
        )
        return self._ask(problem, query, meter)

    def _ask(self, problem: str, query: MomentQuery, meter: Meter) -> LocateResult:
        """Asks for the moments, or for each end of one.

        Raises:
            SilentModel: If the model says nothing whole.
        """
        ask = partial(self._reply, problem, query.id, meter)
        if self.settings.ends == "together":
            completion = ask(self._prompt(), "moments", _MOMENTS, MOMENTS)
            return read_located(completion.written, query.whole)
        onset, offset = (ask(self._end_prompt(edge), edge, _END, END) for edge in _EDGES)
        return read_ends(onset.written, offset.written, query.whole)

    def _prompt(self) -> str:
        absence = _NOT_THERE if self.settings.may_be_absent else _THERE
        return load_prompt("locate").fill(absence=absence)

    def _end_prompt(self, edge: str) -> str:
        absence = _NO_TIME if self.settings.may_be_absent else _THERE
        return load_prompt("locate_end").fill(edge=_EDGES[edge], absence=absence)

    def _reply(
        self,
        problem: str,
        key: str,
        meter: Meter,
        system: str,
        draw: str,
        form: ResponseFormat,
        most_tokens: int,
    ) -> Completion:
        prompt = ChatPrompt(system, problem)
        completion = self._endpoint.complete(
            prompt, f"{key} {draw}", meter, form, most_tokens=most_tokens, whole=True
        )
        completion.check()
        return completion


def with_evidence(
    query: str, located: LocateResult, events: Sequence[Event], embedder: Embedder
) -> LocateResult:
    """Returns moments with what the timeline shows then, the best borne out first.

    The score of a moment is how well the event of it that fits best meets what is looked for, by
    `judge_relevance`; among equals the model's order stays. Events that do not fit are no evidence.

    Raises:
        ModelError: If the embedder fails.
    """
    within = [
        [one for one in events if one.interval.overlaps(moment.interval)]
        for moment in located.moments
    ]
    texts = list(dict.fromkeys(one.text for some in within for one in some))
    if not texts:
        unseen = tuple(replace(moment, score=0.0) for moment in located.moments)
        return replace(located, moments=unseen)
    asked = without_question(query)
    vectors = embedder.embed([asked, *texts])
    judged = judge_relevance(asked, texts, cosines(vectors[:1], vectors[1:])[0], embedder)
    fits = dict(zip(texts, judged, strict=True))
    moments = [
        replace(
            moment,
            score=max((fits[one.text].score for one in some), default=0.0),
            events=tuple(one for one in some if fits[one.text].shows),
        )
        for moment, some in zip(located.moments, within, strict=True)
    ]
    return replace(located, moments=tuple(ranking.ordered(moments, lambda one: one.score)))


def read_located(reply: str, video: Interval) -> LocateResult:
    """Returns the moments that a reply names, in its order; none where it names none.

    Their scores tell that order alone: nothing is known of what the timeline shows then.
    """
    spans = read_spans(without_thoughts(reply), video)
    return LocateResult(
        moments=tuple(
            LocatedMoment(interval, 1.0 / rank) for rank, interval in enumerate(spans.intervals, 1)
        ),
        reason="" if spans.intervals else _reason(spans, video),
        reply=reply,
        repairs=spans.repairs,
    )


def read_ends(onset: str, offset: str, video: Interval) -> LocateResult:
    """Returns the moment between the times that two replies name; none where one names none."""
    start, end = read_moment(without_thoughts(onset)), read_moment(without_thoughts(offset))
    reply = f"{onset}\n{offset}"
    if start is None or end is None:
        return LocateResult((), UNTOLD, reply)
    span = span_inside(start, end, video)
    moments = tuple(LocatedMoment(interval, 1.0) for interval in span.intervals)
    reason = "" if moments else _reason(span, video)
    return LocateResult(moments, reason, reply, repairs=span.repairs)


def _lasting(located: LocateResult) -> LocateResult:
    """Returns the moments that last; one that ends as it begins is none."""
    kept = tuple(one for one in located.moments if one.interval.duration > 0.0)
    reason = NO_LENGTH if located.moments and not kept else located.reason
    return replace(located, moments=kept, reason=reason)


def _reason(spans: ParsedSpans, video: Interval) -> str:
    """Returns why a reply gives no moment."""
    return f"{OUTSIDE}, {video}" if "outside" in spans.repairs else UNTOLD
