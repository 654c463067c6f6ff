"""Forecasts of what follows a timeline, with and without a chat model."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from foretell.actions import Action, ActionWindow
from foretell.agent.chat_models.scripted import ScriptedModel
from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation
from foretell.errors import ConfigError, DatasetError, ForetellError, ToolError
from foretell.memory.library import Library
from foretell.tools.anticipation.set_search import LONGEST
from foretell.types import Timeline, Usage
from tests.agent.made_library import KITCHEN, Line
from tests.agent.tasks.anticipation.anticipation_scene import (
    COOKING,
    TAXONOMY,
    anticipation,
    no_model,
    on_endpoint,
    timeline,
)
from tests.agent.tasks.anticipation.lalm_scene import (
    ACTIONS,
    FUTURE,
    HORIZON,
    NOUNS,
    VERBS,
    asked,
    clip,
)
from tests.servers.replies import Say
from tests.servers.scripted_server import ScriptedServer

SUPPER = timeline(*COOKING)
SPEECH: Line = (0, 2, "speech", "Good morning.")
GARDEN = timeline((0, 2, "caption", "A man digs."), (2, 4, "caption", "He plants a rose."))


def test_the_shipped_examples_foretell_a_kitchen(library: Library, tmp_path: Path) -> None:
    kitchen = timeline(*KITCHEN)
    forecast = ActionAnticipation(no_model(tmp_path), library.examples).of_timeline(kitchen, 3)
    assert [len(future) for future in forecast.candidates] == [20] * 3
    assert [use.window.future for use in forecast.examples] == list(forecast.candidates)
    assert forecast.evidence == kitchen.events[2:]
    assert [str(action) for action in forecast.window.past[-3:]] == [
        "close fridge",
        "open fridge",
        "pour milk",
    ]
    assert forecast.window.captions == tuple(event.text for event in kitchen.events[2:])
    assert forecast.notes == ("examples from 'everyday' in words of 'everyday'",)
    assert "milk" in {action.noun for action in forecast.candidates[0]}
    assert forecast.usage == Usage(cost=0.0)


def test_the_set_of_least_expected_distance(library: Library, tmp_path: Path) -> None:
    whole = anticipation(no_model(tmp_path), library).of_timeline(SUPPER)
    optimal = anticipation(no_model(tmp_path), library, optimal=True).of_timeline(SUPPER)
    assert [len(future) for future in optimal.candidates] == [HORIZON] * 5
    acted = {window.future for n in range(10) for window in clip(n).windows(8, HORIZON)}
    assert set(whole.candidates) <= acted
    assert not set(optimal.candidates) <= acted
    assert optimal.evidence == whole.evidence
    assert "3 of the 4 actions seen are with 'onion'" in optimal.notes


@pytest.mark.parametrize("spelt", ["5c3a", "clips/supper.mp4", "supper.mp4", "supper", "b/supper"])
def test_no_example_is_of_the_same_video(library: Library, tmp_path: Path, spelt: str) -> None:
    other = clip(1)
    library.examples.add("mixed", [replace(clip(0), video=spelt), other], TAXONOMY)
    foresee = anticipation(no_model(tmp_path), library, examples="mixed")
    windows = len(other.windows(8, HORIZON))
    used = {use.window.video for use in foresee.of_timeline(SUPPER, windows).examples}
    assert used == {other.video}
    with pytest.raises(DatasetError, match=f"may learn from {windows} windows of"):
        foresee.of_timeline(SUPPER, windows + 1)


@pytest.mark.parametrize(
    ("at", "seen"), [(5.0, 2), (6.5, 3), (60.0, 4), (1000.0, 4), (math.inf, 4)]
)
def test_only_what_was_seen_by_then_counts(
    library: Library, tmp_path: Path, at: float, seen: int
) -> None:
    forecast = anticipation(no_model(tmp_path), library).of_timeline(SUPPER, 2, at)
    assert len(forecast.window.past) == len(forecast.evidence) == seen
    assert all(event.interval.start < at for event in forecast.evidence)


def test_words_that_the_taxonomy_lacks_are_told(library: Library, tmp_path: Path) -> None:
    words = tmp_path / "words.json"
    words.write_text(json.dumps({"verbs": VERBS[:-1], "nouns": NOUNS}))
    foresee = anticipation(no_model(tmp_path), library, taxonomy=str(words))
    note = foresee.of_timeline(SUPPER, 1).notes[-1]
    wiped = sum(action.verb == "wipe" for n in range(10) for action in clip(n).actions)
    assert note == (
        f"examples from 'made' in words of {foresee.taxonomy.name!r}, which lacks words for "
        f"{wiped} actions"
    )


@pytest.mark.parametrize(
    ("settings", "call", "kind", "sentence"),
    [
        ({"horizon": 0}, {}, ConfigError, f"horizon must be 1 to {LONGEST}, got 0"),
        ({"horizon": 999}, {}, ConfigError, f"horizon must be 1 to {LONGEST}, got 999"),
        ({}, {"k": 0}, ConfigError, "k must be 1 to 100, got 0"),
        ({}, {"k": 101}, ConfigError, "k must be 1 to 100, got 101"),
        (
            {},
            {"at_seconds": 0.0},
            ConfigError,
            "at 0 s nothing of supper.mp4 was seen; it covers 0.0-60.0 s",
        ),
        ({}, {"at_seconds": math.nan}, ConfigError, "at nan s nothing of supper.mp4 was seen"),
        ({"examples": "yours"}, {}, ConfigError, "examples 'yours' are neither a bank nor a file"),
        ({"horizon": 30}, {}, DatasetError, "may learn from 0 windows of 8 past and 30 future"),
    ],
)
def test_what_cannot_be_asked(
    library: Library,
    tmp_path: Path,
    settings: dict[str, Any],
    call: dict[str, Any],
    kind: type[ForetellError],
    sentence: str,
) -> None:
    with pytest.raises(kind) as caught:
        anticipation(no_model(tmp_path), library, **settings).of_timeline(SUPPER, **call)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (
            timeline(),
            "the timeline of supper.mp4 does not show what the person did: it holds neither "
            "captions nor actions; add some with `foretell watch supper.mp4 --captions FILE` or "
            "`--narrations FILE`",
        ),
        (timeline(SPEECH), "it holds neither captions nor actions (only speech); add some with"),
        (
            GARDEN,
            "its 2 captions and actions tell no action in words of 'kitchen'; add some with "
            "`foretell watch supper.mp4 --captions FILE` or `--narrations FILE`, or let a chat "
            "model read them with model=NAME",
        ),
    ],
)
def test_a_timeline_that_tells_no_action(
    library: Library, tmp_path: Path, seen: Timeline, sentence: str
) -> None:
    with pytest.raises(ToolError) as caught:
        anticipation(no_model(tmp_path), library).of_timeline(seen)
    assert sentence in str(caught.value)


def test_a_window_of_actions(library: Library, tmp_path: Path) -> None:
    foresee = anticipation(no_model(tmp_path), library)
    window = ActionWindow("mine_0", "video3", (Action("take", "onion"),))
    forecast = foresee.of_window(window, 20)
    assert forecast.window == window
    assert "video3" not in {use.window.video for use in forecast.examples}
    assert forecast.evidence == ()
    with pytest.raises(ConfigError, match="k must be 1 to 100, got 0"):
        foresee.of_window(window, 0)


def test_a_chat_model_is_shown_the_past_and_examples(library: Library, tmp_path: Path) -> None:
    with ScriptedServer([Say(FUTURE.replace("take", "grab"))], repeat_last=True) as server:
        prices = {"scripted": (1.0, 10.0)}
        foresee = anticipation(on_endpoint(server, tmp_path, prices=prices), library)
        forecast = foresee.of_timeline(SUPPER, 2)
        prompts = [asked(request.body) for request in server.requests]
    assert forecast.candidates == (ACTIONS,) * 2
    assert len(prompts) == 2
    for prompt in prompts:
        problem = prompt.rsplit("Narrations: ", 1)[1]
        assert problem.startswith("The person grabs an onion. The person puts the onion on the ")
        assert "Past actions: take onion, put onion, take knife, cut onion" in problem
    assert len(forecast.examples) == 8
    assert all(use.window.video.startswith("video") for use in forecast.examples)
    assert forecast.evidence == tuple(event for event in SUPPER if "smiles" not in event.text)
    repairs = Counter(forecast.repairs)
    assert repairs["synonym_verb"] == 1 + 2, "of the past and of both replies"
    assert repairs["not_an_action"] == 1
    assert forecast.notes == ("examples from 'made' in words of 'kitchen'",)
    assert forecast.usage.input_tokens == 200
    assert forecast.usage.cost == pytest.approx(200 * 1e-6 + 40 * 10e-6)


def test_a_chat_model_is_not_shown_the_same_video(library: Library, tmp_path: Path) -> None:
    clips = [replace(clip(n), video="supper.mp4" if n < 5 else f"video{n}") for n in range(10)]
    library.examples.add("mixed", clips, TAXONOMY)
    with ScriptedServer([Say(FUTURE)], repeat_last=True) as server:
        foresee = anticipation(on_endpoint(server, tmp_path), library, examples="mixed")
        used = {use.window.video for use in foresee.of_timeline(SUPPER).examples}
    assert used
    assert "supper.mp4" not in used


def test_a_chat_model_forecasts_in_its_own_words_where_no_action_is_told(
    library: Library, tmp_path: Path
) -> None:
    with ScriptedServer([Say("dig hole, plant rose, water rose")], repeat_last=True) as server:
        foresee = anticipation(on_endpoint(server, tmp_path), library, horizon=3)
        forecast = foresee.of_timeline(GARDEN, 2)
        prompt = asked(server.requests[0].body)
        with pytest.raises(ToolError, match="it holds neither captions nor actions"):
            foresee.of_timeline(timeline(SPEECH))
    assert prompt == "- A man digs.\n- He plants a rose."
    future = (Action("dig", "hole"), Action("plant", "rose"), Action("water", "rose"))
    assert forecast.candidates == (future,) * 2
    assert (forecast.evidence, forecast.examples, forecast.window.past) == ((), (), ())
    assert forecast.notes == (
        "in the model's own words: the captions tell no action of the taxonomy",
    )
    assert forecast.usage.input_tokens == 200


def test_the_least_distance_is_not_a_chat_models(library: Library, tmp_path: Path) -> None:
    with (
        ScriptedServer([]) as server,
        pytest.raises(ConfigError) as caught,
    ):
        anticipation(on_endpoint(server, tmp_path), library, optimal=True)
    assert str(caught.value) == (
        "optimal is a choice of the model 'embedded', and the model is 'openai:scripted'; "
        "leave one of them out"
    )


def test_a_chat_model_of_the_callers_own_is_asked(library: Library, tmp_path: Path) -> None:
    said = AIMessage(FUTURE)
    model = ScriptedModel(script=[said], repeat_last=True)
    forecast = anticipation(no_model(tmp_path), library, chat_model=model).of_timeline(SUPPER, 2)
    assert forecast.candidates == (ACTIONS,) * 2
    with pytest.raises(ConfigError, match="one of the caller's own"):
        anticipation(no_model(tmp_path), library, chat_model=model, optimal=True)
