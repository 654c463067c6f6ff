"""Reads tool calls that a model wrote into its words, as its server has no parser for them.

Each family of models writes calls in its own way, and a server that was not told which one hands
them on as text. Read are:

- Hermes and Qwen: `<tool_call>{"name": ..., "arguments": {...}}</tool_call>`
- Llama: bare JSON with "parameters", after `<|python_tag|>`; `[tool(a="b")]`; `<function=>{...}`
- Qwen3-Coder: `<function=tool><parameter=a>b</parameter></function>`; others `<invoke name=>`
- GLM: `<tool_call>tool<arg_key>a</arg_key><arg_value>b</arg_value></tool_call>`
- Mistral: `[TOOL_CALLS][{...}]` and `[TOOL_CALLS]tool[ARGS]{...}`; Granite: `<|tool_call|>[{...}]`
- Kimi K2 and DeepSeek: their marks around a name and JSON
- gpt-oss: `<|channel|>commentary to=functions.tool ...<|message|>{...}<|call|>`
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from foretell.patterns import LazyPattern

Json = dict[str, Any]
Call = tuple[str, Json]
Tools = Mapping[str, Collection[str]]
"""The arguments of each tool that are text, by its name: all others are JSON."""

_BAR = "[|\N{FULLWIDTH VERTICAL LINE}]"
_MARK = LazyPattern(
    rf"<{_BAR}?(?:tool[_\u2581]?calls?(?:[_\u2581]section)?(?:[_\u2581]begin)?|python_tag){_BAR}?>|"
    r"<function(?:=|\s+name=)|<invoke\s+name=|<function_calls?>|\[TOOL_CALLS\]|\bfunctools(?=\[)|"
    r"<\|channel\|>\s*commentary\s+to=|(?:^|assistant)commentary\s+to=functions\.",
)
_QUOTES = frozenset("\"'`\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}")
_NAME = r"(?P<name>[\w.-]{1,64}?)"
_BEFORE_JSON = LazyPattern(
    rf"(?:\bto=functions\.|\bfunctions\.|\[TOOL_CALLS\]\s*|<{_BAR}tool\u2581call\u2581begin{_BAR}>(?:function"
    rf"<{_BAR}tool\u2581sep{_BAR}>)?|<function(?:=|\s+name=)[\"']?){_NAME}[\"']?(?::\d+)?\s*"
    rf"(?:<\|tool_call_argument_begin\|>|<{_BAR}tool\u2581sep{_BAR}>|\[CALL_ID\]\w*|\[ARGS\]|"
    r"<\|channel\|>\w*|<\|constrain\|>|<\|message\|>|```|json|code|>|\s)*(?=\{)"
)
_TAGGED = LazyPattern(
    rf"<(?:function=|function\s+name=|invoke\s+name=)[\"']?{_NAME}[\"']?\s*>"
    r"(?P<body>.*?)(?:</(?:function|invoke)>|</tool_call>|\Z)",
    re.DOTALL,
)
_PARAMETER = LazyPattern(
    r"<parameter(?:=|\s+name=)[\"']?(?P<key>[\w-]{1,64})[\"']?\s*>\n?(?P<value>.*?)\n?"
    r"(?:</parameter>|(?=<parameter)|\Z)",
    re.DOTALL,
)
_KEYED = LazyPattern(
    rf"<tool_call>\s*{_NAME}\s*(?P<body>(?:<arg_key>.*?</arg_value>\s*)+)", re.DOTALL
)
_KEY = LazyPattern(
    r"<arg_key>\s*(?P<key>[\w-]{1,64})\s*</arg_key>\s*<arg_value>(?P<value>.*?)</arg_value>",
    re.DOTALL,
)
_FENCED = LazyPattern(r"\A\s*```\w*\s*\n?(?P<inside>.*?)\n?\s*```\s*\Z", re.DOTALL)
_OPENS = LazyPattern(r"[\[{]")
_BEGINS = LazyPattern(r"\s*(?:```\w*\s*)?[\[{]")
_OBJECT = LazyPattern(r"\{\s*\"(?:name|tool|tool_name|function|type|tool_calls)\"\s*:")
_CLOSED = LazyPattern(r"[\s;,\]]*(?:```|</?\w+>|<\|\w+\|>|[\s;,])*\Z")
_PYTHONIC = LazyPattern(r"(?:\[\s*\w+\(.*\)\s*\]|\w+\(.*\))\Z", re.DOTALL)
_NAMES = ("name", "tool", "tool_name", "function", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "tool_input", "action_input")
_CALL_KEYS = ("name", "id", "type", "index")
_MOST_TRIES = 64
"""Brackets at which JSON is looked for in vain, before a text is given up."""
_LONGEST = 20_000
"""Most characters that are read as Python: a call has some hundred."""


@dataclass(frozen=True, slots=True)
class WrittenCalls:
    """Tool calls in a model's words.

    Attributes:
        words: What it says before them.
        calls: Name and arguments of each; none where a call begins that cannot be read.
    """

    words: str
    calls: tuple[Call, ...]


def read_written_calls(text: str, tools: Tools) -> WrittenCalls | None:
    """Returns the tool calls that a model wrote as text; None where it wrote none.

    Without the marks of a model's family, JSON is a call where it names one of the tools, and is
    the whole of the text or ends it. A mark in quotation marks is told of, and begins no call.
    """
    mark = _first_mark(text)
    if mark is not None:
        calls = tuple(_marked(text[mark:], tools))
        return WrittenCalls(text[:mark].strip(), calls)
    fenced = _FENCED.match(text)
    bare = fenced["inside"] if fenced else text
    value = _json(bare)
    calls = tuple(_objects(value)) if _is_call(value) else tuple(_offered(_objects(value), tools))
    if calls := calls or tuple(_pythonic(bare.strip(), tools)):
        return WrittenCalls("", calls)
    return _at_the_end(text, tools)


def words_before_call(text: str) -> str:
    """Returns what of a reply that is still being written begins no tool call for certain."""
    if _BEGINS.match(text) or _PYTHONIC.match(text.strip()):
        return ""
    mark = _first_mark(text)
    found = _OBJECT.search(text)
    ends = [place for place in (mark, found.start() if found else None) if place is not None]
    return text[: min(ends, default=len(text))]


def _first_mark(text: str) -> int | None:
    """Returns where the first mark stands that is not in quotes."""
    for mark in _MARK.finditer(text):
        if text[mark.start() - 1 : mark.start()] not in _QUOTES or mark.start() == 0:
            return mark.start()
    return None


def _marked(text: str, tools: Tools) -> Iterator[Call]:
    """Yields the calls of a text that begins with a mark."""
    tagged = [*_TAGGED.finditer(text)]
    if any("<parameter" in one["body"] or not one["body"].strip() for one in tagged):
        for one in tagged:
            yield one["name"], _fields(_PARAMETER.finditer(one["body"]), tools.get(one["name"], ()))
        return
    if keyed := [*_KEYED.finditer(text)]:
        for one in keyed:
            yield one["name"], _fields(_KEY.finditer(one["body"]), tools.get(one["name"], ()))
        return
    if named := [*_BEFORE_JSON.finditer(text)]:
        for one in named:
            arguments, _ = _decoded(text, one.end())
            if isinstance(arguments, dict):
                yield one["name"], cast(Json, arguments)
        return
    yield from _each_json(text)


def _each_json(text: str) -> Iterator[Call]:
    """Yields the calls among the JSON objects and lists of a text, one behind the other."""
    place = tries = 0
    while tries < _MOST_TRIES and (begin := _OPENS.search(text, place)) is not None:
        value, end = _decoded(text, begin.start())
        if value is None:
            place, tries = begin.end(), tries + 1
        else:
            yield from _objects(value)
            place = end


def _at_the_end(text: str, tools: Tools) -> WrittenCalls | None:
    """Returns the call that ends a text in words, as JSON that names one of the tools."""
    for found in _OBJECT.finditer(text):
        value, end = _decoded(text, found.start())
        calls = tuple(_offered(_objects(value), tools))
        if calls and _CLOSED.match(text, end):
            return WrittenCalls(text[: found.start()].rstrip("`[json \n"), calls)
    return None


def _is_call(value: object) -> bool:
    """Whether a JSON object is nothing but a name with arguments, be there such a tool or not."""
    keys = {*cast(Json, value)} if isinstance(value, dict) else set[str]()
    return "name" in keys and len(keys & {*_ARGUMENTS}) == 1 and keys <= {*_CALL_KEYS, *_ARGUMENTS}


def _offered(calls: Iterator[Call], tools: Tools) -> Iterator[Call]:
    return (call for call in calls if call[0] in tools)


def _objects(value: object) -> Iterator[Call]:
    """Yields the calls that a JSON value is: an object, a list of them, or either in a wrapper."""
    if isinstance(value, list):
        for item in cast(list[object], value):
            yield from _objects(item)
        return
    if not isinstance(value, dict):
        return
    given = cast(Json, value)
    for wrapper in ("tool_calls", "function_call", "tool_call"):
        if isinstance(given.get(wrapper), dict | list):
            yield from _objects(given[wrapper])
            return
    if isinstance(given.get("function"), dict):
        yield from _objects(given["function"])
        return
    name = next((given[key] for key in _NAMES if isinstance(given.get(key), str)), None)
    key = next((key for key in _ARGUMENTS if key in given), None)
    arguments: Any = given[key] if key else None
    if isinstance(arguments, str):
        arguments = _json(arguments) if arguments.strip() else {}
    if name and key and isinstance(arguments, dict | None):
        yield name.removeprefix("functions."), cast(Json, arguments or {})


def _fields(found: Iterator[re.Match[str]], texts: Collection[str]) -> Json:
    """Returns named arguments; those that are no text are JSON, where they can be read so."""
    return {
        one["key"]: one["value"] if one["key"] in texts else _value(one["value"]) for one in found
    }


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _pythonic(text: str, tools: Tools) -> Iterator[Call]:
    """Yields the calls of a text such as `[search(query="milk")]`, the whole of which is calls."""
    if len(text) > _LONGEST or not _PYTHONIC.match(text):
        return
    try:
        parsed = ast.parse(text if text[0] == "[" else f"[{text}]", mode="eval").body
        listed = parsed.elts if isinstance(parsed, ast.List) else []
        for call in listed:
            if not isinstance(call, ast.Call) or call.args or not isinstance(call.func, ast.Name):
                return
            if call.func.id in tools:
                arguments = {
                    one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg
                }
                yield call.func.id, arguments
    except (MemoryError, RecursionError, SyntaxError, ValueError):
        return


def _json(text: str) -> object:
    """Returns the JSON that a text is, or the Python literal that some models write for it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return _literal(text)


def _literal(text: str) -> object:
    stripped = text.strip()
    if len(stripped) > _LONGEST or stripped[:1] not in "[{":
        return None
    try:
        return ast.literal_eval(stripped)
    except (MemoryError, RecursionError, SyntaxError, TypeError, ValueError):
        return None


def _decoded(text: str, place: int) -> tuple[object, int]:
    """Returns the JSON value that begins at a place and where it ends; None where it is none."""
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, place)
    except (ValueError, RecursionError):
        pass
    literal = _literal(text[place : _end_of_literal(text, place)])
    return literal, place + 1 if literal is None else _end_of_literal(text, place)


def _end_of_literal(text: str, place: int) -> int:
    """Returns behind the last bracket that closes before the next tag."""
    tag = text.find("</", place)
    until = len(text) if tag < 0 else tag
    return max(text.rfind("}", place, until), text.rfind("]", place, until)) + 1
