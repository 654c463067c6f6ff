"""Makes a caption of what a model said."""

from __future__ import annotations

import re

_MARKS = (".", "!", "?")
_GOES_ON = r"(?<!\b[A-Za-z])(?<!\b[DMS][rst])(?<!\bMrs)(?<!\bProf)(?<!\d)"
"""No full stop ends a sentence after an initial, a title or a number."""
_SENTENCE_END = re.compile(rf"(?:[!?]|{_GOES_ON}\.)(?=\s+[^\sa-z])")
_FEWEST_WORDS = 3
_THOUGHTS = re.compile(r"^.*</think>|^\s*<think>.*", re.DOTALL)


def tidy_caption(said: str, *, cut_off: bool) -> str:
    """Gives what a model said on one line.

    Args:
        said: Its words.
        cut_off: Whether it was stopped before its end. The sentence that it did not finish is then
            left out, unless too little would remain.
    """
    line = " ".join(said.split())
    if not cut_off or line.endswith(_MARKS):
        return line
    ends = [found.end() for found in _SENTENCE_END.finditer(line)]
    whole = [end for end in ends if len(line[:end].split()) >= _FEWEST_WORDS]
    return line[: whole[-1]] if whole else line


def without_thoughts(said: str) -> str:
    """Leaves out what a model thought before it spoke, all of it where it did not come to speak."""
    return _THOUGHTS.sub("", said)
