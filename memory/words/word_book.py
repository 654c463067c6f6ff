"""The one book of English words: verbs with their irregular forms, synonyms, numbers and grammar.

Tables alone. The rules of inflection stand in `inflections.py`, what words mean in `wording.py`,
and how sentences and time words are read in `tools/texts/`. Small on purpose: the words of what is
seen in videos and of what is asked about them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

_IRREGULAR_VERBS = """
awake awoke awoken, beat beat beaten, become became become, begin began begun, bend bent bent,
bet bet bet, bind bound bound, bite bit bitten, bleed bled bled, blow blew blown,
break broke broken, breed bred bred, bring brought brought, build built built,
burn burnt/burned burnt/burned, burst burst burst, buy bought bought, cast cast cast,
catch caught caught, choose chose chosen, cling clung clung, come came come, cut cut cut,
deal dealt dealt, dig dug dug, dive dove/dived dived, do did done, draw drew drawn,
drink drank drunk, drive drove driven, eat ate eaten, fall fell fallen, feed fed fed,
feel felt felt, fight fought fought, find found found, flee fled fled, fling flung flung,
fly flew flown, forget forgot forgotten, freeze froze frozen, get got got/gotten,
give gave given, go went gone, grind ground ground, grow grew grown, hang hung hung,
have had had, hear heard heard, hide hid hidden, hit hit hit, hold held held, hurt hurt hurt,
keep kept kept, kneel knelt knelt, know knew known, lay laid laid, lead led led,
lean leant/leaned leant/leaned, leap leapt/leaped leapt/leaped, learn learnt/learned learnt/learned,
leave left left, lend lent lent, let let let, lie lay lain, light lit lit, lose lost lost,
make made made, mean meant meant, meet met met, overtake overtook overtaken, pay paid paid,
put put put, quit quit quit, read read read, rewind rewound rewound, ride rode ridden,
ring rang rung, rise rose risen, run ran run, saw sawed sawn, say said said, see saw seen,
seek sought sought, sell sold sold, send sent sent, set set set, sew sewed sewn,
shake shook shaken, shear sheared shorn, shed shed shed, shine shone shone, shoot shot shot,
show showed shown, shrink shrank shrunk, shut shut shut, sing sang sung, sink sank sunk,
sit sat sat, sleep slept slept, slide slid slid, slit slit slit, smell smelt/smelled smelt/smelled,
sow sowed sown, speak spoke spoken, spell spelt/spelled spelt/spelled, spend spent spent,
spill spilt/spilled spilt/spilled, spin spun spun, spit spat spat, split split split,
spread spread spread, spring sprang sprung, stand stood stood, steal stole stolen,
stick stuck stuck, sting stung stung, strike struck struck, string strung strung,
sweep swept swept, swell swelled swollen, swim swam swum, swing swung swung, take took taken,
teach taught taught, tear tore torn, tell told told, think thought thought, throw threw thrown,
tread trod trodden, undo undid undone, unwind unwound unwound, wake woke woken, wear wore worn,
weave wove woven, weep wept wept, wet wet wet, win won won, wind wound wound,
withdraw withdrew withdrawn, wring wrung wrung, write wrote written
"""
_REGULAR_VERBS = """
add adjust aim appear applaud apply approach arrange arrive ask assemble attach attack attempt
bake balance bang bark bathe beg blend blink board boil bounce bow box brake brew brush bubble
bump bury button call caress carry carve celebrate chain change chase chat chatter check cheer
chew chop circle clamp clap clean clear click climb close clutch collect collide comb combine
compare compete connect consume continue control cook cool copy count cover crack crawl crochet
cross crouch cruise crush cry cuddle curl cycle dance dangle decorate deliver demonstrate depart
describe detach dice dip disappear discard disconnect discuss dissolve divide dock dodge double
drag drain dress drill drip drool drop drown dry dust dye empty end enter erase escape examine
exchange exercise exit explain explore extinguish face fasten fetch fidget fill film filter finish
fish fix flap flash flatten flip float flow focus fold follow fondle frame free frown fry gallop
garnish gather gaze gesture giggle glide glue grab grapple grasp grate greet grill grin grip groom
guide gulp hammer hand handle happen harvest haul help hesitate hike hoist hook hop hope howl hug
hurry ice include inflate inject insert inspect install interact interview invite involve iron jog
join juggle juice jump kick kiss knead knit knock knot label ladle land lap laugh launch lick lift
like line listen live load lock look loosen love lower lunge mail manage march mark mash massage
measure melt mend mention meow mix mold mop mount move mow nail nap need nibble nod note notice
nudge nuzzle observe occur offer oil open operate order organise organize pack paddle paint park
pass paste pat patch pause peck pedal peek peel perch perform pet phone pick pilot pin pinch place
plant plate play plug point poke polish pose pounce pound pour practise prance prepare present
press print prod propel prune puff pull pump punch push race rain raise rake reach react receive
recite recline record refill refuel relax release relocate remove repair replace rescue respond
rest return reverse rinse rip roast rock roll rotate row rub rummage rush sail salt sand save
scatter scold scoop scoot scramble scrape scratch scream screw scroll scrub seal search season
serve settle shampoo shape share sharpen shave shift shiver shop shout shove shovel shrug shuffle
sift sigh sign simmer sip skate skateboard sketch ski skim skip slap slice slip slurp smack smear
smile smoke smooth snap snatch sneeze sniff snore snow snowboard snuggle soak solder sort spank
spar spear splash spoon spray sprinkle sprint squat squeeze squint squirt stab stack staple stare
start stay steam steer step stir stomp stop store strain stretch stroke stroll strum strut stuff
stumble suck surf swallow swat sway sweeten swerve swipe swirl switch talk tap taste tattoo tease
test thank thicken tickle tidy tie tighten tilt tip tiptoe toast topple toss touch tow trace train
transfer transport travel trim trip trot try tuck tug tumble tune turn twirl twist twitch type
uncork uncover unfold unhook unload unlock unpack unplug unroll unscrew untie unveil unwrap use
vacuum vanish view visit waddle wade wag wait walk wander want warm warn wash waste watch water
wave weigh weld wheel whip whirl whisk whisper whistle wiggle wink wipe wobble work wrap wrestle
wriggle yank yawn yell zip zoom
"""
_IRREGULAR_PLURALS = """
child children, foot feet, goose geese, half halves, knife knives, leaf leaves, life lives,
loaf loaves, man men, mouse mice, ox oxen, person people, scarf scarves, shelf shelves,
thief thieves, tooth teeth, wife wives, wolf wolves, woman women
"""
_IRREGULAR_GERUNDS = "die dying, dye dying, lie lying, tie tying, untie untying"


def word_set(table: str) -> frozenset[str]:
    """Returns the words of a table, which blanks divide."""
    return frozenset(table.split())


def _rows(table: str) -> Iterator[list[str]]:
    for row in table.replace("\n", " ").split(","):
        yield row.split()


def _both_ways(pairs: str) -> dict[str, str]:
    """Returns each verb's opposite; of several, the first."""
    found: dict[str, str] = {}
    for one, two in (pair.split() for pair in pairs.split(", ")):
        found.setdefault(one, two)
        found.setdefault(two, one)
    return found


