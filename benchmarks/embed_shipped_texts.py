"""Makes the vectors that ship with foretell, of the texts that ship with it.

python -m benchmarks.embed_shipped_texts

Run it after a change of the built-in procedures, of what is embedded of them, or of the default
embedder; a test tells when that is due. It takes a minute.
"""

from __future__ import annotations

from pathlib import Path

from foretell.memory.banks.built_in import built_in_plans
from foretell.memory.embedding.sentence_embedder import SentenceEmbedder
from foretell.memory.embedding.shipped_vectors import FILE_NAME, write_shipped_vectors
from foretell.memory.embedding.text_vectors import text_vectors, texts_digest
from foretell.tools.planning.step_texts import StepTexts

FILE = Path(__file__).parents[1] / "memory" / "embedding" / FILE_NAME


def main() -> None:
    """Embeds every list of texts anew and writes the file."""
    FILE.unlink(missing_ok=True)
    embedder = SentenceEmbedder()
    lists = [list(dict.fromkeys(one)) for one in StepTexts(built_in_plans(), embedder).texts]
    made = {texts_digest(one, embedder.id): text_vectors(one, embedder) for one in lists}
    with FILE.open("wb") as file:
        write_shipped_vectors(file, made)
    print(f"{sum(map(len, lists))} vectors, {FILE.stat().st_size / 1e6:.1f} MB in {FILE}")


if __name__ == "__main__":
    main()
