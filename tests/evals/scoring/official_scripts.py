"""What the authors' scripts compute, written anew and slowly from what is known of them.

Nothing here shares a line with `foretell.evals`: plain loops over plain lists.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

Span = Sequence[float]
Json = Mapping[str, Any]


def iou_as_written(span: Span, other: Span) -> float:
    """Shared length over union; NaN where the union is empty. Nothing is turned round."""
    shared = max(0.0, min(span[1], other[1]) - max(span[0], other[0]))
    union = (span[1] - span[0]) + (other[1] - other[0]) - shared
    return math.nan if union == 0.0 else shared / union


def iou_over_hull(span: Span, other: Span) -> float:
    """Shared length over what both reach over; 0 where that is nothing."""
    shared = max(0.0, min(span[1], other[1]) - max(span[0], other[0]))
    hull = max(span[1], other[1]) - min(span[0], other[0])
    return shared / hull if hull else 0.0


def greedy(ranked: Sequence[Span], truth: Sequence[Span], threshold: float) -> list[bool]:
    """Which predictions find a true span that is free, the most overlapping first.

    An IoU that is no number sorts highest and passes every threshold; of equal ones the later
    stands first.
    """
    taken = set[int]()
    found: list[bool] = []
    for span in ranked:
        ious = [iou_as_written(span, true) for true in truth]
        key = [(math.inf if math.isnan(iou) else iou, place) for place, iou in enumerate(ious)]
        hit = None
        for _, place in sorted(key, reverse=True):
            if ious[place] < threshold:
                break
            if place not in taken:
                hit = place
                break
        taken |= set() if hit is None else {hit}
        found.append(hit is not None)
    return found


def area(hits: Sequence[bool], positives: int) -> float:
    """Interpolated average precision: each step of recall at the best precision from there on."""
    precisions = [sum(hits[: n + 1]) / (n + 1) for n in range(len(hits))]
    steps = [n for n, hit in enumerate(hits) if hit]
    return sum(max(precisions[n:]) / positives for n in steps)


def qvhighlights(
    truth: Sequence[Json], said: Sequence[Json], thresholds: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Mean AP and R1 at each threshold, as Moment-DETR's script has them.

    Of the windows, the ten that are listed first are ranked by score; R1 takes the one listed
    first, whatever its score, and the true one that it overlaps most.
    """
    windows: dict[object, list[Span]] = {one["qid"]: one["pred_relevant_windows"] for one in said}
    precisions: list[list[float]] = []
    firsts: list[float] = []
    for one in truth:
        true: list[Span] = one["relevant_windows"]
        listed = windows[one["qid"]]
        ranked = sorted(listed[:10], key=lambda window: -window[2])
        precisions.append([area(greedy(ranked, true, t), len(true)) for t in thresholds])
        ious = [iou_as_written(listed[0], other) for other in true]
        likest = max(range(len(true)), key=lambda n: math.inf if math.isnan(ious[n]) else ious[n])
        firsts.append(iou_over_hull(listed[0], true[likest]))
    mean = [sum(column) / len(column) for column in zip(*precisions, strict=True)]
    return mean, [sum(iou >= t for iou in firsts) / len(firsts) for t in thresholds]


def highlights(truth: Sequence[Json], said: Sequence[Json], least: int) -> tuple[float, float]:
    """Mean AP and Hit1 of QVHighlights' clips."""
    scores: dict[object, list[float]] = {one["qid"]: one["pred_saliency_scores"] for one in said}
    precisions: list[float] = []
    hits: list[float] = []
    for one in truth:
        clips = int(float(str(one["duration"])) / 2)
        rated = [[0, 0, 0] for _ in range(clips)]
        pairs = zip(one["relevant_clip_ids"], one["saliency_scores"], strict=True)
        for clip, ratings in pairs:
            rated[clip] = ratings
        given: list[float] = scores[one["qid"]]
        best = given.index(max(given))
        hits.append(float(best < clips and any(r >= least for r in rated[best])))
        fitted = (given + [0.0] * clips)[:clips]
        for worker in range(3):
            precisions.append(_clip_precision([r[worker] >= least for r in rated], fitted))
    return sum(precisions) / len(precisions), sum(hits) / len(hits)


