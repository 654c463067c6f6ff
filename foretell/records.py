"""Gives results as JSON can hold them: what `to_dict()` gives and what every `--json` prints.

Times are seconds. Scores and probabilities are rounded to the decimals that every processor gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from foretell.ranking import shown

if TYPE_CHECKING:
    from foretell.actions import ExampleUse, Forecast
    from foretell.moments import LocatedMoment, LocateResult
    from foretell.plans import Plan, Route
    from foretell.types import Answer, Coverage, Event, Evidence, Step, Timeline, VideoInfo, Watched

Record = dict[str, Any]
"""A JSON object."""


def event_record(event: Event) -> Record:
    """Gives an event as JSON can hold it; only what was recognised has labels."""
    record = {
        "start": event.interval.start,
        "end": event.interval.end,
        "kind": event.kind,
        "text": event.text,
        "source": event.source,
        "confidence": event.confidence,
    }
    return record | ({"labels": list(map(asdict, event.labels))} if event.labels else {})


def video_record(video: VideoInfo) -> Record:
    """Gives what a video is as JSON can hold it."""
    record = asdict(video)
    del record["interval"], record["clock_start_seconds"], record["shown_as"]
    for name in ("pictures", "note"):
        if not record[name]:
            del record[name]
    return record | {
        "start": video.interval.start,
        "end": video.interval.end,
        "duration": video.duration_seconds,
    }


def timeline_record(timeline: Timeline) -> Record:
    """Gives a video and its events in order of time; the pictures are left out."""
    return {
        "video": video_record(timeline.video),
        "events": [event_record(event) for event in timeline],
        "coverage": [coverage_record(one) for one in timeline.coverage],
    }


def coverage_record(coverage: Coverage) -> Record:
    """Gives what a source looked for, and where, as JSON can hold it."""
    return {
        "source": coverage.source,
        "kinds": list(coverage.kinds),
        "intervals": [[one.start, one.end] for one in coverage.intervals],
    }


def watched_record(watched: Watched, profile: Mapping[str, float] | None = None) -> Record:
    """Gives a timeline and how it came about.

    Args:
        watched: What watching gave.
        profile: Seconds of each phase, where they were measured.
    """
    return {
        **timeline_record(watched.timeline),
        **({"profile": dict(profile)} if profile else {}),
        "reused": watched.reused,
        "seconds": watched.seconds,
        "notes": list(watched.notes),
    }


def evidence_record(evidence: Evidence) -> Record:
    """Gives a span that supports an answer as JSON can hold it."""
    return {
        "video": evidence.video,
        "start": evidence.interval.start,
        "end": evidence.interval.end,
        "quote": evidence.quote,
        "source": evidence.source,
    }


def step_record(step: Step) -> Record:
    """Gives a tool call of a planner; what the tool said is left out."""
    return {
        "tool": step.tool,
        "arguments": dict(step.arguments),
        "seconds": step.seconds,
        "failed": step.failed,
    }


def answer_record(answer: Answer) -> Record:
    """Gives an answer with its evidence and the tool calls that led to it."""
    return {
        "answer": answer.text,
        "status": answer.status,
        "searched": {kind: round(seconds, 3) for kind, seconds in answer.searched.items()},
        "choice": answer.choice,
        "evidence": [evidence_record(evidence) for evidence in answer.evidence],
        "confidence": shown(answer.confidence),
        "model": answer.model,
        "steps": [step_record(step) for step in answer.trajectory],
        "usage": asdict(answer.usage),
        "dropped_citations": answer.dropped_citations,
        "notes": list(answer.notes),
        "seconds": answer.seconds,
    }


def forecast_record(forecast: Forecast) -> Record:
    """Gives the candidate futures, each a list of verbs and nouns, and what they rest on."""
    window = forecast.window
    return {
        "candidates": [[asdict(action) for action in future] for future in forecast.candidates],
        "rationale": {
            "past": [asdict(action) for action in window.past],
            "evidence": [_seen_record(event) for event in forecast.evidence],
            "captions": list(window.captions),
            "examples": [example_record(use) for use in forecast.examples],
            "notes": list(forecast.notes),
        },
        "repairs": dict(forecast.repairs),
        "usage": asdict(forecast.usage),
    }


def example_record(use: ExampleUse) -> Record:
    """Gives an example that a forecast leant on."""
    window = use.window
    return {
        "key": window.key,
        "video": window.video,
        "goal": window.goal,
        "similarity": shown(use.similarity),
        "weight": shown(use.weight),
        "past": [str(action) for action in window.past],
        "future": [str(action) for action in window.future],
    }


def plan_record(plan: Plan) -> Record:
    """Gives the likeliest steps, other ways, the task and what the plan rests on."""
    return {
        **route_record(plan.route),
        "alternatives": [route_record(route) for route in plan.alternatives],
        "task": {"name": plan.task, "probability": shown(plan.task_probability)},
        "evidence": [_seen_record(event) for event in plan.evidence],
        "examples": [
            {"video": one.video, "task": one.task, "steps": list(one.steps)}
            for one in plan.examples
        ],
        "status": plan.status,
        "notes": list(plan.notes),
        "usage": asdict(plan.usage),
    }


def route_record(route: Route) -> Record:
    """Gives one way from the start to the goal, with its probability."""
    return {
        "steps": [
            {"action": step.action, "probability": shown(step.probability)} for step in route.steps
        ],
        "probability": shown(route.probability),
    }


def located_record(located: LocateResult) -> Record:
    """Gives the moments, the surest first, or why there is none."""
    return {
        "moments": [moment_record(moment) for moment in located.moments],
        "more": located.more,
        "none": located.none,
        "reason": located.reason,
        "status": located.status,
        "notes": list(located.notes),
        "usage": asdict(located.usage),
    }


def moment_record(moment: LocatedMoment) -> Record:
    """Gives a stretch of a video and the events that it rests on."""
    return {
        "start": moment.interval.start,
        "end": moment.interval.end,
        "score": shown(moment.score),
        "evidence": [_seen_record(event) | {"source": event.source} for event in moment.events],
    }


def _seen_record(event: Event) -> Record:
    """Gives an event by which something was told."""
    return {
        "start": event.interval.start,
        "end": event.interval.end,
        "kind": event.kind,
        "text": event.text,
    }
