"""Forecasts as the lines of a run folder, and as Ego4D's submission."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np

from foretell.actions import Forecast
from foretell.errors import ModelError
from foretell.evals.anticipation.encoded_windows import Ids, encode_actions
from foretell.evals.run_folder import Record
from foretell.memory.words.taxonomy import Taxonomy


def forecast_record(forecast: Forecast, taxonomy: Taxonomy, *, k: int, horizon: int) -> Record:
    """Returns a forecast as JSON can hold it, its candidates as (K, Z) ids of verbs and of nouns.

    Raises:
        ModelError: If there are not exactly `k` candidates of `horizon` actions.
        DatasetError: If a word is not in the taxonomy.
    """
    lengths = {len(candidate) for candidate in forecast.candidates}
    if len(forecast.candidates) != k or lengths != {horizon}:
        raise ModelError(
            f"the forecast of {forecast.window.key!r} holds {len(forecast.candidates)} candidates "
            f"of {sorted(lengths)} actions; it must hold {k} of {horizon}"
        )
    ids = encode_actions(forecast.candidates, taxonomy)
    return {
        "verb": ids[..., 0].tolist(),
        "noun": ids[..., 1].tolist(),
        "examples": [
            {"window": use.window.key, "similarity": use.similarity, "weight": use.weight}
            for use in forecast.examples
        ],
        "notes": list(forecast.notes),
        "repairs": dict(forecast.repairs),
        "usage": asdict(forecast.usage),
    }


def candidates_of(records: Sequence[Record]) -> Ids:
    """Returns (N, K, Z, 2) verb and noun ids of the candidates in N records."""
    heads = [np.array([record[head] for record in records], np.int32) for head in ("verb", "noun")]
    return np.stack(heads, axis=-1)


def repairs_of(records: Iterable[Record]) -> dict[str, int]:
    """Returns how often each kind of repair was needed, in order of its name."""
    counts: Counter[str] = Counter()
    for record in records:
        counts.update(record["repairs"])
    return dict(sorted(counts.items()))


def submission(records: Iterable[Record]) -> str:
    """Returns the JSON text that Ego4D's server takes: (K, Z) verbs and nouns by window."""
    return json.dumps(
        {record["key"]: {"verb": record["verb"], "noun": record["noun"]} for record in records}
    )
