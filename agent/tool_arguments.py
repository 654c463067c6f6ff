"""Defines the arguments of each planner tool, as its model is told them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, Part
from foretell.types import EventKind

Seconds = Annotated[float, Field(allow_inf_nan=False)]
VideoNumber = Annotated[
    int | None, Field(description="Number of the video, 1 for the first; omit for all.")
]


class SearchMemory(BaseModel):
    """Arguments of `search_memory`."""

    query: str = Field(description="What to look for, in plain words.", min_length=1)
    kinds: list[EventKind] | None = Field(
        default=None, description="Only these kinds of events; omit for all."
    )
    video: VideoNumber = None
    limit: int = Field(default=8, ge=1, le=40, description="Most events to show.")


class ReadTimeline(BaseModel):
    """Arguments of `read_timeline`."""

    start: Seconds = Field(description="Start in seconds.")
    end: Seconds = Field(description="End in seconds.")
    video: VideoNumber = None


class QueryTimeline(BaseModel):
    """Arguments of `query_timeline`."""

    subject: Subject = Field(description="What is asked for.")
    operator: Operator = Field(description="What is to be told of it.")
    value: str = Field(
        default="",
        description="What it must hold: a colour, words that are said or shown; omit for any.",
    )
    turn: int | None = Field(
        default=None, description="1 for the first in time, 2 for the second, -1 for the last."
    )
    start: Seconds | None = Field(default=None, description="Only from this second on.")
    end: Seconds | None = Field(default=None, description="Only up to this second.")
    part: Part | None = Field(default=None, description="Only in this part of the video.")
    video: VideoNumber = None


class FindMoment(BaseModel):
    """Arguments of `find_moment`."""

    description: str = Field(
        description="What happens in the moment, in plain words.", min_length=1
    )
    video: VideoNumber = None


class LookAt(BaseModel):
    """Arguments of `look_at`."""

    start: Seconds = Field(description="Start in seconds.")
    end: Seconds = Field(description="End in seconds.")
    question: str = Field(description="What to find out from the pictures.", min_length=1)
    video: VideoNumber = None


class AnticipateActions(BaseModel):
    """Arguments of `anticipate_actions`."""

    at: Seconds | None = Field(
        default=None, description="Forecast from this second on; omit for the video's end."
    )
    count: int = Field(default=8, ge=1, le=20, description="How many actions to foresee.")
    video: VideoNumber = None


class PlanTheSteps(BaseModel):
    """Arguments of `plan_steps`."""

    goal: str = Field(description="What is to be reached, in plain words.", min_length=1)
    start: str | None = Field(
        default=None, description="What there is, in plain words; omit for what the video shows."
    )
    at: Seconds | None = Field(
        default=None, description="Start from what this second shows; omit for the video's end."
    )
    count: int | None = Field(
        default=None, ge=2, le=20, description="How many steps; omit for as many as it takes."
    )
    video: VideoNumber = None


class Overview(BaseModel):
    """Arguments of `overview`: none."""
