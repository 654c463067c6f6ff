"""Turns an English clause, asked or told, active or passive, into its declarative, active form.

"Is the milk taken?", "Does the person take the milk?" and "the person is taking the milk" all
become "take the milk", and "By whom is the ball caught?" becomes "catch the ball". Whoever acts is
left out where nothing is told of him ("the person", "somebody"), for captions name him in many
ways. What is not understood stays as it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from foretell.memory.words.inflections import (
    base_form,
    finite_verb,
    gerund,
    is_gerund,
    participle_verb,
    third_person,
)
from foretell.memory.words.word_book import (
    ATTRIBUTES,
    AUXILIARIES,
    BE,
    BEEN,
    COMPOUND_HEADS,
    DETERMINERS,
    DO,
    HAVE,
    MODALS,
    NEGATIONS,
    OBJECT_PRONOUNS,
    PARTICLES,
    PEOPLE,
    PEOPLE_MEANT,
    PLACES_BY,
    PREPOSITIONS,
    PRONOUNS,
    QUESTION_WORDS,
    VERBS,
)

_FUTURE = (["going", "to"], ["about", "to"])
_NAMES = DETERMINERS | PRONOUNS
_BEFORE_NAMES = DETERMINERS | PREPOSITIONS
_AFTER_MODALS = VERBS | BEEN | {"have"}
_WITH_PARTICIPLES = (*BE, *HAVE)
_PEOPLE = tuple(phrase.split() for phrase in PEOPLE)
_HAPPENING = frozenset({"appear", "come", "follow", "go", "happen", "occur"})
_GETS = ("get", "gets", "got")
_RELATIVE = ("that", "which", "who")
_STOPS_AN_AGENT = PREPOSITIONS - {"in", "of"} | {"and", "to"}
_WITHOUT_PARTICLE = ("around", "in", "on", "over")
"""Small words that are prepositions more often than not, but after these verbs."""
_WITH_PARTICLE = ("go", "put", "switch", "try", "turn")
Words = list[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """A question or a statement in its declarative, active form, in lower case.

    Attributes:
        asks: What begins the question: "what", "which", "who", "when", "how many", "how many
            times", "yes or no" and their like; empty for a statement.
        subject: Who or what acts; empty where that is anybody, not told, or asked for.
        verb: What is done, in the base form and with its particle; "be" where something is
            somehow; empty where there is none.
        rest: What it is done to, and all that follows.
        thing: What is asked for beside "which" and "how many": "bottle".
        asks_who: Whether what acts is asked for: "what falls", "which dog barks".
    """

    asks: str = ""
    subject: str = ""
    verb: str = ""
    rest: str = ""
    thing: str = ""
    asks_who: bool = False

    @property
    def text(self) -> str:
        """The clause without inflections: "the dog catch the ball", "the scene empty"."""
        acting = self.thing if self.asks_who else self.subject
        return _joined(acting, "" if self.verb == "be" else self.verb, self._object)

    @property
    def statement(self) -> str:
        """The clause as a statement: "the dog catches the ball", "opening the fridge"."""
        if not self.verb:
            return self._object
        if not self.subject:
            return self._object if self.verb == "be" else _joined(gerund(self.verb), self._object)
        return _joined(self.subject, third_person(self.verb), self._object)

    @property
    def question(self) -> str:
        """The clause as a question: "which bottle does the person take"."""
        if not self.asks:
            return self.statement
        asks = "" if self.asks == "yes or no" else self.asks
        if not self.verb:
            return _joined(asks, self.thing, "happens" if asks and not self.rest else self.rest)
        if self.asks_who:
            several = self.asks == "how many"
            verb = self.verb if several else third_person(self.verb)
            return _joined(asks, self.thing, verb, self.rest)
        if self.verb == "be":
            return _joined(asks, self.thing, "is", self.subject, self.rest)
        acting = self.subject or PEOPLE_MEANT
        return _joined(asks, self.thing, "does", acting, self.verb, self.rest)

    @property
    def _object(self) -> str:
        if not self.thing or self.asks_who:
            return self.rest
        rest = self.rest.split()
        stranded = bool(rest) and rest[-1] in PREPOSITIONS
        return _joined(self.rest, self.thing) if stranded else _joined(self.thing, self.rest)


def read_clause(words: Words) -> Clause:
    """Returns a clause of words in lower case, whose question may begin with any word or none."""
    if not words:
        return Clause()
    if words[0] in ("if", "whether"):
        return replace(read_statement(words[1:]), asks="yes or no")
    if words[0] in AUXILIARIES and len(words) > 1:
        return replace(_inverted(words[0], words[1:]), asks="yes or no")
    preposition, words = _fronted_preposition(words)
    asks, rest = words[0], words[1:]
    if asks not in QUESTION_WORDS:
        return read_statement(words)
    if asks == "how" and rest[:1] in (["many"], ["much"]):
        asks, rest = f"how {rest[0]}", rest[1:]
    elif asks in ("when", "where", "why", "how"):
        return replace(read_adverbial(rest), asks=asks)
    clause = _asked_what(rest, preposition, asks not in ("what", "who", "whom"))
    return replace(clause, asks="who" if asks == "whom" else asks)


def read_adverbial(words: Words) -> Clause:
    """Returns the clause that follows "when", "why" or "how": inverted, or as a statement."""
    if words and words[0] in AUXILIARIES:
        return _inverted(words[0], words[1:])
    return read_statement(words)


def read_statement(words: Words) -> Clause:
    """Returns the clause of a statement, or of "opening the fridge"."""
    words = [word for word in words if word not in NEGATIONS]
    if words[:1] == ["that"] and words[1:2] and words[1] in _NAMES:
        words = words[1:]
    if not words:
        return Clause()
    return _verb_first(words) or _subject_first(words)


def _fronted_preposition(words: Words) -> tuple[str, Words]:
    """Splits the preposition of "into what" and "out of which cup" off."""
    for count in (1, 2):
        begins = words[:count]
        named = begins[0] in PREPOSITIONS if count == 1 else begins == ["out", "of"]
        if named and words[count : count + 1] and words[count] in QUESTION_WORDS:
            return " ".join(begins), words[count:]
    return "", words


def _asked_what(words: Words, preposition: str, named_after: bool) -> Clause:
    """Reads what follows "what" or "which": the words that name a thing, and the clause.

    After "which" and "how many" a thing is always named.
    """
    place = _end_of_thing(words, 1 if named_after else 0)
    thing, rest = words[:place], words[place:]
    named = " ".join(word for word in thing if word not in ("else", "exactly"))
    if not rest:
        return Clause(rest=named)
    if rest[0] in AUXILIARIES:
        group = [rest[0], *_without_negation(rest[1:])]
        if preposition == "by" or not _follows_at_once(group):
            return _inverted(rest[0], group[1:], named, preposition)
        clause = _without_happening(_verb_group([], group))
        return replace(clause, thing=named, asks_who=bool(clause.verb) and not _is_passive(group))
    if rest[0] in _GETS and participle_verb("".join(rest[1:2])):  # "what gets broken"
        return replace(_verb_group([], ["is", *rest[1:]]), thing=named)
    if rest[0] in _NAMES or (not thing and _people(rest)):  # "what the person takes"
        return replace(read_statement(rest), thing=named)
    verb = participle_verb(rest[0])
    if verb and finite_verb(rest[0]) is None:  # "what taken"
        return replace(_passive([], verb, rest[1:]), thing=named)
    clause = _without_happening(read_statement(["it", *rest]))
    return replace(clause, thing=named, asks_who=bool(clause.verb))


def _end_of_thing(words: Words, least: int) -> int:
    """Returns where "which bottle of milk" ends and its clause begins."""
    for place, word in enumerate(words):
        if place < least and word not in AUXILIARIES:
            continue
        before = words[place - 1] if place else ""
        if word in AUXILIARIES or (word in _NAMES and before not in PREPOSITIONS):
            return place
        verb = finite_verb(word)
        plain = verb == word and (not place or place == len(words) - 1)
        if verb and not plain:
            return place
    return len(words) if len(words) > 1 else 0


def _follows_at_once(words: Words) -> bool:
    """Whether a verb follows its auxiliary: "is taken", and not "is the person taking"."""
    auxiliary, after = words[0], words[1:]
    if not after or auxiliary in DO:
        return False
    if auxiliary in MODALS:
        return after[0] in _AFTER_MODALS
    if after[0] in BEEN or participle_verb(after[0]):
        return True
    gerund = is_gerund(after[0]) and not _is_compound(after, 0)
    return auxiliary in BE and (gerund or after[0] in PREPOSITIONS or after[:2] in _FUTURE)


def _inverted(auxiliary: str, words: Words, thing: str = "", preposition: str = "") -> Clause:
    """Reads "does the person take the milk", of which a thing may be asked for."""
    words = _without_negation(words)
    if words[:1] == ["there"]:
        return _existing([*thing.split(), *words[1:]])
    stranded = words[-1:] == ["by"]
    if stranded or preposition == "by":  # "by whom is the ball caught"
        clause = _inverted(auxiliary, words[:-1] if stranded else words)
        return replace(clause, subject="", thing=thing, asks_who=True)
    if auxiliary in _WITH_PARTICIPLES and (relative := _relative(words)):
        return relative
    subject, group = _divide_at_verb(auxiliary, words)
    if not group and thing in ATTRIBUTES:  # "what colour is the car"
        return Clause(verb="be", rest=_joined("the", thing, "of", *subject))
    clause = _verb_group(subject, [auxiliary, *group])
    return replace(clause, rest=_joined(clause.rest, preposition), thing=thing)


def _relative(words: Words) -> Clause | None:
    """Reads "the object that the person takes" as what is told of the object."""
    for place in range(1, len(words) - 1):
        after = words[place + 1 :] if words[place] in _RELATIVE else words[place:]
        count = _people(after)
        if count and words[place - 1] not in PREPOSITIONS and len(after) > count:
            verb = after[count]
            if verb in AUXILIARIES or finite_verb(verb) not in (None, verb):
                noun = [word for word in words[:place] if word not in DETERMINERS | {"thing"}]
                return replace(read_statement(after), thing=" ".join(noun))
    return None


def _divide_at_verb(auxiliary: str, words: Words) -> tuple[Words, Words]:
    """Divides what follows an auxiliary into the subject and the verb with all behind it."""
    people = _people(words)
    for end in range(people or 1, len(words)):
        future = words[end : end + 2] in _FUTURE
        perfect = words[end] == "have" and auxiliary in MODALS
        if auxiliary in _WITH_PARTICIPLES:
            verb = _is_form_of_verb(auxiliary, words, end)
        else:
            verb = bool(people) or _is_base_verb(words, end)
        if future or perfect or verb or words[end] in BEEN:
            return words[:end], words[end:]
    end = len(words) if auxiliary in _WITH_PARTICIPLES else people or _first_verb_place(words)
    return words[:end], words[end:]


def _first_verb_place(words: Sequence[str]) -> int:
    """Returns where the verb of a subject can stand at the earliest, one noun behind."""
    return 2 if words[:1] and words[0] in DETERMINERS else 1


def _is_form_of_verb(auxiliary: str, words: Sequence[str], place: int) -> bool:
    """Whether "taking" or "taken" is the verb that belongs to a form of "be" or "have"."""
    before = words[place - 1]
    if before.endswith("ly") and place > 1:
        before = words[place - 2]
    if before in DETERMINERS:
        return False
    if auxiliary in BE and is_gerund(words[place]):
        return not _is_compound(words, place)
    return participle_verb(words[place]) is not None


def _is_base_verb(words: Sequence[str], place: int) -> bool:
    """Whether a word is the verb of a subject before it, which is one noun long at least."""
    return words[place] in VERBS and _has_subject(words, place)


def _has_subject(words: Sequence[str], place: int) -> bool:
    """Whether a subject, one noun long at least, may end before a word."""
    return place >= _first_verb_place(words) and words[place - 1] not in _BEFORE_NAMES


def _is_compound(words: Sequence[str], place: int) -> bool:
    """Whether a word in "ing" is a part of a name: the cutting board."""
    return place + 1 < len(words) and words[place + 1] in COMPOUND_HEADS


def _verb_first(words: Words) -> Clause | None:
    """Reads a statement that begins with its verb, or with "there is"; None if it does not."""
    following = words[1:2]
    if words[0] == "there" and following and following[0] in BE:
        return _existing(words[2:])
    verb = participle_verb(following[0]) if following else None
    if words[0] == "being" and verb:
        return _passive([], verb, words[2:])
    if words[0] == "having" and verb:
        return _active([], verb, words[2:])
    if is_gerund(words[0]) and not _is_compound(words, 0):
        return _active([], base_form(words[0]), words[1:])
    return None


def _subject_first(words: Words) -> Clause:
    """Reads a statement that begins with who or what acts."""
    people = _people(words)
    for place in range(people or 1, len(words)):
        word, after = words[place], words[place + 1 :]
        if word in AUXILIARIES and words[place - 1] not in _RELATIVE:
            return _verb_group(words[:place], words[place:])
        if word in _GETS and after and participle_verb(after[0]):
            return _verb_group(words[:place], ["is", *after])
        if people and (verb := finite_verb(word) or _inflected(word)):
            return _active(words[:place], verb, after)
    found = _finite(words)
    if found is not None:
        place, verb = found
        return _active(words[:place], verb, words[place + 1 :])
    for place in range(2, len(words)):
        if verb := participle_verb(words[place]):  # "an egg broken"
            return _passive(words[:place], verb, words[place + 1 :])
    return _active([], words[0], words[1:]) if words[0] in VERBS else Clause(rest=" ".join(words))


def _inflected(word: str) -> str | None:
    base = base_form(word)
    return base if base != word else None


def _finite(words: Sequence[str]) -> tuple[int, str] | None:
    """Finds the verb of a statement, one that is inflected before one in its base form."""
    known: list[tuple[int, str]] = []
    for place, word in enumerate(words):
        verb = finite_verb(word)
        begins = place == 0 and verb != word
        if verb and (begins or _has_subject(words, place)):
            known.append((place, verb))
    return next((one for one in known if words[one[0]] != one[1]), known[0] if known else None)


def _existing(words: Words) -> Clause:
    """Reads "there is someone playing the guitar": what is there, and what it does."""
    words = _without_negation(words)
    for place in range(_people(words) or 1, len(words)):
        if _is_form_of_verb("is", words, place):
            return _verb_group(words[:place], ["is", *words[place:]])
    return Clause(rest=" ".join(words))


def _verb_group(subject: Sequence[str], words: Words) -> Clause:
    """Reads the auxiliaries and the verb that follow a subject, active or passive."""
    place, helpers, aside = _auxiliaries(words)
    be, have = "be" in helpers, "have" in helpers
    if place == len(words):
        verb = "be" if be else "have" if have else ""
        return Clause(verb=verb, rest=_joined(*subject, *aside))
    word, rest = words[place], [*words[place + 1 :], *aside]
    verb = participle_verb(word) or ""
    if word == "got" and rest and (have or (be and subject)):  # "what's he got in his hand"
        return _active(subject, "have", rest)
    if be and is_gerund(word):
        return _active(subject, base_form(word), rest)
    if be and verb:
        return _passive(subject, verb, rest)
    if have and not be:
        return _active(subject, verb, rest) if verb else _active(subject, "have", [word, *rest])
    if be:
        return _active(subject, "be", [word, *rest])
    return _active(subject, "do" if word in DO else word, rest)


def _is_passive(words: Words) -> bool:
    """Whether auxiliaries and the verb behind them tell what is done to something."""
    place, helpers, _ = _auxiliaries(words)
    return "be" in helpers and place < len(words) and participle_verb(words[place]) is not None


def _auxiliaries(words: Words) -> tuple[int, set[str], Words]:
    """Returns where the verb stands, which of "be" and "have" help it, and adverbs before it."""
    helpers: set[str] = set()
    aside: Words = []
    place = 0
    while place < len(words):
        word, last = words[place], place + 1 == len(words)
        if word in BE or word in BEEN:
            helpers.add("be")
        elif words[place : place + 2] in _FUTURE:
            helpers.discard("be")
            place += 1
        elif word in HAVE:
            helpers.add("have")
        elif word.endswith("ly") and not last:
            aside.append(word)
        elif last or word not in (*DO, *MODALS):
            break
        place += 1
    return place, helpers, aside


def _active(subject: Sequence[str], verb: str, rest: Words) -> Clause:
    subject = _telling(subject)
    aside = [word for word in subject[-1:] if word.endswith("ly")]
    verb, rest = _with_particle(verb, rest)
    acting = subject[: len(subject) - len(aside)]
    return Clause("", _joined(*acting), verb, _joined(*rest, *aside))


def _passive(thing: Sequence[str], verb: str, rest: Words) -> Clause:
    """Turns "the milk is taken by the man from the shelf" round."""
    agent, rest = _agent(rest)
    agent = [] if agent and agent[0] in OBJECT_PRONOUNS and len(agent) == 1 else agent
    verb, rest = _with_particle(verb, rest)
    return _active(agent, verb, [*thing, *rest])


def _agent(rest: Words) -> tuple[Words, Words]:
    """Splits "by the man" off, unless it tells how or where: "by the window"."""
    if "by" not in rest:
        return [], rest
    start = rest.index("by")
    end = start + 1
    while end < len(rest) and rest[end] not in _STOPS_AN_AGENT:
        end += 1
    agent = rest[start + 1 : end]
    if agent and (is_gerund(agent[0]) or agent[-1] in PLACES_BY):
        return [], rest
    return agent, [*rest[:start], *rest[end:]]


def _with_particle(verb: str, rest: Words) -> tuple[str, Words]:
    """Moves the particle of "take the lid off" to its verb."""
    if " " in verb:
        return verb, rest
    for place, word in enumerate(rest):
        if word not in PARTICLES or (place and rest[place - 1] in PREPOSITIONS):
            continue
        after = rest[place + 1 : place + 2]
        ends = not after or after[0] in PREPOSITIONS or after[0].endswith("ly")
        names = not place and not ends and (after[0] in _NAMES or word in ("off", "up"))
        doubtful = not place and word in _WITHOUT_PARTICLE and verb not in _WITH_PARTICLE
        if (ends or names) and not doubtful:
            return f"{verb} {word}", [*rest[:place], *rest[place + 1 :]]
    return verb, rest


def _without_happening(clause: Clause) -> Clause:
    """Removes a verb that only asks what is seen: "what happens", "what is going on"."""
    if clause.subject not in ("", "it"):
        return clause
    bare = clause.verb.split(" ", 1)[0] in _HAPPENING and not clause.rest
    return replace(clause, subject="", verb="" if bare else clause.verb)


def _people(words: Sequence[str]) -> int:
    """Returns how many words at the beginning name whoever acts, without telling who it is."""
    for named in _PEOPLE:
        count = len(named)
        if list(words[:count]) == named:
            after = words[count] if count < len(words) else ""
            described = after in PREPOSITIONS or after in (*_RELATIVE, "wearing")
            return 0 if described and count > 1 else count
    return 0


def _telling(subject: Sequence[str]) -> Words:
    """Removes from a subject what tells nothing of who acts."""
    return list(subject[_people(subject) :])


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _without_negation(words: Words) -> Words:
    return words[1:] if words and words[0] in NEGATIONS else words
