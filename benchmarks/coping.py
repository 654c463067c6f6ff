"""Judges what a person is shown when a real model answers: whether foretell copes, never its wit.

Every answer ends in one of `OUTCOMES`; all but the last of them are what foretell should do.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from foretell.actions import Forecast
from foretell.agent.tasks.answering.question_settings import STRATEGIES
from foretell.agent.video_agent import VideoAgent
from foretell.cli.console.results import (
    print_answer,
    show_forecast,
    show_located,
    show_plan,
)
from foretell.errors import ForetellError
from foretell.moments import LocateResult
from foretell.plans import Plan
from foretell.types import UNGROUNDED, Answer, Event, Interval, Timeline, Usage

OUTCOMES = ("grounded", "unknown", "told as ungrounded", "sentence", "fault")
"""With evidence, nothing claimed, on nothing and told so, an error in a sentence, none of these."""
ROUTES = ("agent", "one-call", "summarise", "chat", "locate", "anticipate", "plan")
Result = Answer | LocateResult | Forecast | Plan
Asked = tuple[Result, Callable[[], None]]
_RUN = 8
"""Words in a row that a reply has from a prompt by copying it, not by chance."""
_RAW = re.compile(r"""[{\[]\s*["'][\w ]+["']\s*[:,]|<\|?\w+\|?>|</?tool_call>|```""")
"""JSON, a template's own tokens, a written call or a fence."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one question may take."""

    output_tokens: int = 2000
    seconds: float = 310.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of one question.

    Attributes:
        outcome: One of `OUTCOMES`.
        text: All that a person sees.
        faults: What is wrong with it, each in a few words.
        usage: What it took.
        seconds: Wall-clock time.
    """

    outcome: str
    text: str
    faults: tuple[str, ...]
    usage: Usage
    seconds: float


def ask(
    route: str, words: str, agent: VideoAgent, video: str, timeline: Timeline, bounds: Bounds
) -> Shown:
    """Asks through one of `ROUTES` as a command does, and judges what it shows."""
    began = time.monotonic()
    try:
        result, text = _seen(lambda: _result(route, words, agent, video))
    except ForetellError as error:
        seconds = time.monotonic() - began
        faults = [*_faults_of_text(str(error), words, ()), *_slow(seconds, bounds)]
        if "\n" in str(error).strip():
            faults.append("an error of several lines")
        outcome = "fault" if faults else "sentence"
        return Shown(outcome, f"foretell: {error}", tuple(faults), Usage(), seconds)
    except Exception as error:  # noqa: BLE001 - what gets here is what is looked for
        told = f"{type(error).__name__}: {error}"
        return Shown("fault", told, ("a traceback",), Usage(), time.monotonic() - began)
    seconds = time.monotonic() - began
    faults = list(_faults(result, text, words, timeline))
    faults += _slow(seconds, bounds)
    if result.usage.output_tokens > bounds.output_tokens:
        faults.append(f"{result.usage.output_tokens} output tokens")
    outcome = "fault" if faults else _outcome(result, text)
    if outcome == "fault" and not faults:
        faults.append("claims without evidence, and does not say so")
    return Shown(outcome, text, tuple(faults), result.usage, seconds)


def _slow(seconds: float, bounds: Bounds) -> list[str]:
    return [f"{seconds:.0f} s"] if seconds > bounds.seconds else []


def _result(route: str, words: str, agent: VideoAgent, video: str) -> Asked:
    """Returns what a route gives, and what prints it."""
    if route in STRATEGIES:
        answer = agent.ask(words, video, strategy=route)
        return answer, lambda: print_answer(answer)
    if route == "chat":
        answer = agent.chat(video).ask(words)
        return answer, lambda: print_answer(answer)
    if route == "locate":
        located = agent.locate(words, video)
        return located, lambda: show_located(located, False)
    if route == "anticipate":
        forecast = agent.anticipate(video, at_seconds=float(words), k=2, horizon=5)
        return forecast, lambda: show_forecast(forecast, False)
    plan = agent.plan(words, "an empty cup on the counter", k=2)
    return plan, lambda: show_plan(plan, False)


def _seen(call: Callable[[], Asked]) -> tuple[Result, str]:
    """Returns what a call gives, and all that is printed with it."""
    screen = io.StringIO()
    with redirect_stdout(screen), redirect_stderr(screen):
        result, show = call()
        show()
    return result, screen.getvalue()


def _outcome(result: Result, text: str) -> str:
    """Returns how a result without faults ends; "fault" where it claims what rests on nothing."""
    if isinstance(result, Answer | LocateResult) and result.status != "answered":
        return "unknown"
    if _rests_on(result):
        return "grounded"
    return "told as ungrounded" if UNGROUNDED in text else "fault"


def _rests_on(result: Result) -> bool:
    if isinstance(result, LocateResult):
        return all(moment.events for moment in result.moments)
    return isinstance(result, Plan) or bool(result.evidence)


def _faults(result: Result, text: str, words: str, timeline: Timeline) -> Iterator[str]:
    yield from _faults_of_text(text, words, timeline.events)
    whole = timeline.video.interval
    lines = {event.text for event in timeline.events}
    for interval in _intervals(result):
        if interval.start < whole.start - 0.05 or interval.end > whole.end + 0.05:
            yield f"{interval} lies outside the video"
        if interval.duration <= 0:
            yield f"{interval} has no length"
    for quote in _quotes(result):
        if quote not in lines:
            yield f"evidence {quote!r} is no line of the timeline"


def _intervals(result: Result) -> list[Interval]:
    if isinstance(result, LocateResult):
        return [moment.interval for moment in result.moments]
    return [one.interval for one in result.evidence]


def _quotes(result: Result) -> list[str]:
    if isinstance(result, LocateResult):
        return [event.text for moment in result.moments for event in moment.events]
    if isinstance(result, Answer):
        return [one.quote for one in result.evidence if not one.source.startswith("look")]
    return [event.text for event in result.evidence]


def _faults_of_text(text: str, words: str, events: Sequence[Event]) -> Iterator[str]:
    if found := _RAW.search(text):
        yield f"raw {text[found.start() : found.start() + 40]!r}"
    known = _runs(" ".join([words, *(event.text for event in events)]))
    if copied := (_runs(text) & _runs_of_prompts()) - known:
        yield f"words of a prompt: {' '.join(min(copied))!r}"
    if len(text) > 4000:
        yield f"{len(text)} letters on the screen"


@cache
def _runs_of_prompts() -> frozenset[tuple[str, ...]]:
    """Returns the runs of words of all prompts."""
    texts = [one.read_text() for one in files("foretell.prompts").iterdir() if ".md" in one.name]
    return frozenset(run for text in texts for run in _runs(text))


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def counted(shown: Iterable[Shown]) -> dict[str, int]:
    """Returns how many ended in each of `OUTCOMES`."""
    ended = [one.outcome for one in shown]
    return {outcome: ended.count(outcome) for outcome in OUTCOMES}
