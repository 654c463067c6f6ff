"""Reads rows that say which action a stretch of video shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self, cast

from pydantic import AliasChoices, BaseModel, Field, model_validator

from foretell.tools.texts.annotation_file import Node
from foretell.tools.texts.timed_text import Seconds, Text, interval_at
from foretell.types import Event

STARTS = ("start", "start_time", "start_timestamp", "start_sec")


class _Action(BaseModel):
    """A row of EPIC-KITCHENS, Ego4D Goal-Step, THUMOS'14, ActivityNet or one's own.

    The fields are tried in this order, so that free text wins over the name of a class.
    """

    start: Seconds = Field(validation_alias=AliasChoices(*STARTS))
    end: Seconds = Field(
        validation_alias=AliasChoices("end", "end_time", "stop_timestamp", "end_sec")
    )
    action: Text = Field(
        default="",
        validation_alias=AliasChoices("narration", "step_description", "action", "label", "type"),
    )
    verb: Text = ""
    noun: Text = ""
    score: Annotated[float, Field(ge=0, le=1)] | None = Field(
        default=None, validation_alias=AliasChoices("score", "confidence")
    )

    @model_validator(mode="before")
    @classmethod
    def _spread_segment(cls, row: dict[str, object]) -> dict[str, object]:
        if "segment" not in row:
            return row
        segment = row["segment"]
        if not isinstance(segment, list) or len(cast(list[object], segment)) != 2:
            raise ValueError(f"field 'segment' is {segment!r}; give [start, end]")
        start, end = cast(list[object], segment)
        return {**row, "start": start, "end": end}

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.action and not (self.verb and self.noun):
            raise ValueError(
                "names no action; give 'action', 'label', 'narration' or 'step_description', "
                "or 'verb' and 'noun'"
            )
        return self


def action_events(rows: list[Node], source: str) -> Iterator[Event]:
    """Gives each row's action, and those of the steps within it.

    Raises:
        DatasetError: If a row has no times or no action; names file, place and field.
    """
    for row in rows:
        action = row.parse(_Action)
        yield Event(
            interval_at(row, action.start, action.end),
            "action",
            action.action or f"{action.verb} {action.noun}",
            source,
            action.score,
        )
        if steps := row.entries().get("segments"):
            yield from action_events(steps.items(), source)
