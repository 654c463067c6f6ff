"""Runs every evaluation whose data are there, as a user would, and names those that are not.

    python -m benchmarks.evaluations [FOLDER]

FOLDER holds the real data; the environment variable FORETELL_DATA names it otherwise.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ANTGPT = "anticipation/antgpt_ego4d_v1"
COMPLETIONS = "subset600_responses_icl_recog.json"
PLANNING = "planning"
TASKS = "--task {data}/mtid/crosstask/output"
PREDICTED = (
    "--start-goal {data}/kepp/crosstask_T4_step_predictions/test_list.json --confusion-model"
)
COGAGENT = "action_captions_nextqa_cogagent-vqa-hf_0.0_10_words.json.gz"
NEXTQA = f"--captions {{data}}/../videoinsta/{COGAGENT}"
HGA = "--model replay:{data}/HGA-bert-ft-h256-val-example.pred.json"
EGOSCHEMA = "--captions {data}/egoschema_lavila_subset_1fps.json.gz"
AKEYS = "--model replay:{data}/akeys_gpt4o_egoschema_subset_results.json.gz"
EVALUATIONS = (
    ("ego4d-lta", ANTGPT, "--past recognised --subset 600"),
    ("ego4d-lta", ANTGPT, "--past gt --subset 600"),
    ("ego4d-lta", ANTGPT, "--past recognised"),
    ("ego4d-lta", ANTGPT, "--past gt"),
    ("ego4d-lta", ANTGPT, f"--past recognised --subset 600 --model replay:{{data}}/{COMPLETIONS}"),
    ("epic-lta", "anticipation/antgpt_ek55", ""),
    ("epic-lta", "anticipation/rulstm_ek100", ""),
    ("egtea-lta", "anticipation/antgpt_egtea", ""),
    *(
        ("procedure-planning", PLANNING, f"--dataset {dataset} --steps {steps}{more}")
        for dataset in ("crosstask", "coin")
        for steps in (3, 4)
        for more in ("", " --start-goal-noise 0.3")
    ),
    ("procedure-planning", PLANNING, f"--dataset crosstask --steps 3 {TASKS}3.json"),
    ("procedure-planning", PLANNING, f"--dataset crosstask --steps 4 {TASKS}4.json"),
    ("procedure-planning", PLANNING, f"--dataset crosstask --steps 4 {PREDICTED} {TASKS}4.json"),
    ("procedure-planning", PLANNING, f"--dataset crosstask --steps 4 {PREDICTED} --task oracle"),
    ("nextqa", "qa/nextqa", f"{NEXTQA} --diagnostics"),
    ("nextqa", "qa/nextqa", HGA),
    ("nextgqa", "qa/nextgqa", NEXTQA),
    ("egoschema", "qa/llovi_akeys", EGOSCHEMA),
    ("egoschema", "qa/llovi_akeys", AKEYS),
    ("natural-questions", "natural_questions", ""),
    ("car", "qa/nextqa", f"{NEXTQA} --per-video 1"),
)


def evaluate(root: Path) -> int:
    """Returns how many evaluations failed."""
    failed = 0
    for name, folder, options in EVALUATIONS:
        data = root / folder
        print(f"\n## {name} {folder} {options.format(data=folder)}\n", flush=True)
        if not data.is_dir():
            print(f"left out: {data} is not there")
            continue
        command = [sys.executable, "-m", "foretell", "eval", name, "--data", str(data)]
        ended = subprocess.run([*command, *options.format(data=data).split()], check=False)
        failed += ended.returncode != 0
    return failed


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("FORETELL_DATA", "../shared/data")
    sys.exit(1 if evaluate(Path(given)) else 0)
