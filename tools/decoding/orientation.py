"""How a player turns and mirrors the pictures of a file before it shows them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixel = TypeVar("Pixel", bound=np.generic)

_MATRIX = struct.Struct("=9i")


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to lay a picture down: mirrored at its diagonal, then at its axes.

    Attributes:
        transposed: Whether rows become columns.
        mirrored: Whether left and right are then swapped.
        upside_down: Whether top and bottom are then swapped.
    """

    transposed: bool = False
    mirrored: bool = False
    upside_down: bool = False

    @classmethod
    def of(cls, matrix: bytes) -> Self:
        """Reads a display matrix, as FFmpeg keeps it beside a picture.

        The point (x, y) is shown at (a x + c y, b x + d y), of the matrix a b u c d v x y w
        (ISO/IEC 14496-12, 6.2.2). Angles between quarter turns count as the nearest of these.

        Args:
            matrix: Nine int32 in this machine's byte order.
        """
        a, b, _, c, d, *_ = _MATRIX.unpack(matrix)
        if abs(b) + abs(c) > abs(a) + abs(d):
            return cls(transposed=True, mirrored=c < 0, upside_down=b < 0)
        return cls(mirrored=a < 0, upside_down=d < 0)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Gives (width, height) as shown of a picture as stored, or the other way round."""
        return (height, width) if self.transposed else (width, height)

    def apply(self, picture: NDArray[Pixel]) -> NDArray[Pixel]:
        """Gives a picture of (height, width, channels) as it is shown."""
        import numpy as np

        shown = picture.swapaxes(0, 1) if self.transposed else picture
        rows = slice(None, None, -1 if self.upside_down else 1)
        columns = slice(None, None, -1 if self.mirrored else 1)
        return np.ascontiguousarray(shown[rows, columns])

    def beyond_angle(self) -> Orientation:
        """Gives what is still to be mirrored where only the angle of the matrix was obeyed.

        The angle is that of its first row (`av_display_rotation_get`), as if it never mirrored.
        """
        if self.transposed:
            return Orientation(mirrored=self.mirrored == self.upside_down)
        return Orientation(upside_down=self.mirrored != self.upside_down)
