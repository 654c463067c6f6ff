"""Equal scores are equal, and go by a stated order; nothing else decides by floats."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell import ranking
from foretell.memory.cosines import cosines, nearest, on_grid

ROOT = Path(__file__).parents[2]
NOISE = ranking.PRECISION / 100
SCORES = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.25 + NOISE, 0.25 - NOISE, 0.5]), min_size=1)


def test_the_first_of_equals_is_the_best() -> None:
    assert ranking.best([0.1, 0.3 - NOISE, 0.3, 0.2]) == 1
    assert ranking.best([0.1, 0.3 - 3 * ranking.PRECISION, 0.3]) == 2
    assert ranking.best([-np.inf, -np.inf]) == 0
    assert ranking.best_places([[1.0, 1.0 + NOISE], [0.0, 1.0]]).tolist() == [0, 1]
    assert ranking.best_of(["ab", "c", "de"], len) == "ab"


def test_equals_keep_their_order() -> None:
    assert ranking.order([0.5, 0.7 - NOISE, 0.7, 0.5 + NOISE]).tolist() == [1, 2, 0, 3]
    assert ranking.order([[0.0, NOISE], [0.0, 1.0]]).tolist() == [[0, 1], [1, 0]]
    assert ranking.order([-np.inf, 0.0, -np.inf, np.inf]).tolist() == [3, 1, 0, 2]
    assert ranking.order([], 3).tolist() == []
    assert ranking.ordered(["a", "bb", "c"], len) == ["bb", "a", "c"]
    assert ranking.level(0.5 + NOISE) == ranking.level(0.5)


@given(SCORES, st.integers(0, 8))
def test_the_first_k_are_those_of_the_whole_order(scores: list[float], k: int) -> None:
    whole = ranking.order(scores)
    assert ranking.order(scores, k).tolist() == whole[:k].tolist()
    assert ranking.order([scores, scores], k).tolist() == [whole[:k].tolist()] * 2
    assert whole[0] == ranking.best(scores)
    assert sorted(whole.tolist()) == list(range(len(scores)))


@given(SCORES)
def test_noise_changes_nothing(scores: list[float]) -> None:
    noise = np.random.default_rng(len(scores)).uniform(-NOISE, NOISE, len(scores))
    assert ranking.order(np.array(scores) + noise).tolist() == ranking.order(scores).tolist()


def test_cosines_are_exact_in_any_order() -> None:
    random = np.random.default_rng(0)
    made = random.standard_normal((40, 384))
    vectors = on_grid(made / np.linalg.norm(made, axis=1, keepdims=True))
    halves = vectors.astype(np.float16).astype(np.float32)
    for others in (vectors, halves):
        whole = cosines(vectors, others)
        turned = random.permutation(384)
        assert (cosines(vectors[:, turned], others[:, turned]) == whole).all()
        assert (cosines(vectors[:1], others) == whole[:1]).all()
        assert (cosines(others, vectors[3]) == whole[3]).all()
    assert abs(cosines(vectors, vectors).diagonal() - 1.0).max() < 1e-6


def test_the_nearest_are_those_of_all_cosines() -> None:
    random = np.random.default_rng(1)
    made = random.standard_normal((300, 16))
    vectors = on_grid(made / np.linalg.norm(made, axis=1, keepdims=True))
    vectors[200:] = vectors[:100]
    for k in (0, 1, 7, 150, 400):
        rows, scores = nearest(vectors[5], vectors, k)
        assert rows.tolist() == ranking.order(cosines(vectors, vectors[5]), k).tolist()
        assert scores.tolist() == cosines(vectors[rows], vectors[5]).tolist()
    odd = np.arange(1, 300, 2)
    rows, _ = nearest(vectors[5], vectors, 4, odd)
    assert rows.tolist() == odd[ranking.order(cosines(vectors[odd], vectors[5]), 4)].tolist()


DECIDES = {"argmax", "argmin", "argsort", "argpartition", "topk", "nlargest", "nsmallest"}
"""Of numpy, torch and heapq: each breaks ties as it likes, or orders by the last digit."""
SCORE_WORDS = (
    "score", "probab", "share", "likel", "cosine", "confiden", "weight", "worth", "similar",
    "relevan", "votes", "iou", "fit",
)  # fmt: skip
GIVEN = {
    "evals/metrics": "scores that somebody gave are compared as they are, as official scripts do",
    "evals/scoring": "scores that somebody gave are compared as they are, as official scripts do",
}
WHOLE_NUMBERS = {
    ("tools/anticipation/sources.py", "argsort"): "keys are whole numbers",
    ("evals/anticipation/baselines.py", "argsort"): "tokens are whole numbers",
    (
        "agent/tasks/planning/embedded_plans.py",
        "sorted by lambda one: shared[id(one)]",
    ): "counts are compared",
}


def sources() -> Iterator[Path]:
    for folder in ("agent", "evals", "foretell", "memory", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "ranking.py" and not path.parent.is_symlink():
                yield path


def decisions(tree: ast.AST) -> Iterator[tuple[int, str, ast.Call]]:
    """Gives (line, what decides, the call) of each call that picks or orders by a number."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        key = next((word.value for word in node.keywords if word.arg == "key"), None)
        if name in DECIDES:
            yield node.lineno, name, node
        elif key is not None and any(word in ast.unparse(key).lower() for word in SCORE_WORDS):
            yield node.lineno, f"{name} by {ast.unparse(key)}", node


def is_stable(call: ast.Call) -> bool:
    return any(w.arg == "kind" and ast.unparse(w.value) == "'stable'" for w in call.keywords)


def bare_decisions(path: Path) -> Iterator[str]:
    relative = path.relative_to(ROOT)
    given_here = str(relative.parent) in GIVEN
    for line, what, call in decisions(ast.parse(path.read_text(encoding="utf-8"))):
        if (str(relative), what) in WHOLE_NUMBERS or (given_here and " by " in what):
            continue
        if not given_here or (what == "argsort" and not is_stable(call)):
            yield f"{relative}:{line} decides by {what}"


def test_no_bare_float_decides() -> None:
    found = [fault for path in sources() for fault in bare_decisions(path)]
    assert not found, "let foretell.ranking decide"


@pytest.mark.parametrize(
    "line",
    ["x = np.argmax(scores)", "x = max(hits, key=lambda hit: hit.score)", "x = rows.argsort()"],
)
def test_a_bare_float_is_found(line: str) -> None:
    assert len(list(decisions(ast.parse(line)))) == 1
