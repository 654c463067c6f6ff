"""Finds when things happen in videos: the protocol `Localizer`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from foretell.moments import LocateResult, MomentQuery
from foretell.types import Event


class Localizer(Protocol):
    """Finds when things happen, from the text of their videos."""

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives what is found of every query, in their order, each as soon as it is there.

        Args:
            queries: About any videos, in any order.
            captions: What each video shows, as events in order of time, by the video's name; in a
                video that is not there nothing is found.
        """
        ...


class DeferredLocalizer:
    """Makes another localizer at its first query: a `Localizer`.

    What only stands in for frames that cannot be looked at may need a key or a model of its own,
    which nobody should have to give where all frames are there.

    Args:
        make: Makes the one that locates.
    """

    def __init__(self, make: Callable[[], Localizer]) -> None:
        self._make = make

    @functools.cached_property
    def _made(self) -> Localizer:
        return self._make()

    def locate(
        self, queries: Sequence[MomentQuery], captions: Mapping[str, Sequence[Event]]
    ) -> Iterator[LocateResult]:
        """Gives what the other one finds of every query.

        Raises:
            ForetellError: If it cannot be made, or fails.
        """
        return self._made.locate(queries, captions)
