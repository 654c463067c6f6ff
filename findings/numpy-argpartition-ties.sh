#!/bin/sh
# numpy.argpartition picks other members of a tie on another processor.
#
# One would guess: introselect is deterministic, so that the k places that argpartition gives for the
# same array are the same wherever the same NumPy wheel runs; at most their order is unspecified.
# What happens: with AVX2 or AVX-512, NumPy dispatches at run time to a vectorised quick-select. Where
# values are equal across the k-th place, it keeps other members of the tie than the plain loop does:
# not another order, another *set*. Whoever takes the top k of scores with ties (counts, rounded
# probabilities, one-hot distances) gets other items, and other figures, on another machine.
# Why it matters: published figures move in the third digit between two machines at one commit, with
# equal seeds and equal wheels, and nothing in a lock file shows it. A stable argsort, or ties broken
# by an explicit second key, does not move.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.1
cat > "$folder/ties.py" <<'P'
import json, sys
import numpy as np

scores = np.random.default_rng(0).integers(0, 20, 2000).astype(np.float64)
top = np.argpartition(-scores, 50)[:50]
stable = np.argsort(-scores, kind="stable")[:50]
json.dump({"top": sorted(top.tolist()), "stable": sorted(stable.tolist())}, sys.stdout)
P
features=$("$folder/venv/bin/python" -c '
from numpy._core._multiarray_umath import __cpu_dispatch__ as names, __cpu_features__ as has
print(" ".join(name for name in names if has.get(name)))')
"$folder/venv/bin/python" "$folder/ties.py" > "$folder/here.json"
NPY_DISABLE_CPU_FEATURES="$features" "$folder/venv/bin/python" "$folder/ties.py" > "$folder/plain.json"
"$folder/venv/bin/python" - "$folder" "$features" <<'P'
import json, sys
from pathlib import Path

import numpy as np

here, plain = (json.loads(Path(sys.argv[1], name).read_text()) for name in ("here.json", "plain.json"))
print("numpy", np.__version__, "dispatches to", sys.argv[2] or "nothing")
apart = set(here["top"]) ^ set(plain["top"])
print(f"argpartition: {len(apart) // 2} of 50 places are others without these features")
print("stable argsort:", "the same 50 places" if here["stable"] == plain["stable"] else "differs")
if not sys.argv[2]:
    sys.exit("this processor has none of the features; the two cannot be compared here")
assert apart, "argpartition gave the same places"
assert here["stable"] == plain["stable"]
P
