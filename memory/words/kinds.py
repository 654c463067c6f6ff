"""Which everyday things are of which kind: a violin is an instrument, salt a spice.

A table, as the packaged embedder cannot tell: over the 733 pairs that it holds, and as many of a
kind with a thing of another, the cosine of "a violin" and "a instrument" has an AUROC of 0.91;
where one wrong thing in twenty passes, 38 % of the right ones do not. Small on purpose: what is
seen in videos, and no word that captions use as often in another sense ("back", "watch").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Final

from foretell.memory.words.inflections import base_form
from foretell.memory.words.word_book import COLOURS, FUNCTION_WORDS, word_set
from foretell.memory.words.wording import words

_THINGS: Final[Mapping[str, str]] = {
    "spice": """
        allspice anise basil cardamom chilli chili cinnamon clove coriander cumin curry fennel
        ginger herb masala mint mustard nutmeg oregano paprika parsley pepper rosemary saffron
        salt sesame spice thyme turmeric vanilla""",
    "vegetable": """
        artichoke asparagus aubergine bean beet beetroot broccoli cabbage carrot cauliflower
        celery corn courgette cucumber eggplant garlic kale leek lettuce mushroom okra onion pea
        potato pumpkin radish shallot spinach squash tomato turnip vegetable yam zucchini""",
    "fruit": """
        apple apricot avocado banana berry blueberry cherry coconut date fig fruit grape
        grapefruit kiwi lemon lime mango melon orange papaya peach pear pineapple plum
        pomegranate raspberry strawberry watermelon""",
    "meat": "bacon beef chicken ham lamb meat mutton pork sausage steak turkey",
    "drink": """
        beer beverage cider cocktail coffee cola drink juice lemonade milk smoothie soda tea
        vodka water whisky wine""",
    "food": """
        biscuit bread burger butter cake candy cereal cheese chip chocolate cookie cracker cream
        dough dumpling egg fish flour food honey jam ketchup macaroni mayonnaise noodle nut oat
        oil omelette pancake pasta pastry pie pizza popcorn porridge rice salad sandwich sauce
        sausage shrimp snack soup spaghetti sugar toast tofu tortilla vinegar yeast yoghurt
        yogurt""",
    "animal": """
        animal ant bear bee bird bull butterfly calf camel cat cattle chimpanzee cow crab
        crocodile deer dog dolphin donkey elephant fish fox frog giraffe goat goose hamster hen
        horse insect kangaroo kitten lion lizard monkey owl ox panda parrot penguin pig pigeon
        pony puppy rabbit rat rooster seal shark sheep snake spider squirrel swan tiger tortoise
        turtle whale wolf zebra""",
    "instrument": """
        accordion bagpipe banjo bassoon bongo bugle cello clarinet cymbal drum fiddle flute
        guitar harmonica harp horn instrument lute mandolin oboe piano saxophone snare
        tambourine trombone trumpet tuba ukulele viola violin xylophone""",
    "tool": """
        axe brush chainsaw chisel clamp crowbar cutter drill hammer hoe knife ladder mallet nail
        needle pickaxe pincer pincers plier pliers rake roller ruler sandpaper saw scissors
        scraper screw screwdriver shears shovel sickle spade spanner sponge tape tongs tool
        trowel tweezers wrench""",
    "utensil": """
        blender bowl chopstick colander corkscrew fork funnel glass grater jug kettle knife
        ladle lid opener pan peeler plate pot saucepan sieve skillet spatula spoon strainer
        tongs tray utensil whisk""",
    "appliance": """
        appliance blender cooker dishwasher dryer fan freezer fridge heater iron kettle machine
        microwave mixer oven refrigerator stove toaster vacuum washer""",
    "furniture": """
        armchair bed bench bookcase bookshelf cabinet chair closet couch cupboard desk drawer
        dresser furniture shelf sofa stool table wardrobe""",
    "room": """
        attic balcony basement bathroom bedroom cellar classroom corridor garage gym hall
        hallway kitchen laboratory laundry lobby lounge office pantry room storeroom studio
        toilet workshop""",
    "garment": """
        apron belt blouse boot cap cardigan clothes coat dress garment glove gown hat helmet
        hoodie jacket jeans jumper mask mitten pants pyjamas robe scarf shirt shoe shorts skirt
        slipper sock suit sweater swimsuit trousers uniform vest""",
    "vehicle": """
        aeroplane airplane ambulance bicycle bike boat bus canoe car cart ferry helicopter jeep
        kayak lorry moped motorbike motorcycle plane scooter ship sledge taxi tractor trailer
        train tram truck van vehicle yacht""",
    "sport": """
        archery athletics badminton baseball basketball boxing cricket cycling diving dodgeball
        fencing football golf gymnastics handball hockey judo karate rowing rugby skateboarding
        skating skiing snowboarding soccer softball sport squash surfing swimming tennis
        volleyball weightlifting wrestling yoga""",
    "game": """
        badminton baseball basketball bingo bowling card cards checkers chess cricket darts
        domino dominoes football game golf hockey jenga ludo mahjong monopoly poker puzzle rugby
        scrabble soccer tennis volleyball""",
    "toy": """
        balloon ball block brick doll figurine frisbee kite lego puppet puzzle rattle robot
        teddy toy yo-yo""",
    "container": """
        bag barrel basket bin bottle bowl box bucket can carton case container crate cup dish
        envelope flask glass jar jug mug pack packet pail pot pouch sachet sack tin tray tub""",
    "body part": """
        ankle arm beard cheek chest chin ear elbow eye face finger foot forehead hair hand head
        hip knee leg lip mouth neck nose shoulder stomach thumb toe tongue tooth waist wrist""",
    "device": """
        calculator camera cellphone computer console controller device earphone headphone
        keyboard laptop monitor mouse phone printer projector radio smartphone speaker tablet
        telephone television tv""",
}  # fmt: skip
_WIDER: Final[Mapping[str, tuple[str, ...]]] = {
    "food": ("vegetable", "fruit", "meat"),
    "ingredient": ("food", "spice", "drink", "vegetable", "fruit", "meat"),
    "tool": ("utensil",),
    "toy": ("instrument",),
}
"""Kinds that hold other kinds, too; of toys and tools, what may be either."""
_ALSO: Final[Mapping[str, str]] = {
    "herb": "spice", "seasoning": "spice", "veg": "vegetable", "veggie": "vegetable",
    "beverage": "drink", "pet": "animal", "creature": "animal", "cutlery": "utensil",
    "kitchenware": "utensil", "cloth": "garment", "clothes": "garment", "clothing": "garment",
    "limb": "body part", "gadget": "device", "musical instrument": "instrument",
}  # fmt: skip
"""Other names of kinds."""


_SAY_NO_KIND = FUNCTION_WORDS | COLOURS | word_set("big empty little new old same small whole")


def kind_named(phrase: str) -> str:
    """Returns the kind that the last words of a phrase name: "spice" of "dried spices"; or ""."""
    told = [base_form(word) for word in words(phrase)]
    for name in (" ".join(told[-2:]), *told[-1:]):
        kind = _ALSO.get(name, name)
        if kind in _THINGS or kind in _WIDER:
            return kind
    return ""


@cache
def things_of(kind: str) -> frozenset[str]:
    """Returns the things that are known to be of a kind, in the singular, without its own name."""
    own = _THINGS.get(kind, "").split()
    wider = (thing for part in _WIDER.get(kind, ()) for thing in things_of(part))
    return frozenset((*own, *wider)) - {kind}


def of_kind(kind: str, text: str) -> list[str]:
    """Returns what names things of a kind in a text, in its order, each once.

    So does the kind's own name behind another word: "sitting room", "board game".
    """
    things, told = things_of(kind), words(text)
    own = [
        f"{before} {word}"
        for before, word in pairwise(told)
        if base_form(word) == kind and before not in _SAY_NO_KIND
    ]
    of_two = {word for name in own for word in words(name)}
    named = (word for word in told if word not in of_two and _names(word, things))
    return list(dict.fromkeys([*own, *named]))


def _names(word: str, things: frozenset[str]) -> bool:
    """Whether a word names one of some things; "orange" alone is taken for the colour."""
    return (word in things and word not in COLOURS) or (base_form(word) in things - {word})
