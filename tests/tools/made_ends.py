"""Starts and goals of everyday procedures as people might say them, made for these tests.

They were written beside the procedures that ship, before any setting was chosen on them; settings
were chosen on the rows of even number and checked on the others. Where a later procedure does the
same as an earlier one, both are meant.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MadeEnds:
    """Words for a start and a goal, the tasks they may mean, and the ends in the first's steps."""

    start: str
    goal: str
    tasks: tuple[str, ...]
    first: int
    last: int


MADE_ENDS = (
    MadeEnds(
        "raw eggs in the carton",
        "scrambled eggs on a plate",
        ("scramble eggs with onion and tomato", "make scrambled eggs"),
        0,
        5,
    ),
    MadeEnds(
        "an empty kettle on the counter",
        "a sweet cup of tea with milk",
        ("make a cup of tea with milk and sugar", "make a cup of tea"),
        0,
        5,
    ),
    MadeEnds("whole coffee beans", "a pot of filter coffee", ("brew filter coffee by hand",), 0, 5),
    MadeEnds(
        "a bowl of whole oranges", "a glass of orange juice", ("make fresh orange juice",), 0, 4
    ),
    MadeEnds("a bag of dry rice", "a bowl of steamed rice", ("cook rice in a pot",), 0, 5),
    MadeEnds(
        "dry spaghetti in the packet",
        "a plate of pasta with tomato sauce",
        ("cook spaghetti with tomato sauce",),
        0,
        5,
    ),
    MadeEnds("flour, eggs and milk on the table", "a stack of pancakes", ("make pancakes",), 0, 4),
    MadeEnds(
        "a loose heap of flour and water", "a fresh loaf of bread", ("bake a loaf of bread",), 0, 4
    ),
    MadeEnds(
        "butter, sugar, eggs and cocoa",
        "a chocolate cake out of the oven",
        ("bake a chocolate cake",),
        0,
        3,
    ),
    MadeEnds("apples and pastry dough", "a golden apple pie", ("bake an apple pie",), 0, 4),
    MadeEnds("a ball of pizza dough", "a pizza ready to eat", ("make pizza at home",), 0, 5),
    MadeEnds(
        "a head of lettuce, a cucumber and a tomato",
        "a bowl of salad with dressing",
        ("make a green salad",),
        0,
        4,
    ),
    MadeEnds("raw potatoes", "fluffy mashed potatoes", ("mash potatoes",), 0, 4),
    MadeEnds("a raw fish", "a grilled fish with lemon", ("grill fish with lemon",), 0, 4),
    MadeEnds(
        "dirty plates piled beside the sink",
        "clean plates in the cupboard",
        ("wash the dishes by hand",),
        0,
        5,
    ),
    MadeEnds(
        "a dishwasher full of clean dishes", "an empty dishwasher", ("empty the dishwasher",), 0, 4
    ),
    MadeEnds(
        "a dirty kitchen floor", "a clean wet floor", ("sweep and mop the kitchen floor",), 0, 5
    ),
    MadeEnds(
        "a carpet full of crumbs", "a clean living room carpet", ("vacuum the living room",), 0, 4
    ),
    MadeEnds(
        "a pile of dirty clothes",
        "washed clothes taken from the machine",
        ("do a load of washing", "wash clothes in a washing machine"),
        0,
        4,
    ),
    MadeEnds(
        "a basket of wet laundry",
        "laundry hanging outside on the line",
        ("hang clothes on a line",),
        0,
        4,
    ),
    MadeEnds("a wrinkled shirt", "a smooth shirt on a hanger", ("iron a shirt",), 0, 4),
    MadeEnds(
        "a bed without sheets", "a neatly made bed", ("make the bed with fresh sheets",), 1, 4
    ),
    MadeEnds(
        "small tomato plants in pots",
        "tomato plants growing in the garden bed",
        ("plant tomato seedlings in the garden",),
        0,
        5,
    ),
    MadeEnds(
        "a plant whose roots fill its pot",
        "the plant in a bigger pot",
        ("repot a houseplant", "plant a seedling in a pot"),
        0,
        4,
    ),
    MadeEnds("high grass", "a short lawn", ("mow the lawn",), 0, 5),
    MadeEnds(
        "leaves all over the yard", "a bag full of leaves", ("rake leaves in the yard",), 0, 4
    ),
    MadeEnds(
        "a long wooden board",
        "a board sawn to the right length",
        ("cut a plank to length with a hand saw",),
        0,
        4,
    ),
    MadeEnds(
        "furniture parts in a cardboard box",
        "a shelf standing against the wall",
        ("assemble a flat pack shelf",),
        0,
        5,
    ),
    MadeEnds(
        "a bare wall and a shelf on the floor",
        "the shelf is up on the wall",
        ("drill holes and hang a shelf on the wall",),
        0,
        4,
    ),
    MadeEnds(
        "a white wall and a bucket of paint",
        "a wall in a new colour",
        ("paint a wall with a roller",),
        0,
        5,
    ),
    MadeEnds(
        "a tap that drips", "a tap that no longer drips", ("fix a leaking kitchen faucet",), 0, 4
    ),
    MadeEnds(
        "a dark lamp", "a lamp with a new bulb", ("change a light bulb and a wall switch",), 0, 4
    ),
    MadeEnds(
        "a bicycle with a puncture",
        "a bicycle with a pumped up tyre",
        ("fix a flat bicycle tyre",),
        0,
        4,
    ),
    MadeEnds(
        "a car with a flat tyre",
        "the car stands on its spare wheel",
        ("change a car wheel", "change a flat tyre on a car"),
        0,
        4,
    ),
    MadeEnds(
        "black old oil in the engine",
        "fresh oil in the engine",
        ("change the engine oil of a car",),
        0,
        4,
    ),
    MadeEnds("a muddy car", "a shiny car", ("wash a car",), 0, 4),
    MadeEnds(
        "a shirt that lost a button",
        "a shirt with all its buttons",
        ("sew on a shirt button",),
        0,
        4,
    ),
    MadeEnds("a ball of yarn", "a knitted scarf", ("knit a scarf",), 0, 5),
    MadeEnds("a gift and some paper", "a wrapped gift with a ribbon", ("wrap a present",), 0, 4),
    MadeEnds("a lump of wax", "finished candles", ("make candles",), 0, 4),
    MadeEnds("a bleeding finger", "a finger with a bandage on it", ("bandage a cut finger",), 0, 4),
    MadeEnds("an empty suitcase", "a packed suitcase", ("pack a suitcase",), 0, 4),
    MadeEnds("a tent in its bag", "a tent that stands on the meadow", ("pitch a tent",), 0, 5),
    MadeEnds("a hungry dog at home", "a dog that had its walk", ("feed and walk the dog",), 0, 4),
    MadeEnds("a dirty dog", "a clean dry dog", ("bathe a dog",), 0, 4),
    MadeEnds("long untidy hair", "freshly cut hair", ("cut somebody's hair",), 0, 4),
    MadeEnds("an empty shopping cart", "shopping bags full of food", ("shop for groceries",), 0, 4),
    MadeEnds("jigsaw pieces in the box", "a finished puzzle", ("do a jigsaw puzzle",), 0, 4),
    MadeEnds(
        "the kettle is full of water",
        "hot water has been poured over the tea bag",
        ("make a cup of tea with milk and sugar", "make a cup of tea"),
        1,
        3,
    ),
    MadeEnds(
        "the onion is chopped",
        "the eggs are in the pan being stirred",
        ("scramble eggs with onion and tomato", "make scrambled eggs"),
        1,
        4,
    ),
    MadeEnds("a bowl of smooth batter", "pancakes on a plate", ("make pancakes",), 2, 4),
    MadeEnds("the dough has risen", "bread from the oven", ("bake a loaf of bread",), 3, 4),
    MadeEnds(
        "the wheel has been taken off the bike",
        "the hole in the tube is closed with a patch",
        ("fix a flat bicycle tyre",),
        1,
        3,
    ),
    MadeEnds(
        "the car is lifted on the jack",
        "all wheel bolts are tight",
        ("change a car wheel", "change a flat tyre on a car"),
        2,
        3,
    ),
    MadeEnds(
        "the clothes are in the washing machine",
        "the machine is running",
        ("do a load of washing", "wash clothes in a washing machine"),
        2,
        3,
    ),
    MadeEnds("the iron is hot", "the collar is smooth", ("iron a shirt",), 2, 2),
    MadeEnds(
        "the boards are glued at the corners",
        "the box has a bottom",
        ("build a small wooden box",),
        2,
        3,
    ),
    MadeEnds(
        "the peeled potatoes lie in the pot", "the potatoes are mashed", ("mash potatoes",), 1, 3
    ),
    MadeEnds(
        "soil in the trays with little holes",
        "the seeds lie under the soil",
        ("sow seeds in trays",),
        2,
        3,
    ),
    MadeEnds("the hair is wet", "the neck is trimmed", ("cut somebody's hair",), 2, 3),
)