def _forms(cells: int) -> dict[str, tuple[str, ...]]:
    """Collects the verbs that each form of a column may belong to, in the order of the table."""
    verbs: dict[str, tuple[str, ...]] = {}
    for row in _rows(_IRREGULAR_VERBS):
        for form in row[cells].split("/"):
            verbs[form] = (*verbs.get(form, ()), row[0])
    return verbs


PASTS: Final[Mapping[str, tuple[str, ...]]] = _forms(1)
"""The verbs that an irregular past tense may belong to: "took" to take."""
PARTICIPLES: Final[Mapping[str, tuple[str, ...]]] = _forms(2)
"""The verbs that an irregular past participle may belong to: "taken" to take."""
VERBS: Final = frozenset([*(row[0] for row in _rows(_IRREGULAR_VERBS)), *_REGULAR_VERBS.split()])
"""Verbs of what people, animals and things are seen to do, in their base form."""
AMBIGUOUS: Final = frozenset({"bit", "felt", "left", "rose", "saw", "spoke", "thought"})
"""Forms that alone are mostly other words: a saw, the left side, a rose."""


def _irregular() -> dict[str, tuple[str, ...]]:
    """Joins all irregular forms, each with what it may be a form of, the likeliest first."""
    bases: dict[str, list[str]] = {}
    for verbs_by_form in (PASTS, PARTICIPLES):
        for form, verbs in verbs_by_form.items():
            bases.setdefault(form, []).extend(verbs)
    for table in (_IRREGULAR_GERUNDS, _IRREGULAR_PLURALS):
        for base, form in _rows(table):
            bases.setdefault(form, []).append(base)
    bases["leaves"].insert(0, "leave")  # in captions somebody leaves more often than trees have any
    return {
        form: tuple(dict.fromkeys(of))
        for form, of in bases.items()
        if form not in AMBIGUOUS and form not in VERBS
    }


IRREGULAR: Final[Mapping[str, tuple[str, ...]]] = _irregular()
"""What an irregular form may be a form of, whatever stands around it; without `AMBIGUOUS`."""

SYNONYMS: Final = (
    "pick take grab lift collect fetch get remove",
    "put place set lay",
    "close shut",
    "open unscrew uncover",
    "arrive come enter appear visit",
    "leave exit depart disappear",
    "fridge refrigerator",
    "tap faucet",
    "cup mug",
    "bin trash garbage dustbin",
    "cut chop slice dice",
    "stir mix whisk blend",
    "wash rinse clean",
    "throw toss discard",
    "turn rotate flip",
    "talk speak say tell",
    "look watch stare gaze",
    "stove cooker hob",
    "pan skillet",
    "mobile phone smartphone cellphone",
    "empty nobody",
    "begin start",
    "end finish stop",
)
"""Everyday words that are taken for one another; the first of a line stands for all."""

