#!/usr/bin/env bash
# One would guess: pycaption, which reads TTML and DFXP, gives a paragraph the time at which a player
# shows it.
# What happens: by the standard (TTML2, 12.2) the times of a paragraph count from the begin of the
# division and body that it stands in. pycaption takes them as if they counted from zero, and says
# nothing: a paragraph at "1s" within a body that begins at "10s" is at 1 s instead of 11 s. pysubs2
# reads the same document right.
# Why it matters: documents cut from a longer programme (segments of a stream, reels) carry their
# offset on the body. Each cue is then off by the same amount, which looks like a fault of the video.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check \
    pycaption==2.3.14 pysubs2==1.8.1 lxml==6.1.3 beautifulsoup4==4.15.0
"$folder/env/bin/python" -W ignore - <<'END'
import sys
from importlib.metadata import version

import pycaption
import pysubs2

TEXT = (
    '<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body begin="10s"><div>'
    '<p begin="1s" end="2s">Hello</p></div></body></tt>'
)
print(*(f"{name} {version(name)}" for name in ("pycaption", "pysubs2")))
read = pycaption.DFXPReader().read(TEXT)
seen = {
    "pycaption": read.get_captions("en")[0].start / 1e6,
    "pysubs2": pysubs2.SSAFile.from_string(TEXT, format_="ttml")[0].start / 1000,
}
print("the paragraph begins, in seconds:", seen)
expected = {"pycaption": 1.0, "pysubs2": 11.0}
sys.exit(seen != expected and f"this has changed: {expected} were expected")
END
