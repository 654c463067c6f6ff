#!/bin/sh
# Rows of whisper's .tsv vanish in csv, pandas and polars where somebody speaks in quotes.
#
# One would guess: a .tsv that openai-whisper writes is what pandas.read_csv(sep="\t"), Python's
# csv.reader(delimiter="\t") and polars.read_csv(separator="\t") read: one row a segment.
# What happens: whisper prints start, end and text between tabs and takes only tabs out of the text, as
# the registered text/tab-separated-values, which has no quoting, asks. The readers take a quote that
# begins a cell for syntax of CSV. A sentence that is quoted over two segments, `"Well` in one and
# `I see."` in a later one, makes one cell of all segments between: rows and times are gone, with no
# error and no warning. Told that there is no quoting, all three give every row.
# Why it matters: transcripts of books, plays and interviews are full of such sentences; what is lost
# is never missed, since the table that comes out is even.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==2.3.3 polars==1.35.2
"$folder/venv/bin/python" -W error - "$folder" <<'P'
import csv, sys
from pathlib import Path

import pandas, polars

segments = [(0, 2000, "He said"), (2000, 4000, '"Well'), (4000, 6000, "that is new"),
            (6000, 8000, 'I see."'), (8000, 9500, "Nobody answered.")]
file = Path(sys.argv[1], "talk.tsv")
with file.open("w", encoding="utf-8") as out:  # as whisper's WriteTSV does
    print("start", "end", "text", sep="\t", file=out)
    for start, end, text in segments:
        print(start, end, text.strip().replace("\t", " "), sep="\t", file=out)

with file.open(newline="", encoding="utf-8") as table:
    by_csv = len(list(csv.reader(table, delimiter="\t"))) - 1
with file.open(newline="", encoding="utf-8") as table:
    plain_csv = len(list(csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE))) - 1
by_pandas = len(pandas.read_csv(file, sep="\t"))
plain_pandas = len(pandas.read_csv(file, sep="\t", quoting=csv.QUOTE_NONE))
by_polars = len(polars.read_csv(file, separator="\t"))
plain_polars = len(polars.read_csv(file, separator="\t", quote_char=None))
print("python", sys.version.split()[0], "pandas", pandas.__version__, "polars", polars.__version__)
print(f"{len(segments)} segments written")
print(f"csv {by_csv}, pandas {by_pandas}, polars {by_polars} rows read as they come")
print(f"csv {plain_csv}, pandas {plain_pandas}, polars {plain_polars} rows without quoting")
assert by_csv == by_pandas == by_polars == 3
assert plain_csv == plain_pandas == plain_polars == len(segments)
P
