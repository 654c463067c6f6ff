"""Reads subtitles, beside a video or within it: what was said, with times."""
