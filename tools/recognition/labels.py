"""What a recogniser chooses from: a taxonomy's verbs and nouns, or the lines of a file."""

from __future__ import annotations

from pathlib import Path

from foretell.errors import DatasetError
from foretell.memory.banks.digest import digest_of
from foretell.memory.banks.taxonomy_files import load_taxonomy
from foretell.memory.words.taxonomy import Taxonomy
from foretell.tools.recognition.recognizer import LabelSet
from foretell.tools.texts.text_file import read_text


def load_labels(source: str) -> LabelSet | Taxonomy:
    """Gives the labels that a name or a path stands for.

    Args:
        source: A text file (.txt) with one action a line, or a name or a path that
            `load_taxonomy` knows.

    Raises:
        ConfigError: If the name is unknown.
        DatasetError: If the file is empty or repeats a label, or is in no known form.
    """
    path = Path(source)
    if path.suffix.lower() != ".txt":
        return load_taxonomy(source)
    labels = [" ".join(line.split()) for line in read_text(path).splitlines() if line.strip()]
    repeated = next((label for label in labels if labels.count(label) > 1), None)
    if repeated is not None:
        raise DatasetError(f"{path} holds {repeated!r} more than once; write each action once")
    return LabelSet("action", tuple(labels))


def label_sets_of(labels: LabelSet | Taxonomy) -> tuple[LabelSet, ...]:
    """Gives the one list of actions, or the verbs and the nouns of a taxonomy."""
    if isinstance(labels, LabelSet):
        return (labels,)
    return LabelSet("verb", labels.verbs.labels), LabelSet("noun", labels.nouns.labels)


def digest_of_labels(labels: LabelSet | Taxonomy) -> str:
    """Gives a short digest of the labels and of the other names they go by."""
    if isinstance(labels, LabelSet):
        return digest_of(labels.labels)[:12]
    slots = (labels.verbs, labels.nouns)
    return digest_of(f"{slot.labels!r} {sorted(slot.synonyms.items())!r}" for slot in slots)[:12]
