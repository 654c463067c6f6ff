"""Scores of actions found in boxes of frames: AVA's form."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from foretell.errors import DatasetError
from foretell.evals.datasets.question_files import found_file
from foretell.evals.metrics.frame_detection import ActionBox, frame_precision, mean_precision
from foretell.evals.scoring.answered_questions import check_belonging
from foretell.evals.scoring.score_card import ScoreCard
from foretell.patterns import LazyPattern
from foretell.ranges import whole_number
from foretell.tools.texts.annotation_file import table_rows
from foretell.tools.texts.text_file import read_text

FILES = ("gt.csv", "ava_val_v2.2.csv", "ava_val_v2.1.csv", "eval_detection/gt.csv")
_LABELS = (
    "action_list.txt",
    "ava_action_list_v2.2_for_activitynet_2019.pbtxt",
    "ava_action_list_v2.1_for_activitynet_2018.pbtxt.txt",
)
_EXCLUDED = ("ava_val_excluded_timestamps_v2.2.csv", "ava_val_excluded_timestamps_v2.1.csv")
_ITEM = LazyPattern(r'name:\s*"([^"]*)"\s+(?:label_)?id:\s*(\d{1,9})(?!\d)')


def score_frame_detection(predictions: Path, data: Path, official: bool = False) -> ScoreCard:
    """Scores boxes by frame mAP at an IoU of 0.5, as a share in [0, 1] like the official script.

    Beside the true boxes lies the list of classes, and the list of the frames that do not count if
    there are any. The official script differs in the order of equal scores alone, which is not
    reproduced.

    Raises:
        DatasetError: If a file cannot be read, or they do not belong together.
    """
    truth_file = found_file(data, *FILES)
    names = _class_names(found_file(truth_file.parent, *_LABELS))
    excluded = _excluded_frames(truth_file.parent)
    truth = [box for box in _boxes(truth_file) if box.frame not in excluded]
    found = [box for box in _boxes(predictions) if box.frame not in excluded]
    check_belonging(predictions, {b.frame for b in found}, {b.frame for b in truth})
    precision = frame_precision(truth, found, names)
    baseline = frame_precision(truth, _whole_frames(truth), names)
    return ScoreCard(
        "spatial-action-detection",
        len(truth),
        {"map": {"0.5": mean_precision(precision.values())}, "predictions": len(found)},
        {"whole-frame": {"map": {"0.5": mean_precision(baseline.values())}}},
        {"by_class": {f"{label} {names[label]}": p for label, p in precision.items()}},
        ("equal scores enter together, also officially",) if official else (),
    )


def _boxes(path: Path) -> list[ActionBox]:
    return [_box(path, line, row) for line, row in _rows(path)]


def _box(path: Path, line: int, row: Sequence[str]) -> ActionBox:
    """Reads "video, second, left, top, right, bottom, class[, score]"; AVA's have a person last."""
    try:
        left, top, right, bottom, *rest = (float(cell) for cell in row[2:])
        label, *score = rest
        if len(rest) > 2 or not all(map(math.isfinite, (left, top, right, bottom, *rest))):
            raise ValueError("too many fields, or one that is not finite")
        frame = f"{row[0]},{int(row[1]):04d}"
    except ValueError as error:
        raise DatasetError(
            f"{path}, line {line}: {','.join(row)!r} is no box; give video, second, left, top, "
            "right, bottom, class and score"
        ) from error
    return ActionBox(frame, int(label), (left, top, right, bottom), *score)


def _rows(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    return ((row.line, row.cells) for row in table_rows(path, read_text(path), ","))


def _class_names(path: Path) -> dict[int, str]:
    if items := _ITEM.findall(read_text(path)):
        return {int(number): name for name, number in items}
    raise DatasetError(f'{path} lists no classes; give items {{ name: "..." id: ... }}')


def _excluded_frames(folder: Path) -> set[str]:
    there = [folder / name for name in _EXCLUDED if (folder / name).is_file()]
    return {_frame(path, line, row) for path in there for line, row in _rows(path)}


def _frame(path: Path, line: int, row: Sequence[str]) -> str:
    second = whole_number(row[1]) if len(row) == 2 else None
    if second is not None:
        return f"{row[0]},{second:04d}"
    raise DatasetError(f"{path}, line {line}: {','.join(row)!r} is no frame; give video and second")


def _whole_frames(truth: Sequence[ActionBox]) -> list[ActionBox]:
    """Finds every class in the whole of every frame, as sure as it is common."""
    labels = [box.label for box in truth]
    shares = {label: labels.count(label) / len(labels) for label in set(labels)}
    frames = sorted({box.frame for box in truth})
    return [
        ActionBox(frame, label, (0.0, 0.0, 1.0, 1.0), share)
        for frame in frames
        for label, share in shares.items()
    ]
