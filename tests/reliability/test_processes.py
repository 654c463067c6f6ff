"""No process outlives its parent, nothing hangs in a fork, and Ctrl-C says how to go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from foretell.cli.evaluations.options import EvaluationOptions
from foretell.cli.interrupts import INTERRUPTS, Interrupts
from tests.foretell.cli.started import begun, told_by
from tests.tools.clips import regular, write_clip

UNTIL_SECONDS = 60.0
"""How long is waited for what is to happen, which only a failure meets."""
STARTS = """
import subprocess, sys, time
started = subprocess.Popen([sys.executable, *sys.argv[1:]])
print(started.pid, flush=True)
time.sleep(600)
"""
SLEEPS = """
import time
from foretell.forks import end_with_parent
end_with_parent()
time.sleep(600)
"""
SLOW_TO_IMPORT = """
import sys, time
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "foretell.cli":
            print("begun", flush=True)
            time.sleep(600)
sys.meta_path.insert(0, Slow())
from foretell.__main__ import main
main()
"""
FORKS = """
import gc, os, signal, sys
from foretell.errors import ForetellError
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
from foretell.tools.decoding.video import open_video
from pathlib import Path

def first(library):
    return library.search("rain falls", k=1)[0].event.text

library = Library.open(sys.argv[1], HashEmbedder())
video = open_video(Path(sys.argv[2]))
frames = video.frames()
next(frames)
print(first(library), flush=True)
held = library.store.database._lock
held.acquire()  # by a thread that the fork does not have, as far as that can tell
child = os.fork()
if child == 0:
    signal.alarm(50)
    for act in (lambda: first(library), lambda: next(frames), lambda: video.frame_times()):
        try:
            act()
        except ForetellError as error:
            print(str(error).replace(str(os.getppid()), "PARENT"), flush=True)
    library.close()
    del frames
    gc.collect()
    with Library.open(sys.argv[1], HashEmbedder()) as own, open_video(Path(sys.argv[2])) as again:
        print(first(own), len(again.frame_times()), flush=True)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
held.release()
print(first(library), len(list(frames)), flush=True)
library.close()
video.close()
"""
MODELS = """
import os, signal, torch
from foretell.forks import calm_models
torch.set_num_threads(4)
pictures = torch.rand(600, 600, dtype=torch.float64)

def forward():
    return (torch.softmax(pictures, 1) @ pictures).exp().sum().item()

forward()
child = os.fork()
if child == 0:
    signal.alarm(50)
    calm_models()
    forward()
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), torch.get_num_threads())
"""


def is_running(process: int) -> bool:
    """Whether a process is there that is not over, though nobody may have taken note of it."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(
    "started", [["-c", SLEEPS], ["-m", "foretell.tools.decoding.worker"]], ids=["any", "decoder"]
)
def test_a_process_ends_with_its_parent(started: list[str], number: signal.Signals) -> None:
    """Also one that waits for something else: its input is this process's, which goes on."""
    with subprocess.Popen(
        [sys.executable, "-c", STARTS, *started], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        while (
            not Path(f"/proc/{child}/task").is_dir() or len(os.listdir(f"/proc/{child}/task")) < 2
        ):
            time.sleep(0.01)
        parent.send_signal(number)
        parent.wait()
        end = time.monotonic() + UNTIL_SECONDS
        while is_running(child) and time.monotonic() < end:
            time.sleep(0.01)
        assert not is_running(child)


def printed(script: str, *arguments: str | Path) -> list[str]:
    environment = {name: value for name, value in os.environ.items() if "THREADS" not in name}
    ran = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_what_was_opened_before_a_fork_is_refused_there_and_goes_on_here(tmp_path: Path) -> None:
    from tests.reliability.test_library_outlives import embedded

    embedded(tmp_path / "library")
    clip = write_clip(tmp_path / "clip.mp4", regular(40))
    advice = "of which this one is a fork; open it anew in each process, or start processes by"
    first, library, frames, times, own, child, again = printed(FORKS, tmp_path / "library", clip)
    assert first == "rain falls"
    assert library.startswith(f"the library '{tmp_path / 'library'}' was opened by the process")
    for told in (library, frames, times):
        assert f"PARENT, {advice}" in told
    assert own == "rain falls 40"
    assert child == "0"
    assert again == "rain falls 39"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
def test_models_run_in_a_fork_of_a_process_that_ran_some() -> None:
    assert printed(MODELS) == ["0 4"]


def test_ctrl_c_before_the_command_line_is_there() -> None:
    with begun(SLOW_TO_IMPORT) as process:
        process.send_signal(signal.SIGINT)
        told = told_by(process)
    assert told == b"foretell: interrupted before anything was done; give the command again\n"
    assert process.returncode == 130


def test_what_is_said_of_going_on_fits_what_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(INTERRUPTS, "go_on", Interrupts().go_on)
    assert "give the same command again to go on" in INTERRUPTS.go_on
    EvaluationOptions(out=tmp_path).run(lambda progress: None)
    assert "give the same command with --resume to go on" in INTERRUPTS.go_on
    EvaluationOptions().run(lambda progress: None)
    assert "no result is kept" in INTERRUPTS.go_on
