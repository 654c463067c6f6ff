"""Embeds text; the short name of the embedder's module, for scripts and notebooks."""

from __future__ import annotations

from foretell.memory.embedding.sentence_embedder import SentenceEmbedder

__all__ = ["SentenceEmbedder"]
