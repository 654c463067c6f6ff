"""What `benchmarks.same_answers` asks, and of which timelines: the same on every machine.

Questions are made from small grammars over what happens in each timeline, so that they are many,
distinct and always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeVar

from foretell.types import EventKind

Line = tuple[float, float, EventKind, str]
Item = TypeVar("Item")
AskKind = Literal["when", "what", "equal choices", "near choices", "order", "absence"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done, in the forms that questions need.

    Attributes:
        does: Third person, such as "pours".
        do: Such as "pour".
        done: Such as "poured".
        doing: Such as "pouring".
        thing: What it is done to, such as "milk".
        where: Such as "into the mug"; may be empty.
    """

    does: str
    do: str
    done: str
    doing: str
    thing: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A timeline to ask about.

    Attributes:
        video: Its file, by name.
        deeds: What is asked about.
        lines: The timeline, where it is made and not watched.
    """

    video: str
    deeds: tuple[Deed, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question about a video."""

    kind: AskKind
    video: str
    question: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Locate:
    """Something to find in a video."""

    video: str
    query: str
    k: int


@dataclass(frozen=True, slots=True)
class PlanAsk:
    """Steps to plan; a number is a second of the video."""

    goal: str | float | None
    start: str | float | None = None
    video: str | None = None
    steps: int | tuple[int, int] | None = None
    k: int = 5
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Anticipation:
    """What comes next in a video, from a moment on."""

    video: str
    at_seconds: float
    k: int
    horizon: int
    optimal: bool


def _deeds(*told: str) -> tuple[Deed, ...]:
    """Reads "pours milk into the mug" by the verbs that are known."""
    deeds: list[Deed] = []
    for words in told:
        does, _, rest = words.partition(" ")
        thing, slash, where = rest.partition(" / ")
        deeds.append(Deed(does, *_VERBS[does], thing, where if slash else ""))
    return tuple(deeds)


_VERBS = {
    "opens": ("open", "opened", "opening"),
    "closes": ("close", "closed", "closing"),
    "picks": ("pick", "picked", "picking"),
    "puts": ("put", "put", "putting"),
    "pours": ("pour", "poured", "pouring"),
    "takes": ("take", "taken", "taking"),
    "cuts": ("cut", "cut", "cutting"),
    "washes": ("wash", "washed", "washing"),
    "fills": ("fill", "filled", "filling"),
    "stirs": ("stir", "stirred", "stirring"),
    "mixes": ("mix", "mixed", "mixing"),
    "shows": ("show", "shown", "showing"),
    "holds": ("hold", "held", "holding"),
    "turns": ("turn", "turned", "turning"),
    "drills": ("drill", "drilled", "drilling"),
    "folds": ("fold", "folded", "folding"),
    "waters": ("water", "watered", "watering"),
    "digs": ("dig", "dug", "digging"),
    "cleans": ("clean", "cleaned", "cleaning"),
    "builds": ("build", "built", "building"),
}
_ABSENT = (
    "guitar", "ladder", "elephant", "bicycle", "violin", "candle", "hammock", "chessboard",
    "telephone", "snowman", "parrot", "umbrella",
)  # fmt: skip
BREAKFAST = _deeds(
    "opens the cabinet", "takes a mug / from the shelf", "opens the tap", "fills the mug / with "
    "water", "closes the tap", "opens the fridge", "picks a bottle of milk / from the fridge",
    "closes the fridge", "opens the fridge", "pours the milk / into the mug", "stirs the tea",
    "washes the spoon / in the sink", "puts the spoon / in the drawer",
)  # fmt: skip
WORKSHOP = _deeds(
    "takes a plank / from the shelf", "cuts the plank / with a saw", "drills the plank",
    "picks a screw / from the box", "puts the screw / in the plank", "turns the screw",
    "cuts a pipe", "cleans the table", "puts the saw / on the wall", "holds the drill",
)  # fmt: skip
GARDEN = _deeds(
    "digs a hole", "puts a seed / in the hole", "fills the hole / with soil", "fills the can / "
    "with water", "waters the seed", "cuts the grass", "picks a tomato / from the plant",
    "washes the tomato", "cuts the tomato / with a knife", "puts the knife / on the table",
)  # fmt: skip
LAUNDRY = _deeds(
    "takes a shirt / from the basket", "washes the shirt", "folds the shirt", "takes a towel / "
    "from the basket", "folds the towel", "puts the towel / in the drawer", "opens the drawer",
    "closes the drawer", "puts the shirts / in the drawer", "cleans the basket",
)  # fmt: skip
REAL_KITCHEN = _deeds(
    "opens the cabinet", "picks a glass / in the cabinet", "opens the tap", "puts water / in the "
    "cup", "closes the tap", "puts the cup / on the counter", "picks the cup / from the counter",
    "opens the fridge", "closes the fridge", "picks a bottle of milk", "pours water / in the sink",
    "pours the milk",
)  # fmt: skip
CLEANROOM = _deeds(
    "builds the telescope / in a cleanroom", "shows the optical segment", "holds the mirrors",
    "cleans the observatory", "opens the space flight center / in Maryland",
    "shows the science segment / of the Webb", "turns the observatory element",
)  # fmt: skip
LECTURE: tuple[Line, ...] = (
    (0.0, 3.0, "speech", "Good morning, this is about the Hubble"),
    (3.0, 6.0, "speech", "telescope, which was built to show mirrors."),
    (6.0, 9.0, "screen_text", "ORBIT 540 KM"),
    (9.0, 12.0, "speech", "We clean the mirrors in a cleanroom in Maryland."),
    (12.0, 16.0, "speech", "Then the science segment is turned and opened."),
    (16.0, 20.0, "caption", "A man holds a mirror in front of a class"),
    (20.0, 24.0, "speech", "Thank you."),
)


