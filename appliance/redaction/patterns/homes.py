"""Where somebody lives when no street is named: a complex and its door, corners told in passing, a box at a place."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from appliance.redaction.patterns.found import DIGIT, Found
from appliance.redaction.values import Label

_WORD: Final = r"(?!(?:the|at|in|on|my|our|to|of|and|near|by|from|el|la|los|las|en|de)\b)[a-z][a-z'-]{1,16}"
_HOUSES: Final = (
    r"(?:apartments?|apts|condos|condominiums?|towers?|townhomes|townhouses|lofts|villas|village|flats|estates|manor|"
    r"mobile home park|trailer park|rv park|residences|gardens)"
)
_STAY: Final = r"(?:parque|motel|hotel|hostal|residencial|edificio|condominio|vecindad|colonia)"
_DOOR: Final = (
    r"(?:(?:building|bldg|unit|apt|apartment|number|no|suite|ste|tower|lot|space|slip|room|edificio|torre|"
    r"manzana|casa|apto|"
    r"depto|departamento|interior|lote|numero|bloque)\.?\s?#?|#)\s?(?:[a-z]?-?\d{1,5}-?[a-z]?|[a-z])(?!\w)"
)
_NTH: Final = r"\d{1,3}(?:st|nd|rd|th)"
_ENESIMA: Final = r"\d{1,3}(?:ra|da|ta|ma|va|na|a)?"
# How the words for houses begin: no complex without one of them.
_OF_HOUSES: Final = (
    "apartment", "apts", "condo", "tower", "townh", "loft", "villa", "flats", "estates", "manor", " park",
    "residences", "gardens",
)  # fmt: skip
_COMPLEX: Final = re.compile(rf"(?<!\w)(?:{_WORD} ){{1,3}}{_HOUSES}(?:[ ,-]{{1,3}}{_DOOR}){{1,3}}")
_DOOR_FIRST: Final = re.compile(
    rf"(?<!\w){_DOOR}[ ,-]{{1,3}}(?:at |of |@ )?(?:(?:the )?{_WORD} ){{1,3}}{_HOUSES}(?!\w)"
)
_COMPLEJO: Final = re.compile(
    r"\b(?:apartamentos|residencial|fraccionamiento|condominios?|privada|unidad habitacional|"
    r"edificio)\s(?:[a-z][a-z'-]{1,16}[ ,]{1,2}){1,4}"
    rf"{_DOOR}(?:[ ,-]{{1,3}}{_DOOR}){{0,2}}"
)
_CORNER: Final = re.compile(
    rf"\b(?:at|by|near|on|off|around)\s((?:{_WORD} ){{1,2}}(?:and|&|n) {_NTH}|{_NTH} (?:and|&|n) {_WORD})(?!\w)"
)
_ESQUINA: Final = re.compile(
    rf"\b(?:en|por|x|entre|vivo|esquina de|estoy)\s((?:la|calle|la calle) {_ENESIMA} (?:y|con) (?:la )?"
    rf"(?:(?!(?:media|medio|cuarto|pico|algo|fraccion|minutos)\b){_WORD}|{_ENESIMA})"
    rf"|{_WORD} (?:y|con) la {_ENESIMA})(?!\w)"
)
_BOX_AT: Final = re.compile(
    rf"\b(?:caja|mailbox|box|slip|space|lot|locker|unit|apt)\s#?\d{{1,5}}[a-z]? (?:en|at|in|on|"
    rf",) \d{{1,6}} (?:{_WORD} )?{_WORD}"
)
_TOLD: Final = (
    r"(?:address(?: is|:| -)?|addy(?: is|:)?|adress(?: is|:)?|addr:?|live at|lives at|stay at|(?:i'?m|we'?re|"
    r"i am|we are|it'?s|its) at|located at|"
    r"house at|come (?:over )?to|out to|over to|vivo en|estoy en|estamos en|direccion(?: es|:)?|domicilio(?: es|:)?)"
)
# A house number and one or two words after words that announce a place: "im at 1420 elm".
_ANNOUNCED: Final = re.compile(
    rf"\b{_TOLD}\s(?:el |la )?(\d{{2,6}}[a-d]?,? (?!(?:am|pm|a\.m|p\.m|noon|degrees|percent|people|dollars|"
    rf"bucks|miles|mins?|minutes|hours?|"
    rf"hrs|days?|weeks?|psi|de)\b)(?:[nsew]\.? )?{_WORD}(?: {_WORD})?)(?!\w)"
)
_LIVES_ON: Final = re.compile(
    rf"\b(?:live|lives|living|stay|house|place|home|apt|vivo|vive|casa)(?: is| are| esta)? (?:on|off|off of|"
    rf"over on|right off|en|sobre)\s"
    rf"((?:la |el )?(?:{_WORD} |{_NTH} ){{1,3}}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|blvd|boulevard|"
    rf"court|ct|circle|cir|place|"
    r"pl|way|trail|trl|loop|parkway|pkwy)|(?:la )?(?:calle|avenida|av) (?:[a-z]{2,16} ?){1,3})(?!\w)"
)
_HIGHWAY: Final = re.compile(
    r"(?<![\w.$])\d{1,6} (?:[nsew]\.? )?(?:us |state |old )?(?:hwy|highway|county road|cr|fm|rm|ranch road|"
    r"state route|route|rte)\.? \d{1,4}(?!\w)"
    r"|\b(?:rr|rural route|hc|star route|route|rt|rte)\.? ?\d{1,3},? box \d{1,5}[a-z]?"
    r"|\b(?:km|kilometro) \d{1,3}(?:\.\d)?,? (?:de la )?(?:carretera|autopista)(?: a)?(?: [a-z]{2,16}){0,2}"
)
_IN_A_DOOR: Final = re.compile(
    r"\b(?:in|at|from|to|is|it'?s|its|im|i'm|en|el|la|al|es|del|of) ((?:unit|lot|slip|space|spc|room|"
    r"rm|trailer|apt|apto|"
    r"apartment|apartamento|depto|departamento|unidad|lote|casa|casita|piso|cuarto)\s?#?\s?"
    r"(?:\d{1,4} (?:bis|rear|back)|\d{1,5}-?[a-z]?|[a-z]-?\d{1,4})"
    rf"(?: (?:del?|en) (?:la |el )?{_STAY}(?: (?:los |las )?{_WORD}){{1,3}})?)(?!\w)"
)
_STAYS_AT: Final = re.compile(
    rf"\b{_STAY}(?: {_WORD}){{1,3}}[ ,]{{1,2}}"
    r"(?:cuarto|unidad|casa|apto|apartamento|depto|room|rm|unit|apt) #?\d{1,4}-?[a-z]?(?!\w)"
)
_SPOKEN_HOUSE: Final = re.compile(
    r"\b(?:(?:one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)[ -]){1,6}"
    rf"(?:[nsew]\.? |north |south |east |west )?(?:{_WORD} ){{1,2}}(?:street|avenue|ave|road|rd|lane|ln|drive|"
    rf"boulevard|blvd|court|circle|trail)(?!\w)"
)
_BARE_DOOR: Final = re.compile(r"(?:\b(?:in|from|en|unit|apto?) |^)(\d{1,4}[b-h])(?=[.,!? ]|$)(?! ?(?:am|pm|batter))")


def find_homes(text: str) -> Iterator[Found]:
    if any(begin in text for begin in _OF_HOUSES):
        yield from _found((_COMPLEX, _DOOR_FIRST), text, "a complex or a box and its number")
    yield from _found((_COMPLEJO, _SPOKEN_HOUSE), text, "a complex or a box and its number")
    yield from _found((_LIVES_ON,), text, "a place after words that announce one", group=1)
    if DIGIT.search(text):
        yield from _numbered(text)


def _numbered(text: str) -> Iterator[Found]:
    yield from _found((_STAYS_AT, _BOX_AT, _HIGHWAY), text, "a complex or a box and its number")
    yield from _found((_CORNER, _ESQUINA), text, "two streets that meet", group=1)
    yield from _found((_ANNOUNCED, _IN_A_DOOR), text, "a place after words that announce one", group=1)
    yield from _found((_BARE_DOOR,), text, "a door told by number and letter", group=1)


def _found(patterns: Sequence[re.Pattern[str]], text: str, why: str, group: int = 0) -> Iterator[Found]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield Found(match.start(group), match.end(group), Label.ADDRESS, why)