NUMBERS: Final[Mapping[str, int]] = {
    "no": 0, "none": 0, "nobody": 0, "zero": 0, "one": 1, "once": 1, "two": 2, "twice": 2,
    "both": 2, "pair": 2, "three": 3, "thrice": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
}  # fmt: skip
"""What number words say."""
COLOURS: Final = word_set(
    """
    beige black blue bluish blond brown colorless colourless cyan gold golden gray green grey
    magenta maroon orange pink purple red silver tan teal turquoise violet white yellow
    """
)
ATTRIBUTES: Final = word_set("age color colour height length name shape size speed weight width")
"""What a question may ask of a thing: what colour it is."""
PREPOSITIONS: Final = word_set(
    """
    about above across against along among around at behind below beneath beside between beyond by
    down for from in inside into near of off on onto opposite out outside over past through to
    toward towards under underneath up upon using with within without
    """
)
PLACES: Final = word_set(
    """
    above across against among around at behind below beneath beside between by downstairs from in
    indoors inside into left near next off on onto opposite outdoors outside over right under
    underneath upon upstairs within
    """
)
"""Words that tell where something is."""
PARTICLES: Final = word_set(
    """
    apart around away back down in off on out over together up
    """
)
"""Small words that make one verb with the word before: pick up, turn the tap off."""

COMPOUND_HEADS: Final = word_set(
    """
    area bag board boat bowl brush chair class course cream game hall iron knife lot machine mat oil
    pad pan paper park pin place pole pool pot powder room salon sheet site soda station stick stone
    suit table tray water wheel
    """
)
"""Nouns before which a word in "ing" is a part of the name: the cutting board."""
PLACES_BY: Final = word_set(
    """
    bed door fire river road roadside sea shelf side sink stove table tree wall window
    """
)
"""Nouns that tell where and not by whom: "the chair is put by the window"."""
OPPOSITES: Final[Mapping[str, str]] = {
    "on": "off", "off": "on", "up": "down", "down": "up", "in": "out", "out": "in",
}  # fmt: skip
"""Small words that turn what a verb says into its opposite: turn on, turn off."""

OPPOSED_VERBS: Final[Mapping[str, str]] = _both_ways(
    "open close, open shut, enter leave, arrive leave, start stop, begin end, push pull, "
    "lift lower, fill empty, lock unlock, tie untie, wear remove, buy sell, win lose, "
    "freeze melt, connect disconnect, load unload, wrap unwrap, fold unfold, plug unplug"
)
"""Verbs of which a text that tells the one does not show the other."""
BE: Final = ("is", "are", "was", "were", "am")
DO: Final = ("do", "does", "did")
HAVE: Final = ("has", "have", "had")
MODALS: Final = ("can", "could", "will", "would", "shall", "should", "must", "may", "might")
AUXILIARIES: Final = (*BE, *DO, *HAVE, *MODALS)
"""Words that stand before the subject in a question that yes or no answers."""
BEEN: Final = frozenset({"be", "been", "being"})
NEGATIONS: Final = frozenset({"not", "never", "neither", "cannot"})
QUESTION_WORDS: Final = (
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how",
)  # fmt: skip
DETERMINERS: Final = word_set(
    """
    a an the this that these those my your his her its our their some any another each every no
    """
)
PRONOUNS: Final = word_set(
    """
    i you he she it we they me him them us someone somebody anyone anybody everyone everybody
    something anything
    """
)
OBJECT_PRONOUNS: Final = word_set("her him me them us you")
PEOPLE: Final = (
    "the camera wearer", "camera wearer", "the wearer", "the user", "the person", "this person",
    "that person", "a person", "any person", "person", "the people", "people", "someone",
    "somebody", "anyone", "anybody", "one", "he", "she", "they", "we", "you", "i", "c",
)  # fmt: skip
"""What stands for whoever does a thing, without telling who it is."""
PEOPLE_MEANT: Final = "the person"
"""The one of `PEOPLE` that stands for all."""
FUNCTION_WORDS: Final = word_set(
    """
    a about actually all also always an and another any anybody anyone anything are around as at
    be been being both but by camera can clip could did do does doing done during each else ever
    every exactly for from give gets get go goes going had happen happened happening happens has
    have he her here hers him his how i if in into is it its just kind kinds least left like lot
    main man many me moment must more most much my of off on one only or other others our out over
    part people person please point right s scene say second seconds see seen shall she should
    show shown shows so some somebody someone something sort still subject such than that the
    their them then there these they thing things this those through time times to too try under
    up user very video want wants was watch way wearer were what when where which while who whole
    whom whose why will with woman would yet you your
    """
)
"""Words that carry no meaning of their own in a question or a caption of a video."""
