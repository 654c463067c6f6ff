"""What `foretell score` prints."""

from __future__ import annotations

import math

from rich.markup import escape
from rich.table import Table

from foretell.cli.console.streams import out, print_notes, write_json
from foretell.evals.scoring.score_card import ScoreCard, flat

_LEAST_WIDTH = 120


def show_score_card(card: ScoreCard, as_json: bool) -> None:
    """Prints every figure beside those of the baselines."""
    if as_json:
        write_json(card.record())
        return
    blind = {name: dict(flat(figures)) for name, figures in card.baselines.items()}
    table = Table(box=None, title=f"{card.benchmark}: {card.n} scored")
    table.add_column("", no_wrap=True)
    for heading in ("predictions", *blind):
        table.add_column(escape(heading), justify="right", no_wrap=True)
    for name, figure in flat(card.figures):
        cells = (_told(figure), *(_told(figures.get(name)) for figures in blind.values()))
        table.add_row(escape(name), *cells)
    out.print(table, soft_wrap=False, width=max(out.width, _LEAST_WIDTH))
    print_notes(card.notes)


def _told(figure: float | None) -> str:
    if figure is None or math.isnan(figure):
        return ""
    return f"{figure:.4g}" if isinstance(figure, float) else str(figure)
