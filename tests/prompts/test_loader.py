"""Templates are loaded by name and their fields are checked."""

from __future__ import annotations

import pytest

from foretell.errors import ConfigError
from foretell.prompts.loader import load_prompt


def test_a_prompt_is_filled() -> None:
    prompt = load_prompt("close")
    assert prompt.fields == {"limit"}
    assert "your 3 steps." in prompt.fill(limit="3 steps")
    assert len(prompt.digest) == 12


def test_a_wrong_field_is_named() -> None:
    with pytest.raises(ConfigError, match=r"prompt 'close' takes the fields \['limit'\], got \[\]"):
        load_prompt("close").fill()


def test_an_unknown_prompt_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no prompt named 'closing'; there are .*, close"):
        load_prompt("closing")
