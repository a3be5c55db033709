"""What only looks like an identifier: a title alone, a weekday, an animal's name, the number of a part."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from appliance.redaction.patterns.dates import BEFORE_SHORT, FRACTIONS
from appliance.redaction.patterns.found import Found
from appliance.redaction.tokens import Tokens
from appliance.redaction.values import Label

_NO_NAME: Final = frozenset(
    "dr doctor doc doctora dra mr mrs ms miss mister sr sra srta don dona senor senora rev reverend "
    "pastor capt captain sgt officer nurse lic tia tio titi aunt auntie uncle coach prof monday tuesday "
    "wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays lunes martes miercoles jueves viernes sabado sabados domingo domingos u r ur im ya ok k lol "
    "hi hey hello hola thx ty pls porfa i me my we you".split()
)
_ANIMAL: Final = (
    r"(?:dogs?|cats?|pupp(?:y|ies)|kittens?|pups?|doggo|bunny|rabbit|parrot|hamster|pitbull|husky|poodle|"
    r"chihuahua|tabby|"
    r"kitty|ferret|corgi|beagle|labrador|perr[oa]s?|perrit[oa]|gat[oa]s?|gatit[oa]|cachorr[oa]|mascota|conejo)"
)
# Names that are an animal's far more often than a person's, where the text speaks of animals at all.
_FOR_ANIMALS: Final = frozenset(
    "luna bella coco rocky milo buddy daisy bailey duke bear oreo simba nala peanut pepper biscuit mochi "
    "pumpkin shadow gizmo ginger princess canela firulais pelusa chispa manchas kiki chico mango ziggy "
    "winston murphy gus marley cleo smokey boots mittens tigger tank diesel blue scout harley koda bandit "
    "cash otis pancho negrita osito tequila churro gordo kira thor loki odin apollo zeus athena hercules "
    "ollie ace roxy dixie honey sasha cooper maverick moose bubbles nemo dory kiwi sunny rio clover "
    "whiskers oliver leo toby charlie max molly sadie stella penny ruby rosie lola frida hank louie finn "
    "olive hazel willow waffles taco nacho snickers cupcake pickles noodle tofu mocha latte cookie".split()
)
_SPEAKS_OF_ANIMALS: Final = re.compile(
    rf"\b(?:{_ANIMAL}|vets?|veterinari\w*|kennel|groom\w*|rabies|rabia|vaccin\w*|vacunas?|spay\w*|neuter\w*|flea|fleas|pulgas|"
    r"leash|paws?|litter|boarding|lab|poodle|retriever|shepherd|terrier|limping|bark\w*)\b"
)
_OF_AN_ANIMAL: Final = re.compile(
    rf"\b{_ANIMAL}(?:'s)?(?:[ ,(-]{{1,3}}(?:named|called|name is|is named|se llama|name)?[ ]?)?$"
)
_AFTER_A_PLACE: Final = frozenset(
    "tomorrow tmrw tmr tonight today now asap please pls plz thanks thx ty monday tuesday wednesday thursday friday "
    "saturday sunday morning afternoon manana hoy ahora gracias porfa".split()
)
_MONTHS: Final = frozenset("may june april august july march abril mayo junio julio".split())
_IN_A_MONTH: Final = re.compile(r"\b(?:in|since|until|till?|by|last|next|this|early|late|mid|of|en|de|desde|hasta)\s$")
_OF_A_PART: Final = re.compile(
    r"\b(?:part|model|modelo|sku|error|fault|filter|size|item|style|shade|version|upc)"
    r"(?:[ ](?:number|no|num|code|is|it's|says|#)){0,3}[ :.#]{0,3}$"
)


_STATES: Final = frozenset(
    "texas california florida arizona nevada colorado oregon washington georgia illinois ohio michigan "
    "virginia tennessee utah oklahoma kansas missouri indiana alabama louisiana wisconsin minnesota iowa "
    "maryland pennsylvania mexico canada usa america cuba colombia venezuela honduras guatemala".split()
)
_NAMES_A_LOGIN: Final = re.compile(
    r"(?:user|login|handle|insta|instagram|\big\b|venmo|cashapp|cash app|paypal|zelle|tiktok|snap|facebook|\bfb\b|"
    r"twitter|usuario|portal|account|password|passcode|code|clave|codigo|plate|placas?|pin)\D{0,24}$"
)
# Numbers that everybody calls are nobody's, unless they are said to be a code.
_OF_EVERYBODY: Final = re.compile(r"911|9 1 1|9-1-1|9\.1\.1|988|nine[ -]?one[ -]?one|nueve[ -](?:once|uno uno)")
_NO_DATE: Final = frozenset({"24/7", "50/50", "20/20", "10/10", "1/2", "3/4", "1/4", "9/10"})
# From one to another, of the clock or of whatever is counted: "between 2-4", "4-6 weeks", "size 6-7".
_RANGE: Final = re.compile(r"\d{1,2}-\d{1,2}(\s?[ap]\.?m\.?)?")
_OF_A_RANGE: Final = re.compile(
    r"\b(?:between|entre|open|abierto|horario|hours|hrs|work|home|free|available|sizes?|"
    r"score was|about|around|like|its been)\s$"
)
_IN_A_RANGE: Final = re.compile(
    r"\s?(?:am|pm|a\.m|p\.m|week|wk|month|day|hour|hr|min|year|yr|people|ppl|inch|feet|ft|times|semana|meses|dias|hora|"
    r"person|anos|busine|slot|kids|dogs|cats|tomorr|tmr|ish)"
)
# An hour in words: six fifteen, eight forty five, las dos treinta.
_HOUR: Final = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) (?:oh five|ten|fifteen|(?:twenty|thirty|"
    r"forty|fourty|fifty)(?: five)?)"
    r"|(?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce) (?:y )?(?:diez|quince|cuarto|media|veinte|"
    r"treinta|cuarenta)"
)
_MISTAKEN_FOR_HOURS: Final = frozenset({Label.ADDRESS, Label.DATE, Label.PHONE})
_PART_OF: Final = re.compile(
    r"\s?(?:of|full|inch|in |wrenc|bit|plyw|nut|bolt|socket|screw|pipe|drill|hp|cup|mile|tank|stars?|way|empty)"
)
_OF_FRACTIONS: Final = "0123456789/"
_ALL_DIGITS: Final = re.compile(r"(\d{1,4})\s?[/.\- ]\s?(\d{1,4})(?:\s?[/.\- ]\s?\d{1,4})?")
_A_CAR: Final = re.compile(r"(?:19[89]\d|20[0-2]\d) (?:[a-z]{1,10} )?[a-z]{1,4}-?\d{1,4}[a-z]?")


@dataclass(frozen=True, slots=True)
class Seen:
    """A find as the rules see it: its words, what stands before and right behind them, and its tokens."""

    words: str
    before: str
    after: str
    tokens: tuple[str, ...]
    animals: bool  # whether the text speaks of animals


def believable(found: Iterable[Found], lower: str, tokens: Tokens) -> Iterator[Found]:
    """Leave out the tagger's finds that a plain rule knows better."""
    animals = bool(_SPEAKS_OF_ANIMALS.search(lower))
    for each in found:
        inside = tokens.inside(each.start, each.end)
        if each.label is Label.ADDRESS:
            each, inside = _without_tail(each, inside, tokens)  # noqa: PLW2901  the shorter find takes its place
        words, before = lower[each.start : each.end], lower[max(0, each.start - 40) : each.start]
        seen = Seen(words, before, lower[each.end : each.end + 8], tuple(tokens.lower[inside]), animals)
        hour = each.label in _MISTAKEN_FOR_HOURS and _HOUR.fullmatch(words)
        if not hour and _RULES.get(each.label, _any)(seen):
            yield each