NO_TASK = (
    ("a rocket on the launch pad", "a satellite in orbit"),
    ("an empty field", "a finished suspension bridge"),
    ("a broken laptop screen", "a laptop with a new screen"),
    ("a sick patient before surgery", "the patient is stitched up"),
    ("crude oil", "petrol at the pump"),
    ("a blank script", "a film in the cinema"),
    ("raw iron ore", "a steel beam"),
    ("uncut diamond", "a diamond ring"),
    ("a new company name", "a registered company"),
    ("milk", "aged cheese"),
    ("grapes on the vine", "bottled red wine"),
    ("a horse in the stable", "a shod horse"),
    ("an unloaded cargo ship", "a ship full of containers"),
    ("an old piano out of tune", "a tuned piano"),
    ("a wild parachute in its pack", "a jump from the plane and landing"),
    ("a jello packet", "jello shots"),
    ("tickets", "being on board the plane"),
    ("a snowy driveway", "a driveway without snow"),
    ("wet cement pool", "a swimming pool full of water"),
    ("a cow hide", "a leather belt"),
    ("a frozen lake", "a hole in the ice with a fish"),
    ("a bee hive", "a jar of honey"),
    ("an untrained neural network", "a model with low loss"),
    ("a contact lens in its case", "a contact lens in the eye"),
)
"""Starts and goals that no everyday procedure is about."""
