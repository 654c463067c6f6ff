#!/usr/bin/env bash
# One would guess: FFmpeg's decoder of closed captions (CEA-608) dates a caption by when its letters
# come, whichever of the three ways the captions are shown in.
# What happens: a caption that is painted on (resume direct captioning, 9429) is given a start of 0 s
# and a duration to its end: "shown from 0.0 s to 3.0 s" for letters that come at 1.0 s. The next one
# starts where the one before was erased, and the last, which nothing erases, never comes, even
# when the decoder is flushed. The same words popped on (9420 ... 942f) are dated right.
# Why it matters: live and quick captions are painted on. Subtitles that are made from them stand
# in the silence before the words, and the last sentence is missing, without an error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check av==18.1.0
"$folder/env/bin/python" - <<'END'
import io
import sys

import av

print("av", av.__version__, "libavcodec", av.library_versions["libavcodec"])
PAINTED = "9429 9429 9470 9470 c8e9"
POPPED = "94ae 94ae 9420 9420 9470 9470 c8e9 942f 942f"
seen = {}
for name, caption in (("painted on", PAINTED), ("popped on", POPPED)):
    lines = [f"00:00:01:00\t{caption}", "00:00:03:00\t942c 942c", f"00:00:04:00\t{caption}"]
    scc = "\n\n".join(["Scenarist_SCC V1.0", *lines, ""])
    with av.open(io.BytesIO(scc.encode()), format="scc") as file:
        track = file.streams.subtitles[0]
        sets = [track.decode2(packet) for packet in file.demux(track)]
        seen[name] = [
            (one.pts / av.time_base, one.end_display_time / 1000) for one in sets if one and len(one)
        ]
    print(f"{name}: (start, duration) in seconds {seen[name]}")
expected = {"painted on": [(0.0, 3.0)], "popped on": [(1.0, 2.0), (4.0, 2.0)]}
if seen["painted on"] != expected["painted on"] or [s for s, _ in seen["popped on"]] != [1.0, 4.0]:
    sys.exit(f"this has changed: {expected} was expected")
END
