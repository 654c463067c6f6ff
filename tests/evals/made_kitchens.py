"""Made-up kitchen videos as files: EGO-TOPO's split, and EPIC-KITCHENS-100 as RULSTM has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

VERBS = ("take", "put", "wash", "cut")
NOUNS = ("pan", "plate")


def write_ego_topo(
    folder: Path,
    train: Sequence[str],
    test: Sequence[str],
    *,
    actions: int = 40,
    many_shot: str = "EPIC_many_shot_verbs.csv",
) -> Path:
    """Writes videos of actions of 10 frames each, whose verbs 0, 1, 2 go round."""
    for split, names in {"train": train, "val": test}.items():
        rows = [
            f"{name}\t{10 * n + 1}\t{10 * n + 10}\t{(n + shift) % 3}\t{n % 2}\n"
            for shift, name in enumerate(names)
            for n in range(actions)
        ]
        (folder / f"{split}_S1.csv").write_text("".join(rows))
        lengths = "".join(f"{name}\t{10 * actions}\n" for name in names)
        (folder / f"{split}_S1_nframes.csv").write_text(lengths)
    (folder / many_shot).write_text("verb_class,verb\n1,put\n")
    return folder


def write_classes(folder: Path) -> None:
    """Writes what the numbers of verbs and nouns mean."""
    for name, labels in {"verbs": VERBS, "nouns": NOUNS}.items():
        rows = "".join(f"{number},{label}\n" for number, label in enumerate(labels))
        (folder / f"{name}.csv").write_text(f"id,label\n{rows}")


def write_rulstm(folder: Path, actions: int = 30) -> Path:
    """Writes one video to learn from and one to forecast, with their classes."""
    for name, video in {"training": "P01_01", "validation": "P02_02"}.items():
        rows = [
            f"{video}_{n},{video},{10 * n},{10 * n + 9},{n % 3},{n % 2},{n % 6}\n"
            for n in range(actions)
        ]
        (folder / f"{name}.csv").write_text("".join(rows))
    write_classes(folder)
    return folder
