#!/usr/bin/env bash
# One would guess: threadpoolctl's limit on NumPy's OpenBLAS can be set and taken back in any thread,
# as the number of threads belongs to the process.
# What happens: any thread may lower the number, but only the main thread can raise it. A limit that
# the main thread set and that another thread takes back stays: restore_original_limits() says
# nothing, and the whole process goes on with one thread. Asking for more in a thread does nothing
# either.
# Why it matters: a server or a notebook that limits BLAS around small products, and whose context
# manager is left in a worker thread (a generator, an async task, a pool), computes with one thread
# from then on, without an error. Set and take back the limit in the main thread alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6 threadpoolctl==3.8.0
env -u OPENBLAS_NUM_THREADS -u OMP_NUM_THREADS "$folder/env/bin/python" - <<'END'
import sys
import threading

import numpy as np
import threadpoolctl

square = np.ones((8, 8))
square @ square
libraries = threadpoolctl.ThreadpoolController()
print("numpy", np.__version__, "threadpoolctl", threadpoolctl.__version__)
print("library", [(one["internal_api"], one["version"]) for one in libraries.info()])


def count():
    return threadpoolctl.ThreadpoolController().info()[0]["num_threads"]


def in_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


whole = count()
if whole < 2:
    sys.exit("not tried: this machine gives OpenBLAS one thread alone")
seen = {}
lowered = []
in_a_thread(lambda: lowered.append(libraries.limit(limits=1)))
seen["lowered in a thread"] = count()
lowered[0].restore_original_limits()
seen["restored in the main thread"] = count()
limit = libraries.limit(limits=1)
in_a_thread(limit.restore_original_limits)
seen["restored in a thread"] = count()
in_a_thread(lambda: libraries.limit(limits=whole))
seen["raised in a thread"] = count()
limit.restore_original_limits()
seen["restored in the main thread at last"] = count()
print(f"{whole} threads at first;", seen)
expected = [1, whole, 1, 1, whole]
sys.exit(list(seen.values()) != expected and f"this has changed: {expected} were expected")
END
