"""Defines the arguments of each planner tool, as its model is told them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BaseModel, Field

from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, Part
from foretell.types import EventKind

Seconds = Annotated[float, Field(allow_inf_nan=False)]
VideoNumber = Annotated[int | None, Field(description="Its number; omit for all.")]


class SearchMemory(BaseModel):
    """Arguments of `search_memory`."""

    query: str = Field(min_length=1)
    kinds: list[EventKind] | None = None
    video: VideoNumber = None
    limit: int = Field(default=8, ge=1, le=40)


class ReadTimeline(BaseModel):
    """Arguments of `read_timeline`."""

    start: Seconds
    end: Seconds
    video: VideoNumber = None


class QueryTimeline(BaseModel):
    """Arguments of `query_timeline`."""

    subject: Subject
    operator: Operator
    value: str = Field(default="", description="A colour, or words said or shown.")
    turn: int | None = Field(default=None, description="1 for the first, -1 for the last.")
    start: Seconds | None = None
    end: Seconds | None = None
    part: Part | None = None
    video: VideoNumber = None


class FindMoment(BaseModel):
    """Arguments of `find_moment`."""

    description: str = Field(min_length=1)
    video: VideoNumber = None


class LookAt(BaseModel):
    """Arguments of `look_at`."""

    start: Seconds
    end: Seconds
    question: str = Field(min_length=1)
    video: VideoNumber = None


class AnticipateActions(BaseModel):
    """Arguments of `anticipate_actions`."""

    at: Seconds | None = None
    count: int = Field(default=8, ge=1, le=20)
    video: VideoNumber = None


class PlanTheSteps(BaseModel):
    """Arguments of `plan_steps`."""

    goal: str = Field(min_length=1)
    start: str | None = None
    at: Seconds | None = None
    count: int | None = Field(default=None, ge=2, le=20)
    video: VideoNumber = None


class Overview(BaseModel):
    """Arguments of `overview`: none."""


_UNOFFERED = frozenset({"kinds", "limit", "part", "count"})
"""Arguments that are taken and not offered: models do as well without, and read them each time."""


def short_schema(arguments: type[BaseModel], without: Collection[str] = ()) -> dict[str, Any]:
    """Returns the JSON schema of a tool's arguments in few tokens: names, types and words alone.

    Defaults and bounds are left out, as a call that oversteps them is told so, and so is the null
    of an argument that may be left out.

    Args:
        arguments: What the tool takes.
        without: Arguments that are not offered.
    """
    schema = arguments.model_json_schema()
    fields: dict[str, dict[str, Any]] = schema.get("properties", {})
    shown = {
        name: _short(field) for name, field in fields.items() if name not in {*without, *_UNOFFERED}
    }
    required = schema.get("required", [])
    needed = {"required": required} if required else {}
    return {"type": "object", "properties": shown, **needed}


def _short(field: dict[str, Any]) -> dict[str, Any]:
    """Returns what a model needs of the schema of one argument."""
    options: list[dict[str, Any]] = field.get("anyOf", [])
    kind = next((one for one in options if one.get("type") != "null"), field)
    names = ("enum",) if "enum" in kind else ("type",)
    short = {name: kind[name] for name in names if name in kind}
    if "items" in kind:
        short["items"] = _short(kind["items"])
    if "description" in field:
        short["description"] = field["description"]
    return short
