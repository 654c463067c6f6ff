"""What the counting planner may be told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """Settings of `PlanModel`; how they were chosen is in docs/design/planning.md.

    Attributes:
        pad: Whether demonstrations shorter than a plan count, their first step repeated in front,
            as PDPP's windows do.
        any_order: Whether the steps of a task that nobody demonstrated may come in another order
            than written, though rarely; an evaluation needs it, which asks for such plans.
        chain_weight: How many windows of a task the Markov chain counts for, beside those seen.
        pooled_weight: How many moves the moves of all tasks count for in a task's chain, from
            each of its actions.
        list_weight: How many moves of all tasks the written list counts for, at each step.
        skip: How likely a written step is passed over, beside being done; in (0, 1).
        candidates: How many routes are compared.
        success_weight: How much it is worth that a plan is right in every step, beside its
            accuracy and overlap; the larger, the more often the first route is the likeliest.
    """

    pad: bool = False
    any_order: bool = False
    chain_weight: float = 100.0
    pooled_weight: float = 1.0
    list_weight: float = 1.0
    skip: float = 0.2
    candidates: int = 50
    success_weight: float = 1.0
