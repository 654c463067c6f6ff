"""Sees that answers and figures are the same whatever the processor, its libraries and threads.

    python -m benchmarks.same_everywhere [PART ...] [--quick] [--only SETTING ...] [--out FOLDER]

PART is `answers`, 700 results compared byte for byte, or `evaluations`, published ones compared by
choice and by printed figure; both by default. Each setting stands for another machine, and runs in
a process of its own with a memory of its own. The real data lie in the folder that the environment
variable FORETELL_DATA names. FOLDER keeps what was written; where it holds the files of a setting
already, they are not made again, so that those of another machine can be compared: put its
`default` there under another name, and give that with --only. It ends with 1 where anything
differs.

The setting `again` is the default once more, which only a race can change; it is run too.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

from benchmarks.same_answers import KINDS, Record, make_videos

DEFAULT, AGAIN = "default", "again"
MOST_APART = 0.001
"""The share of an evaluation's choices that may differ."""
QUICK_STEP, QUICK_LIMIT = 10, 60
CHOICES = {
    "nextqa": ("choice",),
    "egoschema": ("choice",),
    "ego4d-lta": ("verb", "noun"),
    "procedure-planning": ("steps",),
}
"""The fields of an evaluation's `predictions.jsonl` that hold what was chosen."""
_CAPTIONS = (
    "--captions {data}/../videoinsta/action_captions_nextqa_cogagent-vqa-hf_0.0_10_words.json.gz"
)
EVALUATIONS = (
    ("nextqa", "qa/nextqa", _CAPTIONS),
    ("egoschema", "qa/llovi_akeys", "--captions {data}/egoschema_lavila_subset_1fps.json.gz"),
    ("ego4d-lta", "anticipation/antgpt_ego4d_v1", "--past recognised --subset 600"),
    ("ego4d-lta", "anticipation/antgpt_ego4d_v1", "--past gt --subset 600"),
    ("procedure-planning", "planning", "--dataset crosstask --steps 3"),
)
EVALUATED = ("1 thread", "numpy baseline", "oldest")
"""The settings that evaluations are run with unless others are asked for."""
_SECONDS = re.compile(r"^\d+(?:\.\d+)? s\b.*$", re.MULTILINE)
_FROM_OUTSIDE = ("FORETELL_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")

