"""Numbers and codes that stand for a person: told by what comes before them, or by their own check digits."""

import re
from collections.abc import Iterator
from typing import Final

from appliance.redaction.patterns.found import DIGIT, Found
from appliance.redaction.values import Label

_SSN: Final = re.compile(r"(?<![\w-])\d{3}[- .]\d{2}[- .]\d{4}(?![\w-])")
_CARD: Final = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
_OF_A_DEVICE: Final = re.compile(r"(?<!\w)(?<!\b[0-9a-f]{2}[:-])[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}(?![:-]?\w)")
_PLACE: Final = re.compile(
    r"(?<![\w.$-])(?=[a-z0-9-]{0,16}\d)(?=[a-z0-9-]{0,16}[a-z])[a-z0-9]{1,12}(?:-[a-z0-9]{1,12}){0,3}(?![\w-])"
)
_NOUN: Final = (
    r"(?:member(?:ship)?|group|grp|mrn|medical record|record|chart|patient|account|acct|claim|order|policy|"
    r"poliza|license|"
    r"licence|licencia|lic|driver'?s? license|dl|plate|plates|license plate|placa|placas|matricula|tag|chip|"
    r"microchip|rabies tag|"
    r"gate|door|lockbox|lock box|key ?pad|garage|alarm|access|building|entry|security|pin|passcode|password|"
    r"code|codigo|clave|"
    r"contrasena|invoice|factura|inv|ticket|confirmation|conf|reference|ref|referencia|case|caso|work order|wo|"
    r"job|estimate|quote|"
    r"booking|reservation|reserva|reservacion|tracking|serial|sn|s/n|vin|subscriber|suscriptor|socio|afiliado|"
    r"afiliacion|miembro|"
    r"insurance|seguro|seguro social|social security|social|ssn|ss|ssc|soc|medicaid|medicare|curp|rfc|dni|ine|"
    r"pasaporte|passport|"
    r"card|tarjeta|cuenta|expediente|pedido|orden|cliente|customer|cust|client|rx|prescription|receta|gift card|"
    r"voucher|certificate|permit|npi|dea|ein|tax id|routing|bin|pcn|grupo|id|folio|loyalty|rewards|po)"
)
_LINK: Final = (
    r"(?:'s)?(?:[ ]{1,2}(?:number|numero|no\.?|num\.?|nro\.?|nr\.?|id|code|codigo|#|is|are|was|es|son|era|the|it's|its|"
    r"ends in|ending in|ending|"
    r"ends with|termina en|on file|for|de|del|la|el|card|reads|says))"
)
_CUED: Final = re.compile(
    rf"(?<!\w){_NOUN}(?:e?s)?(?:{_LINK}){{0,4}}[ ]{{0,2}}[#:=-]{{0,2}}[ ]{{0,2}}[#*]?"
    r"(?:(?<![a-z])|(?=\d))((?=[a-z]{0,8}[ -]{0,1}[a-z0-9]{0,8}[ -]?\d)[a-z0-9]{1,20}(?:[-/.][a-z0-9]{1,16}){0,4}"
    r"(?: (?=[a-z]{0,4}\d)[a-z0-9]{2,10}){0,3}[#*]?)(?!\w)"
)
_LAST_FOUR: Final = re.compile(
    r"(?:last (?:four|4|5|five|6|six|2|two)|last4|ultimos (?:cuatro|4)|ending(?: in)?|ends (?:in|with)|"
    r"termina(?:da|do)? en)"
    r"(?:[ ](?:digits|digitos|numbers|of|de|del|my|mi|the|el|la|social|ssn|ss|seguro|card|tarjeta|visa|"
    r"mastercard|is|are|es|son|on|#|"
    r"for|phone|acct|account|policy|numero|number|it|file|was|me)){0,8}"
    r"[ :=#-]{1,4}(\d(?:[ -]?\d){1,5}|(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)[ ,-]?){3,6})(?!\w)"
)
# Codes that are nobody's: of errors, of offers.
_NOBODYS_CODE: Final = re.compile(
    r"\b(?:error|fault|engine|diagnostic|trouble|promo|discount|coupon|dress|color|hair)\s\Z"
)
_SECRET: Final = re.compile(
    r"\b(?:password|passcode|pass|pw|contrasena|clave)(?: is| es|:)? {1,2}"
    r"((?=\S{0,24}\d)(?=\S{0,24}[!*$%&?#_])[^\s,]{4,24})"
)
_HASH: Final = re.compile(r"(?<![\w#])#\s?([a-z]{0,4}-?\d{4,12}(?:-\d{1,8})?)(?!\w)")
_UNITS: Final = re.compile(
    r"^\s?(?:mg|ml|mcg|lbs?|kg|years?|yrs?|yo|days?|hours?|hrs?|mins?|minutes?|weeks?|months?|am|pm|ft|feet|"
    r"inch|in|sq|gal|"
    r"gallon|percent|%|dollars|bucks|times|people|kids|dogs?|cats?|am|pm|oclock|o'clock|psi|degrees|de la|anos|"
    r"dias|horas|:\d)\b"
)
_TIMELIKE: Final = re.compile(
    r"^(?:\d{1,2}(?:am|pm|ish)|\d{1,3}(?:mg|ml|k|ft|lbs?|yr|yo|hrs?|min|st|nd|rd|th|x|am|pm|gb|in)|[a-z]{1,2}|\d)$"
)


def find_long_numbers(text: str) -> Iterator[Found]:
    """Numbers whose own shape or check digit tells what they are."""
    if not DIGIT.search(text):
        return
    for match in _SSN.finditer(text):
        yield Found(match.start(), match.end(), Label.ID, "the shape of a social security number")
    for match in _OF_A_DEVICE.finditer(text):
        yield Found(match.start(), match.end(), Label.ID, "the shape of a device's address")
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if luhn(digits):
            yield Found(match.start(), match.end(), Label.ID, "a card number whose check digit is right")
        elif len(digits) in (15, 16):
            yield Found(match.start(), match.end(), Label.ID, "as many digits as a chip or a card")


def find_numbers(text: str) -> Iterator[Found]:
    """Numbers and codes told by the words before them."""
    for match in _LAST_FOUR.finditer(text):
        yield Found(match.start(1), match.start(1) + len(match[1].rstrip(" ,-")), Label.ID, "last digits")
    if not DIGIT.search(text):
        return
    for match in _CUED.finditer(text):
        digits = sum(each.isdigit() for each in match[1])
        counted = _TIMELIKE.match(match[1]) or _UNITS.match(text[match.end(1) : match.end(1) + 12])
        nobodys = _NOBODYS_CODE.search(text, max(0, match.start() - 16), match.start())
        if digits and not counted and not nobodys:
            yield Found(match.start(1), match.end(1), Label.ID, "a number after a word for one", digits >= 3)
    for match in _SECRET.finditer(text):
        yield Found(match.start(1), match.end(1), Label.ID, "a password")
    for match in _HASH.finditer(text):
        yield Found(match.start(1), match.end(1), Label.ID, "a number after #")
    for match in _PLACE.finditer(text):
        if len(match[0]) >= 5 and not _TIMELIKE.match(match[0]):
            yield Found(match.start(), match.end(), Label.ID, "letters and digits in one", sure=False)


def luhn(digits: str) -> bool:
    """The check digit of payment cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
