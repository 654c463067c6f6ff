"""Made-up annotation files in the published forms, and a taxonomy small enough to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

VERBS = ("take", "put", "wash", "turn on")
NOUNS = ("cup", "knife", "chopping board", "tap")


def tiny_taxonomy() -> Taxonomy:
    verbs = Vocabulary(VERBS, {"grab": 0, "place": 1, "rinse": 2})
    return Taxonomy("tiny", verbs, Vocabulary(NOUNS, {"mug": 0, "faucet": 3}))


def antgpt_rows(actions: str, observed: int = 2, horizon: int = 3) -> list[tuple[str, str]]:
    """Gives every window of a clip, written "v n, v n, ...", as past and future."""
    pairs = actions.split(", ")
    ends = range(observed, len(pairs) - horizon + 1)
    return [
        (", ".join(pairs[end - observed : end]), ", ".join(pairs[end : end + horizon]))
        for end in ends
    ]


def write_antgpt(path: Path, rows: Iterable[tuple[str, str]]) -> Path:
    records = [
        {"prompt": f"{past} \n\n###\n\n", "completion": f" {future} ###"} for past, future in rows
    ]
    path.write_text("\n".join(map(json.dumps, records)) + "\n")
    return path


def ego4d_row(
    clip: str, index: int, verb_label: int, noun_label: int, **others: object
) -> dict[str, object]:
    return {
        "video_uid": f"video-of-{clip}",
        "clip_uid": clip,
        "action_idx": index,
        "action_clip_start_sec": 100.0 - index,
        "verb": VERBS[verb_label].replace(" ", "_") + "_(one,_another)",
        "noun": NOUNS[noun_label].replace(" ", "_"),
        "verb_label": verb_label,
        "noun_label": noun_label,
        **others,
    }


def write_ego4d(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    path.write_text(json.dumps({"version": "v2", "split": path.stem, "clips": list(rows)}))
    return path
