"""Forecasts by a chat model over real HTTP."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from foretell.agent.tasks.anticipation.lalm import ASKED_AGAIN, NOT_JSON, Samples
from foretell.errors import ConfigError, ModelError
from foretell.types import Usage
from tests.agent.tasks.anticipation.lalm_scene import (
    ACTIONS,
    FUTURE,
    HORIZON,
    NOUNS,
    POOL,
    VERBS,
    WINDOW,
    WINDOWS,
    anticipator,
    as_json,
    asked,
    example_futures,
)
from tests.servers.replies import Drop, Empty, Fail, Hang, Page, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

ANSWER = Say(FUTURE)


def steady(reply: ScriptLine = ANSWER) -> ScriptedServer:
    return ScriptedServer([reply], repeat_last=True)


def test_each_candidate_is_asked_for_with_examples_of_its_own(tmp_path: Path) -> None:
    with steady() as server:
        forecast = anticipator(server, tmp_path).forecast(WINDOW)
    assert forecast.candidates == (ACTIONS,) * 5
    assert forecast.window == WINDOW
    shown = [tuple(example_futures(request.body)) for request in server.requests]
    assert [len(group) for group in shown] == [4] * 5
    assert len(set(shown)) == 5
    assert len(forecast.examples) == 20
    assert all(use.window.video != WINDOW.video for use in forecast.examples)
    assert forecast.repairs == {}


def test_a_forecast_tells_what_it_cost(tmp_path: Path) -> None:
    prices = {"scripted": (1.0, 10.0)}
    with steady() as server:
        forecast = anticipator(server, tmp_path, config={"prices": prices}).forecast(WINDOW)
    assert forecast.usage.cost == pytest.approx(500 * 1e-6 + 100 * 10e-6)


def test_all_that_was_said_is_told(tmp_path: Path) -> None:
    told: list[Samples] = []
    with steady(Say(f"1. {FUTURE}")) as server:
        samples = anticipator(server, tmp_path, on_samples=told.append).sample(WINDOW, 2)
    assert told == [samples]
    sent = [request.messages for request in server.requests]
    assert {exchange.prompt for exchange in samples.exchanges} == {
        f"{system['content']}\n\n{user['content']}" for system, user in sent
    }
    assert [exchange.completion for exchange in samples.exchanges] == [f"1. {FUTURE}"] * 2
    assert [exchange.actions for exchange in samples.exchanges] == [ACTIONS] * 2


def test_zero_shot_asks_as_often_as_there_are_candidates(tmp_path: Path) -> None:
    script: list[ScriptLine] = [Say(f"wash {noun}") for noun in NOUNS[:5]]
    with ScriptedServer(script) as server:
        lalm = anticipator(server, tmp_path, pool=[], retrieval={"selection": "none"})
        forecast = lalm.forecast(WINDOW)
        again = lalm.forecast(WINDOW)
    assert len(server.requests) == 5
    assert len({asked(request.body) for request in server.requests}) == 1
    assert {candidate[0].noun for candidate in forecast.candidates} == set(NOUNS[:5])
    assert again.candidates == forecast.candidates
    assert forecast.examples == ()


def test_more_samples_than_candidates_can_be_drawn(tmp_path: Path) -> None:
    with steady() as server:
        samples = anticipator(server, tmp_path).sample(WINDOW, 12)
    assert len(samples.exchanges) == len(server.requests) == 12


def test_the_past_is_cut_for_the_prompt_and_for_the_search(tmp_path: Path) -> None:
    longer = replace(WINDOW, past=WINDOWS[-1].past + WINDOW.past)
    with steady() as server:
        lalm = anticipator(server, tmp_path, observed=8)
        one, other = lalm.forecast(WINDOW, 1), lalm.forecast(longer, 1)
    assert one.examples == other.examples
    assert len({asked(request.body) for request in server.requests}) == 1


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"captions": False}, False),
        ({"goal": False}, False),
        ({"observed": 4}, False),
        ({"examples_per_candidate": 2}, False),
        ({"retrieval": {"selection": "nearest"}}, False),
        ({"retrieval": {"selection": "random"}}, False),
        ({"retrieval": {"embed": "past+future"}}, False),
        ({"vocabulary": True}, False),
        ({"requests_in_flight": 1}, True),
    ],
)
def test_each_ablation_asks_otherwise(tmp_path: Path, change: dict[str, Any], same: bool) -> None:
    with steady() as server:
        anticipator(server, tmp_path).forecast(WINDOW)
        first = len(server.requests)
        anticipator(server, tmp_path, **change).forecast(WINDOW)
    assert first == 5
    assert (len(server.requests) == first) is same


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        (f"<think>Onions, so far.</think>{FUTURE}", ACTIONS),
        (f"The next actions are: {FUTURE}.", ACTIONS),
        (as_json(), ACTIONS),
        ("cut onion, put knife", (*ACTIONS[:2], *[ACTIONS[1]] * 4)),
        ("I cannot tell.", (WINDOW.past[-1],) * HORIZON),
    ],
    ids=["thoughts", "chatty", "json", "short", "nothing"],
)
def test_every_reply_becomes_a_candidate(tmp_path: Path, text: str, actions: Any) -> None:
    with steady(Say(text)) as server:
        forecast = anticipator(server, tmp_path).forecast(WINDOW, 1)
    assert forecast.candidates == (actions,)


def test_a_reply_cut_off_at_the_limit_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    half = as_json()[: len(as_json()) // 2]
    with steady(Say(half, "length")) as server:
        forecast = anticipator(server, tmp_path, structured=True).forecast(WINDOW, 1)
    assert forecast.candidates[0][:2] == ACTIONS[:2]
    assert len(forecast.candidates[0]) == HORIZON


@pytest.mark.parametrize("empty", [Empty(), Say(" \n"), Say("<think>Hm.</think>")])
def test_an_empty_reply_is_asked_for_once_more(tmp_path: Path, empty: Reply) -> None:
    with ScriptedServer([empty, ANSWER]) as server:
        forecast = anticipator(server, tmp_path).forecast(WINDOW, 1)
    assert forecast.candidates == (ACTIONS,)
    assert forecast.repairs == {ASKED_AGAIN: 1}
    assert forecast.usage == Usage(200, 40)


def test_a_window_whose_replies_stay_empty_is_not_dropped(tmp_path: Path) -> None:
    with steady(Empty()) as server:
        forecast = anticipator(server, tmp_path).forecast(WINDOW, 1)
        again = anticipator(server, tmp_path).forecast(WINDOW, 1)
    assert len(server.requests) == 2
    assert forecast.candidates == again.candidates == ((WINDOW.past[-1],) * HORIZON,)
    assert forecast.repairs == again.repairs == {ASKED_AGAIN: 1, "empty": 1, "padded": HORIZON}


def test_structured_output_where_the_endpoint_has_it(tmp_path: Path) -> None:
    with steady(Say(as_json())) as server:
        forecast = anticipator(server, tmp_path, structured=True, vocabulary=True).forecast(WINDOW)
    assert forecast.candidates == (ACTIONS,) * 5
    assert forecast.repairs == {}
    for request in server.requests:
        form = request.body["response_format"]
        actions = form["json_schema"]["schema"]["properties"]["actions"]
        assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
        assert actions["minItems"] == actions["maxItems"] == HORIZON
        allowed = re.compile(actions["items"]["pattern"])
        assert all(allowed.search(f"{verb} {noun}") for verb in VERBS for noun in NOUNS)
        assert not any(map(allowed.search, ("fly kite", "take", "take knife now", "retake knife")))


def test_any_word_may_be_answered_where_the_vocabulary_is_not_shown(tmp_path: Path) -> None:
    with steady(Say(as_json())) as server:
        anticipator(server, tmp_path, structured=True).forecast(WINDOW, 1)
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    words = schema["properties"]["actions"]["items"]
    assert words == {"type": "string", "maxLength": 48}


def test_a_list_of_actions_in_the_short_form_is_read(tmp_path: Path) -> None:
    reply = json.dumps({"actions": [str(action) for action in ACTIONS]})
    with steady(Say(reply)) as server:
        forecast = anticipator(server, tmp_path, structured=True).forecast(WINDOW, 2)
    assert (forecast.candidates, forecast.repairs) == ((ACTIONS,) * 2, {})


def refuse_form(request: dict[str, Any]) -> Reply:
    return Fail(400, "response_format is unknown") if "response_format" in request else ANSWER


@pytest.mark.parametrize(
    ("reply", "forms", "requests"),
    [(refuse_form, 1, 11), (ANSWER, 1, 10)],
    ids=["refused", "ignored"],
)
def test_an_endpoint_without_structured_output_is_asked_in_text_from_then_on(
    tmp_path: Path, reply: ScriptLine, forms: int, requests: int
) -> None:
    with steady(reply) as server:
        lalm = anticipator(server, tmp_path, structured=True)
        forecasts = list(lalm.forecasts(WINDOWS[:2]))
    assert sum("response_format" in request.body for request in server.requests) == forms
    assert len(server.requests) == requests
    assert [one.candidates for one in forecasts] == [(ACTIONS,) * 5] * 2
    assert [one.repairs for one in forecasts] == [{NOT_JSON: 5}] * 2


def test_a_request_that_is_refused_for_another_reason_is_told(tmp_path: Path) -> None:
    with (
        steady(Fail(400, "the prompt is too long")) as server,
        pytest.raises(ModelError, match="answered 400: the prompt is too long"),
    ):
        anticipator(server, tmp_path, structured=True).forecast(WINDOW, 1)
    assert len(server.requests) == 1, "without a form it is as long"


@pytest.mark.parametrize(
    ("reply", "config", "sentence"),
    [
        (Fail(500, "out of order"), {}, "(model 'openai:scripted') answered 500: out of order"),
        (Fail(429, "slow down"), {}, "is over its rate limit or quota: slow down; wait, or pay"),
        (Hang(300.0), {"request_seconds": 0.2}, "did not answer within 0.2 s"),
        (Drop(), {}, "cannot be reached: "),
        (Page(), {}, "answered something that is not a chat completion"),
    ],
    ids=["500", "429", "hang", "drop", "page"],
)
def test_a_failure_is_one_clear_sentence(
    tmp_path: Path, reply: Reply, config: dict[str, Any], sentence: str
) -> None:
    began = time.monotonic()
    with steady(reply) as server, pytest.raises(ModelError) as caught:
        anticipator(server, tmp_path, config=config).forecast(WINDOW)
    assert str(caught.value).startswith(server.base_url)
    assert sentence in str(caught.value)
    assert time.monotonic() - began < 200.0


@pytest.mark.parametrize("status", [429, 500])
def test_a_passing_failure_is_waited_out(tmp_path: Path, status: int) -> None:
    script: list[ScriptLine] = [Fail(status, retry_after=0.02), ANSWER]
    with ScriptedServer(script) as server:
        lalm = anticipator(server, tmp_path, config={"request_retries": 2})
        assert lalm.forecast(WINDOW, 1).candidates == (ACTIONS,)
    assert len(server.requests) == 2


class Crowd:
    """Answers a moment after `expected` requests were there at once, and notes the most."""

    def __init__(self, expected: int) -> None:
        self.most = 0
        self._expected = expected
        self._complete = threading.Event()
        self._present = 0
        self._lock = threading.Lock()

    def __call__(self, request: dict[str, Any]) -> Reply:
        with self._lock:
            self._present += 1
            self.most = max(self.most, self._present)
        if self.most >= self._expected:
            self._complete.set()
        self._complete.wait(60.0)
        time.sleep(0.03)
        with self._lock:
            self._present -= 1
        return ANSWER


@pytest.mark.parametrize("limit", [1, 7])
def test_so_many_requests_are_in_flight_as_allowed(tmp_path: Path, limit: int) -> None:
    crowd = Crowd(limit)
    with steady(crowd) as server:
        lalm = anticipator(server, tmp_path, requests_in_flight=limit)
        forecasts = list(lalm.forecasts(WINDOWS[:6], 2))
    assert {one.window.key for one in forecasts} == {one.key for one in WINDOWS[:6]}
    assert crowd.most == limit
    assert len(server.requests) == 12


def test_a_slow_window_does_not_hold_up_the_others(tmp_path: Path) -> None:
    slow = threading.Event()

    def reply(request: dict[str, Any]) -> Reply:
        last = ", ".join(map(str, WINDOW.past))
        if asked(request).endswith(f"Past actions: {last}\nFuture actions:"):
            slow.wait(60.0)
        return ANSWER

    with steady(reply) as server:
        lalm = anticipator(server, tmp_path, requests_in_flight=4)
        order: list[str] = []
        for one in lalm.forecasts(WINDOWS[:4], 1):
            order.append(one.window.key)
            if len(order) == 3:
                slow.set()
    assert order[-1] == WINDOW.key
    assert len(order) == 4


def test_requests_are_begun_no_faster_than_allowed(tmp_path: Path) -> None:
    with steady() as server:
        lalm = anticipator(server, tmp_path, requests_per_second=20.0)
        began = time.monotonic()
        list(lalm.forecasts(WINDOWS[:2], 5))
    assert len(server.requests) == 10
    assert time.monotonic() - began >= 9 / 20


def test_a_pool_that_is_too_small_is_told(tmp_path: Path) -> None:
    with steady() as server, pytest.raises(ConfigError, match="5 candidates of 4 examples each"):
        anticipator(server, tmp_path, pool=POOL[:3]).forecast(WINDOW)
    assert server.requests == []


def test_a_window_without_a_past_is_told(tmp_path: Path) -> None:
    with (
        steady() as server,
        pytest.raises(ConfigError, match=f"the window '{WINDOW.key}' has no past actions, and at"),
    ):
        anticipator(server, tmp_path).forecast(replace(WINDOW, past=()))
