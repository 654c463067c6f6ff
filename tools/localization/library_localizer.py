"""Finds when something happens in timelines whose events a library has embedded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from foretell.memory.library import Library
from foretell.tools.localization.moments import Located, MomentQuery
from foretell.tools.localization.settings import LocalizerSettings
from foretell.tools.localization.text_localizer import TextLocalizer
from foretell.types import Event


class LibraryLocalizer:
    """Finds moments with the vectors that a library keeps of its events: a `Localizer`.

    Args:
        library: Holds the events that are searched.
        settings: What the text localizer goes by.
    """

    def __init__(self, library: Library, settings: LocalizerSettings | None = None) -> None:
        self._library = library
        self._text = TextLocalizer(library.embedder, settings)

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[Located]:
        """Gives what is found of every query; events that are new are embedded first.

        Raises:
            MemoryStoreError: If an event is not in the library.
            ModelError: If the embedder fails.
        """
        for query in queries:
            events = captions.get(query.video, ())
            vectors = self._library.event_vectors(events)
            yield self._text.locate_among(query.text, events, vectors, query.whole)