def _without_tail(found: Found, inside: slice, tokens: Tokens) -> tuple[Found, slice]:
    """An address ends before the words that say when or how."""
    stop = inside.stop
    while stop > inside.start + 1 and tokens.lower[stop - 1] in _AFTER_A_PLACE:
        stop -= 1
    return replace(found, end=tokens.ends[stop - 1]), slice(inside.start, stop)


def _any(_: Seen) -> bool:
    return True


def _name(seen: Seen) -> bool:
    if seen.words in _STATES or all(token in _NO_NAME or not token.isalnum() for token in seen.tokens):
        return False
    if seen.animals and seen.words in _FOR_ANIMALS:
        return False
    month = seen.words in _MONTHS and _IN_A_MONTH.search(seen.before)
    return " " in seen.words or not (month or _OF_AN_ANIMAL.search(seen.before))


def _everybodys(seen: Seen) -> bool:
    return bool(_OF_EVERYBODY.fullmatch(seen.words)) and not _NAMES_A_LOGIN.search(seen.before)


def _number(seen: Seen) -> bool:
    if _OF_A_PART.search(seen.before) or _everybodys(seen):
        return False
    told = any(character.isdigit() or character in "@_" for character in seen.words) or seen.words.count(" ") >= 2
    return told or bool(_NAMES_A_LOGIN.search(seen.before))


def _phone(seen: Seen) -> bool:
    return any(token.isalnum() for token in seen.tokens) and not _everybodys(seen)


def _date(seen: Seen) -> bool:
    """Digits alone must be a month and a day in some order."""
    whole = _fraction(seen)
    if whole in _NO_DATE or _everybodys(seen) or (whole in FRACTIONS and not BEFORE_SHORT.search(seen.before)):
        return False
    span = _RANGE.fullmatch(seen.words)
    if span and (span[1] or _OF_A_RANGE.search(seen.before) or _IN_A_RANGE.match(seen.after)):
        return False
    if "/" in whole and _PART_OF.match(seen.after):
        return False
    match = _ALL_DIGITS.fullmatch(seen.words)
    if match is None:
        return True
    first, second = int(match[1]), int(match[2])
    return first > 1900 or (min(first, second) <= 12 and max(first, second) <= 31)


def _fraction(seen: Seen) -> str:
    """The words with the digits and strokes that they are glued to: the 24 of 24/7."""
    before = seen.before[len(seen.before.rstrip(_OF_FRACTIONS)) :]
    after = seen.after[: len(seen.after) - len(seen.after.lstrip(_OF_FRACTIONS))]
    return before + seen.words + after


def _place(seen: Seen) -> bool:
    if " " not in seen.words and not any(character.isdigit() for character in seen.words):
        return False
    return seen.words not in _STATES and not _A_CAR.fullmatch(seen.words)


_RULES: Final[dict[Label, Callable[[Seen], bool]]] = {
    Label.NAME: _name,
    Label.PHONE: _phone,
    Label.ID: _number,
    Label.DATE: _date,
    Label.ADDRESS: _place,
}
