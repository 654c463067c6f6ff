"""Makes pictures JPEGs: what is kept, shown or sent of frames."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def jpeg_of(picture: NDArray[np.uint8], quality: int) -> bytes:
    """Gives a picture as JPEG.

    Args:
        picture: (H, W, 3) uint8 RGB.
        quality: Of 100.
    """
    from PIL import Image

    target = io.BytesIO()
    Image.fromarray(picture).save(target, "JPEG", quality=quality)
    return target.getvalue()