def _clip_precision(worth: Sequence[bool], scores: Sequence[float]) -> float:
    if not any(worth):
        return 0.0
    at: list[tuple[float, int]] = []
    for level in sorted(set(scores), reverse=True):
        chosen = [w for w, score in zip(worth, scores, strict=True) if score >= level]
        at.append((sum(chosen) / len(chosen), sum(chosen)))
    best_later = [max(precision for precision, _ in at[n:]) for n in range(len(at))]
    found = [0, *(count for _, count in at)]
    new = [best for best, (was, now) in zip(best_later, pairwise(found), strict=True) if now > was]
    return sum(new) / len(new)


def detection(
    truth: Sequence[tuple[str, str, Span]],
    said: Sequence[tuple[str, str, Span, float]],
    thresholds: Sequence[float],
) -> list[float]:
    """Mean AP over classes at each threshold, as ActivityNet's script has it.

    All videos are ranked together, of equal scores the last listed first.
    """
    labels = sorted({label for _, label, _ in truth})
    means: list[float] = []
    for threshold in thresholds:
        total = 0.0
        for label in labels:
            true = [(video, span) for video, one, span in truth if one == label]
            mine = [(video, span, score) for video, one, span, score in said if one == label]
            order = sorted(range(len(mine)), key=lambda n: (mine[n][2], n), reverse=True)
            total += area(_found(true, [mine[n] for n in order], threshold), len(true))
        means.append(total / len(labels))
    return means


def _found(
    true: Sequence[tuple[str, Span]], ranked: Sequence[tuple[str, Span, float]], threshold: float
) -> list[bool]:
    free = {video: [span for name, span in true if name == video] for video, _ in true}
    found: list[bool] = []
    for place, (video, _, _) in enumerate(ranked):
        spans = [span for name, span, _ in ranked[: place + 1] if name == video]
        found.append(greedy(spans, free[video], threshold)[-1] if video in free else False)
    return found


def grounded(
    truth: Mapping[str, Sequence[Span]], spans: Mapping[str, Span], said: Mapping[str, Json]
) -> dict[str, float]:
    """NExT-GQA's scores in per cent, over the questions that the file has a span for."""
    ious: list[float] = []
    iops: list[float] = []
    right: list[bool] = []
    for name, true in truth.items():
        if name not in spans:
            continue
        pairs = [_iou_and_iop(one, spans[name]) for one in true]
        ious.append(max(0.0, *(iou for iou, _ in pairs)))
        iops.append(max(0.0, *(iop for _, iop in pairs)))
        right.append(said[name]["answer"] == said[name]["prediction"])
    share = 100.0 / len(ious)
    both = [fits and iop >= 0.5 for fits, iop in zip(right, iops, strict=True)]
    return {
        "acc_gqa": share * sum(both),
        "miop": share * sum(iops),
        "miou": share * sum(ious),
        "iop 0.5": share * sum(iop >= 0.5 for iop in iops),
        "iou 0.3": share * sum(iou >= 0.3 for iou in ious),
    }


def _iou_and_iop(true: Span, span: Span) -> tuple[float, float]:
    if span[0] == span[1]:
        return 0.0, float(true[0] <= span[0] <= true[1])
    hull = max(true[1], span[1]) - min(true[0], span[0])
    shared = min(true[1], span[1]) - max(true[0], span[0])
    length = span[1] - span[0]
    return (shared / hull if hull > 0 else 0.0), (shared / length if length > 0 else 0.0)


def unusual(rows: Sequence[Json]) -> dict[str, float]:
    """UAL-Bench's figures of a file that repeats the true spans; a null is off by the true end."""
    ious: list[float] = []
    off: list[float] = []
    onsets: list[bool] = []
    for row in rows:
        start, end = float(str(row["start_time"])), float(str(row["end_time"]))
        said = row["pred_start"], row["pred_end"]
        if None in said:
            ious.append(0.0)
            off.append(end)
            onsets.append(False)
            continue
        span = float(str(said[0])), float(str(said[1]))
        ious.append(iou_as_written((start, end), span))
        off.append(abs(start - span[0]) + abs(end - span[1]))
        onsets.append(abs(start - span[0]) <= 0.25)
    n = len(rows)
    ends = [float(str(row["end_time"])) for row in rows]
    return {
        "miou": 100.0 * sum(ious) / n,
        "r1 0.5": sum(iou >= 0.5 for iou in ious),
        "td 3": sum(seconds <= 3 for seconds in off),
        "mean_td": sum(e if s > 10_000 else s for s, e in zip(off, ends, strict=True)) / n,
        "onset 0.25": sum(onsets),
    }
