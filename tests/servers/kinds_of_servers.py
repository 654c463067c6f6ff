"""Replies of servers as they differ: what each makes of tools, forms, likelihoods and pictures."""

from __future__ import annotations

from typing import Any

from tests.servers.replies import Call, Fail, Reply, Say

PARSER_MISSING = (
    '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
)
NOTHING_SEEN = "image input is not supported - hint: you may need to provide the mmproj"


def able(body: dict[str, Any]) -> Reply:
    """Replies as vLLM does with a model that calls tools and sees."""
    if body.get("tools"):
        return Call(body["tools"][0]["function"]["name"], {"word": "milk"})
    if "response_format" in body:
        return Say('{"colour": "green", "sure": true}')
    if body.get("logprobs"):
        return Say("Yes", likelihoods=[{"Yes": -0.1, "No": -2.3}])
    return Say("Red.")


def without_parser(body: dict[str, Any]) -> Reply:
    """Replies as vLLM does that was started without the flags for tools."""
    if body.get("tools"):
        return Fail(400, PARSER_MISSING)
    return Say("I would look that up.") if body.get("stream") else able(body)


def silent_about_tools(body: dict[str, Any]) -> Reply:
    """Replies as llama.cpp does where the template has no tools: it leaves them out."""
    if _has_picture(body):
        return Fail(500, NOTHING_SEEN)
    return Say("Milk is a white liquid.") if body.get("tools") else able(body)


def heedless(body: dict[str, Any]) -> Reply:
    """Replies as `transformers serve` does: in words, whatever is asked for."""
    if body.get("tools"):
        return Say('<tool_call>{"name": "look_up", "arguments": {"word": "milk"}}</tool_call>')
    return Say("A colour is something that one sees.")


def newest(body: dict[str, Any]) -> Reply:
    """Replies as OpenAI's newest models do, which call the limit of a reply otherwise."""
    if "max_tokens" in body:
        return Fail(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.")
    return able(body)


def _has_picture(body: dict[str, Any]) -> bool:
    return not isinstance(body["messages"][-1]["content"], str)
