"""The seed of the random weights, so that they can be others: `CHECKPOINT_SEED=4 pytest ...`.

One seed draws other weights on another processor, so that no test may lean on what they say.
"""

from __future__ import annotations

import os

SEED = int(os.environ.get("CHECKPOINT_SEED", "3"))
