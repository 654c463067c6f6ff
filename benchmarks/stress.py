"""`python -m benchmarks.stress PART [--count N]`: the long run over what must not break.

What each part does stands where it is written; the figures stand in docs/reliability.md.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

from benchmarks.stress_report import Part

PARTS = {
    "kills": "benchmarks.stress_library",
    "chats": "benchmarks.stress_library",
    "crowd": "benchmarks.stress_library",
    "costs": "benchmarks.stress_library",
    "texts": "benchmarks.stress_readers",
    "videos": "benchmarks.stress_readers",
}
"""Where each part is written: a function of its name."""


def main() -> None:
    """Runs the parts that are named, or all, and ends with 1 if one found a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stress", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--count", type=int, help="trials, or seconds of the crowd")
    given = parser.parse_args()
    faults = 0
    for name in given.parts or PARTS:
        if name not in PARTS:
            parser.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
        part: Part = getattr(import_module(PARTS[name]), name)
        print(f"\n## {name}", flush=True)
        for figure in part(given.count):
            print(figure, flush=True)
            faults += not figure.ok
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
