"""No reply is paid for twice, whatever ended the run that got it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from foretell.actions import Forecast
from foretell.errors import ModelError
from foretell.types import Usage
from tests.agent.tasks.anticipation.lalm_scene import FUTURE, NOUNS, WINDOWS, anticipator, asked
from tests.servers.replies import Fail, Reply, Say, ScriptLine
from tests.servers.scripted_server import ScriptedServer

IN_FLIGHT = 3
SHOWN = WINDOWS[:6]
RUN_UNTIL_KILLED = """
import sys
from pathlib import Path
from types import SimpleNamespace
from tests.agent.tasks.anticipation.lalm_scene import WINDOWS, anticipator

endpoint = SimpleNamespace(base_url=sys.argv[1], model="scripted", key="test-key")
list(anticipator(endpoint, Path(sys.argv[2]), requests_in_flight=3).forecasts(WINDOWS[:6]))
"""


def by_prompt(request: dict[str, Any]) -> Reply:
    """Answers each prompt in a way of its own, so that a mixed-up reply shows."""
    return Say(f"{FUTURE}, wash {NOUNS[len(asked(request)) % 8]}")


def steady(reply: ScriptLine = by_prompt) -> ScriptedServer:
    return ScriptedServer([reply], repeat_last=True)


def candidates(forecasts: list[Forecast]) -> dict[str, Any]:
    return {one.window.key: one.candidates for one in forecasts}


def repeated(server: ScriptedServer) -> int:
    counts = Counter(str(request.messages) for request in server.requests)
    return sum(count - 1 for count in counts.values())


def whole_run(library: Path) -> dict[str, Any]:
    with steady() as server:
        return candidates(list(anticipator(server, library).forecasts(SHOWN)))


def test_a_second_run_asks_nothing_and_says_the_same(tmp_path: Path) -> None:
    with steady() as server:
        first = list(anticipator(server, tmp_path).forecasts(SHOWN))
        second = list(anticipator(server, tmp_path).forecasts(SHOWN))
    assert len(server.requests) == 30
    assert candidates(second) == candidates(first)
    assert {one.usage for one in first} == {Usage(500, 100)}
    assert {one.usage for one in second} == {Usage()}


def test_whoever_stops_early_loses_nothing(tmp_path: Path) -> None:
    with steady() as server:
        lalm = anticipator(server, tmp_path / "stopped", requests_in_flight=IN_FLIGHT)
        stopped = lalm.forecasts(SHOWN)
        list(itertools.islice(stopped, 2))
        del stopped
        begun = len(server.requests)
        rest = list(anticipator(server, tmp_path / "stopped").forecasts(SHOWN))
    assert 10 <= begun < 30
    assert len(server.requests) == 30
    assert repeated(server) == 0
    assert candidates(rest) == whole_run(tmp_path / "whole")


def test_a_failure_half_way_loses_nothing(tmp_path: Path) -> None:
    numbers = itertools.count()

    def failing_once(request: dict[str, Any]) -> Reply:
        return Fail(500, "out of order") if next(numbers) == 12 else by_prompt(request)

    with steady(failing_once) as server:
        with pytest.raises(ModelError, match="out of order"):
            list(anticipator(server, tmp_path, requests_in_flight=1).forecasts(SHOWN))
        list(anticipator(server, tmp_path).forecasts(SHOWN))
    assert len(server.requests) == 31
    assert repeated(server) == 1


def test_a_killed_run_is_taken_up(tmp_path: Path) -> None:
    killed = threading.Event()

    def twelve_before(request: dict[str, Any]) -> Reply:
        if len(server.requests) > 12:
            killed.wait(60.0)
        return by_prompt(request)

    with steady(twelve_before) as server:
        command = [sys.executable, "-c", RUN_UNTIL_KILLED, server.base_url, str(tmp_path / "run")]
        with subprocess.Popen(command) as process:
            while len(server.requests) < 12 and process.poll() is None:
                time.sleep(0.005)
            process.kill()
        killed.set()
        begun = len(server.requests)
        forecasts = list(anticipator(server, tmp_path / "run").forecasts(SHOWN))
    assert 12 <= begun < 30
    assert repeated(server) <= IN_FLIGHT
    assert len(server.requests) == 30 + repeated(server)
    assert candidates(forecasts) == whole_run(tmp_path / "whole")


def test_without_the_cache_every_run_asks(tmp_path: Path) -> None:
    config = {"cache_responses": False}
    with steady() as server:
        for _ in range(2):
            anticipator(server, tmp_path, config=config).forecast(WINDOWS[0])
    assert len(server.requests) == 10
