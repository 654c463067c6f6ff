"""`python -m benchmarks`: every speed that docs/benchmarks.md tells, in one run."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import (
    bench_agent,
    bench_anticipation,
    bench_ask,
    bench_eval,
    bench_memory,
    bench_models,
    bench_precision,
    bench_readers,
    bench_server,
    bench_start,
    bench_t3al,
    bench_verify,
    bench_video,
    bench_watch,
)
from benchmarks.measure import Row, table

PARTS: dict[str, Callable[[], list[Row]]] = {
    "video": bench_video.rows,
    "memory": bench_memory.rows,
    "start": bench_start.rows,
    "agent": bench_agent.rows,
    "ask": bench_ask.rows,
    "watch": bench_watch.rows,
    "eval": bench_eval.rows,
    "anticipation": bench_anticipation.rows,
    "models": bench_models.rows,
    "precision": bench_precision.rows,
    "readers": bench_readers.rows,
    "server": bench_server.rows,
    "t3al": bench_t3al.rows,
    "verify": bench_verify.rows,
}


def main() -> None:
    """Measures the parts that are named, or all."""
    for name in sys.argv[1:] or PARTS:
        print(f"\n## {name}\n\n{table(PARTS[name]())}", flush=True)


if __name__ == "__main__":
    main()
