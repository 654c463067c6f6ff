"""A question embeds only what it searches, and no text twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from foretell.agent.tasks.localization.moment_finding import MomentFinding
from foretell.config import Config
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.library import Library
from foretell.types import Hit, Interval
from tests.memory.records import fill

KITCHEN = ["a person flips a pancake", "the pan is shaken"]


class Noting(HashEmbedder):
    """Notes what it embeds, and lets something happen before the first time."""

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.noted: list[str] = []
        self._first = first

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        first, self._first = self._first, lambda: None
        first()
        self.noted += texts
        return super().embed(texts)


def in_video(library: Library) -> list[Hit]:
    return library.search("flips a pancake", k=1, videos=["kitchen"])


def not_in_the_other(library: Library) -> list[Hit]:
    return library.search("flips a pancake", k=1, exclude_videos=["other"])


def early(library: Library) -> list[Hit]:
    return library.search("flips a pancake", k=1, within=Interval(0.0, 2.0))


def picked(library: Library) -> list[Hit]:
    return library.search("flips a pancake", k=1, videos=["kitchen"], diversity=1.0)


@pytest.mark.parametrize("search", [in_video, not_in_the_other, early, picked])
def test_a_search_embeds_only_what_it_looks_at(
    tmp_path: Path, search: Callable[[Library], list[Hit]]
) -> None:
    embedder = Noting()
    with Library.open(tmp_path, embedder) as library:
        fill(library.store, [f"thing {number}" for number in range(200)], "other")
        fill(library.store, KITCHEN, "kitchen")
        fill(library.store, ["rain falls"], "third")
        assert search(library)[0].event.text == KITCHEN[0]
        assert len(embedder.noted) <= len(KITCHEN) + 6
        assert set(KITCHEN) <= {*embedder.noted}
        library.similarities(["thing"], library.store.events("third"))
        assert len(embedder.noted) <= len(KITCHEN) + 8
        # those that were passed over are embedded when all is searched, and then never again
        assert library.search("the thing 150", k=1)[0].event.text == "thing 150"
        before = len(embedder.noted)
        assert library.search("the thing 150", k=1)[0].event.text == "thing 150"
        assert len(embedder.noted) == before
    assert len(embedder.noted) == len({*embedder.noted})


def test_two_do_not_embed_the_same_event(tmp_path: Path) -> None:
    """One has begun when the other asks; each has the library open for itself."""
    begun, asked = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        assert asked.wait(60)

    texts = [f"thing {number}" for number in range(150)]
    one, other = Noting(wait), Noting()
    with Library.open(tmp_path, one) as a, Library.open(tmp_path, other) as b:
        fill(a.store, texts)
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(a.embed_pending)
            assert begun.wait(60)
            second = pool.submit(b.embed_pending)
            asked.set()
            assert first.result() + second.result() == len(texts)
    assert sorted(one.noted + other.noted) == sorted(texts)


def test_a_question_does_not_wait_for_the_embedding_of_others(tmp_path: Path) -> None:
    begun, answered = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        assert answered.wait(60)

    with Library.open(tmp_path, Noting(wait)) as a, Library.open(tmp_path, Noting()) as b:
        fill(a.store, [f"thing {number}" for number in range(200)], "other")
        fill(a.store, KITCHEN, "kitchen")
        with ThreadPoolExecutor(1) as pool:
            embedding = pool.submit(a.embed_pending)
            assert begun.wait(60)
            assert in_video(b)[0].event.text == KITCHEN[0]
            answered.set()
            assert embedding.result() == 200


def test_a_library_that_cannot_be_locked_is_embedded(tmp_path: Path) -> None:
    (tmp_path / "locks").touch()
    with Library.open(tmp_path, Noting()) as library:
        fill(library.store, KITCHEN, "kitchen")
        assert in_video(library)[0].event.text == KITCHEN[0]


def test_the_words_of_a_video_are_embedded_once(tmp_path: Path) -> None:
    texts = [f"a person moves the {word}" for word in ("pan", "kettle", "spoon", "jar")]
    for query, most in (("moves the pan", 99), ("moves the pan", 0), ("opens the door", 4)):
        embedder = Noting()  # as another process has it
        with Library.open(tmp_path, embedder) as library:
            fill(library.store, texts)
            timeline = library.store.timeline("hash-1")
            MomentFinding(Config(), library).locate(query, timeline)
        assert len(embedder.noted) <= most
