"""Writes the prompt for a plan: tasks, known steps, examples, then what is seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foretell.agent.chat_models.chat_endpoint import ChatPrompt
from foretell.agent.chat_models.response_format import (
    ResponseFormat,
    list_of,
    response_format,
    text_of,
)
from foretell.agent.tasks.planning.plan_request import PlanEnd, PlanRequest, Steps
from foretell.plans import Demonstration, ProcedureTask
from foretell.prompts.loader import load_prompt
from foretell.tools.texts.text_cleaning import one_line

_LONGEST_STEP = 120
"""Characters of a step in one's own words: ten of them."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a model is told beside the request.

    Attributes:
        tasks: What the request may be about, with how likely that is, the likeliest first.
        vocabulary: The only steps that may be used.
        examples: How people went about it.
    """

    tasks: tuple[tuple[ProcedureTask, float], ...]
    vocabulary: tuple[str, ...]
    examples: tuple[Demonstration, ...]


def write_plan_prompt(request: PlanRequest, around: Surroundings) -> ChatPrompt:
    """Writes a prompt that leaves only known steps to choose from."""
    tasks = "\n".join(_task_line(task, share) for task, share in around.tasks)
    vocabulary = "\n".join(f"- {one_line(name)}" for name in around.vocabulary)
    problem = load_prompt("plan_problem").fill(
        situation=_situation(request), length=in_numbers(request.steps)
    )
    parts = [
        f"Tasks that it may be a part of:\n{tasks}",
        f"Known steps:\n{vocabulary}",
        *_worked(around.examples),
        problem,
    ]
    return ChatPrompt(_instruction("plan", request.steps), "\n\n".join(parts))


def write_open_prompt(request: PlanRequest) -> ChatPrompt:
    """Writes a prompt that is answered in the model's own words."""
    problem = load_prompt("plan_problem").fill(
        situation=_situation(request), length=in_numbers(request.steps)
    )
    return ChatPrompt(_instruction("plan_open", request.steps), problem)


def in_numbers(steps: Steps) -> str:
    """Returns how many steps a plan may have: "4" or "3 to 6"."""
    return str(steps) if isinstance(steps, int) else f"{steps[0]} to {steps[1]}"


def _instruction(name: str, steps: Steps) -> str:
    return load_prompt(name).fill(length=in_numbers(steps))


def _task_line(task: ProcedureTask, share: float) -> str:
    steps = f": {_in_order(task.steps)}" if task.steps else ""
    return f"- {one_line(task.name)} ({share:.0%}){steps}"


def _worked(examples: Sequence[Demonstration]) -> list[str]:
    template = load_prompt("plan_example")
    return [
        template.fill(number=number, task=one_line(one.task), steps=_in_order(one.steps)).strip()
        for number, one in enumerate(examples, start=1)
    ]


def _situation(request: PlanRequest) -> str:
    lines = [f"Task: {one_line(request.task_text)}"] if request.task_text else []
    lines += [
        f"{name}: {_seen(end)}"
        for name, end in (("Start", request.start), ("Goal", request.goal))
        if end is not None and end.texts
    ]
    return "\n".join(lines)


def _seen(end: PlanEnd) -> str:
    return "; ".join(map(one_line, end.texts))


def _in_order(steps: Iterable[str]) -> str:
    return " > ".join(map(one_line, steps))


def plan_format(least: int, most: int, vocabulary: Sequence[str] = ()) -> ResponseFormat:
    """Returns OpenAI's `response_format` for a list of steps.

    Args:
        least: Fewest steps.
        most: Most steps.
        vocabulary: The only steps that are allowed; none allows any.
    """
    return response_format(
        "plan", steps=list_of(text_of(vocabulary or None, _LONGEST_STEP), least, most)
    )
