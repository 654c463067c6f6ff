"""What `foretell ask` prints."""

from __future__ import annotations

from rich.markup import escape

from foretell.cli.console.streams import out, write_json
from foretell.types import Answer


def show_answer(answer: Answer, as_json: bool) -> None:
    """Prints an answer and its evidence."""
    if as_json:
        write_json(answer.to_dict())
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
