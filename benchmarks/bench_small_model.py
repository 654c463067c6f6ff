"""Asks a model of 135 million parameters 20 questions through each of the seven routes.

python -m benchmarks.bench_small_model [--questions N] [--contexts 8192,2048] [--routes a,b]

SmolLM2-135M runs on llama.cpp's server on the loopback (`make real-models`). Counted is how each
question ends, never whether it is right: with evidence, as an honest unknown, told to rest on
nothing, in one sentence, or as a fault. The clip is that of the kitchen in FORETELL_DATA (41 s,
with its captions).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench_ask import make_clip
from benchmarks.coping import OUTCOMES, ROUTES, Bounds, Shown, ask, counted
from benchmarks.real_servers import llama_server
from benchmarks.real_weights import SMOLLM2, Absent
from foretell import VideoAgent

QUESTIONS = (
    "When does the person pour the milk?",
    "What does the person take out of the fridge?",
    "How often is the fridge opened?",
    "What happens first?",
    "What happens last?",
    "Does the person wash a plate?",
    "What is in the kettle?",
    "Why does the person open the cabinet?",
    "What does the person do after closing the tap?",
    "Where is the cup put?",
    "Who else is in the kitchen?",
    "What colour is the bottle?",
    "How long is the tap open?",
    "Is the milk poured before the fridge is opened?",
    "What is the person making?",
    "What is said in the video?",
    "Summarise the video in two sentences.",
    "Does a dog walk in?",
    "What does the person hold at 12 seconds?",
    "At what time is the glass picked up?",
)
QUERIES = (
    "the person opens the fridge",
    "pouring milk",
    "the tap is opened",
    "a cup is put on the counter",
    "closing the fridge",
    "a dog jumps",
    "washing a plate",
    "picking a bottle of milk",
    "water is poured into the coffee maker",
    "the kettle is covered with a lid",
    "opening a cabinet",
    "somebody laughs",
    "taking a glass",
    "filling the cup with water",
    "the person leaves the room",
    "closing the tap",
    "pouring water into the sink",
    "opening the water bottle",
    "cutting bread",
    "the microwave is used",
)
MOMENTS = tuple(str(2 * index) for index in range(1, 21))
GOALS = (
    "a warm cup of milk",
    "a cup of coffee",
    "a cup of tea",
    "scrambled eggs on a plate",
    "a sandwich",
    "a clean table",
    "a glass of lemonade",
    "pancakes",
    "a salad in a bowl",
    "toast with butter",
    "clean dishes",
    "boiled pasta",
    "a fruit smoothie",
    "an omelette",
    "an ironed shirt",
    "a hot chocolate",
    "fried rice",
    "a repaired bicycle tyre",
    "soup in a bowl",
    "a watered plant",
)
ASKED = dict.fromkeys(ROUTES, QUESTIONS) | {
    "locate": QUERIES,
    "anticipate": MOMENTS,
    "plan": GOALS,
}
BOUNDS = Bounds()


def asked(route: str, context: int, count: int) -> Iterator[tuple[str, Shown]]:
    """Yields each question of a route and what came of it, in a library made anew."""
    with (
        TemporaryDirectory() as made,
        llama_server(SMOLLM2.path(), Path(made), context) as endpoint,
        VideoAgent(
            library=Path(made) / "library",
            model=endpoint.model,
            base_url=endpoint.base_url,
            cache_responses=False,
            request_retries=0,
        ) as agent,
    ):
        clip, captions = make_clip(Path(made))
        timeline = agent.watch(clip, captions=captions).timeline
        for words in ASKED[route][:count]:
            yield words, ask(route, words, agent, str(clip), timeline, BOUNDS)


def main() -> None:
    """Prints the counts as a table, and where asked for each fault or all that is shown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--contexts", default="8192,2048")
    parser.add_argument("--routes", default=",".join(ROUTES))
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    try:
        SMOLLM2.path()
    except Absent as error:
        sys.exit(str(error))
    print(f"| context | route | {' | '.join(OUTCOMES)} | output tokens | seconds |")
    print("|---|---|" + "---|" * (len(OUTCOMES) + 2))
    faults: Counter[tuple[str, str]] = Counter()
    for context in map(int, given.contexts.split(",")):
        for route in given.routes.split(","):
            began, all_shown = time.monotonic(), list[Shown]()
            for words, shown in asked(route, context, given.questions):
                all_shown.append(shown)
                faults.update((route, fault) for fault in shown.faults)
                if given.show:
                    _print_shown(words, shown)
            counts = " | ".join(map(str, counted(all_shown).values()))
            tokens = sum(one.usage.output_tokens for one in all_shown)
            seconds = time.monotonic() - began
            print(f"| {context} | {route} | {counts} | {tokens} | {seconds:.0f} |", flush=True)
    for (route, fault), number in faults.most_common():
        print(f"{number} x {route}: {fault}")


def _print_shown(words: str, shown: Shown) -> None:
    print(f"\n--- {words}\n{shown.text}\n=> {shown.outcome}: {'; '.join(shown.faults)}", flush=True)


if __name__ == "__main__":
    main()
