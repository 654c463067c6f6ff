"""What must be closed, and closes itself at the end of a `with` block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import NoReturn, Self


class Closing(ABC):
    """A context manager that closes itself."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of what is held; a second call does nothing."""

    def __reduce__(self) -> NoReturn:
        """Raises TypeError, as open files do: what is held cannot go to another process."""
        raise TypeError(
            f"a {type(self).__name__} holds open files, so that it can be neither pickled nor "
            "copied; make one in each process"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
