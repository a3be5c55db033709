"""Where somebody lives: street lines with unit, town and ZIP, post boxes, corners."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import DIGIT, Found
from appliance.redaction.values import Label

_KIND: Final = (
    r"(?:street|str|st|avenue|aven|ave|av|road|rd|lane|ln|drive|drv|dr|boulevard|blvd|bvld|court|ct|circle|cir|"
    r"place|pl|"
    r"terrace|ter|terr|parkway|pkwy|pky|highway|hwy|trail|trl|wy|square|sq|loop|way|alley|aly|plaza|plz|cove|cv|"
    r"bend|run|pass|"
    r"path|crossing|xing|ridge|point|pt|row|walk|hollow|glen|heights|hts|turnpike|tpke|expressway|freeway|route|rte|fm)"
)
_SIDE: Final = r"(?:north|south|east|west|northeast|northwest|southeast|southwest|n\.?e|n\.?w|s\.?e|s\.?w|n|s|e|w)\.?"
_NAME: Final = r"(?:\d{1,3}(?:st|nd|rd|th)|[a-z][a-z'-]{1,20}|[a-z]\.)"
_UNIT: Final = (
    r"(?:[ ,.]{0,3}(?:(?:apartment|apartmnt|apt|appt|unit|suite|ste|lot|room|rm|floor|fl|bldg|building|trailer|"
    r"space|spc|slip|berth|casa|lote|#|"
    r"no\.?|dept|depto|departamento|apto|piso|interior|int)\.?\s?#?\s?(?:[a-z]?-?\d{1,5}-?[a-z]?|[a-z])(?!\w)|"
    r"#\s?\w{1,6})){0,2}"
)
_STATE: Final = (
    r"(?:al|ak|az|ar|ca|co|ct|de|fl|ga|hi|ia|id|il|in|ks|ky|la|ma|md|me|mi|mn|mo|ms|mt|nc|nd|ne|nh|nj|nm|nv|ny|"
    r"oh|ok|or|"
    r"pa|ri|sc|sd|tn|tx|ut|va|vt|wa|wi|wv|wy|dc|texas|california|florida|arizona|nevada|colorado|oregon|washington|"
    r"georgia|illinois|ohio|michigan|virginia|tennessee|utah|oklahoma|kansas|missouri|indiana|new york|new jersey|"
    r"new mexico|[a-z]\.\s?[a-z]\.|north carolina|south carolina|pennsylvania|maryland|minnesota|wisconsin|iowa|"
    r"alabama|louisiana)"
)
_ZIP: Final = r"\d{5}(?:-\d{4})?(?!\d)"
_TOWN: Final = (
    rf"(?:(?:[ ,.]{{1,3}}(?:in )?(?:[a-z][a-z'.-]{{1,15}}\s){{0,2}}[a-z][a-z'.-]{{1,15}}"
    rf"[ ,.]{{1,3}}{_STATE}(?![\w'])(?:[ ,.]{{1,3}}{_ZIP})?)"
    rf"|(?:[ ,.]{{1,3}}(?:in )?(?:[a-z][a-z'.-]{{1,15}}[ ,.]{{1,3}}){{1,3}}{_ZIP})|"
    rf"(?:[ ,.]{{1,3}}(?:zip(?: code)?[ :]{{1,2}})?{_ZIP}))?"
)
_STREET: Final = re.compile(
    rf"(?<![\w$.#/:-])\d{{1,6}}(?:-\d{{1,4}}|[a-d]| 1/2)?(?: (?:and|"
    rf"&) \d{{1,6}}[a-d]?)?[ ,]{{1,2}}(?:{_SIDE} )?(?:{_NAME} ){{1,4}}?{_KIND}\b\.?"
    rf"(?: {_SIDE}(?!\w))?{_UNIT}{_TOWN}"
)
_CALLE: Final = re.compile(
    r"\b(?:calle|avenida|av|avda|carrera|cra|calzada|callejon|privada|paseo|camino|boulevard|blvd|colonia|col|"
    r"carretera)\.?\s"
    r"(?:[a-z0-9][a-z0-9'-]{0,16}[ ,]{1,2}){1,5}?(?:(?:#|no\.?|num\.?|numero)\s?)?\d{1,5}[a-z]?(?![\w:])"
    + _UNIT
    + r"(?:[ ,]{1,3}(?:colonia|col|cp|c\.p)\.?(?:\s[a-z0-9'-]{1,16}){1,3})?"
    + _TOWN
)
_BOX: Final = re.compile(rf"\b(?:p\.?\s?o\.?\s?box|apartado(?: postal)?)\s?#?\s?\d{{1,6}}{_TOWN}")
_CORNER: Final = re.compile(
    r"\b(?:corner of|cross streets?(?: are| is)?|esquina de|intersection of|off of)\s"
    rf"((?:{_NAME} ){{1,3}}(?:{_KIND}\.? )?(?:and|&|y|at|n|con)\s(?:{_NAME} ){{0,2}}{_NAME}(?: {_KIND}\b\.?)?)"
)
_DOOR: Final = re.compile(
    r"(?<!\w)(?:apartment|apt|apto|apartamento|suite|ste|depto|departamento|bldg|building|edificio|interior)\.?\s?#?\s?"
    r"(?:[a-z]?-?\d{1,5}-?[a-z]?|(?<=[ #])[a-z])(?!\w)"
)
# Words that no street is called: "10 with dr", "2 of the way".
_NO_STREET: Final = frozenset(
    "with for to at and or of the my your our his her is was in on by from me it a an this that con para de mi un una "
    "el".split()
)
_ZIP_TOLD: Final = re.compile(rf"\b(?:zip(?: ?code)?|codigo postal|c\.?p\.?)(?: is| es|:)?\s?({_ZIP})")
_STATE_ZIP: Final = re.compile(rf"(?<!\w)(?:[a-z][a-z'.-]{{2,15}}[ ,]{{1,2}}){{1,2}}{_STATE}[ ,]{{1,2}}{_ZIP}")
_COUNTED: Final = re.compile(
    r"^\d+[ ,]{1,2}(?:\w+ ){0,3}?(?:days?|hours?|hrs?|min|mins|minutes?|weeks?|months?|years?|yrs?|am|pm|people|"
    r"kids|dogs?|"
    r"cats?|times?|miles?|dollars|bucks|percent|of|or|to|and|more|teeth|pills|mg|ml|lbs?|inch|inches|feet|ft)\b"
)


def find_addresses(text: str) -> Iterator[Found]:
    for match in _CORNER.finditer(text):
        if match[1].split()[0] not in _NO_STREET:
            yield Found(match.start(1), match.end(1), Label.ADDRESS, "cross streets")
    for match in _DOOR.finditer(text):
        yield _found(match, "a door", sure=any(each.isdigit() for each in match[0]))
    if DIGIT.search(text):
        yield from _numbered(text)


def _numbered(text: str) -> Iterator[Found]:
    for match in _STREET.finditer(text):
        if not _COUNTED.match(match[0]) and match[0].split()[1] not in _NO_STREET:
            yield _found(match, "house number and street")
    for match in _CALLE.finditer(text):
        yield _found(match, "street and house number")
    for match in _BOX.finditer(text):
        yield _found(match, "post box")
    for match in _ZIP_TOLD.finditer(text):
        yield Found(match.start(1), match.end(1), Label.ADDRESS, "ZIP code")
    for match in _STATE_ZIP.finditer(text):
        yield _found(match, "town, state and ZIP", sure=False)


def _found(match: re.Match[str], why: str, *, sure: bool = True) -> Found:
    return Found(match.start(), match.start() + len(match[0].rstrip(" ,.")), Label.ADDRESS, why, sure)
