#!/bin/sh
# PyAV's container.start_time + container.duration is the end of an MP4, and behind that of others.
#
# One would guess: FFmpeg documents AVFormatContext.start_time as the position of the first frame and
# duration as the duration of the stream, so that their sum is when a file ends, in every container.
# What happens: for MP4 and FLV it is. The headers of Matroska, NUT and ASF hold the time of the end,
# counted from 0, and the demuxers hand it on as the duration. A file whose pictures run from 5 s to
# 7 s has duration 2 in MP4 and 7 in Matroska, though FFmpeg wrote both from the same packets.
# Why it matters: whoever tells a file that was cut off by "its header says it goes on to start +
# duration" calls every whole Matroska file that starts late broken, and whoever spreads samples over
# start ... start + duration asks for frames that are not there.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.1
cat > "$folder/late.py" <<'P'
import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

print("PyAV", av.__version__)
for ending, duration in (("mp4", 2.0), ("flv", 2.0), ("mkv", 7.0), ("nut", 7.0), ("asf", 7.0)):
    path = Path(sys.argv[1], f"late.{ending}")
    with av.open(path, "w") as out:
        track = out.add_stream("mpeg4" if ending == "asf" else "libx264", 10)
        track.width, track.height, track.pix_fmt, track.max_b_frames = 64, 64, "yuv420p", 0
        for index in range(20):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = 50 + index, Fraction(1, 10)
            out.mux(track.encode(frame))
        out.mux(track.encode())
    with av.open(path) as clip:
        start, told = clip.start_time / 1e6, clip.duration / 1e6
        last = max(float(one.pts * one.time_base) for one in clip.demux(video=0) if one.pts is not None)
    print(f"{ending}: starts at {start:.1f} s, its last frame is shown at {last:.1f} s, "
          f"duration {told:.1f} s, so that start + duration is {start + told:.1f} s")
    assert abs(start - 5.0) < 0.1 and abs(last - 6.9) < 0.1, (start, last)
    assert abs(told - duration) < 0.2, told
P
"$folder/venv/bin/python" "$folder/late.py" "$folder"
