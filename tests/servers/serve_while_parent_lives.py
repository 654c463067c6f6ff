"""Runs `transformers serve` with the arguments given, and ends when standard input closes.

A test run that is killed cannot stop its servers; its end of their standard input closes anyhow.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["transformers", "serve", *sys.argv[1:]]
    runpy.run_module("transformers.cli.transformers", run_name="__main__")
