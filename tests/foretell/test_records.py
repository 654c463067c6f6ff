"""Results as JSON: every field, in its order, rounded alike on every processor."""

from __future__ import annotations

import json

from foretell import (
    Action,
    ActionWindow,
    Answer,
    Coverage,
    Event,
    Evidence,
    ExampleUse,
    Forecast,
    Interval,
    LocatedMoment,
    LocateResult,
    Plan,
    PlannedStep,
    Route,
    ScoredLabel,
    Step,
    Timeline,
    Usage,
    VideoInfo,
    Watched,
)
from foretell.plans import Demonstration
from foretell.records import watched_record

VIDEO = VideoInfo("tea.mp4", "ab12", Interval(0.5, 20.0), 640, 360, "h264")
POUR = Event(Interval(2.0, 4.0), "caption", "pours tea", "captions:tea.json", 1 / 3, id=7)
SEEN = '{"start": 2.0, "end": 4.0, "kind": "caption", "text": "pours tea"'
EVENT = SEEN + ', "source": "captions:tea.json", "confidence": 0.3333333333333333}'
MADE = '{"input_tokens": 3, "output_tokens": 2, "cost": 0.0}'
TIMELINE = (
    '"video": {"path": "tea.mp4", "content_hash": "ab12", "width": 640, "height": 360, '
    '"codec": "h264", "has_audio": false, "subtitle_tracks": [], "start": 0.5, "end": 20.0, '
    '"duration": 19.5}, "events": [' + EVENT + "]"
    ', "coverage": [{"source": "captions:tea.json", "kinds": ["caption"], '
    '"intervals": [[2.0, 4.0]]}]'
)


def test_a_timeline_and_how_it_came_about() -> None:
    coverage = Coverage("captions:tea.json", ("caption",), (Interval(2.0, 4.0),))
    timeline = Timeline(VIDEO, (POUR,), coverage=(coverage,))
    watched = Watched(timeline, reused=False, seconds=1.5, notes=("damaged",))
    rest = ', "reused": false, "seconds": 1.5, "notes": ["damaged"]}'
    assert json.dumps(POUR.to_dict()) == EVENT
    assert json.dumps(timeline.to_dict()) == "{" + TIMELINE + "}"
    assert json.dumps(watched.to_dict()) == "{" + TIMELINE + rest
    measured = json.dumps(watched_record(watched, {"decode": 0.5}))
    assert measured == "{" + TIMELINE + ', "profile": {"decode": 0.5}' + rest


def test_what_was_recognised_has_its_labels() -> None:
    action = Event(Interval(0, 1), "action", "pour", "r", labels=(ScoredLabel("verb", "pour", 1),))
    assert action.to_dict()["labels"] == [{"slot": "verb", "label": "pour", "probability": 1}]


def test_an_answer_with_its_evidence_and_steps() -> None:
    answer = Answer(
        "At 2.0-4.0 s.",
        choice=1,
        evidence=(Evidence("tea.mp4", Interval(2.0, 4.0), "pours tea", "captions:tea.json"),),
        confidence=2 / 3,
        model="embedded",
        trajectory=(Step("search_memory", {"query": "tea"}, 0.25, "[e7] pours tea"),),
        usage=Usage(3, 2, 0.0),
        seconds=0.5,
        dropped_citations=1,
        searched={"caption": 2.0},
    )
    assert json.dumps(answer.to_dict()) == (
        '{"answer": "At 2.0-4.0 s.", "status": "answered", "searched": {"caption": 2.0}, '
        '"choice": 1, "evidence": [{"video": "tea.mp4", "start": 2.0, '
        '"end": 4.0, "quote": "pours tea", "source": "captions:tea.json"}], "confidence": '
        '0.666667, "model": "embedded", "steps": [{"tool": "search_memory", "arguments": '
        '{"query": "tea"}, "seconds": 0.25, "failed": false}], "usage": '
        + MADE
        + ', "dropped_citations": 1, "notes": [], "seconds": 0.5}'
    )


def test_a_forecast_and_why() -> None:
    pour, drink = Action("pour", "tea"), Action("drink", "tea")
    example = ActionWindow("a_1", "a.mp4", (pour,), (drink,), goal="have tea")
    forecast = Forecast(
        ActionWindow("w", "tea.mp4", (pour,), captions=("pours tea",)),
        ((drink, drink),),
        evidence=(POUR,),
        examples=(ExampleUse(example, 2 / 3, 1 / 3), ExampleUse(example, 0.5)),
        notes=("a habit",),
        repairs={"synonym": 1},
        usage=Usage(3, 2, 0.0),
    )
    used = '{"key": "a_1", "video": "a.mp4", "goal": "have tea", "similarity": '
    ways = ', "past": ["pour tea"], "future": ["drink tea"]}'
    assert json.dumps(forecast.to_dict()) == (
        '{"candidates": [[{"verb": "drink", "noun": "tea"}, {"verb": "drink", "noun": "tea"}]], '
        '"rationale": {"past": [{"verb": "pour", "noun": "tea"}], "evidence": ['
        + SEEN
        + '}], "captions": ["pours tea"], "examples": ['
        + f'{used}0.666667, "weight": 0.333333{ways}, {used}0.5, "weight": null{ways}'
        + '], "notes": ["a habit"]}, "repairs": {"synonym": 1}, "usage": '
        + MADE
        + "}"
    )


def test_a_plan_and_what_it_rests_on() -> None:
    route = Route((PlannedStep("pour tea", 2 / 3),), 1 / 3)
    plan = Plan(
        route,
        (Route((), 0.25),),
        "make tea",
        0.1234567,
        (POUR,),
        (Demonstration("a.mp4", "make tea", ("pour tea",)),),
        ("a guess",),
        Usage(3, 2, 0.0),
    )
    assert json.dumps(plan.to_dict()) == (
        '{"steps": [{"action": "pour tea", "probability": 0.666667}], "probability": 0.333333, '
        '"alternatives": [{"steps": [], "probability": 0.25}], "task": {"name": "make tea", '
        '"probability": 0.123457}, "evidence": ['
        + SEEN
        + '}], "examples": [{"video": "a.mp4", "task": "make tea", "steps": ["pour tea"]}], '
        '"status": "answered", "notes": ["a guess"], "usage": ' + MADE + "}"
    )


def test_moments_or_why_there_is_none() -> None:
    located = LocateResult(
        (LocatedMoment(Interval(2.0, 4.0), 2 / 3, (POUR,)),), usage=Usage(3, 2, 0.0)
    )
    assert json.dumps(located.to_dict()) == (
        '{"moments": [{"start": 2.0, "end": 4.0, "score": 0.666667, "evidence": ['
        + SEEN
        + ', "source": "captions:tea.json"}]}], "more": 0, "none": false, "reason": "", '
        '"status": "answered", "notes": [], '
        '"usage": ' + MADE + "}"
    )
    nothing = LocateResult((), "nothing like it").to_dict()
    assert (nothing["moments"], nothing["none"], nothing["reason"]) == ([], True, "nothing like it")
