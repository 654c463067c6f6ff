"""`python -m benchmarks.everywhere`: the tests in the surroundings that other machines have.

    python -m benchmarks.everywhere                all, one after another
    python -m benchmarks.everywhere tz prescott    some
    PYTHONS="/usr/bin/python3.13" python -m benchmarks.everywhere

Prints a row of a Markdown table as each ends, then the tests that failed; whole logs are kept in
`.everywhere/`. What cannot be tried on this machine is a row that says why.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.surroundings import (
    CACHE,
    PARTS,
    AbsentHereError,
    Run,
    Surrounding,
    all_surroundings,
)

COMMAND = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""As in `make test`: several tests run at a time."""
WORKERS = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")


@dataclass(frozen=True)
class Outcome:
    """How many tests went how, and which of them failed."""

    passed: int
    skipped: int
    failed: tuple[str, ...]


def main() -> None:
    """Runs the surroundings that are named, or all; ends with 1 where a test failed."""
    known = {one.name: one for one in all_surroundings()}
    if unknown := set(sys.argv[1:]) - known.keys():
        sys.exit(f"no surroundings {sorted(unknown)}; there are {', '.join(known)}")
    print("| surrounding | tests | passed | failed | skipped | seconds |")
    print("|---|---|---|---|---|---|", flush=True)
    failed = [f"{name}: {test}" for name in sys.argv[1:] or known for test in _row(known[name])]
    print("", *failed, sep="\n")
    sys.exit(bool(failed))


def _row(surrounding: Surrounding) -> list[str]:
    """Runs the tests in one surrounding, prints its row, and gives those that failed."""
    told = f"| {surrounding.told} | {PARTS[surrounding.part]} |"
    with tempfile.TemporaryDirectory(prefix="everywhere-") as scratch:
        Path(scratch).chmod(0o755)
        began = time.monotonic()
        try:
            outcomes = list(_outcomes(surrounding, surrounding.prepare(Path(scratch)), scratch))
        except AbsentHereError as error:
            print(f"{told} not tried: {error} | | | |", flush=True)
            return []
    for outcome in outcomes:
        numbers = f"{outcome.passed:,} | {len(outcome.failed)} | {outcome.skipped}"
        print(f"{told} {numbers} | {time.monotonic() - began:.0f} |", flush=True)
    return [test for outcome in outcomes for test in outcome.failed]


def _outcomes(surrounding: Surrounding, run: Run, scratch: str) -> Iterator[Outcome]:
    given = {**ONE_THREAD, **os.environ, **run.environment}
    environment = {name: value for name, value in given.items() if value is not None}
    _see_that_its_own_code_is_run(run, environment)
    reports = Path(scratch) / "reports"
    reports.mkdir()
    reports.chmod(0o777)
    CACHE.mkdir(exist_ok=True)
    with ExitStack() as running:
        started: list[tuple[subprocess.Popen[bytes], Path]] = []
        for number in range(run.at_once):
            report = reports / f"{number}.xml"
            log = running.enter_context((CACHE / f"{surrounding.name}-{number}.log").open("wb"))
            tests = _files(run.folder, surrounding.part)
            arguments = (*COMMAND, *WORKERS, f"--junitxml={report}", *run.arguments, *tests)
            process = subprocess.Popen(
                (*run.started_by, run.python, *arguments),
                cwd=run.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
            started.append((running.enter_context(process), report))
        for process, report in started:
            process.wait()
            yield _read(report, process.returncode)


def _files(folder: Path, part: tuple[str, ...]) -> list[str]:
    """Returns the paths that a part of the tests stands for."""
    return [str(path.relative_to(folder)) for one in part for path in sorted(folder.glob(one))]


def _see_that_its_own_code_is_run(run: Run, environment: dict[str, str]) -> None:
    """Checks that the code beside the tests is imported, not that of an installed checkout.

    Raises:
        AbsentHereError: If the interpreter cannot be started so, or imports other code.
    """
    code = "import foretell.tools; print(foretell.tools.__file__)"
    asked = subprocess.run(
        (*run.started_by, run.python, "-c", code),
        cwd=run.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise AbsentHereError(f"foretell cannot be imported: {asked.stderr.splitlines()[-1]}")
    found = Path(asked.stdout.strip())
    if not found.resolve().is_relative_to(run.folder.resolve()):
        raise AbsentHereError(f"{found} would be tested in place of {run.folder}")


def _read(report: Path, code: int) -> Outcome:
    """Reads what pytest reports; a run that ended without a report is a failure of its own."""
    if not report.exists():
        return Outcome(0, 0, (f"the run ended with {code} before it could report",))
    cases = list(ElementTree.parse(report).iter("testcase"))
    skipped = [case for case in cases if case.find("skipped") is not None]
    failed = [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]
    if not failed and code not in (0, 1):
        failed = [f"the run ended with {code}"]
    return Outcome(len(cases) - len(skipped) - len(failed), len(skipped), tuple(failed))


if __name__ == "__main__":
    main()
