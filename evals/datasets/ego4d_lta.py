"""The long-term action anticipation of Ego4D: AntGPT's windows, or the official files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from foretell.actions import ActionSequence, ActionWindow
from foretell.errors import ConfigError, DatasetError
from foretell.evals.anticipation.evaluation import AnticipationTask
from foretell.evals.datasets.antgpt_subset import subset_keys
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.annotations.load import Annotations, load_sequences, splits

Past = Literal["gt", "recognised"]


@dataclass(frozen=True, slots=True)
class Ego4dLta:
    """Which windows are forecast, and from what.

    Attributes:
        data: A file of annotations, or a folder that holds one; where it holds a training and a
            validation split, the latter is forecast and the former is learnt from.
        past: Whether the observed actions are those annotated ("gt") or those recognised.
        subset: Size of a published subset of the windows; None forecasts all.
        examples: A file of annotations to learn from in place of the data's own.
        taxonomy: Name or path of a taxonomy; None takes the one that belongs to the data.
        observed: Length of each past.
        horizon: Z, length of each future.
        k: K, the number of candidates.
        seed: Of whatever is drawn at random.
    """

    data: Path
    past: str = "gt"
    subset: int | None = None
    examples: Path | None = None
    taxonomy: str | None = None
    observed: int = 8
    horizon: int = 20
    k: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        if self.past not in get_args(Past):
            raise ConfigError(f"--past {self.past!r} is unknown; give 'gt' or 'recognised'")
        for name, value in (
            ("observed", self.observed),
            ("horizon", self.horizon),
            ("candidates-k", self.k),
        ):
            if value < 1:
                raise ConfigError(f"--{name} must be 1 or more, got {value!r}")

    def described(self) -> dict[str, object]:
        """Gives what of this an `AnticipationTask` does not tell, as JSON can hold it."""
        return {
            "evaluation": "ego4d-lta",
            "data": str(self.data),
            "subset": self.subset,
            "examples": None if self.examples is None else str(self.examples),
        }


def load_ego4d_lta(settings: Ego4dLta) -> AnticipationTask:
    """Reads the windows to forecast and the sequences to learn from.

    Raises:
        ConfigError: If a setting is out of range, or the taxonomy is not there.
        DatasetError: If a file is in no known form, a word is not in the taxonomy, there is no
            window, or the data has no recognised actions, no such subset or no taxonomy.
    """
    named = load_taxonomy(settings.taxonomy) if settings.taxonomy else None
    annotations = _queried(settings.data, named)
    taxonomy = annotations.taxonomy
    if taxonomy is None:
        raise DatasetError(
            f"{annotations.path} belongs to no taxonomy; name one with --taxonomy, or give a file "
            "of your own"
        )
    return AnticipationTask(
        windows=tuple(_windows(annotations, settings)),
        pool=_pool(settings, annotations, taxonomy),
        taxonomy=taxonomy,
        observed=settings.observed,
        horizon=settings.horizon,
        k=settings.k,
        recognised=settings.past == "recognised",
        seed=settings.seed,
    )


def _queried(data: Path, taxonomy: Taxonomy | None) -> Annotations:
    if not data.exists():
        raise ConfigError(f"--data {str(data)!r} is not there; give a file or a folder")
    has_both = data.is_dir() and {"train", "val"} <= splits(data).keys()
    return load_sequences(data, taxonomy, split="val" if has_both else None)


def _pool(
    settings: Ego4dLta, queried: Annotations, taxonomy: Taxonomy
) -> tuple[ActionSequence, ...]:
    if settings.examples is not None:
        return load_sequences(settings.examples, taxonomy).sequences
    if settings.data.is_dir() and "train" in splits(settings.data):
        return load_sequences(settings.data, taxonomy, split="train").sequences
    return queried.sequences


def _windows(annotations: Annotations, settings: Ego4dLta) -> list[ActionWindow]:
    recognised = settings.past == "recognised"
    if recognised and not any(clip.recognised for clip in annotations.sequences):
        raise DatasetError(
            f"{annotations.path} has no recognised actions beside it; give --past gt, or data "
            "that a recogniser has seen"
        )
    windows = [
        window
        for clip in annotations.sequences
        for window in clip.windows(settings.observed, settings.horizon, recognised=recognised)
    ]
    if settings.subset is None:
        return windows
    by_key = {window.key: window for window in windows}
    keys = subset_keys(annotations, settings.subset)
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise ConfigError(
            f"{len(missing)} of the subset's {len(keys)} windows, {missing[0]!r} the first, have "
            f"no {settings.observed} past and {settings.horizon} future actions; lower --observed "
            "or --horizon"
        )
    return [by_key[key] for key in keys]
