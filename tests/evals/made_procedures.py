"""A small made-up dataset of procedures as files: normalized, and lists of predicted windows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foretell.evals.datasets.procedure_windows import ProcedureWindow, procedure_windows
from foretell.tools.procedures.load import load_numbered
from foretell.tools.procedures.normalized import NumberedProcedures
from tests.tools.procedure_files import write

ACTIONS = ("boil water", "add tea", "pour water", "slice bread", "toast bread", "spread butter")
TASKS: dict[str, list[int]] = {"Make Tea": [0, 1, 2], "Make Toast": [3, 4, 5, 0], "Wait": [1]}
SPLITS = {
    "train": {"Make Tea": [[0, 1, 2], [0, 1, 2], [1, 0, 2]], "Make Toast": [[3, 4, 5], [3, 4, 5]]},
    "test": {"Make Tea": [[0, 1, 2, 1], [0, 2]], "Make Toast": [[3, 4, 5], [3, 4, 0, 5]]},
}

Row = dict[str, Any]


def dataset(name: str = "crosstask", splits: Sequence[str] = tuple(SPLITS)) -> dict[str, Any]:
    """Gives a normalized file whose videos are called after split, task and place."""
    numbers = list(TASKS)
    return {
        "dataset": name,
        "actions": {str(number): action for number, action in enumerate(ACTIONS)},
        "tasks": [
            {"task_id": place, "name": task, "action_ids": steps}
            for place, (task, steps) in enumerate(TASKS.items())
        ],
        "videos": [
            {
                "vid": f"{split}-{numbers.index(task)}-{place}",
                "task_id": numbers.index(task),
                "split": split,
                "steps": [[step, 2.5 * n, 2.5 * n + 2] for n, step in enumerate(steps)],
            }
            for split in splits
            for task, videos in SPLITS[split].items()
            for place, steps in enumerate(videos)
        ],
    }


def write_dataset(folder: Path, name: str = "crosstask") -> Path:
    """Writes the dataset into a folder, and gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / f"{name}.json", dataset(name))
    return folder


def read_dataset(folder: Path) -> NumberedProcedures:
    """Writes the dataset and reads it again."""
    return load_numbered(write_dataset(folder))


def planned_windows(numbered: NumberedProcedures, length: int) -> tuple[ProcedureWindow, ...]:
    """Gives the windows that are planned."""
    return procedure_windows(numbered.procedures.of_split("test").demonstrations, length)


def rows(
    windows: Sequence[ProcedureWindow], numbered: NumberedProcedures, **told: object
) -> list[Row]:
    """Gives windows as PDPP, KEPP and MTID list them: numbers, and whole seconds.

    Args:
        windows: What to list.
        numbered: Their dataset.
        told: What a recogniser says of every window, such as `event_class` or `pred_list`.
    """
    tasks = [task.name for task in numbered.procedures.tasks]
    return [
        {
            "id": {
                "vid": window.video,
                "task_id": tasks.index(window.task),
                "legal_range": [
                    [round(seconds.start), round(seconds.end), numbered.actions.index(step)]
                    for step, seconds in zip(window.steps, window.intervals, strict=True)
                ],
                **told,
            }
        }
        for window in windows
    ]
