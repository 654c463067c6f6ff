"""Measures the embedded anticipator on made-up clips as large as Ego4D's validation set.

Each step stands beside what one would write first: futures drawn one at a time, samples chosen by
a loop over rapidfuzz, and every distance measured anew for each action that is tried in a place.

    python -m benchmarks.bench_anticipation
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from benchmarks.measure import Row, seconds, table
from foretell.actions import ActionSequence
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary
from foretell.tools.anticipation.edit_distance import levenshtein_matrix
from foretell.tools.anticipation.embedded import EmbeddedAnticipator, EmbeddedSettings
from foretell.tools.anticipation.set_selection import SelectionSettings, select_set

CLIPS, LENGTH, VERBS, NOUNS = 208, 60, 115, 478
K, WINDOWS, ALL = 5, 16, 6_687
SAMPLES = EmbeddedSettings().samples
SWEEPS = SelectionSettings().sweeps
TAXONOMY = Taxonomy(
    "made-up",
    Vocabulary([f"verb{n}" for n in range(VERBS)], {}),
    Vocabulary([f"noun{n}" for n in range(NOUNS)], {}),
)

Ids = NDArray[np.int32]


def clip(number: int) -> ActionSequence:
    """Returns bouts of work, each with one of a few things at hand."""
    random = np.random.default_rng(number)
    at_hand = random.zipf(1.4, 8) % NOUNS
    nouns = np.repeat(random.choice(at_hand, LENGTH), random.integers(1, 6, LENGTH))[:LENGTH]
    verbs = (nouns * 7 + random.zipf(1.6, LENGTH)) % VERBS
    actions = TAXONOMY.decode(np.stack([verbs, nouns], axis=1))
    return ActionSequence(f"clip{number}", f"video{number}", actions)


def heads(samples: Ids) -> list[list[tuple[int, ...]]]:
    """Returns the verbs, the nouns and the whole actions of (S, Z, 2) samples, as tuples."""
    verbs, nouns = samples[..., 0], samples[..., 1]
    return [[tuple(row) for row in ids.tolist()] for ids in (verbs, nouns, verbs * NOUNS + nouns)]


def looped_greedy(samples: Ids, starts: int) -> list[int]:
    """Returns the K samples of the greedy choice, distance by distance."""
    tables = [
        [[Levenshtein.distance(one, other) for other in head] for one in head[:starts]]
        for head in heads(samples)
    ]
    best = [[np.inf] * len(samples) for _ in tables]
    chosen: list[int] = []
    for _ in range(K):
        expected = [
            sum(
                min(kept, new)
                for head, kept_by in zip(tables, best, strict=True)
                for kept, new in zip(kept_by, head[row], strict=True)
            )
            for row in range(starts)
        ]
        chosen.append(int(np.argmin(expected)))
        best = [
            [min(pair) for pair in zip(kept_by, head[chosen[-1]], strict=True)]
            for head, kept_by in zip(tables, best, strict=True)
        ]
    return chosen


def measured_place(samples: Ids, candidate: Ids, place: int) -> Ids:
    """(3, T, S) distances, from every sample, of the candidate with each action there is."""
    actions = np.unique(samples.reshape(-1, 2), axis=0)
    tried = np.repeat(candidate[None], len(actions), axis=0)
    tried[:, place] = actions
    whole = (ids[..., 0] * NOUNS + ids[..., 1] for ids in (tried, samples))
    pairs = [(tried[..., 0], samples[..., 0]), (tried[..., 1], samples[..., 1]), tuple(whole)]
    return np.stack([levenshtein_matrix(one, other) for one, other in pairs]).astype(np.int32)


def rows() -> list[Row]:
    """Measures drawing, choosing and both, and what each is compared with."""
    pool = [clip(number) for number in range(CLIPS)]
    windows = pool[0].windows()[:WINDOWS]
    anticipator = EmbeddedAnticipator(pool, TAXONOMY)
    samples = np.stack([anticipator.sample(window) for window in windows])
    kept, swept = SelectionSettings(sweeps=0), SelectionSettings()
    greedy = select_set(samples[0], K, settings=kept)
    looped = samples[0][looped_greedy(samples[0], kept.starts)]
    if {row.tobytes() for row in greedy} != {row.tobytes() for row in looped.astype(np.int32)}:
        raise RuntimeError("the greedy choice is not that of a plain loop")

    whole = seconds(lambda: list(anticipator.forecasts(windows)), 3) / WINDOWS
    one_by_one = EmbeddedAnticipator(pool, TAXONOMY, settings=EmbeddedSettings(batch=1))
    alone = seconds(lambda: list(one_by_one.forecasts(windows)), 1) / WINDOWS
    choosing = seconds(lambda: select_set(samples, K, settings=kept), 3) / WINDOWS
    loop = seconds(lambda: looped_greedy(samples[0], kept.starts), 1)
    improving = seconds(lambda: select_set(samples, K, settings=swept), 3) / WINDOWS - choosing
    place = improving / (SWEEPS * K * samples.shape[2])
    measured = seconds(lambda: measured_place(samples[0], greedy[0], 9), 3)
    one = EmbeddedSettings(samples=1, batch=1, selection=kept)
    single = EmbeddedAnticipator(pool, TAXONOMY, settings=one)
    drawn = whole - choosing - improving
    each = seconds(lambda: list(single.forecasts(windows, 1)), 3) / WINDOWS
    return [
        Row(
            f"drawing {SAMPLES} futures of a window",
            1000 * drawn,
            "ms",
            f"one at a time: {SAMPLES * each / drawn:.0f} x as long",
        ),
        Row(
            f"choosing {K} of them, greedily among {kept.starts}",
            1000 * choosing,
            "ms",
            f"a loop over rapidfuzz: {loop / choosing:.0f} x as long",
        ),
        Row(
            f"improving the {K} in {SWEEPS} sweeps, an action",
            1e6 * place,
            "us",
            f"measuring every distance anew: {measured / place:.0f} x as long",
        ),
        Row(
            "forecasting a window",
            1000 * whole,
            "ms",
            f"window by window: {alone / whole:.1f} x as long",
            f"{ALL:,} windows in 3 min on 2 cores: {2000 * 180 / ALL:.0f} ms",
        ),
    ]


if __name__ == "__main__":
    print(table(rows()))
