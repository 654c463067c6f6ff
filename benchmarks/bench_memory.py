"""Measures search with maximal marginal relevance, embedding and writing.

The stores of LangChain search the same vectors for comparison; `langchain-community` may live in
an environment of its own, and is left out with a sentence where it is not installed.

    python -m benchmarks.bench_memory [--full]
"""

from __future__ import annotations

import importlib
import importlib.util
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measure import Row, table
from foretell.memory.embedding.embedders import HashEmbedder
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.memory.index import VectorIndex
from foretell.memory.library import Library
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.types import Event, Interval, VideoInfo

DIMENSION = 384
CLUSTERS = 200
QUERIES = 12
REPEATS = 5
K = 8
LAMBDA = 0.5
COMMUNITY = "langchain-community FAISS"
CORE = "langchain-core InMemoryVectorStore"
CORE_LIMIT = 10_000
GOALS = {
    50: "at 100,000: >= 5 x faster, < 5 ms",
    1000: "at 100,000: >= 10 x faster, < 5 ms",
}

Vectors = NDArray[np.float32]
Search = Callable[[Vectors, int], list[int]]


def clustered(count: int, seed: int) -> Vectors:
    """(count, DIMENSION) unit vectors around CLUSTERS centres."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((CLUSTERS, DIMENSION)).astype(np.float32)
    vectors = random.standard_normal((count, DIMENSION), dtype=np.float32)
    vectors += centres[random.integers(0, CLUSTERS, count)]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def foretell_search(vectors: Vectors) -> Search:
    index = VectorIndex(DIMENSION)
    index.add(np.arange(len(vectors), dtype=np.int64), vectors)
    index.organize()

    def search(query: Vectors, fetch_k: int) -> list[int]:
        ids, _ = index.search(query, fetch_k)
        picks = maximal_marginal_relevance(query, index.vectors(ids), k=K, lambda_=LAMBDA)
        return [int(ids[pick.index]) for pick in picks]

    return search


def community_search(vectors: Vectors) -> Search:
    import faiss
    from langchain_core.documents import Document

    docstore: Any = importlib.import_module("langchain_community.docstore.in_memory")
    stores: Any = importlib.import_module("langchain_community.vectorstores")
    distances: Any = importlib.import_module("langchain_community.vectorstores.utils")
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(vectors)
    names = {row: str(row) for row in range(len(vectors))}
    documents = {name: Document(page_content=name) for name in names.values()}
    store = stores.FAISS(
        None,
        index,
        docstore.InMemoryDocstore(documents),
        names,
        distance_strategy=distances.DistanceStrategy.MAX_INNER_PRODUCT,
    )
    return _langchain_search(store)


def core_search(vectors: Vectors) -> Search:
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.vectorstores import InMemoryVectorStore

    class Given(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            rows: list[list[float]] = vectors[[int(text) for text in texts]].tolist()
            return rows

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    store = InMemoryVectorStore(Given())
    store.add_documents([Document(page_content=str(row)) for row in range(len(vectors))])
    return _langchain_search(store)


def _langchain_search(store: Any) -> Search:
    def search(query: Vectors, fetch_k: int) -> list[int]:
        found = store.max_marginal_relevance_search_by_vector(
            query.tolist(), k=K, fetch_k=fetch_k, lambda_mult=LAMBDA
        )
        return [int(document.page_content) for document in found]

    return search


def mmr_rows(sizes: Sequence[int] = (10_000, 100_000)) -> list[Row]:
    """Compares the three stores over each number of vectors."""
    rows: list[Row] = []
    queries = clustered(QUERIES, seed=2)
    for size in sizes:
        vectors = clustered(size, seed=1)
        searches = {"foretell": foretell_search(vectors)}
        if importlib.util.find_spec("langchain_community") is not None:
            searches[COMMUNITY] = community_search(vectors)
        if size <= CORE_LIMIT:
            searches[CORE] = core_search(vectors)
        for fetch_k in GOALS:
            what = f"MMR over {size:,} vectors, fetch_k {fetch_k}"
            rows.append(_compare(searches, queries, what, fetch_k))
    return rows


def _compare(searches: dict[str, Search], queries: Vectors, what: str, fetch_k: int) -> Row:
    """Times our search, and tells how much longer the others take and how often they agree."""
    ours = searches["foretell"]
    p50 = _p50_ms(lambda query: ours(query, fetch_k), queries)
    picks = [ours(query, fetch_k) for query in queries]
    beside: list[str] = []
    for name, search in searches.items():
        if name != "foretell":
            theirs = _p50_ms(lambda query, search=search: search(query, fetch_k), queries)
            same = sum(search(q, fetch_k) == own for q, own in zip(queries, picks, strict=True))
            beside.append(f"{name}: {theirs / p50:.1f} x as long, same picks {same}/{len(queries)}")
    return Row(what, p50, "ms", "; ".join(beside) or "no other store installed", GOALS[fetch_k])


def _p50_ms(call: Callable[[Vectors], object], queries: Vectors) -> float:
    call(queries[0])
    times: list[float] = []
    for _ in range(REPEATS):
        for query in queries:
            start = time.perf_counter()
            call(query)
            times.append(1000.0 * (time.perf_counter() - start))
    return statistics.median(times)


def embedder_rows() -> list[Row]:
    """Measures all-MiniLM-L6-v2: one short text, many short texts."""
    embedder = SentenceEmbedder()
    texts = [f"#C C picks up tool number {number} from the table" for number in range(512)]
    embedder.embed(texts[:32])
    start = time.perf_counter()
    embedder.embed(texts)
    rate = len(texts) / (time.perf_counter() - start)
    single = statistics.median(_seconds(lambda: embedder.embed(texts[:1])) for _ in range(20))
    return [
        Row("one short text", 1000.0 * single, "ms"),
        Row("512 short texts", rate, "texts/s"),
    ]


def library_rows(count: int = 20_000) -> list[Row]:
    """Measures writing events one by one, embedding them by hashes, and opening again."""
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(folder, HashEmbedder(DIMENSION)) as library:
            info = VideoInfo("a.mp4", "hash", Interval(0.0, count), 640, 480, "h264")
            library.store.put_video(info)
            library.store.begin_track("hash", "captions", "")
            append = _seconds(lambda: _append(library, count))
            embed = _seconds(library.embed_pending)
        with Library.open(folder, HashEmbedder(DIMENSION)) as library:
            opened = _seconds(lambda: library.search("step 7"))
            within = statistics.median(
                _seconds(lambda: library.search("step 7", within=Interval(100.0, 900.0)))
                for _ in range(20)
            )
    return [
        Row(f"append {count:,} events, each committed", count / append, "events/s"),
        Row(f"embed {count:,} events by hashes, index, save", embed, "s"),
        Row(f"first search over {count:,} saved vectors", 1000.0 * opened, "ms"),
        Row(f"search within 800 s of {count:,} events", 1000.0 * within, "ms"),
    ]


def _append(library: Library, count: int) -> None:
    for second in range(count):
        interval = Interval(float(second), second + 1.0)
        library.store.append_event("hash", Event(interval, "caption", f"step {second}", "captions"))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def rows(full: bool = False) -> list[Row]:
    """Returns every measurement; `full` adds a million vectors, which take 6 GB of memory."""
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 100_000)
    return mmr_rows(sizes) + embedder_rows() + library_rows()


if __name__ == "__main__":
    print(table(rows(full="--full" in sys.argv)))
