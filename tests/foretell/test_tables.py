"""Tables whose quotes are syntax, and tables whose quotes were said."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from foretell.tables import read_table

Rows = list[tuple[str, ...]]


def cells(text: str, delimiter: str = ",") -> Rows:
    return [row.cells for row in read_table(text, delimiter)]


@pytest.mark.parametrize(
    ("text", "delimiter", "expected"),
    [
        ('start\ttext\n0\t"Hello," she said.\n', "\t", ("0", '"Hello," she said.')),
        ('start\ttext\n0\t"Stop!"\n4\tbye\n', "\t", ("0", '"Stop!"')),
        ('start\ttext\n0\t"Well\n4\tI see"\n', "\t", ("0", '"Well')),
        ('start,text\n0,"Hi" he said\n', ",", ("0", '"Hi" he said')),
        ('start,text\n0,a 5" pipe\n', ",", ("0", 'a 5" pipe')),
        ('start;text\n0;""really"" new\n4;x\n', ";", ("0", '""really"" new')),
    ],
)
def test_quotes_that_were_said(text: str, delimiter: str, expected: tuple[str, ...]) -> None:
    assert cells(text, delimiter)[1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('start,text\n0,"a mug, a white one"\n4,bye\n', ("0", "a mug, a white one")),
        ('"start","text"\n"0","hi"\n"4","bye"\n', ("0", "hi")),
        ('start,text\n0,"hi"\n4,"bye"\n', ("0", "hi")),
        ('start,text\n0,"she said ""hi"""\n4,bye\n', ("0", 'she said "hi"')),
        ('start,text\n0,"one\ntwo"\n4,bye\n', ("0", "one\ntwo")),
        ('start,text\n0," kept "\n4,bye\n', ("0", " kept ")),
    ],
)
def test_quotes_that_are_syntax(text: str, expected: tuple[str, ...]) -> None:
    assert cells(text)[1] == expected


def test_a_row_is_named_by_the_line_on_which_it_ends() -> None:
    rows = read_table('a,b\n\n1,"x\ny"\r\n2,z\n', ",")
    assert [row.line for row in rows] == [1, 4, 5]


CELLS = st.text(alphabet="ab \"',;\t0\n", max_size=6)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4)
QUOTING: tuple[Literal[0, 1], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)


@settings(max_examples=150, deadline=None)
@given(TABLES, st.sampled_from(",;\t"), st.sampled_from(QUOTING))
def test_what_a_writer_quotes_is_read_back(
    table: list[list[str]], delimiter: str, quoting: Literal[0, 1]
) -> None:
    held = [row for row in table if any(row)]
    # A cell whose lines look like whole rows could be told from rows by nobody.
    assume(not any("\n" in cell and delimiter in cell for row in held for cell in row))
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=quoting)
    writer.writerow(["start", "end", "text"])
    writer.writerows(held)
    assert cells(file.getvalue(), delimiter)[1:] == [tuple(row) for row in held]


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_what_a_program_prints_between_tabs_is_read_back(table: list[list[str]]) -> None:
    said = [[cell.replace("\t", " ").replace("\n", " ") for cell in row] for row in table]
    kept = [row for row in said if any(row)]
    lines = ["start\tend\ttext", "0\t1\tplain", *map("\t".join, kept)]
    # Where every cell of a column looks as a writer would have quoted it, it is taken for that.
    assume(not any(cell.startswith('"') and cell.endswith('"') for row in kept for cell in row))
    assert cells("\n".join(lines), "\t")[2:] == [tuple(row) for row in kept]
