"""Tells files of one name apart by the folders that they lie in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def told_apart(paths: Sequence[str]) -> list[str]:
    """Gives each file's name, with as many of its folders as tell it from the other files.

    A path that is given twice is the same file, and named alike.
    """
    parts = {path: path.replace("\\", "/").split("/") for path in paths}
    longest = max(map(len, parts.values()), default=0)
    names: dict[str, str] = {}
    for length in range(1, longest + 1):
        ends = {path: "/".join(held[-length:]) for path, held in parts.items()}
        counts = Counter(ends.values())
        for path, end in ends.items():
            if counts[end] == 1 or length == longest:
                names.setdefault(path, end)
    return [names[path] for path in paths]
