"""How records show themselves in a notebook: small, self-contained HTML."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape


def strip(pictures: Sequence[tuple[float, bytes]]) -> str:
    """Gives a row of JPEG pictures, each with its time in seconds below it."""
    cells = "".join(
        '<figure style="display:inline-block;margin:2px;text-align:center">'
        f'<img style="height:72px" src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"/>'
        f"<figcaption>{seconds:.1f} s</figcaption></figure>"
        for seconds, jpeg in pictures
    )
    return f'<div style="white-space:nowrap;overflow-x:auto">{cells}</div>' if cells else ""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Gives an HTML table with every cell escaped."""
    head = "".join(f'<th style="text-align:left">{escape(cell)}</th>' for cell in header)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{escape(c)}</td>' for c in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def titled(title: str, body: str) -> str:
    """Gives `body`, which is HTML, under `title`, which is text."""
    return f"<div><p><b>{escape(title)}</b></p>{body}</div>"
