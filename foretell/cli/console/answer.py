"""What `foretell ask` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.markup import escape

from foretell.cli.console.streams import out, write_json
from foretell.ranking import shown
from foretell.types import Answer, Evidence


def _evidence_record(evidence: Evidence) -> dict[str, Any]:
    return {
        "video": evidence.video,
        "start": evidence.interval.start,
        "end": evidence.interval.end,
        "quote": evidence.quote,
        "source": evidence.source,
    }


def answer_record(answer: Answer) -> dict[str, Any]:
    """Gives an answer as JSON can hold it."""
    return {
        "answer": answer.text,
        "choice": answer.choice,
        "evidence": [_evidence_record(evidence) for evidence in answer.evidence],
        "confidence": shown(answer.confidence),
        "model": answer.model,
        "steps": [
            {
                "tool": step.tool,
                "arguments": dict(step.arguments),
                "seconds": step.seconds,
                "failed": step.failed,
            }
            for step in answer.trajectory
        ],
        "usage": asdict(answer.usage),
        "dropped_citations": answer.dropped_citations,
        "seconds": answer.seconds,
    }


def show_answer(answer: Answer, as_json: bool) -> None:
    """Prints an answer and its evidence."""
    if as_json:
        write_json(answer_record(answer))
    else:
        print_answer(answer)


def print_answer(answer: Answer, *, told: bool = False) -> None:
    """Prints an answer and its evidence; only the evidence where the words were `told` already."""
    if not told:
        out.print(f"[bold]{escape(answer.text)}[/]")
    for evidence in answer.evidence:
        quote = escape(evidence.quote)
        out.print(f"  [cyan]{evidence.interval}[/] {quote} [dim]({escape(evidence.source)})[/]")
    parts = [f"{len(answer.trajectory)} tool calls", f"{answer.seconds:.2f} s"]
    if answer.confidence is not None:
        parts.insert(0, f"confidence {answer.confidence:.2f}")
    if answer.usage.input_tokens:
        parts.append(f"{answer.usage.input_tokens}+{answer.usage.output_tokens} tokens")
    if answer.usage.cost:
        parts.append(f"${answer.usage.cost:.4f}")
    if answer.dropped_citations:
        parts.append(f"{answer.dropped_citations} citations dropped")
    out.print(f"[dim]{', '.join(parts)}, {escape(answer.model)}[/]")
