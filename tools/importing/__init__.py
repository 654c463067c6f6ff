"""Captions, narrations, action segments and subtitles that exist already."""
