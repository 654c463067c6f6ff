"""Opens videos; the short name of `foretell.tools.decoding.video`, for scripts and notebooks."""

from __future__ import annotations

from foretell.tools.decoding.video import Video, open_video

__all__ = ["Video", "open_video"]
