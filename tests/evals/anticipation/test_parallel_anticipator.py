"""Forecasts from several processes: the same ones, whatever their number, and clear failures."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from foretell.actions import ActionWindow
from foretell.errors import ConfigError, DatasetError, ModelError
from foretell.evals.anticipation.parallel import ParallelAnticipator
from foretell.tools.anticipation.embedded import EmbeddedAnticipator, EmbeddedSettings
from foretell.tools.anticipation.set_selection import SelectionSettings
from tests.tools.made_anticipators import Dying, Refusing, Repeater, WithThreads
from tests.tools.made_habits import TAXONOMY, actions, clips

MANY = [ActionWindow(f"clip_{n}", "video", past=actions(n, 1)) for n in range(230)]
FEW = MANY[:20]


def test_every_window_is_forecast_once_by_several_processes() -> None:
    forecasts = list(ParallelAnticipator(Repeater(), workers=2).forecasts(MANY, 2))
    assert sorted(f.window.key for f in forecasts) == sorted(window.key for window in MANY)
    assert all(f.candidates == ((f.window.past[-1],),) * 2 for f in forecasts)
    processes = {f.notes[0] for f in forecasts}
    assert len(processes) <= 2
    assert str(os.getpid()) not in processes
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(("windows", "workers"), [(MANY, 1), (FEW, 2), (FEW, None)])
def test_few_windows_and_one_worker_start_no_process(
    windows: list[ActionWindow], workers: int | None
) -> None:
    forecasts = list(ParallelAnticipator(Repeater(), workers).forecasts(windows))
    assert [f.window for f in forecasts] == windows
    assert {f.notes[0] for f in forecasts} == {str(os.getpid())}


def test_the_forecasts_are_those_of_one_process() -> None:
    pool = clips(8)
    small = EmbeddedSettings(samples=8, selection=SelectionSettings(starts=4, sweeps=1))
    embedded = EmbeddedAnticipator(pool, TAXONOMY, observed=5, horizon=4, settings=small)
    windows = [window for clip in pool for window in clip.windows(5, 4)]
    assert len(windows) > 200
    alone = {f.window.key: f for f in embedded.forecasts(windows, 2)}
    shared = ParallelAnticipator(embedded, workers=2).forecasts(windows, 2)
    assert {f.window.key: f for f in shared} == alone


def test_the_libraries_of_a_worker_are_given_one_thread() -> None:
    told = {f.notes[0] for f in ParallelAnticipator(WithThreads(), 2).forecasts(MANY)}
    assert told == {"1"}


def test_an_error_of_the_anticipator_is_raised() -> None:
    shared = ParallelAnticipator(Refusing("clip_225"), workers=2)
    with pytest.raises(DatasetError, match="window 'clip_225' is not to be forecast"):
        list(shared.forecasts(MANY))
    assert not multiprocessing.active_children()


def test_a_process_that_dies_is_told() -> None:
    sentence = "a process that was forecasting ended early, maybe for lack of memory; run again"
    with pytest.raises(ModelError, match=sentence):
        list(ParallelAnticipator(Dying(), workers=2).forecasts(MANY))
    assert not multiprocessing.active_children()


def test_who_stops_listening_leaves_no_process_behind() -> None:
    forecasts = ParallelAnticipator(Repeater(), workers=2).forecasts(MANY)
    next(forecasts)
    forecasts.close()
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("ends", ["the terminal", "its death"])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, ends: str) -> None:
    """Ctrl-C goes to all processes of a terminal; who is killed cannot tell the others."""
    command = [sys.executable, "-m", "tests.tools.made_anticipators", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as starter:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        if ends == "the terminal":
            os.killpg(starter.pid, signal.SIGINT)
        else:
            starter.kill()
        _, told = starter.communicate(timeout=60)  # it ends with the last who could write there
    assert starter.returncode == -(signal.SIGINT if ends == "the terminal" else signal.SIGKILL)
    assert told.count(b"Traceback") <= 1


def test_workers_of_a_background_job_outlive_ctrl_c(tmp_path: Path) -> None:
    arguments = ["-m", "tests.tools.made_anticipators", str(tmp_path), "in the background"]
    with subprocess.Popen([sys.executable, *arguments], start_new_session=True) as starter:
        try:
            wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
            os.killpg(starter.pid, signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                starter.wait(timeout=1.0)
        finally:
            os.killpg(starter.pid, signal.SIGKILL)


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60.0
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_no_worker_is_too_few() -> None:
    with pytest.raises(ConfigError, match="workers must be 1 or more, got 0"):
        ParallelAnticipator(Repeater(), workers=0)
