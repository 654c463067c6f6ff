"""A frame as an endpoint takes it: a JPEG inside an address."""

from __future__ import annotations

import base64
from io import BytesIO

from foretell.types import Frame

QUALITY = 85


def picture_url(frame: Frame) -> str:
    """Gives `data:image/jpeg;base64,...`."""
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(frame.data).save(buffer, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
