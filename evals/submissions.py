"""Answers in the forms that EgoSchema's servers take."""

from __future__ import annotations

import json
from collections.abc import Mapping

from foretell.evals.run_folder import RunFolder
from foretell.questions import ChoiceAnswer

_GUESS = 0
"""What stands where no choice was made: the servers take no blanks."""


def write_egoschema_submission(answers: Mapping[str, ChoiceAnswer], folder: RunFolder) -> None:
    """Writes `submission.json` for the validation server and `submission.csv` for Kaggle.

    A question without a choice is given the first one, as every question must have one.
    """
    places = {
        uid: _GUESS if answer.choice is None else answer.choice for uid, answer in answers.items()
    }
    folder.write("submission.json", json.dumps(places, indent=2) + "\n")
    rows = "".join(f"{uid},{place}\n" for uid, place in places.items())
    folder.write("submission.csv", f"q_uid,answer\n{rows}")
