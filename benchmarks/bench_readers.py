"""Measures how the time of each reader of a model's words grows with the text.

python -m benchmarks readers
"""

from __future__ import annotations

import time
from collections.abc import Callable

from benchmarks.measure import Row, table
from foretell.agent.citations import read_citations
from foretell.agent.confidence_line import read_confidence, without_confidence
from foretell.agent.embedded.question import detail_asked
from foretell.agent.final_answer import LiveText, read_final_answer
from foretell.thoughts import spoken_so_far, without_thoughts
from foretell.tools.localization.span_parsing import read_moment, read_spans
from foretell.types import Interval

Reader = Callable[[str], object]
CHOICES = ("a red cup", "a blue cup")


def as_it_comes(text: str) -> str:
    """Shows a text a few words at a time, as an endpoint streams it."""
    live = LiveText(lambda words: words)
    shown = "".join(live.feed(text[at : at + 40]) for at in range(0, len(text), 40))
    return shown + live.rest()


READERS: dict[str, Reader] = {
    "answer": read_final_answer,
    "choice": lambda text: read_final_answer(text, CHOICES),
    "confidence": read_confidence,
    "without confidence": without_confidence,
    "spans": lambda text: read_spans(text, Interval(0.0, 10.0)),
    "moment": read_moment,
    "citations": lambda text: list(read_citations(text)),
    "thoughts": without_thoughts,
    "thoughts so far": spoken_so_far,
    "detail": detail_asked,
    "live": as_it_comes,
}
REPEATED = (
    "\n",
    " ",
    "7",
    "word ",
    "<think>",
    "what ",
    "*",
    "a line\n",
    "It ends. ",
    "[",
    "1:02 - ",
    "(1:02)",
    "[1",
    "one ",
    "at the ",
    "1 h 1 min ",
    "[e1] ",
)
CHARACTERS = 1_000_000


def rows() -> list[Row]:
    """Measures the slowest repeated text of each reader, and a quarter of it."""
    return [_row(name, read) for name, read in READERS.items()]


def _row(name: str, read: Reader) -> Row:
    for text in REPEATED:
        read(f"x{text * 9}y")  # compiles its patterns
    seconds = {text: _seconds(read, text, CHARACTERS) for text in REPEATED}
    slowest = max(REPEATED, key=seconds.__getitem__)
    quarter = _seconds(read, slowest, CHARACTERS // 4)
    grown = f"{seconds[slowest] / quarter:.1f} x that of a quarter"
    return Row(f"{name}, {CHARACTERS:,} characters", seconds[slowest], "CPU s", grown, "1 s, 4 x")


def _seconds(read: Reader, repeated: str, characters: int) -> float:
    text = f"x{repeated * (characters // len(repeated))}y"
    begun = time.process_time()
    read(text)
    return time.process_time() - begun


if __name__ == "__main__":
    print(table(rows()))
