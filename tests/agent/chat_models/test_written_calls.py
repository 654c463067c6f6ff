"""Tool calls in a model's words, as each family of models writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretell.agent.chat_models.written_calls import read_written_calls, words_before_call

TOOLS = {"search_memory": {"query"}, "overview": set[str](), "read_timeline": set[str]()}
_BAR, _STEP = "\N{FULLWIDTH VERTICAL LINE}", "\u2581"


def deepseek(name: str, args: dict[str, Any], begin: str) -> str:
    def mark(*words: str) -> str:
        return f"<{_BAR}{_STEP.join(words)}{_BAR}>"

    sep = mark("tool", "sep")
    told = f"{name}{sep}{json.dumps(args)}"
    if begin:
        told = f"{begin}{sep}{name}\n```json\n{json.dumps(args)}\n```"
    return (
        mark("tool", "calls", "begin")
        + mark("tool", "call", "begin")
        + told
        + mark("tool", "call", "end")
        + mark("tool", "calls", "end")
    )


def as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def named(name: str, args: dict[str, Any], key: str = "arguments") -> str:
    return json.dumps({"name": name, key: args})


WRITERS: dict[str, Callable[[str, dict[str, Any]], str]] = {
    "hermes": lambda n, a: f"<tool_call>\n{named(n, a)}\n</tool_call>",
    "bare": named,
    "fenced": lambda n, a: f"```json\n{named(n, a)}\n```",
    "llama": lambda n, a: f"<|python_tag|>{named(n, a, 'parameters')}",
    "list": lambda n, a: f"[{named(n, a)}]",
    "openai": lambda n, a: json.dumps(
        {"tool_calls": [{"id": "a", "function": {"name": n, "arguments": json.dumps(a)}}]}
    ),
    "python": lambda n, a: f"[{n}({', '.join(f'{key}={value!r}' for key, value in a.items())})]",
    "function": lambda n, a: f"<function={n}>{json.dumps(a)}</function>",
    "qwen3-coder": lambda n, a: (
        f"<tool_call>\n<function={n}>\n"
        + "".join(
            f"<parameter={key}>\n{as_text(value)}\n</parameter>\n" for key, value in a.items()
        )
        + "</function>\n</tool_call>"
    ),
    "glm": lambda n, a: (
        f"<tool_call>{n}\n"
        + "".join(
            f"<arg_key>{key}</arg_key>\n<arg_value>{as_text(value)}</arg_value>\n"
            for key, value in a.items()
        )
        + "</tool_call>"
    ),
    "mistral": lambda n, a: f"[TOOL_CALLS][{named(n, a)}]",
    "mistral 3": lambda n, a: f"[TOOL_CALLS]{n}[ARGS]{json.dumps(a)}",
    "granite": lambda n, a: f"<|tool_call|>[{named(n, a)}]",
    "phi": lambda n, a: f"functools[{named(n, a)}]",
    "kimi": lambda n, a: (
        f"<|tool_calls_section_begin|><|tool_call_begin|>functions.{n}:0"
        f"<|tool_call_argument_begin|>{json.dumps(a)}<|tool_call_end|><|tool_calls_section_end|>"
    ),
    "deepseek": lambda n, a: deepseek(n, a, "function"),
    "deepseek 3.1": lambda n, a: deepseek(n, a, ""),
    "gpt-oss": lambda n, a: (
        f"<|channel|>commentary to=functions.{n} <|constrain|>json<|message|>"
        f"{json.dumps(a)}<|call|>"
    ),
    "literal": lambda n, a: "<tool_call>" + str({"name": n, "arguments": a}) + "</tool_call>",
}
VALUES = st.text(
    st.sampled_from("milk 3,.'\N{LATIN SMALL LETTER U WITH DIAERESIS}"), min_size=1
).map(lambda text: " ".join(text.split()) or "milk")


@given(st.sampled_from([*WRITERS]), VALUES, st.integers(1, 50), st.booleans())
def test_what_is_written_in_any_form_is_read_back(
    form: str, query: str, limit: int, after_words: bool
) -> None:
    arguments = {"query": query, "limit": limit}
    text = WRITERS[form]("search_memory", arguments)
    if after_words and form not in ("list", "openai", "python"):
        text = f"Let me look.\n{text}"
    written = read_written_calls(text, TOOLS)
    assert written is not None
    assert written.calls == (("search_memory", arguments),)
    shown = words_before_call(text).strip("`json \n")
    assert shown in ("", "Let me look."), "no part of a call is ever shown"


def test_several_calls_keep_their_order() -> None:
    text = (
        f"{WRITERS['hermes']('overview', {})}\n{WRITERS['hermes']('search_memory', {'query': 'a'})}"
    )
    written = read_written_calls(text, TOOLS)
    assert written is not None
    assert [name for name, _ in written.calls] == ["overview", "search_memory"]


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>\n{"name": "search_mem',
        "[TOOL_CALLS]",
        "<function=search_memory>{milk",
        "<tool_call>" + "[" * 5000,
    ],
)
def test_a_call_that_cannot_be_read_is_still_one(text: str) -> None:
    written = read_written_calls(text, TOOLS)
    assert written is not None
    assert written.calls == ()


@pytest.mark.parametrize(
    "text",
    [
        "He pours the milk [e3].",
        'The screen shows "<tool_call>".',
        "It reads `[TOOL_CALLS]` in red.",
        '{"choice": "B", "reason": "milk"}',
        "[e1] He pours; (see [e2]).",
        "He calls overview() twice.",
        "[1, 2, 3]",
    ],
)
def test_an_answer_is_no_call(text: str) -> None:
    assert read_written_calls(text, TOOLS) is None


PIECES = [*"{}[]<>()/=\"',: \n", '"name":', "milk", "overview", "<tool_call>", "[TOOL_CALLS]"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_gives_no_call_that_is_not_in_it(text: str) -> None:
    written = read_written_calls(text, TOOLS)
    for name, _ in () if written is None else written.calls:
        assert name in text