Environment = Mapping[str, str]
Items = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a part gave under one setting, beside the default.

    Attributes:
        setting: Its name.
        equal: For each column of the table, such as "500/500".
        difference: The first one, shown; empty where there is none.
        seconds: How long it took.
    """

    setting: str
    equal: tuple[str, ...]
    difference: str
    seconds: float


def settings() -> dict[str, Environment]:
    """Returns the settings that this machine can take, by name; the default first."""
    numpy_core: Any = importlib.import_module("numpy._core._multiarray_umath")
    features: dict[str, bool] = numpy_core.__cpu_features__
    dispatchable: list[str] = numpy_core.__cpu_dispatch__
    dispatched = [one for one in dispatchable if features.get(one)]
    wide = [one for one in dispatched if "512" in one or one == "X86_V4"]
    has_avx512 = "avx512f" in Path("/proc/cpuinfo").read_text()
    kernels = ["Prescott", "Sandybridge", "Haswell", "Zen", *(["SkylakeX"] if has_avx512 else [])]
    glibc = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F"}
    found: dict[str, Environment] = {
        DEFAULT: {},
        AGAIN: {},
        "1 thread": _threads(1),
        "2 threads": _threads(2),
        **{f"OpenBLAS {name}": {"OPENBLAS_CORETYPE": name} for name in kernels},
        "torch default": {"ATEN_CPU_CAPABILITY": "default"},
        "torch avx2": {"ATEN_CPU_CAPABILITY": "avx2"},
        "MKL SSE4.2": {"MKL_ENABLE_INSTRUCTIONS": "SSE4_2", "ONEDNN_MAX_CPU_ISA": "SSE41"},
        "FAISS generic": {"FAISS_OPT_LEVEL": "generic"},
        "glibc without FMA": glibc,
    }
    if wide:
        found["numpy without AVX-512"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(wide)}
    if dispatched:
        found["numpy baseline"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(dispatched)}
    oldest = ("1 thread", "OpenBLAS Prescott", "torch default", "MKL SSE4.2", "FAISS generic")
    found["oldest"] = {
        name: value
        for one in (*oldest, "glibc without FMA", "numpy baseline")
        for name, value in found.get(one, {}).items()
    }
    return found


def _threads(count: int) -> Environment:
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return dict.fromkeys(names, str(count))


def answers(chosen: Mapping[str, Environment], data: Path, out: Path, quick: bool) -> bool:
    """Compares results byte for byte, prints a table and gives whether all are equal."""
    videos = out / "videos"
    make_videos(videos, data)
    header = ("setting", *KINDS, "first difference", "s")
    rows: list[Compared] = []
    for setting, environment in chosen.items():
        folder, began = out / "answers" / _file_name(setting), time.perf_counter()
        if not all((folder / f"{kind}.jsonl").exists() for kind in KINDS):
            with tempfile.TemporaryDirectory(prefix="foretell-same-") as library:
                command = ["benchmarks.same_answers", str(videos), library, str(folder)]
                _python([*command, str(QUICK_STEP if quick else 1)], environment)
        seconds = time.perf_counter() - began
        rows.append(_compared_lines(setting, out / "answers" / DEFAULT, folder, seconds))
        print(_row(rows[-1]), file=sys.stderr, flush=True)
    _print_table("answers", header, rows)
    return not any(row.difference for row in rows)


def _compared_lines(setting: str, expected: Path, given: Path, seconds: float) -> Compared:
    equal: list[str] = []
    first = ""
    for kind in KINDS:
        wanted, got = (_lines(folder / f"{kind}.jsonl") for folder in (expected, given))
        apart = [
            n for n in range(max(len(wanted), len(got))) if wanted[n : n + 1] != got[n : n + 1]
        ]
        equal.append(f"{len(wanted) - len(apart)}/{len(wanted)}")
        if apart and not first:
            first = f"{kind} {apart[0] + 1}: {_difference(wanted, got, apart[0])}"
    return Compared(setting, tuple(equal), first, seconds)


def _difference(wanted: Sequence[bytes], got: Sequence[bytes], number: int) -> str:
    """Shows where two lines come apart."""
    if number >= min(len(wanted), len(got)):
        return "missing"
    records = json.loads(wanted[number]), json.loads(got[number])
    return next(differences(*records), "written in another way")


def differences(wanted: Any, got: Any, path: str = "") -> Iterator[str]:
    """Tells every place where two records differ, such as "confidence: 0.62, not 0.61"."""
    apart = wanted != got or type(wanted) is not type(got)
    told = f"{path}: {_short(wanted)}, not {_short(got)}"
    if isinstance(wanted, dict) and isinstance(got, dict):
        before, after = cast(Record, wanted), cast(Record, got)
        for name in dict.fromkeys([*before, *after]):
            inner = f"{path}.{name}" if path else name
            yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(wanted, list) and isinstance(got, list):
        earlier, later = cast(Items, wanted), cast(Items, got)
        for place, (one, other) in enumerate(zip_longest(earlier, later)):
            yield from differences(one, other, f"{path}[{place}]")
    elif apart:
        yield told


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def evaluations(chosen: Mapping[str, Environment], data: Path, out: Path, quick: bool) -> bool:
    """Compares evaluations, prints a table and gives whether all hold."""
    header = ("setting", "evaluation", "equal choices", "equal figures", "first difference", "s")
    rows: list[Compared] = []
    for (name, folder, options), (setting, environment) in (
        (one, setting) for one in EVALUATIONS for setting in chosen.items()
    ):
        if not (data / folder).is_dir():
            print(f"left out: {name}, as {data / folder} is not there", file=sys.stderr)
            continue
        named = _file_name(f"{name} {options if len(options) < 60 else ''}".strip())
        runs, began = out / "evaluations" / named, time.perf_counter()
        made = runs / _file_name(setting)
        if not (made / "printed.txt").exists():
            asked = [*options.format(data=data / folder).split(), "--out", str(made)]
            asked += ["--limit", str(QUICK_LIMIT)] if quick else []
            with tempfile.TemporaryDirectory(prefix="foretell-same-") as library:
                asked += ["--library", library]
                command = ["foretell", "eval", name, "--data", str(data / folder), *asked]
                printed = _python(command, environment)
            (made / "printed.txt").write_text(_SECONDS.sub("", printed))
        seconds = time.perf_counter() - began
        rows.append(_compared_runs(setting, named, name, runs / DEFAULT, made, seconds))
        print(_row(rows[-1]), file=sys.stderr, flush=True)
    _print_table("evaluations", header, rows)
    return not any(row.difference for row in rows)


def _compared_runs(
    setting: str, named: str, name: str, expected: Path, made: Path, seconds: float
) -> Compared:
    wanted, got = (_choices(folder, CHOICES[name]) for folder in (expected, made))
    apart = [key for key in wanted if wanted[key] != got.get(key)]
    printed = (_lines(folder / "printed.txt") for folder in (expected, made))
    pairs = zip_longest(*printed, fillvalue=b"")
    figures = [(one, other) for one, other in pairs if one != other]
    difference = ""
    if figures:
        one, other = (line.decode().strip() for line in figures[0])
        difference = f"{one}, not {other}"
    elif len(apart) > MOST_APART * len(wanted):
        difference = f"{apart[0]}: {next(differences(wanted[apart[0]], got.get(apart[0])))}"
    share = f"{len(wanted) - len(apart)}/{len(wanted)}"
    return Compared(setting, (named, share, "no" if figures else "yes"), difference, seconds)


def _choices(folder: Path, fields: Sequence[str]) -> dict[str, list[Any]]:
    records = [json.loads(line) for line in _lines(folder / "predictions.jsonl")]
    return {record["key"]: [record[name] for name in fields] for record in records}


def _python(command: Sequence[str], environment: Environment) -> str:
    """Runs a module in a fresh interpreter and gives what it printed.

    Raises:
        RuntimeError: If it fails.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(_FROM_OUTSIDE)}
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        env={**inherited, "FORETELL_CONFIG": os.devnull, "COLUMNS": "200", **environment},
    )
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}")
    return ended.stdout


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines()


