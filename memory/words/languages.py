"""Tells which language a short text is in, by its letters and its commonest small words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

from foretell.memory.words.word_book import FUNCTION_WORDS, QUESTION_WORDS, word_set
from foretell.memory.words.wording import words

ENGLISH: Final = "English"
_SCRIPTS: Final[Mapping[str, str]] = {
    "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "CJK": "Chinese",
    "CYRILLIC": "Russian or another in Cyrillic letters", "ARABIC": "Arabic", "HEBREW": "Hebrew",
    "DEVANAGARI": "Hindi", "THAI": "Thai", "GREEK": "Greek", "BENGALI": "Bengali",
    "TAMIL": "Tamil", "TELUGU": "Telugu", "GEORGIAN": "Georgian", "ARMENIAN": "Armenian",
}  # fmt: skip
"""Languages by the first word of the Unicode names of their letters, the surest first."""
_SMALL_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "German": word_set(
        """
        auf aus bei das dem den der des die ein eine einem einen einer er es für gibt hat ich ihr
        im in ist kann kommt macht man mit nach nicht nimmt oder sich sie sind über und von vor
        wann war warum was welche welcher welches wem wen wer werden wie wieviele wird wo wurde zu
        zum zur zeigt passiert geschieht öffnet
        """
    ),
    "Spanish": word_set(
        """
        al como con cuando cuándo cuántas cuántos cuál de del dónde donde el ella en es esta está
        este hace hay la las lo los más no para persona por por qué que qué quién quien se sobre
        su un una y cómo pasa dice ocurre
        """
    ),
    "French": word_set(
        """
        à au aux avec ce cette combien comment dans de des dit du elle elles en est et fait ils
        il la le les où ou par pas personne pour pourquoi prend quand que quel quelle qui quoi
        sa se son sont sur un une y a-t-il passe vidéo
        """
    ),
    "Italian": word_set(
        """
        al che chi come con cosa da dal del della di dove dice e è fa gli ha i il in la le lei lo
        nel nella per perché persona quale quando quanti quante si sono succede sul un una video
        prende
        """
    ),
    "Portuguese": word_set(
        """
        ao as com como da de do dos das ela ele em é está faz há não na no nas nos o onde os para
        pessoa por porque quando quantas quantos que quem se sobre um uma acontece diz pega vídeo
        """
    ),
    "Dutch": word_set(
        """
        aan al als bij dat de deze die doet een en er gebeurt heeft het hij hoe hoeveel in is
        kan komt met naar niet op over pakt persoon te van voor waar waarom wanneer wat welke wie
        wordt ze zij zegt
        """
    ),
}
_ENGLISH_WORDS = FUNCTION_WORDS | {*QUESTION_WORDS} | word_set("and or no not")


def language_of(text: str) -> str:
    """Returns the English name of the language that a text is most likely in.

    Letters of another script decide; otherwise whichever language has most of its small words. A
    text that tells nothing, such as a name, counts as English.
    """
    scripts = {
        unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()
    }
    for script, language in _SCRIPTS.items():
        if script in scripts:
            return language
    held = {*words(text)}
    english = len(held & _ENGLISH_WORDS)
    language, count = max(
        ((name, len(held & small)) for name, small in _SMALL_WORDS.items()),
        key=lambda one: one[1],
    )
    return language if count > english else ENGLISH
