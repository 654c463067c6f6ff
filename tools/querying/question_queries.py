"""Reads which query of a timeline a question is, where it asks for what a program can go through.

A question that asks for anything else, such as what a person drinks, is no such query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from foretell.memory.words.word_book import COLOURS, NUMBERS
from foretell.patterns import LazyPattern
from foretell.tools.querying.facts import Subject
from foretell.tools.querying.query import Operator, Part, TimelineQuery
from foretell.tools.texts.how_often import read_how_often
from foretell.tools.texts.sentences import without_asides
from foretell.tools.texts.time_words import TimeWords, read_time_words
from foretell.tools.texts.turns import read_turn


def _any(*patterns: str) -> LazyPattern:
    """Compiles what matches wherever one of the patterns does."""
    return LazyPattern("|".join(patterns), re.IGNORECASE)


_COLOURED = f"(?:{'|'.join(sorted(COLOURS))})"
_FILM = r"(?:the|this) (?:video|clip|film|movie|recording|footage|gif|file|picture)"
_SHOWN = (
    r"(?:the |this )?(?:picture|image|video|screen|background|frame|scene|shot|clip|film|whole)"
)
_SIGN = (
    r"(?:signs?|signboards?|screen|slides?|labels?|boards?|posters?|(?:number )?plates?|banners?|"
    r"titles?|headings?|headlines?|buttons?|display|monitor|counter|timer|clock|terminal|page|credits?|logos?|"
    r"captions?|whiteboard|billboard)"
)
_WRITTEN = _any(
    r"\b(?:anything|something) (?:is )?written\b",
    r"\bany (?:writing|text|letters|numbers|words)\b",
    r"^read (?:out )?(?:the|what)\b",
    rf"\bwhat (?:does|do|did|is) .*\b{_SIGN}\b.*\b(?:say|read|show|written|display)",
    r"\bwhat (?:is|are|was) (?:the )?(?:written|printed|displayed|typed)\b",
    rf"\bwhat (?:is|was) (?:shown )?(?:on|in) (?:the )?{_SIGN}\b",
    r"\b(?:on[- ]?screen|burned[- ]in) (?:text|words?|titles?)\b",
    (
        r"\b(?:text|words?|letters?|numbers?|titles?)\b.*\b(?:on (?:the )?(?:screen|"
        r"slide|sign)|shown|visible|displayed|appears?|seen|written)\b"
    ),
    (
        r"\b(?:is|are) there (?:any |some |a )?(?:text|writing|words|titles?|letters|"
        r"signs?)\b"
    ),
    r"\bwh(?:at|ich) (?:text|words?|letters?|numbers?|titles?)\b",
    r"\bread (?:out )?the (?:text|sign|screen)",
    r"\bwhat (?:does|do|did) (?:it|the text|the (?:video|picture)) (?:say|read)\b",
    r"\bwhat (?:is|was) the (?:title|headline|heading)\b",
)
_SUBTITLE = LazyPattern(r"\bsub ?titles?\b", re.IGNORECASE)
_SAID = LazyPattern(
    r"\b(?:said|says?|saying|mention(?:s|ed|ing)?|talk(?:s|ed|ing)?|speak(?:s|ing)?|spoken|spoke|"
    r"quotes?|quoted|narrat\w+|voice|voices|dialog(?:ue)?s?|sentences?|subtitles?|utter\w*|"
    r"tells? (?:us )?about|told|speech|conversation)\b",
    re.IGNORECASE,
)
_ASKS_FOR: Mapping[Subject, tuple[str, ...]] = {
    "length": (
        rf"\bhow long (?:is|was) (?:{_FILM}|it)\W*$",
        r"\b(?:duration|length|run(?:ning)? ?time)\b(?! of the \w+ing)",
        rf"\bhow (?:long|many (?:seconds|minutes)) (?:does|is|are|has) {_FILM}",
        r"\bhow many (?:seconds|minutes)\b.*\b(?:video|clip|film|long)\b",
    ),
    "size": (
        r"\b(?:portrait|landscape|vertical|horizontal) (?:format|mode|video|or)\b|\borientation\b",
        r"\b(?:resolution|aspect ratio|pixels?)\b",
        rf"\b(?:size|width|height|dimensions?) of {_FILM}",
        rf"\bhow (?:big|large|wide|tall|high) is (?:{_FILM}|the (?:picture|image|frame))",
        r"\b(?:in|full) (?:hd|4k)\b",
    ),
    "frame rate": (
        r"\bframe ?rate\b",
        r"\bfps\b",
        r"\bframes (?:per|a) second\b",
        r"\bhow many frames\b",
    ),
    "codec": (
        r"\bcodec\b",
        r"\bencoded\b",
        r"\b(?:file|video) format\b",
    ),
    "language": (
        r"\b(?:what|which) languages?\b.*\b(?:spoken|speak|talk|said|sung|audio|subtitles?|it)\b",
        r"\bin (?:what|which) languages?\b",
    ),
    "sound": (
        r"\bmusic\b",
        r"\bsongs?\b",
        r"\b(?:any|a|the|have|has|with|without) (?:sound|audio)\b",
        r"\bsilent\b",
        r"\bsound ?track\b",
        r"\baudio\b",
        r"\b(?:hear|heard|audible)\b",
    ),
    "slide": (
        (
            r"\b(?:the|a|many|which|what|each|every|all|\w+(?:st|nd|rd|th)|last) "
            r"slides?\b(?! (?:the|it|a|open|shut|down|up|into|over|across)\b)"
        ),
        r"\bslide \d",
        r"\bslides (?:are|is|does|do|appear)\b",
        r"\bpages? (?:is|are|does|do|of the presentation|appear)",
    ),
    "fade": (r"\bfad(?:e|es|ed|ing)\b",),
    "cut": (
        r"\b(?:do|did) (?:the |all )?(?:scenes?|shots?|pictures?) (?:change|switch|begin)\b",
        r"\bare the cuts\b",
        r"\b(?:cuts?|cutting) (?:are|is|occur|happen|does|do|in|to another|between|there)\b",
        r"\b(?:any|many|list|first|last|second|third|the|hard|jump) cuts?\b(?! \w+ing)",
        r"\b(?:scene|picture|shot|image|view|video) (?:change|switch|transition)s?\b",
        r"\b(?:transitions?|dissolves?|edits?)\b",
        r"\bchanges? of scene\b",
        r"\bedited\b",
    ),
    "shot": (
        (
            r"\b(?:list|how many|different|number of|all|which|longest|shortest|any) "
            r"(?:the )?(?:\w+ )?(?:shots?|scenes?|camera angles?)\b"
        ),
        r"\bnew (?:shot|scene)\b",
        r"\b(?:first|second|third|fourth|fifth|last) (?:shot|scene)\b",
        r"\bone (?:shot|take)\b",
    ),
    "camera": (
        (
            r"\bcamera(?:'s|s)? (?:\w+ )?(?:mov|pan|tilt|stead|stead|still|shak|hand "
            r"?held|static|fixed|turn|go|stay|stand|do)"
        ),
        r"\bcamera(?:work| work| movements?)\b",
        r"\b(?:is|does|was|did|are) (?:the )?camera\b(?! wearer)",
        r"\bhand ?held\b",
        r"\btripod\b",
    ),
    "empty scene": (
        (
            r"\b(?:nobody|no ?one)\b.*\b(?:at \d|there\W*$|in view|in (?:the )?(?:picture|"
            r"frame|scene|room))"
        ),
        (
            r"\b(?:scene|room|picture|view|road|street|hall|corridor|place|lot|frame) "
            r"(?:is |gets |becomes? )?empty\b"
        ),
        r"\bis (?:the )?\w+ empty\b",
        r"\bempty (?:scene|room|road|street|time)s?\b",
    ),
    "presence": (
        (
            r"\b(?:anyone|anybody|someone|somebody|any people|any person)\b.*\b(?:at \d|"
            r"there\W*$|in view|in (?:the )?(?:picture|frame|scene|room))"
        ),
        r"\b(?:who|visitors?|person|people|somebody|someone) stays?\b",
    ),
    "departure": (
        (
            r"\b(?:people|persons?|visitors?|somebody|someone|anybody|anyone|who|he|she|"
            r"they|it|guests?|man|woman)\b.*\b(?:leaves?|left the|leaving|exits?|goes? "
            r"(?:out|away)|walks? (?:out|away))\b"
        ),
    ),
    "arrival": (
        (
            r"\b(?:people|persons?|visitors?|somebody|someone|anybody|anyone|who|guests?|"
            r"visits?)\b.*\b(?:arriv\w+|comes?|came|enters?|entering|entered|walks? in|"
            r"shows? up|pass(?:es)?(?: by)?|visit\w*|stays?|appears?|are there visits)\b"
        ),
        r"\bvisit(?:or)?s\b",
        r"\barrivals?\b",
    ),
    "colour": (
        rf"\bcolou?rs?\b.*\b(?:of|is|has|in) {_SHOWN}\b",
        r"\b(?:main|dominant|most common|overall|prevailing) colou?rs?\b",
        r"\bcolou?rs? (?:is|are|does|do) (?:it|there|seen|shown|used|dominant)\b",
        (
            r"\bwh(?:at|ich) colou?rs? "
            r"(?:can be seen|do (?:i|we|you) see|are (?:there|seen|shown|used|in))\b"
        ),
        r"\bcolou?rs? (?:at|in) the\b",
        (
            rf"\b{_SHOWN} (?:is|turns?|turn|becomes?|become|goes|go|get|gets|"
            rf"mostly)?\s*(?:mostly )?{_COLOURED}\b"
        ),
        r"\b(?:black|blank) screen\b",
    ),
    "light": (
        r"^(?:is|was|when (?:is|does|was)) it (?:\w+ ){0,2}(?:dark|bright|dim)(?:er)?\W*"
        r"(?:at|in|the whole time|all the time|from|between|$)",
        rf"\b{_SHOWN} (?:is |gets? |turns? |becomes? |so |very )*(?:bright|dark|dim)\w*\b",
        r"\bhow (?:bright|dark)\b",
        r"\bbrightness\b",
        r"\b(?:bright|dark|dim)(?:est)? (?:shots?|scenes?|pictures?)\b",
    ),
    "person": (
        (
            r"\bhow many (?:different )?(?:people|persons?|men|women|man|woman|children|"
            r"kids|boys|girls|characters|players)\b"
        ),
        r"\bwho (?:is|are) (?:in|seen|shown|visible|there)\b",
        r"\bwho (?:is|are) the (?:people|persons|characters)\b",
        r"^(?:list|name|which|what) (?:all |of |the |are )*(?:people|persons|characters)\b(?! \w)",
        r"\bwho (?:appears?|can be seen|do we see)\b",
        r"\bnumber of (?:people|persons)\b",
    ),
    "object": (
        (
            r"\b(?:what|which|list|how many|name|all)\b.*\b(?:objects?|tools?|items?|"
            r"ingredients?|utensils?)\b"
        ),
    ),
    "action": (
        (
            r"\b(?:list|enumerate|all|how many|sequence of|order of|longest|shortest) "
            r"(?:\w+ ){0,3}(?:actions?|activities|steps|events|things (?:that )?(?:happen|"
            r"are done|does|do))\b"
        ),
        r"\bwhat (?:are|were) (?:all )?the (?:actions|activities|steps|events)\b",
        r"\bhow many things (?:does|do|are)\b",
    ),
}
_SUBJECTS: Mapping[Subject, LazyPattern] = {
    subject: _any(*patterns) for subject, patterns in _ASKS_FOR.items()
}
_DEED_TURN = LazyPattern(
    r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)) "
    r"(?:thing|action|step|event|activity|deed)\b"
)
_LAST_DEED = LazyPattern(r"\b(?:first|last|final) (?:action|event|activity|step|deed)\b")
_TOUCHED = LazyPattern(
    r"^(?:list|name|what (?:all )?|which things? )\W*"
    r"(?:everything|all(?: the)?(?: things)?|things)?\W*(?:that )?(?:does |do |did )?"
    r"(?:he|she|they|it|the person|the camera wearer|somebody|someone)?\W*"
    r"(?:touch|handle|use)(?:s|es|d|ed)?(?: first| last)?$"
)
_TURNS: Mapping[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "last": -1, "final": -1,
}  # fmt: skip
_TURN = LazyPattern(
    rf"\b(?:the )?(?:(?P<word>{'|'.join(_TURNS)})|(?P<number>\d+)(?:st|nd|rd|th))\b"
)
_NUMBERED = LazyPattern(
    r"\b(?:slide|page|visitor|arrival|cut|shot|scene) (?:number |no\.? )?(\d+|\w+)\b"
)
_HALF = LazyPattern(r"\b(?P<which>first|second) half\b(?: of the (?:video|clip|film))?")
_QUOTED = LazyPattern(
    r"(?<!\w)'(?P<single>[^']{2,}?)'(?!\w)|"
    '["\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}]'
    '(.+?)["\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}]'
)
_ABOUT = LazyPattern(
    r"\b(?:which|what) (?P<which>(?!is|are|was|were|does|do|did)[\w'-]+(?: [\w'-]+)?) "
    r"(?:(?:is|are|was|were) (?:mentioned|spoken of)|(?:does|do|did)\b)|"
    r"\b(?:about|mention(?:s|ed|ing)?|say(?:s)?|said|the words?|the text|the letters?|the name)\s+"
    r"(?!about\b)(?P<thing>[\w' -]+)"
)
_NOT_A_QUERY = LazyPattern(r"^(?:why|how come)\b")
_WHO = LazyPattern(r"^(?:who|where|what (?:happens|does|is (?:he|she|it|the person)))\b")
_SHOWN_WORDS = LazyPattern(
    r"\b(?:screen|text|appears?|shows? up|shown|visible|written|displayed|reads?)\b"
)
_BEFORE_SAID = LazyPattern(
    r"\b(?:is|are|was|were) (?P<thing>[\w' -]+?) (?:ever )?(?:mentioned|said|spoken of)\b"
)
_EMPTY_THINGS = frozenset(
    [
        "it",
        "that",
        "this",
        "anything",
        "something",
        "there",
        "video",
        "clip",
        "first",
        "last",
        "on",
        "in",
        "at",
        "the",
        "a",
        "what",
        "who",
        "someone",
        "he",
        "she",
        "they",
        "screen",
        "subtitle",
        "subtitles",
        "narrator",
        "thing",
        "things",
        "sentence",
        "sentences",
    ]
)
_ASKS_TO: Mapping[Operator, tuple[str, ...]] = {
    "longest": (r"\b(?:longest|most of the time)\b",),
    "shortest": (r"\b(?:shortest|briefest)\b",),
    "how often": (r"^how (?:often|many times|frequently)\b",),
    "count": (r"\b(?:how many|count|number of)\b",),
    "how long": (r"^(?:for )?how (?:long|much time)\b",),
    "when": (
        (
            r"^(?:when|at (?:what|which) (?:time|second|point|moment)|what time|(?:since|"
            r"until) when|which (?:second|moment)|find (?:the (?:moment|time))?|where in "
            r"the (?:video|clip))\b"
        ),
    ),
    "list": (
        r"^(?:list|enumerate|name|show|give|tell)\b",
        r"\bwhat (?:are|were) (?:all )?the\b",
        r"\ball the\b",
    ),
    "exists": (r"^(?:is|are|was|were|do|does|did|has|have|can|could)\b",),
}
_OPERATORS: Mapping[Operator, LazyPattern] = {
    operator: _any(*patterns) for operator, patterns in _ASKS_TO.items()
}


def read_query(question: str) -> TimelineQuery | None:
    """Returns the query of a timeline that a question is, or None where it is none.

    Questions that name another moment ("after the milk is poured") are none.
    """
    claimed = read_how_often(without_asides(question))
    turned = read_turn(claimed.rest)
    text = turned.rest.rstrip("?!. ")
    quoted = _QUOTED.search(text)
    bare = (_QUOTED.sub("QUOTED", text) if quoted else text).lower()
    half = _HALF.search(bare)
    bare = _HALF.sub("", bare).strip() if half else bare
    time = read_time_words(bare)
    if time.anchor or time.follows_up:
        return None
    subject = None if _NOT_A_QUERY.match(bare) else _subject(bare)
    if quoted and _SHOWN_WORDS.search(bare):
        subject = "screen text"
    if subject is None or (subject == "shot" and _WHO.match(bare)):
        return None
    operator = _operator(time.main) if claimed.least is None else "count"
    part: Part | None = time.place
    if half:
        part = "first half" if half["which"] == "first" else "second half"
    query = _query(subject, operator, bare, time, _words_quoted(quoted), part)
    if turned.extreme is not None:
        return replace(query, operator=turned.extreme)
    return query if turned.number is None else replace(query, turn=turned.number)


def _operator(main: str) -> Operator:
    for operator, pattern in _OPERATORS.items():
        if pattern.search(main):
            return operator
    return "what"


def _words_quoted(quoted: re.Match[str] | None) -> str:
    return "" if quoted is None else quoted["single"] or quoted[2]


def _subject(bare: str) -> Subject | None:
    if _WRITTEN.search(bare) and not re.search(r"\bslides? (?:are|is) there\b", bare):
        return "screen text"
    if _DEED_TURN.search(bare) or _LAST_DEED.search(bare):
        return "action"
    if _TOUCHED.search(bare):
        return "object"
    for subject, pattern in _SUBJECTS.items():
        if pattern.search(bare):
            if subject == "sound" and re.search(r"\b(?:said|say|talk)", bare):
                continue
            return subject
    if re.search(r"\bwho(?: \w+)? (?:is |are )?(?:speak|talk|say|narrat)|\bspeakers?\b", bare):
        return "speaker"
    if _SUBTITLE.search(bare):
        return "subtitle"
    if _SAID.search(bare):
        return "speech"
    return None


def _query(
    subject: Subject,
    operator: Operator,
    bare: str,
    time: TimeWords,
    quoted: str,
    part: Part | None,
) -> TimelineQuery:
    turn = _turn(bare, time)
    within = time.within
    value = quoted or _value(subject, bare)
    if subject == "slide" and turn is None and (numbered := _NUMBERED.search(bare)):
        number = _number(numbered[1])
        value = f"slide {number}" if number else ""
        operator = "when" if number and operator == "what" else operator
    elif subject == "arrival" and turn is None and (numbered := _NUMBERED.search(bare)):
        turn = _number(numbered[1])
    if (
        subject in ("speech", "screen text", "subtitle")
        and operator == "what"
        and turn is None
        and value == ""
    ):
        operator = "list"
    return TimelineQuery(subject, operator, value, turn, within, part)


def _turn(bare: str, time: TimeWords) -> int | None:
    if found := _TURN.search(bare):
        return _TURNS[found["word"]] if found["word"] else int(found["number"])
    return {"first": 1, "last": -1, None: None}[time.order]


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else NUMBERS.get(word)


def _value(subject: Subject, bare: str) -> str:
    """Returns what the facts must hold for a question to be about them."""
    match subject:
        case "colour":
            named = [word for word in re.findall(r"\w+", bare) if word in COLOURS]
            return named[-1] if named else "black" if "blank screen" in bare else ""
        case "light":
            found = re.search(r"\b(bright|dark|dim)", bare)
            return found[1] if found else ""
        case "camera":
            return _camera_value(bare)
        case "cut":
            if "dissolve" in bare:
                return "dissolve"
            return "cut" if re.search(r"\bcuts?\b", bare) else ""
        case "fade":
            found = re.search(r"\bfad\w+ (in|out)\b", bare)
            return f"fade {found[1]}" if found else ""
        case "sound":
            heard: list[str] = re.findall(r"\b(music|song|speech|talk|speak)", bare)
            kinds = {"music" if one in ("music", "song") else "speech" for one in heard}
            return kinds.pop() if len(kinds) == 1 else ""
        case "speech" | "screen text" | "subtitle":
            return _thing_said(bare)
        case "arrival" | "departure":
            found = re.search(r"\b(?:from|to|by) the (left|right|top|bottom)\b", bare)
            return found[1] if found else ""
        case _:
            return ""


def _camera_value(bare: str) -> str:
    side = re.search(r"\b(?:to the )?(left|right|up|down)\b", bare)
    if found := re.search(r"\b(pan|tilt)", bare):
        verb = f"{found[1]}s"
        if not side:
            return verb
        return f"pans to the {side[1]}" if found[1] == "pan" else f"tilts {side[1]}"
    if re.search(r"\b(?:steady|still|static|fixed|tripod)\b", bare):
        return "is steady"
    return "moves" if re.search(r"\b(?:mov|shak|hand ?held|turn|go)", bare) else ""


def _thing_said(bare: str) -> str:
    """Returns the words that are to be said or shown, without those that ask for them."""
    found = _ABOUT.search(bare) or _BEFORE_SAID.search(bare)
    if found is None:
        return ""
    thing = found.groupdict().get("which") or found["thing"]
    kept = [word for word in thing.split() if word not in ("the", "a", "an", "about")]
    kept = [word for word in kept if word not in ("appear", "appears", "shown", "mentioned")]
    return "" if not kept or kept[0] in _EMPTY_THINGS else " ".join(kept)
