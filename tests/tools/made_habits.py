"""Made-up clips of people with habits: a thing is taken, worked on for a while, and put back."""

from __future__ import annotations

import numpy as np

from foretell.actions import Action, ActionSequence
from foretell.memory.words.taxonomy import Taxonomy, Vocabulary

VERBS = ("take", "put", "wash", "cut", "open", "stir")
NOUNS = ("knife", "cup", "onion", "pan", "spoon", "bowl", "egg", "cloth", "jar")
TAXONOMY = Taxonomy("habits", Vocabulary(VERBS, {}), Vocabulary(NOUNS, {}))


def actions(seed: int, length: int, nouns: tuple[str, ...] = NOUNS[:-1]) -> tuple[Action, ...]:
    """Gives actions on a few of the nouns, in bouts."""
    chance = np.random.default_rng(seed)
    at_hand = list(chance.permutation(nouns)[:4])
    done: list[Action] = []
    while len(done) < length:
        noun = str(chance.choice(at_hand))
        work = [str(verb) for verb in chance.choice(VERBS[2:], size=chance.integers(1, 4))]
        done += [Action(verb, noun) for verb in ("take", *work, "put")]
    return tuple(done[:length])


def clip(number: int, length: int = 40, nouns: tuple[str, ...] = NOUNS[:-1]) -> ActionSequence:
    """Gives the clip of a video of its own; every third action is recognised as "open jar"."""
    acted = actions(number, length, nouns)
    seen = [Action("open", "jar") if i % 3 == 2 else acted[i] for i in range(length)]
    return ActionSequence(
        name=f"clip{number}", video=f"video{number}", actions=acted, recognised=tuple(seen)
    )


def clips(count: int, length: int = 40) -> tuple[ActionSequence, ...]:
    """Gives the clips of as many videos."""
    return tuple(clip(number, length) for number in range(count))
