"""The sets of moments that foretell is measured on, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Self

from foretell.errors import ConfigError, DatasetError
from foretell.evals.datasets.action_instances import load_action_instances
from foretell.evals.datasets.charades_sta import load_charades_sta
from foretell.evals.datasets.parts import check_part, questions_of
from foretell.evals.datasets.qvhighlights import load_qvhighlights
from foretell.evals.datasets.stored_captions import Captions, load_captions
from foretell.evals.datasets.ual_bench import load_ual_bench, load_ual_captions
from foretell.tools.localization.moments import MomentQuery
from foretell.tools.localization.settings import LocalizerSettings

UAL_BENCH = "ual-bench"
ACTIONS = "temporal-action-detection"

_LOADERS: Mapping[str, Callable[[Path], list[MomentQuery]]] = MappingProxyType(
    {
        "qvhighlights": load_qvhighlights,
        "charades-sta": load_charades_sta,
        ACTIONS: load_action_instances,
    }
)
_SENTENCES = LocalizerSettings(may_be_absent=False, extent=0.5, limit=10)
"""For sets in which every query has its moment. Floor and extent were looked at on the part of
UAL-Bench's clips to choose on; what scored best there is the whole clip and was not taken."""
_DETAILS = replace(_SENTENCES, extent=0.25)
SETTINGS: Mapping[str, LocalizerSettings] = MappingProxyType(
    {
        UAL_BENCH: _SENTENCES,
        "charades-sta": _SENTENCES,
        "qvhighlights": _DETAILS,
        ACTIONS: _DETAILS,
    }
)


@dataclass(frozen=True, slots=True)
class MomentSet:
    """Moments to find, and what their videos show.

    Attributes:
        name: Of the benchmark.
        queries: What is looked for.
        captions: What each video shows, by its name.
    """

    name: str
    queries: tuple[MomentQuery, ...]
    captions: Captions = field(repr=False)

    def first(self, limit: int | None) -> Self:
        """Gives the set with its first queries only; None leaves all.

        Raises:
            ConfigError: If `limit` is not positive.
        """
        if limit is not None and limit < 1:
            raise ConfigError(f"--limit must be 1 or more, got {limit!r}")
        return replace(self, queries=self.queries[:limit])

    def fingerprint(self) -> str:
        """Gives a hash of the queries and captions, the same only for the same."""
        digest = hashlib.sha256()
        for query in self.queries:
            digest.update(repr((query, self.captions.get(query.video))).encode())
        return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class MomentFiles:
    """Where a set lies.

    Attributes:
        name: Of the benchmark.
        data: Its annotations.
        captions: What its videos show; None where the data holds it.
        part: Which videos: "all", those to "choose" settings on, or the others, to "report".
    """

    name: str
    data: Path
    captions: Path | None = None
    part: str = "all"

    def described(self) -> dict[str, object]:
        """Gives the settings as a run folder keeps them."""
        return {
            "evaluation": self.name,
            "data": str(self.data),
            "captions": None if self.captions is None else str(self.captions),
            "part": self.part,
        }


def load_moment_set(files: MomentFiles) -> MomentSet:
    """Reads a set.

    Raises:
        ConfigError: If the part is unknown, or captions are needed.
        DatasetError: If a file cannot be read, or no query is about a video with captions.
    """
    check_part(files.part)
    if files.name == UAL_BENCH:
        captions = load_ual_captions(files.captions or files.data)
        queries = load_ual_bench(files.data, captions)
    else:
        queries = _LOADERS[files.name](files.data)
        if files.captions is None:
            raise ConfigError(
                f"{files.name} tells {len({query.video for query in queries})} videos and nothing "
                "of what they show; give --captions FILE with their captions, as in "
                "docs/importing.md"
            )
        captions = load_captions(files.captions)
    kept = tuple(questions_of(queries, files.part))
    if not any(captions.get(one.video) for one in kept):
        raise DatasetError(
            f"the captions are of {len(captions)} videos, none of which is one of the "
            f"{len(kept)} queries'; give the captions of {files.name}"
        )
    return MomentSet(files.name, kept, captions)
