"""A library of watched videos: their timelines, and the search over them by meaning."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from foretell import ranking
from foretell.closing import Closing
from foretell.errors import ConfigError, MemoryStoreError
from foretell.memory.banks.examples import ExampleBank
from foretell.memory.banks.procedures import ProcedureBank
from foretell.memory.conversations import Conversations
from foretell.memory.cosines import cosines, nearest
from foretell.memory.embedding.embedders import Embedder
from foretell.memory.embedding.kept_embedder import KeptEmbedder
from foretell.memory.embedding.progress import OnProgress, tell_embedded
from foretell.memory.event_filter import EventFilter
from foretell.memory.mmr import maximal_marginal_relevance
from foretell.memory.store import Store
from foretell.memory.stretches import StretchLocks, stretches
from foretell.memory.synced_index import SyncedIndex
from foretell.memory.vectors import Vectors
from foretell.ranges import check_range
from foretell.types import Event, EventKind, Hit, Interval

INDEX_NAME = "events.faiss"
LOCKS_NAME = "locks"
FEW = 1000
"""Events that are compared without FAISS: reading them takes 5 ms, importing it 60."""
_AT_FIRST = 256
"""Events that are fetched at first where all that are alike are wanted; four times as many next."""


class Library(Closing):
    """The store, the vectors of its events and the index over them; a context manager.

    Safe to use from several threads.

    Attributes:
        store: The timelines.
        conversations: The chats over them.
        examples: The banks of annotated action sequences.
        procedures: The banks of instructions and demonstrations.
        embedder: What turns text into vectors, and keeps those of short ones; it is not used
            before something must be embedded.
    """

    def __init__(self, folder: Path, store: Store, embedder: Embedder) -> None:
        self.store = store
        self.conversations = Conversations(store.database)
        self.examples = ExampleBank(store.database)
        self.procedures = ProcedureBank(store.database)
        self.embedder = KeptEmbedder(embedder, store.database)
        self._of_events = embedder
        self._vectors = Vectors(store.database)
        self._index = SyncedIndex(folder / INDEX_NAME, self._vectors)
        self._locks = StretchLocks(folder / LOCKS_NAME)

    @classmethod
    def open(cls, folder: str | os.PathLike[str], embedder: Embedder) -> Self:
        """Opens the library in a folder, or makes it where there is none.

        Raises:
            MemoryStoreError: If it is damaged, or was made with another embedder.
        """
        store = Store.open(folder)
        try:
            library = cls(Path(folder), store, embedder)
            library._vectors.check(embedder.id)
        except BaseException:
            store.close()
            raise
        return library

    @classmethod
    def embed_anew(cls, folder: str | os.PathLike[str], embedder: Embedder) -> int:
        """Gives every event of a library a vector of another embedder, and how many there are.

        The embedder is tried before anything is deleted. An interrupted run goes on the next time
        that the library is opened with it.

        Raises:
            MemoryStoreError: If the library is damaged.
            ModelError: If the embedder fails.
        """
        embedder.embed(["a trial"])
        with Store.open(folder) as store:
            vectors = Vectors(store.database)
            if vectors.embedder not in (None, embedder.id):
                vectors.clear()
        with cls.open(folder, embedder) as library:
            library.embed_pending()
            return len(library._vectors.ids())

    def close(self) -> None:
        """Saves the index and closes the file."""
        try:
            self._index.save()
        finally:
            self.store.close()

    def embed_pending(self, on_progress: OnProgress | None = None) -> int:
        """Embeds the events that have no vector yet and gives how many those were.

        Each batch is committed, so that an interrupted run goes on where it was.

        Args:
            on_progress: Called after each batch with how many are done, and of how many; None
                tells whoever listens by `on_embedding`.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the vectors do not fit the library's.
        """
        done = self._embed_events(None, on_progress)
        if done:
            self._index.update()
        return done

    def _embed_events(
        self, event_ids: Sequence[int] | None, on_progress: OnProgress | None = None
    ) -> int:
        """Embeds those of some events, or of all, that have no vector, and gives how many it did.

        What another process is embedding is waited for, and not embedded again.
        """
        pending = self._vectors.pending(event_ids)
        passed = done = 0
        for stretch in stretches(pending):
            with self._locks.held(stretch):
                if batch := self._vectors.pending_texts(stretch):
                    vectors = self._of_events.embed([text for _, text in batch])
                    self._vectors.put([number for number, _ in batch], vectors, self.embedder.id)
            done += len(batch)
            passed += len(stretch)
            (on_progress or tell_embedded)(passed, len(pending))
        if event_ids is None and pending:
            self._vectors.mark_embedded(pending[-1])
        return done

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        videos: Sequence[str] | None = None,
        exclude_videos: Sequence[str] = (),
        kinds: Sequence[EventKind] | None = None,
        within: Interval | None = None,
        diversity: float | None = None,
        fetch_k: int = 50,
    ) -> list[Hit]:
        """Gives the events nearest in meaning to a query; pending ones of those are embedded first.

        Filters are applied before the search, so that `k` hits come wherever there are `k`.

        Args:
            query: What to look for.
            k: How many hits to give at most.
            videos: Content hashes of the only videos to look in; None for all.
            exclude_videos: Content hashes of videos to leave out.
            kinds: The only kinds of event to look at; None for all.
            within: Looks only at events that overlap this interval.
            diversity: None ranks by nearness alone. A number in [0, 1] picks from the nearest by
                maximal marginal relevance with this weight on likeness to the query, so that a
                lower one gives hits less like each other.
            fetch_k: From how many of the nearest to pick then; never fewer than `k`.

        Returns:
            Hits with their cosine in [-1, 1] as score; in falling order of it, equal ones in order
            of video and time, or in the order of the picks where `diversity` is given.

        Raises:
            ConfigError: If the query is empty, `k` is not positive, a kind is unknown or
                `diversity` is outside [0, 1].
            MemoryStoreError: If a video is unknown, or the vectors do not fit the library's.
            ModelError: If the embedder fails.
        """
        _check_search(query, k, diversity)
        chosen = EventFilter(videos, tuple(exclude_videos), kinds, within)
        allowed = None
        if chosen == EventFilter():
            self.embed_pending()
        else:
            allowed = np.asarray(self.store.event_ids(chosen), np.int64)
            self._embed_events(allowed.tolist())
        if self._vectors.dimension is None:
            return []
        vector = self._embed([query])[0]
        if diversity is None:
            return self._first_of(self._equals_of(vector, k, allowed), k)
        ids, candidates = self._index.fetch(vector, max(k, fetch_k), allowed)
        picks = maximal_marginal_relevance(vector, candidates, k=k, lambda_=diversity)
        return self._hits(
            [int(ids[pick.index]) for pick in picks], [pick.relevance for pick in picks]
        )

    def alike(
        self,
        query: str,
        least: float,
        *,
        videos: Sequence[str],
        kinds: Sequence[EventKind] | None = None,
    ) -> list[Hit]:
        """Gives every event whose cosine with a query reaches a threshold, however many there are.

        Args:
            query: What to look for.
            least: The lowest cosine that counts.
            videos: Content hashes of the only videos to look in.
            kinds: The only kinds of event to look at; None for all.

        Returns:
            Hits with their cosine as score, in falling order of it, equal ones in order of video
            and time.

        Raises:
            ConfigError: If the query is empty.
            MemoryStoreError: If a video is unknown, or the vectors do not fit the library's.
            ModelError: If the embedder fails.
        """
        _check_search(query, 1, None)
        allowed = np.asarray(self.store.event_ids(EventFilter(videos, kinds=kinds)), np.int64)
        self._embed_events(allowed.tolist())
        if self._vectors.dimension is None:
            return []
        vector = self._embed([query])[0]
        ids, scores = self._down_to(vector, allowed, lambda scores: scores[-1] < least)
        kept = scores >= least
        return self._first_of((ids[kept], scores[kept]), len(ids))

    def _equals_of(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Returns ids and cosines of the `k` nearest and of all that are as near as the last."""

        def is_whole(scores: NDArray[np.float64]) -> bool:
            return bool(scores[k - 1] - scores[-1] > ranking.PRECISION)

        return self._down_to(vector, allowed, is_whole, k + 1)

    def _down_to(
        self,
        vector: NDArray[np.float32],
        allowed: NDArray[np.int64] | None,
        is_enough: Callable[[NDArray[np.float64]], bool],
        k: int = _AT_FIRST,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Returns the nearest, four times as many each time until there are enough or no others."""
        while True:
            ids, scores = self._nearest(vector, k, allowed)
            if len(ids) < k or is_enough(scores):
                return ids, scores
            k *= 4

    def _first_of(self, found: tuple[NDArray[np.int64], NDArray[np.float64]], k: int) -> list[Hit]:
        """Returns the `k` nearest hits of those found, equal ones in order of video and time."""
        ids, scores = found
        hits = self._hits(ids.tolist(), scores.tolist())
        hits.sort(key=lambda hit: (hit.video.path, hit.event.interval, hit.event.id or 0))
        return ranking.ordered(hits, lambda hit: hit.score)[:k]

    def _nearest(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Returns (n,) ids and (n,) exact cosines of the nearest; of few, without the index."""
        if allowed is None or len(allowed) > FEW:
            return self._index.search(vector, k, allowed)
        ids, vectors = self._vectors.of(allowed.tolist())
        rows, scores = nearest(vector, vectors, k)
        return ids[rows], scores

    def similarities(self, texts: Sequence[str], events: Sequence[Event]) -> NDArray[np.float64]:
        """Gives (T, E) cosines in [-1, 1] of texts and events; pending ones are embedded first.

        Raises:
            MemoryStoreError: If an event is not in the library.
            ModelError: If the embedder fails.
        """
        if not texts or not events:
            return np.zeros((len(texts), len(events)))
        return np.clip(cosines(self._embed(texts), self.event_vectors(events)), -1.0, 1.0)

    def event_vectors(self, events: Sequence[Event]) -> NDArray[np.float32]:
        """Gives (E, D) unit vectors of events; those that are pending are embedded first.

        Raises:
            MemoryStoreError: If an event is not in the library.
            ModelError: If the embedder fails.
        """
        if not events:
            return np.zeros((0, self.embedder.dimension), np.float32)
        wanted = np.asarray([event.id or 0 for event in events], np.int64)
        self._embed_events(wanted.tolist())
        ids, vectors = self._vectors.of(sorted(set(wanted.tolist())))
        missing = np.isin(wanted, ids, invert=True)
        if missing.any():
            event = events[int(np.flatnonzero(missing)[0])]
            raise MemoryStoreError(
                f"event {event.text!r} (id {event.id!r}) is not in this library; append it first"
            )
        chosen: NDArray[np.float32] = vectors[np.searchsorted(ids, wanted)]
        return chosen

    def text_vector(self, text: str) -> NDArray[np.float32]:
        """Gives the (D,) unit vector of a text.

        Raises:
            ModelError: If the embedder fails.
            MemoryStoreError: If the library was made with another embedder.
        """
        vector: NDArray[np.float32] = self._embed([text])[0]
        return vector

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self.embedder.embed(texts)
        self._vectors.check(self.embedder.id, vectors.shape[1])
        return vectors

    def _hits(self, ids: Sequence[int], scores: Sequence[float]) -> list[Hit]:
        found = self.store.events_by_id(ids)
        return [
            Hit(found[number][1], found[number][0], min(1.0, max(-1.0, score)))
            for number, score in zip(ids, scores, strict=True)
            if number in found
        ]


def _check_search(query: str, k: int, diversity: float | None) -> None:
    if not query.strip():
        raise ConfigError(f"the query {query!r} is empty; give some words to look for")
    check_range("k", k, 1)
    check_range("diversity", diversity, 0, 1)