def _captions(
    deeds: Sequence[Deed], kind: EventKind = "caption", turns: int = 1
) -> tuple[Line, ...]:
    """Tells the deeds one after the other, 2.5 s each, and all of them `turns` times."""
    told = [" ".join(f"The camera wearer {d.does} {d.thing} {d.where}".split()) for d in deeds]
    return tuple((2.5 * n, 2.5 * n + 2.5, kind, text) for n, text in enumerate(told * turns))


def _near_copies(deeds: Sequence[Deed]) -> tuple[Line, ...]:
    """Tells each deed in words that differ by case, a full stop or a plural, at the same time."""
    lines: list[Line] = []
    for n, deed in enumerate(deeds):
        text = f"The person {deed.does} {deed.thing}"
        for written in (text, f"{text}.", text.upper(), f"{text}s", text):
            lines.append((3.0 * n, 3.0 * n + 3.0, "caption", written))
    return tuple(lines)


SCENES: tuple[Scene, ...] = (
    Scene("kitchen.mp4", REAL_KITCHEN),
    Scene("cleanroom.mp4", CLEANROOM),
    Scene("breakfast.mp4", BREAKFAST, _captions(BREAKFAST)),
    Scene("workshop.mp4", WORKSHOP, _captions(WORKSHOP, "action")),
    Scene("garden.mp4", GARDEN, _captions(GARDEN, turns=3)),
    Scene("laundry.mp4", LAUNDRY, _near_copies(LAUNDRY)),
    Scene("lecture.mp4", CLEANROOM, LECTURE),
)
"""The first two are watched, the rest is made."""


