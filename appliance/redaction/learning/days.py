"""Invented dates, in digits and words, English and Spanish."""

from random import Random

from appliance.redaction.learning.codes import DIGIT_WORDS, DIGIT_WORDS_ES

MONTHS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
).split()
MESES = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ene feb mar abr may jun jul ago sept oct nov dic"
).split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_DIAS = (
    "primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|diecisiete|dieciocho|"
    "diecinueve|veinte|veintiuno|veintidós|veintitrés|veinticuatro|veinticinco|veintiséis|veintisiete|veintiocho|veintinueve|treinta"
).split("|")
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DECENAS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()


def _ordinal(day: int) -> str:
    suffix = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _slashed(random: Random, month: int, day: int, year: str) -> str:
    mark = random.choice("///-.")
    left = random.choice((str(month), f"{month:02d}"))
    right = random.choice((str(day), f"{day:02d}"))
    return mark.join((left, right, year))


def date(random: Random) -> str:
    """A coming or recent day, as one books it."""
    month, day = random.randint(1, 12), random.randint(1, 28 if random.random() < 0.9 else 31)
    name = random.choice(MONTHS)
    year = random.choice(("2024", "2025", "2026", "26", "25", "2027"))
    roll = random.random()
    if roll < 0.30:
        return random.choice(
            (f"{month}/{day}", f"{month}/{day}", f"{month:02d}/{day:02d}", f"{month}-{day}", f"{month}.{day}")
        )
    if roll < 0.42:
        return _slashed(random, month, day, year)
    if roll < 0.45:
        return f"20{random.randint(24, 27)}-{month:02d}-{day:02d}"
    if roll < 0.50:
        return f"{day} {name}" if random.random() < 0.5 else f"{_ordinal(day)} {random.choice(('of ', ''))}{name}"
    if roll < 0.54:
        return f"the {_ordinal(day)} of {name}"[4:]
    if roll < 0.58:
        return f"{name} {random.choice(('the ', ''))}{_ORDINALS[day - 1]}"
    if roll < 0.62:
        return random.choice(
            (
                f"{month}/{day}-{month}/{min(day + 3, 31)}",
                f"{name} {day}-{min(day + 3, 31)}",
                f"{name} {day} - {min(day + 2, 31)}",
            )
        )
    if roll < 0.70:
        return f"{name} {random.choice((str(day), _ordinal(day)))}{random.choice((', ', ' ', ' of '))}{year if len(year) == 4 else '2026'}"
    return f"{name}{random.choice((' ', ' ', '. ', ' the '))}{random.choice((str(day), _ordinal(day), _ordinal(day)))}"


def birth(random: Random) -> str:
    month, day, year = random.randint(1, 12), random.randint(1, 28), random.randint(1932, 2023)
    short = f"{year % 100:02d}"
    roll = random.random()
    if roll < 0.48:
        return _slashed(random, month, day, random.choice((str(year), short, short)))
    if roll < 0.54:
        return random.choice(
            (
                f"{month:02d}{day:02d}{year}",
                f"{month:02d}{day:02d}{short}",
                f"{month:02d} {day:02d} {year}",
                f"{month} {day} {short}",
                f"{month:02d} {day:02d} {short}",
            )
        )
    if roll < 0.58:
        return f"{year}-{month:02d}-{day:02d}"
    if roll < 0.64:
        return f"{random.choice(MONTHS)} {random.choice(('', 'the '))}{_ORDINALS[day - 1]}{random.choice((' ', ', '))}{spoken_year(random, year)}"
    if roll < 0.70:
        return f"{day}{random.choice((' ', '-', '/'))}{random.choice(MONTHS)[:3]}{random.choice((' ', '-', '/'))}{random.choice((str(year), short))}"
    if roll < 0.74:
        return f"{_ordinal(day)} {random.choice(('of ', ''))}{random.choice(MONTHS)}{random.choice((' ', ', '))}{year}"
    if roll < 0.77:
        number = f"{month:02d}{day:02d}{short}"
        return " ".join(DIGIT_WORDS[int(each)] for each in number)
    return f"{random.choice(MONTHS)}{random.choice((' ', '. ', '/'))}{random.choice((str(day), _ordinal(day)))}{random.choice((' ', ', ', ' of ', '/', ','))}{random.choice((str(year), str(year), short, chr(39) + short))}"


def spoken_year(random: Random, year: int) -> str:
    century = "nineteen" if year < 2000 else random.choice(("two thousand", "twenty"))
    rest = year % 100
    if rest == 0:
        return "two thousand"
    if rest < 10:
        return f"{century} {random.choice(('oh ', '')) if century != 'twenty' else 'oh '}{DIGIT_WORDS[rest]}"
    if rest < 20:
        return f"{century} {_TEENS[rest - 10]}"
    return f"{century} {_TENS[rest // 10 - 2]}{random.choice((' ', '-')) + DIGIT_WORDS[rest % 10] if rest % 10 else ''}"


def fecha(random: Random) -> str:
    month, day = random.randint(1, 12), random.randint(1, 30)
    name = random.choice(MESES)
    roll = random.random()
    if roll < 0.22:
        return random.choice((f"{day}/{month}", f"{day:02d}/{month:02d}", f"{month}/{day}", f"{day}-{month}"))
    if roll < 0.3:
        return f"{day}/{month:02d}/{random.choice(('2025', '2026', '26', '25'))}"
    if roll < 0.4:
        return f"{_DIAS[day - 1]} de {random.choice(MESES[:12])}"
    if roll < 0.5:
        return f"{day} {name}"
    if roll < 0.58:
        return f"{day} de {random.choice(MESES[:12])} {random.choice(('de ', 'del ', ''))}{random.choice(('2025', '2026'))}"
    return f"{random.choice((str(day), '1ro', '1°', str(day), str(day))) if day == 1 else day} de {random.choice(MESES[:12])}"


def nacimiento(random: Random) -> str:
    month, day, year = random.randint(1, 12), random.randint(1, 30), random.randint(1935, 2023)
    roll = random.random()
    if roll < 0.42:
        mark = random.choice("//-. ")
        return f"{day:02d}{mark}{month:02d}{mark}{random.choice((str(year), str(year)[2:]))}"
    if roll < 0.5:
        tens = (
            f"{_DECENAS[year % 100 // 10 - 2]} y {DIGIT_WORDS_ES[year % 10]}"
            if year % 100 > 20 and year % 10
            else "ochenta"
        )
        return f"{_DIAS[day - 1]} de {random.choice(MESES[:12])} {random.choice(('de ', 'del '))}{random.choice(('mil novecientos ', '')) if year < 2000 else 'dos mil '}{tens if year < 2000 else random.choice(_DIAS[1:20])}"
    if roll < 0.58:
        return f"{day} {random.choice(MESES)} {year}"
    return f"{day} de {random.choice(MESES[:12])} {random.choice(('de ', 'del ', ''))}{random.choice((str(year), str(year), str(year)[2:]))}"
