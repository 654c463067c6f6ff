"""Tokens, seconds and calls have bounds for every job, and a silent endpoint is asked once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foretell.agent.middleware import MOST_CALLS
from foretell.agent.video_agent import VideoAgent
from foretell.errors import ForetellError, LimitExceeded, ModelError
from tests.agent.endpoint_agent import QUESTION, asker
from tests.agent.made_library import KITCHEN, put, video
from tests.servers.replies import Call, Fail, Hang, Say
from tests.servers.scripted_server import ScriptedServer

Job = Callable[[VideoAgent], object]
ANSWER = Say("It is poured [e10].")
FORM = Say('{"actions": ["pour milk", "wash cup"]}')


def kitchen(agent: VideoAgent) -> Any:
    return put(agent.library, video("kitchen"), KITCHEN)


def agent_on(server: ScriptedServer, library: Path, **settings: Any) -> VideoAgent:
    given: dict[str, Any] = {
        "model": server.model,
        "base_url": server.base_url,
        "api_key": server.key,
    }
    return VideoAgent(library=library, embedder="hash", **{**given, **settings})


def asked(strategy: Any) -> Job:
    return lambda agent: list(agent.converse(QUESTION, [kitchen(agent)], strategy=strategy))


def located(agent: VideoAgent) -> object:
    from foretell.agent.tasks.localization.moment_finding import MomentFinding

    timeline = agent.library.store.timeline(kitchen(agent).content_hash)
    return MomentFinding(agent.config, agent.library).locate("the milk is poured", timeline)


def foreseen(agent: VideoAgent) -> object:
    from foretell.agent.tasks.anticipation.action_anticipation import ActionAnticipation

    timeline = agent.library.store.timeline(kitchen(agent).content_hash)
    return ActionAnticipation(agent.config, agent.library.examples).of_timeline(timeline, 5)


def planned(agent: VideoAgent) -> object:
    return agent.plan("a warm cup of milk", "a cold cup of milk")


JOBS: dict[str, Job] = {
    "agent": asked("agent"),
    "one-call": asked("one-call"),
    "summarise": asked("summarise"),
    "locate": located,
    "futures": foreseen,
    "plan": planned,
}
each_job = pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)


def ended(job: Job, server: ScriptedServer, library: Path, **settings: Any) -> ForetellError:
    with agent_on(server, library, **settings) as agent, pytest.raises(ForetellError) as caught:
        job(agent)
    return caught.value


@each_job
def test_a_silent_endpoint_is_asked_once(tmp_path: Path, job: Job) -> None:
    with ScriptedServer([Hang(300.0)], repeat_last=True) as server:
        error = ended(job, server, tmp_path, request_seconds=0.2)
        agents = [one.headers["x-stainless-retry-count"] for one in server.requests]
    assert isinstance(error, ModelError)
    assert "did not answer within 0.2 s" in str(error)
    assert set(agents) == {"0"}, "a request that ran out of time is not sent again"
    assert len(agents) == 1, "those that wait for the first fail with it"


@each_job
def test_seconds_hold_for_every_job_and_are_named(tmp_path: Path, job: Job) -> None:
    began = time.monotonic()
    with ScriptedServer([Hang(300.0)], repeat_last=True) as server:
        error = ended(job, server, tmp_path, request_seconds=200.0, max_seconds=0.3)
    assert isinstance(error, LimitExceeded)
    assert "0.3 seconds" in str(error)
    assert error.exit_code == 1
    assert time.monotonic() - began < 100.0


@pytest.mark.parametrize("job", [one for name, one in JOBS.items() if name != "agent"])
def test_tokens_hold_for_every_job_and_are_named(tmp_path: Path, job: Job) -> None:
    with ScriptedServer([FORM], repeat_last=True) as server:
        error = ended(job, server, tmp_path, max_tokens=20)
        assert not server.requests
    assert isinstance(error, LimitExceeded)
    assert "the limit of 20 tokens" in str(error)


@each_job
def test_every_request_says_how_long_its_reply_may_be(tmp_path: Path, job: Job) -> None:
    with ScriptedServer([Fail(400, "no")], repeat_last=True) as server:
        ended(job, server, tmp_path)
        limits = [request.body.get("max_tokens") for request in server.requests]
    assert limits
    assert all(one is not None and one <= 1100 for one in limits)


def test_an_endpoint_that_calls_the_limit_otherwise_is_told_so(tmp_path: Path) -> None:
    def newest(body: dict[str, Any]) -> Any:
        if "max_tokens" in body:
            return Fail(400, "Use 'max_completion_tokens' instead of 'max_tokens'.")
        return ANSWER

    with ScriptedServer([newest], repeat_last=True) as server, asker(server, tmp_path) as one:
        assert one.ask().evidence
        assert "max_completion_tokens" in server.requests[-1].body


def test_an_endpoint_that_takes_no_limit_is_asked_without(tmp_path: Path) -> None:
    def loose(body: dict[str, Any]) -> Any:
        named = next((name for name in body if name.endswith("_tokens")), None)
        return Fail(422, f"unknown field {named}") if named else ANSWER

    with ScriptedServer([loose], repeat_last=True) as server, asker(server, tmp_path) as one:
        assert one.ask(stream=True).evidence


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_thinks_is_given_room_for_it(tmp_path: Path, stream: bool) -> None:
    def thinks(body: dict[str, Any]) -> Any:
        room = body["max_tokens"]
        return ANSWER if room > 4000 else Say("<think>The milk, hm", "length")

    with ScriptedServer([thinks], repeat_last=True) as server, asker(server, tmp_path) as one:
        assert one.ask(stream=stream).evidence
    assert len(server.requests) == 2


def test_a_message_of_very_many_calls_runs_the_first(tmp_path: Path) -> None:
    calls = [Call("search_memory", {"query": f"milk {number}"}) for number in range(50)]
    with ScriptedServer([calls, ANSWER]) as server, asker(server, tmp_path) as one:
        assert len(one.ask().trajectory) == MOST_CALLS


def test_a_reply_that_was_cut_off_is_not_kept(tmp_path: Path) -> None:
    script = [Say('{"actions": ["pour milk", "wash', "length")]
    with ScriptedServer(script, repeat_last=True) as server:
        for _ in range(2):
            with agent_on(server, tmp_path, cache_responses=True) as agent:
                foreseen(agent)
    assert len(server.requests) == 10


def test_a_slow_stream_ends_with_the_time_of_a_request(tmp_path: Path) -> None:
    with (
        ScriptedServer([Hang(300.0)]) as server,
        asker(server, tmp_path, request_seconds=0.3) as one,
        pytest.raises(ModelError, match=r"did not answer within 0\.3 s"),
    ):
        one.ask(stream=True)
