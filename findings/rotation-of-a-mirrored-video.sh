#!/bin/sh
# The rotation that PyAV tells of a mirrored video, and that decord obeys, shows another picture.
#
# One would guess: front cameras write a display matrix that mirrors left and right, and who turns the
# picture by `VideoFrame.rotation`, the one thing that PyAV tells of that matrix by name, sees what a
# player shows; decord, which turns by itself, shows it too.
# What happens: FFmpeg's av_display_rotation_get reads an angle off the first row of the matrix and
# cannot say that it mirrors. A matrix that mirrors left and right is told as -180, so that whoever
# obeys it sees the picture upside down; one that mirrors top and bottom is told as 0, the same as
# none; one that transposes is told as -90, as a quarter turn is. decord hands the same pictures over.
# Players and the ffmpeg command look at the second row too, and add hflip or vflip.
# Why it matters: text in selfie videos is read mirrored or upside down by OCR and by vision models,
# without an error. The matrix itself is in the frame's side data (DISPLAYMATRIX), nine int32.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.1
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check decord==0.6.0 ||
    echo "decord has no build for this machine; only PyAV is asked"
cat > "$folder/mirrored.py" <<'P'
import importlib.util, struct, sys
from pathlib import Path

import av
import numpy as np

folder, one = Path(sys.argv[1]), 1 << 16
picture = np.zeros((96, 160, 3), np.uint8)
picture[:48, :80], picture[:48, 80:] = (220, 20, 20), (20, 200, 20)
picture[48:, :80], picture[48:, 80:] = (20, 20, 220), (235, 235, 235)
with av.open(folder / "plain.mp4", "w") as out:
    track = out.add_stream("libx264", 10)
    track.width, track.height, track.pix_fmt = 160, 96, "yuv420p"
    for _ in range(3):
        out.mux(track.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
    out.mux(track.encode())
plain = (folder / "plain.mp4").read_bytes()


def corners(shown):
    names = {"red": (220, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 220), "white": (235,) * 3}
    height, width = shown.shape[:2]
    return [
        min(names, key=lambda name: np.abs(shown[y, x] - np.array(names[name])).sum())
        for y in (4, height - 5) for x in (4, width - 5)
    ]


MATRICES = {  # a, b, c, d: (x, y) is shown at (a x + c y, b x + d y)
    "mirrors left and right": ((-one, 0, 0, one), -180, ["green", "red", "white", "blue"]),
    "mirrors top and bottom": ((one, 0, 0, -one), 0, ["blue", "white", "red", "green"]),
    "transposes": ((0, one, one, 0), -90, ["red", "blue", "green", "white"]),
}
print("PyAV", av.__version__)
for name, ((a, b, c, d), told, wanted) in MATRICES.items():
    written = bytearray(plain)
    at = written.index(b"tkhd") + 44
    written[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path = folder / "clip.mp4"
    path.write_bytes(written)
    with av.open(path) as clip:
        frame = next(clip.decode(video=0))
    turned = np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)
    print(f"a matrix that {name}: rotation {frame.rotation}; turned by it {corners(turned)}, "
          f"a player shows {wanted}")
    assert frame.rotation == told, frame.rotation
    assert corners(turned) != wanted
    if importlib.util.find_spec("decord"):
        import decord

        handed = decord.VideoReader(str(path))[0].asnumpy()
        print(f"  decord {decord.__version__} hands over {corners(handed)}")
        assert corners(handed) == corners(turned)
P
"$folder/venv/bin/python" "$folder/mirrored.py" "$folder"
