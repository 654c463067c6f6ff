"""JSON whose objects hold each key once, and JSON that does not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.json_values import NoJson, parse_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: object) -> None:
    for indent in (None, 1):
        assert parse_json(json.dumps(value, indent=indent)) == value


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ('{"a": 1,\n "b": 2,\n "a": 3}', "a", 3),
        ('{"x": {"a": [1]},\n "y": {"a": 1, "\\u0061": 2}}', "a", 2),
        ('[{"k": "k"}, {"k": ":"},\n\n {"k": {"k": 1}, "k": "}"}]', "k", 3),
        ('{"a \\" b": 1, "c": "a \\" b",\n"a \\" b": 2}', 'a " b', 2),
        ('{"": 1,\r\n"": 2}', "", 2),
    ],
)
def test_a_repeated_key_is_refused_with_its_line(text: str, key: str, line: int) -> None:
    with pytest.raises(NoJson, match="stands twice in one object; give each key once") as refused:
        parse_json(text)
    assert (refused.value.line, repr(key) in str(refused.value)) == (line, True)


@given(st.text(alphabet='{}[]:,"a1 \\\n', max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    line, read = 1, None
    try:
        read = parse_json(text)
    except NoJson as error:
        line = error.line
    assert read is None or read == json.loads(text)
    assert 1 <= line <= text.count("\n") + 1
