"""The same hand-written text about somebody else: its spans are filled anew, in the form and case they were written in."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Final

from appliance.redaction.learning import codes, days, people
from appliance.redaction.learning.grammar import PHRASES, Piece, read_sections
from appliance.redaction.lexicon import Lexicon

_WORD: Final = re.compile(r"[^\W\d_]+")
_PART: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")
# What stays in a name: particles, endings, and titles or kin words that slipped into the span.
_OF_NAMES: Final = frozenset(
    "de la las los del y e and van von der den da di do dos das el al bin ibn mc st jr sr ii iii iv junior mr mrs ms dr dra sra "
    "sr srta don dona doña miss aunt auntie uncle tia tía tio tío titi mama papa mami papi abuela abuelo grandma grandpa nana "
    "coach big lil little baby old the familia s n".split()
)
# What stays in an address: what makes it one.
_OF_PLACES: Final = frozenset(
    "apt apartment apartamento unit suite ste lot space spc bldg building edificio depto departamento dpto piso floor fl room rm box po pobox "
    "apartado buzon buzón numero número num no local casa slip gate trailer n s e w ne nw se sw north south east west norte sur este oeste "
    "and y con esq esquina entre between corner of the at en la las los el del de by off on near rr route ruta hwy highway carretera km "
    "calle av ave avenida blvd bulevar col colonia fracc cp zip first second third fourth fifth sixth seventh st rd th nd tx ca az nm fl "
    "ga nc tn oh il mi ny nj pa ma wa or ut ok ks mo va md wi mn co nv street avenue road lane drive boulevard court circle place "
    "terrace parkway trail loop square cove bend run path way square plaza residencial complex apartments apts ln dr ct cir pl ter pkwy "
    "trl sq cv camino privada cerrada callejon callejón paseo calzada upstairs downstairs back front house".split()
)
_MONTHS: Final = (days.MONTHS[:12], days.MONTHS[12:], days.MESES[:12], days.MESES[12:])
_TONGUES: Final = (codes.DIGIT_WORDS, codes.DIGIT_WORDS_ES)
_SPELLED: Final = 3  # so many letters alone in a name spell it
_PET_SWAPPED: Final = 0.5


def refill(pieces: Sequence[Piece], random: Random) -> list[Piece]:
    """Every labelled piece filled anew, the same word by the same; animals' names by other animals' names."""
    others: dict[str, str] = {}
    spanish = _is_spanish("".join(piece.text for piece in pieces))
    out = []
    for piece in pieces:
        fill = _FILL.get(piece.label)
        out.append(Piece(fill(piece.text, random, others, spanish), piece.label) if fill else piece)
    return out


Fill = Callable[[str, Random, dict[str, str], bool], str]


def _name(words: str, random: Random, others: dict[str, str], spanish: bool) -> str:  # noqa: FBT001
    found = _WORD.findall(words)
    if sum(len(word) == 1 for word in found) >= _SPELLED:
        return words

    def other(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in _OF_NAMES:
            return match[0]
        if word not in others:
            others[word] = _other_name(word, random, first=match.start() == 0, spanish=spanish)
        return _cased(others[word], match[0])

    return _WORD.sub(other, words)


def _other_name(word: str, random: Random, *, first: bool, spanish: bool) -> str:
    if len(word) <= 2:
        return "".join(random.choice("abcdefghjklmnoprstvw") for _ in word)
    spanish = spanish and random.random() < 0.75
    lexicon = _lexicon()
    if first and (word in lexicon.first or word not in lexicon.last):
        return people.spanish_first(random) if spanish else people.first(random)
    return people.spanish_last(random) if spanish else people.last(random)


def _code(words: str, random: Random, others: dict[str, str], spanish: bool) -> str:  # noqa: FBT001
    """Numbers, codes and user names: digits by digits, letters among digits by letters, names by names."""

    def other(match: re.Match[str]) -> str:
        part = match[0]
        if part.isdigit() or (any(each.isdigit() for each in part) and part.lower().strip("x")):
            return "".join(_other_sign(each, random) for each in part)
        for tongue in _TONGUES:
            if part.lower() in tongue:
                return _cased(random.choice(tongue), part)
        if _lexicon().is_name(part.lower()) and len(part) > 2:
            new = others.setdefault(part.lower(), _other_name(part.lower(), random, first=True, spanish=spanish))
            return _cased(new.replace(" ", ""), part)
        return part

    return _PART.sub(other, words)


def _other_sign(sign: str, random: Random) -> str:
    if sign.isdigit():
        return str(random.randint(0, 9))
    if sign in "xX" or not sign.isascii():
        return sign
    letter = random.choice("abcdefghjkmnpqrstuvwyz")
    return letter.upper() if sign.isupper() else letter


def _day(words: str, random: Random, _: dict[str, str], __: bool) -> str:  # noqa: FBT001
    """Another day in the same spelling: months stay months, days days, years years."""

    def number(match: re.Match[str]) -> str:
        value, size = int(match[0]), len(match[0])
        if size == 4:
            return str(max(1925, value - random.randint(0, 30)) if value < 2024 else value)
        if size > 2:
            return "".join(random.choice("0123456789") for _ in match[0])
        bounds = (1, 12) if value <= 12 else (13, 28) if value <= 31 else (32, 99)
        new = str(random.randint(*bounds))
        return new.zfill(size) if match[0][0] == "0" else new

    def month(match: re.Match[str]) -> str:
        for names in _MONTHS:
            if match[0].lower() in names:
                return _cased(random.choice(names), match[0])
        return match[0]

    return _WORD.sub(month, _DIGITS.sub(number, words))


def _place(words: str, random: Random, _: dict[str, str], spanish: bool) -> str:  # noqa: FBT001
    """Another street and other numbers; what follows a comma is often a town."""

    def other(match: re.Match[str]) -> str:
        part = match[0]
        if part.isdigit():
            return str(random.randint(1, 9)) + codes.digits(random, len(part) - 1)
        if any(each.isdigit() for each in part):
            return re.sub(r"\d", lambda _: str(random.randint(1, 9)), part)
        if part.lower() in _OF_PLACES or len(part) == 1 or "'" in words[match.start() - 1 : match.end() + 1]:
            return part
        if "," in words[: match.start()] and random.random() < 0.5:
            return _cased(random.choice(codes.TOWNS).split()[0], part)
        if random.random() < 0.3:
            return _cased(people.last(random).split()[-1], part)
        return _cased(random.choice(codes.CALLES if spanish else codes.STREETS).replace("-", " "), part)

    return _PART.sub(other, words)


def _plain(words: str, random: Random, _: dict[str, str], __: bool) -> str:  # noqa: FBT001
    def other(match: re.Match[str]) -> str:
        if match[0].lower() in _pets() and random.random() < _PET_SWAPPED:
            return _cased(random.choice(_pets()), match[0])
        return match[0]

    return _WORD.sub(other, words)


_FILL: Final[Mapping[str, Fill]] = {
    "": _plain,
    "NAME": _name,
    "PHONE": _code,
    "EMAIL": _code,
    "URL": _code,
    "ID": _code,
    "DATE": _day,
    "ADDRESS": _place,
}


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    return Lexicon.load()


@lru_cache(maxsize=1)
def _pets() -> tuple[str, ...]:
    """Animals' names that are no ordinary words."""
    names = "|".join(read_sections(PHRASES / "values.txt")["pet"]).split("|")
    return tuple(sorted({name for name in names if name.isalpha() and name not in _lexicon().words}))


def _is_spanish(text: str) -> bool:
    words = _WORD.findall(text.lower())
    known = {
        "que",
        "el",
        "la",
        "de",
        "mi",
        "y",
        "para",
        "por",
        "con",
        "una",
        "un",
        "es",
        "no",
        "se",
        "en",
        "me",
        "hola",
        "soy",
        "q",
    }
    return sum(word in known for word in words) * 6 > len(words)


def _cased(new: str, old: str) -> str:
    """The new word as big as the old one was written."""
    if old.islower():
        return new.lower()
    if old.isupper() and len(old) > 1:
        return new.upper()
    return " ".join(word[:1].upper() + word[1:] for word in new.split(" "))
