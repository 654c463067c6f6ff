"""Loads a prompt template by name and checks its fields."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter

from foretell.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template with `{field}` places.

    Attributes:
        name: File name without `.md`.
        text: The template.
        fields: The places that must be filled.
        digest: The first 12 hex digits of the text's SHA-256, written into logs and cache keys.
    """

    name: str
    text: str
    fields: frozenset[str]
    digest: str

    def fill(self, **values: object) -> str:
        """Gives the text with every place filled.

        Raises:
            ConfigError: If a value is missing or has no place.
        """
        if self.fields != values.keys():
            raise ConfigError(
                f"prompt {self.name!r} takes the fields {sorted(self.fields)}, got {sorted(values)}"
            )
        return self.text.format(**values)


@cache
def load_prompt(name: str) -> Prompt:
    """Gives the template `prompts/NAME.md`.

    Raises:
        ConfigError: If there is no template of that name.
    """
    file = files("foretell.prompts") / f"{name}.md"
    if not file.is_file():
        raise ConfigError(f"no prompt named {name!r}; there are {', '.join(prompt_names())}")
    text = file.read_text(encoding="utf-8").strip()
    fields = frozenset(field for _, field, _, _ in Formatter().parse(text) if field)
    return Prompt(name, text, fields, hashlib.sha256(text.encode()).hexdigest()[:12])


def prompt_names() -> list[str]:
    """Gives the names of all templates, in order."""
    folder = files("foretell.prompts")
    return sorted(file.name[:-3] for file in folder.iterdir() if file.name.endswith(".md"))
