"""A localizer that is made when it is first asked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from foretell.tools.localization.moments import Localizer, Located, MomentQuery
from foretell.types import Event


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
    ) -> Iterator[Located]:
        """Gives what the other one finds of every query.

        Raises:
            ForetellError: If it cannot be made, or fails.
        """
        return self._made.locate(queries, captions)
