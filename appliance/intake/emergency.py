"""Whether a text tells of an emergency, by rule alone. Recall comes first: where two levels fit, the higher one counts.

The words and the rules are tables (words/emergency.txt, words/emergency_rules.txt); here is how they are read:

1. Figures of speech ("killing me", "out of gas") are struck out.
2. Rules are tried from the gravest level down; a match counts unless
   a. it is denied: a "no" stands before it or inside it ("no chest pain"), or
   b. the rule takes mentions too, and it is only asked about, long ago, part of somebody's history, or over.
3. What ails an animal is one level below what ails a person.

LIFE follows what the American Heart Association, the Red Cross and 988 tell callers to ring 911 or 988 for; gas,
carbon monoxide and fire follow the gas utilities and the fire service: leave, then call. Rules are no diagnosis.
"""

from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from appliance.intake.normal import PAUSE, STOP, words
from appliance.intake.phrases import Lexicon, Match, Rulebook, Span, Tagged, parse_lexicon, parse_sections, struck

_FOLDER: Final = Path(__file__).parent / "words"
_MENTION, _BODY, _OWN_NEGATION, _ONLY_SAID = "mbiw"

# Words that carry a denial, and words that it may reach across ("no signs of", "not having any").
_DENIALS: Final = frozenset(
    "no not dont doesnt didnt isnt arent wasnt havent hasnt never without denies sin ningun ninguna nunca jamas "
    "non".split()
)
_CARRIERS: Final = frozenset(
    "any more signs sign of real actual severe having got have had a an feeling or nor is in been really the "
    "tengo es hay tiene siento mas experiencing anymore actually showing su mi symptoms".split()
)
_REACH: Final = 5
_BEFORE: Final = 4
_TELLING: Final = frozenset(
    "think found saw believe need just dont came have was woke got noticed gave suspect".split()
)
_CAREFUL: Final = (
    "breathing breathe unconscious seizure collapsed bleeding swelling swollen choking suicide suicidal overdose "
    "stroke poisoned poison emergency flooding overflowing chocolate carbon monoxide ambulance allergic "
    "anaphylaxis unresponsive convulsing electrocuted extraction stitches abscess fainted toothache infection "
    "furnace leaking leak burst sewage locked stranded broken cracked chipped crown vomiting limping throbbing "
    "smoke sparking flames respira sangrando emergencia inundando infarto desmayo hinchado chest throat tongue "
    "heart attack drowning pregnant swallowed "
).split()
_REAL: Final = frozenset(
    "smelling spelling selling breeding breading flooring painting pointed stoke stroll choosing busting blessing "
    "brake chess crow grown leaning leading hearth hears chipping posion lacked looked licked strained smoking "
    "broker cheat cheats threat".split()
)


class Emergency(StrEnum):
    """How grave it is. LIFE: call 911. URGENT: somebody tonight. SOON: the first thing in the morning."""

    LIFE = "life"
    URGENT = "urgent"
    SOON = "soon"


def find_emergency(text: str, *, take_word: bool = True) -> Emergency | None:
    """The gravest level that a text tells of, or None. Without `take_word`, merely saying "urgent" does not count."""
    lexicon, sections = _tables()
    tagged = struck(lexicon.tag(words(text)), sections["said"], lexicon)
    lowered: Emergency | None = None
    for level in Emergency:
        for found in _levels(tagged, level, sections[level], take_word=take_word):
            if found is level:
                return level
            lowered = found
        if lowered:
            return lowered
    return None


def explain_emergency(text: str) -> str:
    """The rule that counted, as it is written in the table; for tests and for whoever tends the table."""
    lexicon, sections = _tables()
    tagged = struck(lexicon.tag(words(text)), sections["said"], lexicon)
    for level in Emergency:
        for match in sections[level].matches(tagged):
            if _counts(tagged, match):
                return f"{level}: {match.rule.written}"
    return ""


def _levels(tagged: Tagged, level: Emergency, rules: Rulebook, *, take_word: bool) -> Iterator[Emergency]:
    for match in rules.matches(tagged):
        if (take_word or _ONLY_SAID not in match.rule.flags) and _counts(tagged, match):
            lower = level is Emergency.LIFE and _BODY in match.rule.flags and _about_an_animal(tagged, match)
            yield Emergency.URGENT if lower else level


@cache
def _tables() -> tuple[Lexicon, dict[str, Rulebook]]:
    concepts = parse_lexicon((_FOLDER / "emergency.txt").read_text("utf-8"))
    sections = parse_sections((_FOLDER / "emergency_rules.txt").read_text("utf-8"), strict={"said"})
    return Lexicon(concepts, misspelt=_CAREFUL, real=_REAL), sections


def _counts(tagged: Tagged, match: Match) -> bool:
    if _OWN_NEGATION not in match.rule.flags and _denied(tagged, match):
        return False
    return _MENTION not in match.rule.flags or not _only_mentioned(tagged, match)


def _denied(tagged: Tagged, match: Match) -> bool:
    """Whether any chain of the match has a "no" that reaches it from the left, or stands between its parts."""
    for chain in match.chains:
        if _denied_from_left(tagged.words, chain[0][0]):
            return True
        for (_, end), (start, _) in pairwise(chain):
            if _DENIALS.intersection(tagged.words[end:start]):
                return True
    return False


def _denied_from_left(said: tuple[str, ...], start: int) -> bool:
    listed = False
    for at in range(start - 1, max(-1, start - 1 - _REACH), -1):
        word = said[at]
        if word in _DENIALS:
            return True
        listed = listed or word in {"or", "nor", "ni"}
        if word in {STOP, PAUSE} or not (listed or word in _CARRIERS):
            return False
    return False


def _only_mentioned(tagged: Tagged, match: Match) -> bool:
    begin, end = tagged.sentence(match.start)
    if any(tagged.within("HISTORY", max(0, one[0][0] - _BEFORE), one[0][0]) for one in match.chains):
        return True
    if tagged.within("PAST", begin, end) and not tagged.within("NOW", begin, end):
        return True
    if tagged.within("ASK", begin, end) and not tagged.within("OURS", begin, end):
        return True
    return "OVER" in tagged.places


def _about_an_animal(tagged: Tagged, match: Match) -> bool:
    """Whether the nearest one named before the match is an animal; or, with nobody before it, if an animal is named."""
    beasts = tagged.places.get("ANIMAL", ())
    if not beasts:
        return False
    beast = bisect_right(beasts, match.start, key=_first) - 1
    people = tagged.places.get("HUMAN", ())
    person = bisect_right(people, match.start, key=_first) - 1
    while person >= 0 and _thinks(tagged.words, people[person][0]):
        person -= 1
    nearest_person = people[person][0] if person >= 0 else -1
    return (beasts[beast][0] if beast >= 0 else -1) >= nearest_person


def _first(span: Span) -> int:
    return span[0]


def _thinks(said: tuple[str, ...], at: int) -> bool:
    # "I think my dog…", "I found…", "help me": the speaker, not the sufferer.
    follows = said[at + 1 : at + 3]
    speaks = {
        "think",
        "found",
        "saw",
        "believe",
        "need",
        "just",
        "dont",
        "came",
        "have",
        "was",
        "woke",
        "got",
        "noticed",
        "gave",
        "suspect",
    }
    return said[at] in {"i", "me", "im", "ive"} and (bool(speaks.intersection(follows)) or said[at] in {"me", "ive"})
