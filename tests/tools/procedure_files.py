"""Made-up procedure files in the published forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TEA_BLOCK = "101\nMake Tea\nhttp://a\n3\nboil  water,add tea,pour water\n"
COFFEE_BLOCK = "102\nMake Coffee\nhttp://b\n2\nboil water,add coffee\n"


def normalized() -> dict[str, Any]:
    """A dataset of two tasks that share the words of a step, and one video that PDPP drops."""
    return {
        "dataset": "COIN",
        "actions": {"0": "add  tea", "1": "boil water", "2": "boil water", "3": "aim", "4": "aim"},
        "tasks": [
            {"task_id": 0, "name": "MakeTea", "action_ids": [1, 0]},
            {"task_id": 1, "name": "throw_CDDrive", "action_ids": [2, 3, 4]},
        ],
        "videos": [
            {"vid": "a", "task_id": 0, "split": "train", "steps": [[0, 5.0, 6.5], [1, 1, 2]]},
            {"vid": "b", "task_id": 1, "split": "test", "steps": [[2, 0, 1], [4, 1, 1], [4, 2, 3]]},
            {"vid": "c", "task_id": 1, "steps": [[3, 0, 1]], "in_pdpp_windows": False},
        ],
    }


def coin() -> dict[str, Any]:
    """COIN.json with two tasks; "boil water" is a step of each, under two ids."""
    tea = {"class": "MakeTea", "subset": "training", "duration": 60.0, "recipe_type": 1}
    coffee = {"class": "MakeCoffee", "subset": "testing", "duration": 60.0, "recipe_type": 2}
    return {
        "database": {
            "a": tea
            | {
                "annotation": [
                    {"id": "8", "label": "add tea", "segment": [5.0, 6.5]},
                    {"id": "7", "label": "boil  water", "segment": [1.0, 4.0]},
                ]
            },
            "b": coffee
            | {"annotation": [{"id": "3", "label": "boil water", "segment": [0.0, 2.0]}]},
        }
    }


def write_crosstask(folder: Path) -> Path:
    """Writes CrossTask's release with two tasks and a video of each."""
    (folder / "annotations").mkdir(parents=True)
    (folder / "tasks_primary.txt").write_text(f"{TEA_BLOCK}\n{COFFEE_BLOCK}\n")
    (folder / "videos_val.csv").write_text("102,k-_9,https://www.youtube.com/watch?v=k-_9\n")
    (folder / "annotations" / "101_x_1.csv").write_text("1,0.5,4.0\n3,4.0,5.5\n2,2.5,3.0\n")
    (folder / "annotations" / "102_k-_9.csv").write_text("2,1,2\n")
    return folder


def write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content))
    return path
