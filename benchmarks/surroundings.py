"""The surroundings that the tests are run in: settings, users, clones and other Pythons."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".everywhere"
"""Keeps logs, and the environment of each other Python."""
WHOLE = ("tests",)
SYSTEM = (
    "tests/foretell/test_config.py",
    "tests/foretell/test_packaging.py",
    "tests/foretell/cli/test_commands.py",
    "tests/foretell/cli/test_examples.py",
    "tests/memory/test_conversations.py",
    "tests/memory/test_database.py",
    "tests/memory/test_store.py",
    "tests/prompts",
    "tests/reliability",
    "tests/agent/test_endpoint_cache.py",
    "tests/agent/test_endpoint_privacy.py",
    "tests/agent/test_planner.py",
    "tests/evals/test_runner.py",
    "tests/evals/anticipation/test_parallel_anticipator.py",
    "tests/tools/annotations",
    "tests/tools/decoding/test_video_damaged.py",
    "tests/tools/decoding/test_video_isolation.py",
    "tests/tools/decoding/test_video_writing.py",
    "tests/tools/importing",
    "tests/tools/subtitles",
    "tests/tools/texts",
    "tests/tools/watching",
)
"""The tests of what meets the system: the command line, files, processes, servers, decoding."""
SCORES = (
    "tests/agent/embedded",
    "tests/agent/test_question_robustness.py",
    "tests/agent/test_tiny_model.py",
    "tests/foretell/test_ranking.py",
    "tests/memory/embedding",
    "tests/memory/test_library.py",
    "tests/memory/test_mmr.py",
    "tests/tools/answering",
    "tests/tools/anticipation",
    "tests/tools/localization",
    "tests/tools/planning/test_plan*.py",
)
"""The tests of what is worked out in floating-point numbers."""
CHECKPOINTS = (
    "tests/agent/embedded/test_looking.py",
    "tests/agent/test_*look*.py",
    "tests/agent/test_find_moment.py",
    "tests/evals/localization/test_moments_in_frames.py",
    "tests/foretell/cli/test_ask_looking.py",
    "tests/foretell/cli/test_locate_frames.py",
    "tests/foretell/cli/test_models.py",
    "tests/foretell/cli/test_recognizer.py",
    "tests/tools/captioning",
    "tests/tools/localization",
    "tests/tools/recognition",
    "tests/tools/speech",
    "tests/tools/vision_models",
)
"""The tests of models with random weights."""
PARTS: Mapping[tuple[str, ...], str] = {
    WHOLE: "all",
    SYSTEM: "system",
    SCORES: "scores",
    CHECKPOINTS: "checkpoints",
}


class AbsentHereError(Exception):
    """What cannot be tried on this machine, and why."""


@dataclass(frozen=True)
class Run:
    """How pytest is started.

    Attributes:
        python: The interpreter.
        folder: The checkout whose tests and code are run.
        environment: Variables to set, or to take away where None.
        started_by: A command that starts the interpreter, with its arguments.
        arguments: Further ones for pytest.
        at_once: How many runs go on at the same time.
    """

    python: str = sys.executable
    folder: Path = ROOT
    environment: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    started_by: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    at_once: int = 1


@dataclass(frozen=True)
class Surrounding:
    """Something that differs between machines.

    Attributes:
        name: What it is asked for by.
        told: What the table says.
        part: The tests that are run in it.
        prepare: Makes it, in a folder that is deleted afterwards.

    """

    name: str
    told: str
    part: tuple[str, ...]
    prepare: Callable[[Path], Run]


def all_surroundings() -> Iterator[Surrounding]:
    """Yields every surrounding, in the order of the table."""
    yield Surrounding("plain", "as it is", WHOLE, lambda scratch: Run())
    yield from _of_the_system()
    yield from _of_the_processor()
    yield from _of_the_run()
    for path in os.environ.get("PYTHONS", "").split():
        told = _version(path)
        yield Surrounding(told.lower().replace(" ", "-"), told, SYSTEM, _python(path))


def _of_the_system() -> Iterator[Surrounding]:
    yield Surrounding("sigint", "SIGINT ignored by the parent", SYSTEM, _sigint_ignored)
    yield Surrounding("clone", "a clone in “a fôlder”", SYSTEM, _clone)
    yield Surrounding("home-unset", "HOME unset", SYSTEM, _set(HOME=None))
    yield Surrounding("home-read-only", "HOME read-only, a user", SYSTEM, _read_only_home)
    yield Surrounding("user", "a user who is not root", SYSTEM, _user)
    yield Surrounding("lang-c", "LANG=C", SYSTEM, _set(LANG="C", LC_ALL="C"))
    yield Surrounding("lang-tr", "LANG=tr_TR.UTF-8", SYSTEM, _turkish)
    yield Surrounding("tz", "TZ=Asia/Kathmandu", SYSTEM, _kathmandu)
    yield Surrounding("no-ffmpeg", "no ffmpeg on PATH", SYSTEM, _no_ffmpeg)
    yield Surrounding("no-data", "no ../shared", SYSTEM, _no_data)
    yield Surrounding("one-core", "one core", SYSTEM, _one_core)


def _of_the_processor() -> Iterator[Surrounding]:
    for kernel, needs in {
        "Haswell": "avx2",
        "SkylakeX": "avx512f",
        "Zen": "avx2",
        "Sandybridge": "avx",
        "Prescott": "pni",
    }.items():
        told = f"OPENBLAS_CORETYPE={kernel}"
        prepare = _set(needs, OPENBLAS_CORETYPE=kernel)
        yield Surrounding(kernel.lower(), told, SCORES, prepare)
    yield Surrounding("numpy-baseline", "NPY_DISABLE_CPU_FEATURES=all", SCORES, _numpy_baseline)
    for level in ("default", "avx2"):
        prepare = _set("avx2", ATEN_CPU_CAPABILITY=level)
        yield Surrounding(f"aten-{level}", f"ATEN_CPU_CAPABILITY={level}", SCORES, prepare)
    prepare = _set(FAISS_OPT_LEVEL="generic")
    yield Surrounding("faiss-generic", "FAISS_OPT_LEVEL=generic", SCORES, prepare)
    for count in ("1", "2"):
        names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        prepare = _set(**dict.fromkeys(names, count))
        yield Surrounding(f"threads-{count}", f"BLAS, OMP, MKL threads: {count}", SCORES, prepare)


def _of_the_run() -> Iterator[Surrounding]:
    yield Surrounding("two", "two runs at once", SYSTEM, lambda scratch: Run(at_once=2))
    shuffled = ("--random-order", "--random-order-seed=20")
    yield Surrounding(
        "shuffled", "in random order", SYSTEM, lambda scratch: Run(arguments=shuffled)
    )
    for seed in range(4, 8):
        prepare = _set(CHECKPOINT_SEED=str(seed))
        yield Surrounding(f"seed-{seed}", f"random weights of seed {seed}", CHECKPOINTS, prepare)


def _set(needs: str = "", **environment: str | None) -> Callable[[Path], Run]:
    """Returns what sets variables, where the processor has what that needs."""

    def prepare(scratch: Path) -> Run:
        if needs and needs not in _processor_flags():
            raise AbsentHereError(f"the processor has no {needs}")
        return Run(environment=environment)

    return prepare


def _processor_flags() -> list[str]:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("flags"):
                return line.split()
    raise AbsentHereError("this system does not tell what its processor has")


def _started_after(statement: str) -> tuple[str, ...]:
    """Returns a command that runs a statement and becomes the program that follows."""
    script = f"import os, signal, sys; {statement}; os.execvp(sys.argv[1], sys.argv[1:])"
    return (sys.executable, "-c", script)


def _sigint_ignored(scratch: Path) -> Run:
    return Run(started_by=_started_after("signal.signal(signal.SIGINT, signal.SIG_IGN)"))


def _one_core(scratch: Path) -> Run:
    if not hasattr(os, "sched_setaffinity"):
        raise AbsentHereError("this system cannot bind a process to a core")
    core = min(os.sched_getaffinity(0))
    return Run(started_by=_started_after(f"os.sched_setaffinity(0, [{core}])"))


def _clone(scratch: Path) -> Run:
    """Clones what is committed; PYTHONPATH puts it before an installed checkout."""
    folder = scratch / "a fôlder" / "foretell"
    _done("git", "clone", "--quiet", str(ROOT), str(folder))
    data = os.environ.get("FORETELL_DATA", str(ROOT.parent / "shared" / "data"))
    return Run(folder=folder, environment={"PYTHONPATH": str(folder), "FORETELL_DATA": data})


def _user(scratch: Path) -> Run:
    """Becomes "nobody", who may read all, so that this interpreter can be anywhere."""
    home = scratch / "home"
    home.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return Run()
    os.chown(home, 65534, 65534)
    read = "+dac_read_search"
    command = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    command = (*command, f"--inh-caps={read}", f"--ambient-caps={read}")
    _done(*command, "true")
    return Run(environment={"HOME": str(home), "TMPDIR": str(home)}, started_by=command)


def _read_only_home(scratch: Path) -> Run:
    run = _user(scratch)
    home = scratch / "read only"
    home.mkdir(mode=0o555)
    return replace(run, environment={**run.environment, "HOME": str(home)})


def _turkish(scratch: Path) -> Run:
    """Makes the locale, as few machines have it."""
    folder = scratch / "locales"
    folder.mkdir()
    _done("localedef", "-i", "tr_TR", "-f", "UTF-8", str(folder / "tr_TR.UTF-8"))
    locale = {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(folder)}
    return Run(environment=locale)


def _kathmandu(scratch: Path) -> Run:
    if not Path("/usr/share/zoneinfo/Asia/Kathmandu").exists():
        raise AbsentHereError("this machine has no time zones")
    return Run(environment={"TZ": "Asia/Kathmandu"})


def _no_ffmpeg(scratch: Path) -> Run:
    """Links every program but FFmpeg's into one folder, which becomes the path."""
    programs = scratch / "programs"
    programs.mkdir()
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for program in Path(folder).iterdir() if Path(folder).is_dir() else ():
            if not program.name.startswith(("ffmpeg", "ffprobe", "ffplay")):
                with suppress(FileExistsError):
                    (programs / program.name).symlink_to(program)
    return Run(environment={"PATH": str(programs)})


