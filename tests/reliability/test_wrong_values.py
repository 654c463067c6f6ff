"""A value of another kind at any place of any file: a result, or one sentence and exit code 2."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from benchmarks.files_read import Form, forms
from benchmarks.wrong_values import as_text, wronged, wronged_table
from foretell.config import Config, load_config
from foretell.errors import ForetellError

FORMS = forms()
SETTINGS = ("-1.5", "nan", '""', "[5.0]", "{x = 5.0}", "9" * 5000)
TOO_DEEP = ("a = " + "[" * 3000 + "]" * 3000, "prices = " + "{a = " * 900 + "1" + "}" * 900)
LONGEST_SENTENCE = 1100


def told(read: Callable[[], object]) -> str:
    """Returns the sentence that something is refused with, "" for what is read."""
    try:
        read()
    except ForetellError as error:
        return f"exit code {error.exit_code}: {error}"
    return ""


def is_one_sentence(said: str) -> bool:
    """Whether nothing was refused, or as the mistake of a user in one short line."""
    return not said or (
        said.startswith("exit code 2: ") and "\n" not in said and len(said) < LONGEST_SENTENCE
    )


def wrong_texts(form: Form) -> Iterator[str]:
    if not isinstance(form.content, str):
        return map(as_text, wronged(form.content))
    return wronged_table(form.content, form.delimiter) if form.delimiter else iter(())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_valid_file_is_read(form: Form, tmp_path: Path) -> None:
    assert form.read(form.write(tmp_path, form.text)) is not None


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_value_of_another_kind(
    form: Form, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "foretell")
    for text in wrong_texts(form):
        path = form.write(tmp_path, text)
        said = told(partial(form.read, path))
        assert is_one_sentence(said), (text[:2000], said[:2000])


def test_a_setting_of_another_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config.toml"
    monkeypatch.setenv("FORETELL_CONFIG", str(file))
    each = [f"{name} = {value}" for name in Config.model_fields for value in SETTINGS]
    for text in (*each, *TOO_DEEP, "[" * 5000, "a" + ".a" * 3000 + " = 1", "[model]\nx = 1", "\0"):
        file.write_text(text)
        assert is_one_sentence(told(load_config)), text[:2000]


@pytest.mark.parametrize("name", ["n" * 5000, "no/such/folder"])
def test_a_settings_file_that_cannot_be_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORETELL_CONFIG", f"/{name}")
    assert is_one_sentence(told(load_config))
