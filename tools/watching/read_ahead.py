"""Makes the next items in a thread of its own while the last one is worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from foretell.ranges import check_range

Item = TypeVar("Item")


def read_ahead(items: Iterator[Item], depth: int) -> Generator[Item]:
    """Gives the items in their order, of which at most `depth` are made before they are asked for.

    What making an item raises is raised here, at that item's turn. Where the reader stops early,
    the item that is being made is finished, and no other is begun.

    Raises:
        ValueError: If `depth` is not positive.
    """
    check_range("depth", depth, 1, error=ValueError)
    shelf = _Shelf[Item](depth)
    maker = threading.Thread(target=shelf.fill, args=(items,), daemon=True)
    maker.start()
    try:
        yield from shelf.take()
    finally:
        shelf.shut()
        maker.join()


@dataclass(frozen=True, slots=True)
class _Made(Generic[Item]):
    item: Item


class _Shelf(Generic[Item]):
    """Where items wait; its places are handed out before an item is made."""

    def __init__(self, places: int) -> None:
        self._places = threading.Semaphore(places)
        self._ready = queue.SimpleQueue[_Made[Item] | BaseException | None]()
        self._shut = False

    def fill(self, items: Iterator[Item]) -> None:
        """Puts the items, then None, or what making one raised."""
        try:
            self._places.acquire()
            for item in items:
                self._ready.put(_Made(item))
                self._places.acquire()
                if self._shut:
                    return
            self._ready.put(None)
        except BaseException as error:  # noqa: BLE001 - raised again by the reader
            self._ready.put(error)

    def take(self) -> Iterator[Item]:
        while (made := self._ready.get()) is not None:
            if isinstance(made, BaseException):
                raise made
            self._places.release()
            yield made.item

    def shut(self) -> None:
        self._shut = True
        self._places.release()