def _file_name(setting: str) -> str:
    return re.sub(r"[^\w.]+", "_", setting).strip("_")


def _row(row: Compared) -> str:
    shown = row.difference.replace("|", "\\|") or "-"
    return f"| {' | '.join((row.setting, *row.equal, shown, f'{row.seconds:.0f}'))} |"


def _print_table(part: str, header: Sequence[str], rows: Sequence[Compared]) -> None:
    print(f"\n## {part}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}")
    print("\n".join(_row(row) for row in rows), flush=True)


PARTS: dict[str, Callable[[Mapping[str, Environment], Path, Path, bool], bool]] = {
    "answers": answers,
    "evaluations": evaluations,
}


def main() -> int:
    """Compares the parts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_everywhere")
    parser.add_argument("parts", nargs="*", metavar="PART", help=" or ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--only", nargs="+", metavar="SETTING", help="beside the default")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="keeps what is compared")
    given = parser.parse_args()
    data = Path(os.environ.get("FORETELL_DATA", "../shared/data")).resolve()
    if not data.is_dir():
        parser.error(f"there is no real data at {data}; set FORETELL_DATA")
    known = settings()
    with tempfile.TemporaryDirectory(prefix="foretell-same-") as made:
        out = (given.out or Path(made)).resolve() / ("quick" if given.quick else "whole")
        same = True
        for part in given.parts or PARTS:
            usual = EVALUATED if part == "evaluations" else known
            names = dict.fromkeys([DEFAULT, *(given.only or usual)])
            for name in names:
                if name not in known and not list(out.glob(f"*/**/{_file_name(name)}")):
                    parser.error(f"{name!r} is none of {', '.join(known)}, nor a folder in {out}")
            chosen = {name: known.get(name, {}) for name in names}
            same &= PARTS[part](chosen, data, out, given.quick)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