def _no_data(scratch: Path) -> Run:
    return Run(environment={"FORETELL_DATA": str(scratch / "absent")})


def _numpy_baseline(scratch: Path) -> Run:
    """Takes from NumPy all that it would use of this processor beyond what every one has."""
    told = (
        "from numpy._core import _multiarray_umath as numpy;"
        "has = numpy.__cpu_features__;"
        "print(*[name for name in numpy.__cpu_dispatch__ if has.get(name)])"
    )
    names = _done(sys.executable, "-c", told).strip()
    if not names:
        raise AbsentHereError("NumPy uses nothing of this processor that could be taken away")
    return Run(environment={"NPY_DISABLE_CPU_FEATURES": names})


def _version(python: str) -> str:
    try:
        return _done(python, "--version").strip()
    except AbsentHereError:
        return python


def _python(path: str) -> Callable[[Path], Run]:
    """Returns what installs foretell for another Python, once."""

    def prepare(scratch: Path) -> Run:
        version = _done(path, "-c", "import sys; print('{}.{}'.format(*sys.version_info))").strip()
        folder = CACHE / version
        python = str(folder / "bin" / "python")
        if not (folder / "complete").exists():
            _done(path, "-m", "venv", str(folder))
            install = (python, "-m", "pip", "install", "--quiet", "-c", "constraints.txt")
            _done(*install, "torch")
            _done(*install, "-e", ".[dev]")
            (folder / "complete").touch()
        return Run(python)

    return prepare


def _done(*command: str) -> str:
    """Returns what a command printed.

    Raises:
        AbsentHereError: If there is no such program, or it fails.
    """
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise AbsentHereError(f"no {command[0]} here ({error.strerror})") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
        raise AbsentHereError(f"{Path(command[0]).name} failed: {said}")
    return done.stdout
