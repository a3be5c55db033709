"""Days in the calendar: month and day or fuller, in digits, words or both, in English and Spanish."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import DIGIT, Found
from appliance.redaction.values import Label

_MONTH: Final = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec|febuary|feburary|janurary|janury|agust|setember|septmber|"
    r"octuber|ocotber|novemeber|novmber|decemeber|decmber|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|diciembre|ene|"
    r"abr|ago|dic)"
)
# How the months begin: no named day without one of them.
_OF_MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "ag", "sep", "set", "oct", "ocot", "nov", "dec", "ene",
    "abr", "dic",
)  # fmt: skip
_ORDINAL: Final = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|"
    r"(?:twenty|thirty)[ -]?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
    r"primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete|"
    r"dieciocho|diecinueve|veinte|veintiuno|veintidos|veintitres|veinticuatro|veinticinco|veintiseis|veintisiete|"
    r"veintiocho|veintinueve|treinta|treinta y uno)"
)
_DAY: Final = r"(?:[12]\d|3[01]|0?[1-9])"
_DAYTH: Final = rf"{_DAY}(?:st|nd|rd|th|ro|er)?(?![\d:]|\s?(?:am|pm|a\.m|p\.m)\b|\.\d)"
_TENS_YEAR: Final = (
    r"(?:nineteen|twenty|two thousand(?: and)?|mil novecientos|dos mil)"
    r"(?:[ -]?(?:oh|o|y|and|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|uno|dos|tres|cuatro|"
    r"cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete|dieciocho|diecinueve|"
    r"veinte|veinti\w{2,6}|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)\b){0,4}"
)
_YEAR: Final = rf"(?:(?:19|20)\d\d|'\d\d|\d\d(?=\D|$)(?![:\d])|{_TENS_YEAR})"
_NAMED: Final = re.compile(
    rf"(?<![\w])(?:"
    rf"{_MONTH}\.?[ /,.-]{{0,3}}(?:the )?(?:{_DAYTH}|{_ORDINAL}\b)"
    rf"(?:\s?(?:-|to|through|thru|al|and|or|&)\s?(?:{_DAYTH}))?(?:[ ,/.-]{{1,3}}(?:of |de |del )?{_YEAR})?"
    rf"|(?:the )?(?:{_DAYTH}|{_ORDINAL})[ /.-]{{0,2}}(?:of |de |del )?{_MONTH}\b\.?(?:[ ,/.-]{{1,3}}(?:of |de |"
    rf"del )?{_YEAR})?"
    rf"|{_MONTH}\.?[ /-]{_DAY}[ /,-]{{1,2}}{_YEAR}"
    rf")(?!\w)"
)
_FULL: Final = re.compile(
    r"(?<![\w/.-])(?:(?:0?[1-9]|1[0-2]) (?:0?[1-9]|[12]\d|3[01]) (?:19|20)\d\d"
    r"|(?:0?[1-9]|[12]\d|3[01])(\s?[/.\-]\s?)(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|'?\d\d)"
    r"|(?:19|20)\d\d([/.\-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))(?![\w/-])"
)
_SHORT: Final = re.compile(r"(?<![\w/.$-])(?:0?[1-9]|1[0-2]|[12]\d|3[01])[/](?:0?[1-9]|[12]\d|3[01])(?![\w/]|\.\d|-\d)")
_DASHED: Final = re.compile(r"(?<![\w/.$-])(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?![\w/-]|\.\d)")
_BIRTH: Final = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b\.?|date of birth|birth ?date|birth ?day|bday|b-day|born(?: on| the)?|fecha de nacimiento|"
    r"fec\.? nac\.?|nacid[oa](?: el)?|naci(?: el)?|nacimiento|fdn)\b[^\w\n]{0,3}"
    r"(?:(?:is|was|of|on|es|el|it's|its)\s{1,2}){0,2}[^\w\n]{0,2}"
    r"(\d{1,2}[ /.\-]{1,3}\d{1,2}[ /.\-]{1,3}(?:\d{4}|\d{2})|\d{4}[ /.\-]\d{1,2}[ /.\-]\d{1,2}|\d{8}|\d{6}|"
    r"\d{1,2}[/-]\d{2,4})(?!\d)"
)
_BY_PARTS: Final = re.compile(
    r"\b(?:birth )?(?:month|mes|day|dia)\W{1,3}\w{1,10}\W{1,3}(?:birth )?(?:month|mes|day|dia)\W{1,3}\w{1,10}"
    r"(?:\W{1,3}(?:birth )?(?:year|ano)\W{1,3}\d{2,4})(?!\w)"
)
BEFORE_SHORT: Final = re.compile(
    r"\b(?:on|for|since|by|from|until|til|till|before|after|around|date|dated|appt|appointment|apt|due|was|is|el|del|"
    r"desde|para|hasta|cita|fecha|day|the|and|or|to|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes|sabado|domingo)[ ,.:-]{1,3}$"
)
_SCORE: Final = re.compile(
    r"\b(?:pain|dolor|scale|score|level|about an?|like an?|rate|a|an|solid|bp|pressure|vision|size|half|cup|inch)"
    r"(?: is| was| at| about| a| of| like)?[ ,.:-]{1,3}$"
)
FRACTIONS: Final = frozenset(
    {"24/7", "50/50", "20/20", "1/2", "1/4", "3/4", "1/3", "2/3", "1/8", "5/8", "3/8", "7/8", "9/11"}
)
_AFTER_FRACTION: Final = re.compile(
    r"\s?(?:inch|in\b|\"|cup|mile|teaspoon|tsp|tablet|pill|pain|stars?|off|of\b|hp|hour|way)"
)


def find_dates(text: str) -> Iterator[Found]:
    if any(begin in text for begin in _OF_MONTHS):
        for match in _NAMED.finditer(text):
            if not _verb_may(text, match):
                yield Found(match.start(), match.end(), Label.DATE, "month and day")
    if DIGIT.search(text):
        yield from _in_digits(text)


def _in_digits(text: str) -> Iterator[Found]:
    for match in _FULL.finditer(text):
        yield Found(match.start(), match.end(), Label.DATE, "day, month and year in digits")
    for match in _BIRTH.finditer(text):
        yield Found(match.start(1), match.end(1), Label.DATE, "digits after a word for birth date")
    for match in _BY_PARTS.finditer(text):
        yield Found(match.start(), match.end(), Label.DATE, "day, month and year by their parts")
    for match in _SHORT.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        sure = bool(BEFORE_SHORT.search(before))
        if (match[0] in FRACTIONS and not sure) or _SCORE.search(before) or _AFTER_FRACTION.match(text, match.end()):
            continue
        yield Found(match.start(), match.end(), Label.DATE, "month and day in digits", sure)
    for match in _DASHED.finditer(text):
        sure = bool(
            re.search(
                r"\b(?:on|since|appt|dated?|due|born|dob|el dia)[ :]{1,2}$",
                text[max(0, match.start() - 12) : match.start()],
            )
        )
        yield Found(match.start(), match.end(), Label.DATE, "month and day with a dash", sure)


def _verb_may(text: str, match: re.Match[str]) -> bool:
    """Whether "may" is a verb here, as in: may 2 people come."""
    words = match[0]
    if not words.startswith("may") or words.startswith("mayo"):
        return False
    after = text[match.end() : match.end() + 12]
    return bool(re.match(r"\s?(?:people|of us|dogs|cats|kids|hours|days|times|more)\b", after))
