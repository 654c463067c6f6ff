"""The made-up clips as files: Ego4D's annotations, AntGPT's windows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from foretell.actions import Action, ActionSequence, ActionWindow
from tests.evals.made_sequences import NOUNS, VERBS, clips

SUBSET = (5, 0, 9)


def write_ego4d(folder: Path, sequences: Sequence[ActionSequence], split: str = "val") -> Path:
    """Writes a folder as Ego4D publishes one split, with its taxonomy."""
    rows = [
        {
            "video_uid": clip.video,
            "clip_uid": clip.name,
            "action_idx": index,
            "verb": action.verb,
            "noun": action.noun,
            "verb_label": VERBS.index(action.verb),
            "noun_label": NOUNS.index(action.noun),
        }
        for clip in sequences
        for index, action in enumerate(clip.actions)
    ]
    (folder / f"fho_lta_{split}.json").write_text(json.dumps({"split": split, "clips": rows}))
    write_taxonomy(folder)
    return folder


def write_antgpt(folder: Path) -> Path:
    """Writes a folder as AntGPT publishes it: all windows and a subset, as seen and recognised."""
    clip_windows = [(w, seen) for clip in clips() for w, seen in _pairs(clip)]
    subset = [clip_windows[row] for row in SUBSET]
    for name, rows in (("", clip_windows), ("_subset3", subset)):
        _write_rows(folder / f"val_nseg4{name}.jsonl", ((w.past, w.future) for w, _ in rows))
        _write_rows(folder / f"val_nseg4_recog{name}.jsonl", ((s.past, s.future) for _, s in rows))
    write_taxonomy(folder)
    return folder


def write_taxonomy(folder: Path) -> None:
    """Writes the made-up words."""
    (folder / "fho_lta_taxonomy.json").write_text(json.dumps({"verbs": VERBS, "nouns": NOUNS}))


def _pairs(clip: ActionSequence) -> Iterable[tuple[ActionWindow, ActionWindow]]:
    return zip(clip.windows(4, 4), clip.windows(4, 4, recognised=True), strict=True)


def _write_rows(file: Path, rows: Iterable[tuple[tuple[Action, ...], tuple[Action, ...]]]) -> None:
    lines = [
        json.dumps({"prompt": f"{_told(past)} \n\n###\n\n", "completion": f" {_told(future)} ###"})
        for past, future in rows
    ]
    file.write_text("\n".join(lines) + "\n")


def _told(actions: Sequence[Action]) -> str:
    return ", ".join(map(str, actions))