def spread(items: Sequence[Item], count: int) -> list[Item]:
    """Returns `count` distinct items from all parts of a longer list.

    Raises:
        ValueError: If there are too few.
    """
    distinct = list(dict.fromkeys(items))
    if len(distinct) < count:
        raise ValueError(f"there are {len(distinct)} to choose {count} from; make more")
    return [distinct[n * len(distinct) // count] for n in range(count)]


def asks() -> list[Ask]:
    """Returns 500 questions."""
    kinds: tuple[tuple[AskKind, int, Callable[[Scene], Iterator[Ask]]], ...] = (
        ("when", 90, _when),
        ("what", 90, _what),
        ("equal choices", 70, _equal_choices),
        ("near choices", 70, _near_choices),
        ("order", 100, _order),
        ("absence", 80, _absence),
    )
    return [
        ask
        for _, count, made in kinds
        for ask in spread([one for scene in SCENES for one in made(scene)], count)
    ]


def _when(scene: Scene) -> Iterator[Ask]:
    for deed in scene.deeds:
        yield Ask("when", scene.video, f"When does the person {deed.do} {deed.thing}?")
        yield Ask("when", scene.video, f"At what time is {deed.thing} {deed.done} {deed.where}?")
        yield Ask("when", scene.video, f"Find where somebody is {deed.doing} {deed.thing}")


def _what(scene: Scene) -> Iterator[Ask]:
    for deed in scene.deeds:
        yield Ask("what", scene.video, f"What does the person {deed.do}?")
        yield Ask("what", scene.video, f"What is {deed.done} {deed.where}?")
        yield Ask("what", scene.video, f"What is done with {deed.thing}?")
    for second in range(1, 22, 4):
        yield Ask("what", scene.video, f"What happens at second {second}?")
        yield Ask("what", scene.video, f"What happens between {second} and {second + 6} seconds?")


def _equal_choices(scene: Scene) -> Iterator[Ask]:
    """The same choice twice or three times, in all sorts of places."""
    for n, deed in enumerate(scene.deeds):
        other = scene.deeds[(n + 3) % len(scene.deeds)].thing
        a, b = _ABSENT[n % len(_ABSENT)], _ABSENT[(n + 5) % len(_ABSENT)]
        question = f"What is {deed.done} {deed.where}?"
        for choices in (
            (f"a {a}", deed.thing, deed.thing),
            (deed.thing, f"a {a}", deed.thing, f"a {a}", other),
            (f"a {a}", f"a {b}", f"a {a}", f"a {b}"),
            (other, deed.thing, other, deed.thing, deed.thing),
        ):
            yield Ask("equal choices", scene.video, question, choices)


def _near_choices(scene: Scene) -> Iterator[Ask]:
    """Choices that differ by case, number, article or punctuation."""
    for n, deed in enumerate(scene.deeds):
        absent, thing = _ABSENT[(n + 2) % len(_ABSENT)], deed.thing
        bare = thing.split(" ", 1)[-1]
        question = f"What does the person {deed.do} {deed.where}?"
        for choices in (
            (thing, thing.upper(), f"{thing}.", f"{thing} "),
            (f"{bare}s", bare, f"a {absent}", f"{bare}."),
            (f"a {absent}", f"A {absent}", f"the {absent}", f"{absent}s", f"{absent}!"),
            (f"{deed.doing} {thing}", f"{deed.does} {thing}", f"{deed.do} {thing}", bare),
        ):
            yield Ask("near choices", scene.video, question, choices)


def _order(scene: Scene) -> Iterator[Ask]:
    for n, deed in enumerate(scene.deeds):
        later = scene.deeds[(n + 2) % len(scene.deeds)]
        for question in (
            f"What does the person do right after {deed.doing} {deed.thing}?",
            f"What happens before the person {deed.does} {deed.thing}?",
            f"When does the person first {deed.do} {deed.thing}?",
            f"When does the person last {deed.do} {deed.thing}?",
            f"Does the person {deed.do} {deed.thing} before {later.doing} {later.thing}?",
        ):
            yield Ask("order", scene.video, question)
    for word in ("first", "last"):
        yield Ask("order", scene.video, f"What is the {word} thing that the person does?")


def _absence(scene: Scene) -> Iterator[Ask]:
    for n, absent in enumerate(_ABSENT):
        deed = scene.deeds[n % len(scene.deeds)]
        yield Ask("absence", scene.video, f"Does the person {deed.do} the {absent}?")
        yield Ask("absence", scene.video, f"When is the {absent} {deed.done} {deed.where}?")
        yield Ask("absence", scene.video, f"Is there a {absent} in the video?")


def locates() -> list[Locate]:
    """Returns 100 queries."""
    made: list[Locate] = []
    for scene, k in product(SCENES, (1, 5, 10)):
        for n, deed in enumerate(scene.deeds):
            made.append(Locate(scene.video, f"{deed.does} {deed.thing}", k))
            made.append(Locate(scene.video, f"somebody {deed.doing} {deed.thing} {deed.where}", 5))
            made.append(Locate(scene.video, f"a {_ABSENT[n % len(_ABSENT)]} {deed.done}", k))
        made.append(Locate(scene.video, "when is the scene empty?", k))
    return spread(made, 100)


def plans() -> list[PlanAsk]:
    """Returns 50 plans to make."""
    ends = (
        ("raw eggs in the carton", "scrambled eggs on a plate"),
        ("dirty clothes in a basket", "clean clothes on the line"),
        ("boil water", "a cup of tea"),
        ("a car with a flat tyre", "a car with four good tyres"),
        ("flour and butter on the table", "a cake in the oven"),
        ("a bottle of milk in the fridge", "a warm cup of milk"),
        ("a dry plant", "a watered plant"),
        ("a plank and some screws", "a shelf on the wall"),
        ("an empty mug", "a mug of coffee"),
    )
    counts: tuple[int | tuple[int, int] | None, ...] = (None, 3, 5, (3, 6))
    words = [PlanAsk(goal, start, steps=steps) for (start, goal), steps in product(ends, counts)]
    untold = [PlanAsk(goal, k=k) for (_, goal), k in product(ends, (1, 10))]
    tasks = [PlanAsk(None, task=task) for task in ("make a sandwich", "make coffee", "fly a kite")]
    seen = [
        PlanAsk(goal, second, video, steps=(3, 8))
        for video, second in product(("kitchen.mp4", "breakfast.mp4", "garden.mp4"), (10.0, 22.0))
        for goal in ("a warm cup of milk", "a clean kitchen", "a tomato salad")
    ]
    return spread(words, 22) + spread(untold, 10) + tasks + spread(seen, 15)


def anticipations() -> list[Anticipation]:
    """Returns 50 futures to tell."""
    made = [
        Anticipation(video, float(second), k, horizon, optimal)
        for video in ("kitchen.mp4", "breakfast.mp4", "workshop.mp4", "garden.mp4", "laundry.mp4")
        for second, k, horizon, optimal in product(
            range(6, 25, 3), (1, 5, 10), (5, 20), (False, True)
        )
    ]
    return spread(made, 50)
