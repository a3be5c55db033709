"""What each slot of the phrase files is filled with, and which label it gets."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from random import Random

from appliance.redaction.learning import codes, days, people
from appliance.redaction.learning.codes import digits, letters
from appliance.redaction.learning.grammar import PHRASES, Filler, Piece, fill, read_sections
from appliance.redaction.learning.noise import slip
from appliance.redaction.lexicon import LEXICA

HEALTH = Path(__file__).parent.parent / "lexica" / "health.txt"
_ENDS = "y ie ies er ers ish ify izer o os ini ita ito ex ix on ola let ster age able less ness wise ups io ia core max pro lite tek".split()
_BEGINS = "re un pre mini super ultra hydro aqua eco neo bio flexi opti medi derma therma poly micro mega auto".split()
_HOSTS = "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com example.com example.org comcast.net proton.me live.com att.net utexas.edu smithlaw.com mapledental.example".split()
_SITES = "example.com/photos imgur.com/a/{} photos.app.goo.gl/{} www.example.com/{} https://example.org/{} bit.ly/{} https://www.instagram.com/p/{} youtu.be/{} tinyurl.com/{} https://drive.google.com/file/d/{}/view http://example.net/q?id={} pin.it/{} dropbox.com/s/{} https://maps.app.goo.gl/{} mysite.example.com www.janesbakery.com zillow.com/homedetails/{} https://example.com/portal?user={}&t=1".split()


def _one(label: str, make: Callable[[Random], str]) -> Filler:
    return lambda random: [Piece(make(random), label)]


def email(random: Random) -> str:
    a, b = people.first(random).replace(" ", ""), people.last(random).replace(" ", "").replace("'", "")
    local = random.choice(
        (
            f"{a}.{b}",
            f"{a}{b}",
            f"{a[0]}{b}",
            f"{a}{digits(random, 2)}",
            f"{a}_{b}",
            f"{b}.{a}",
            f"{a}{b}{digits(random, 2)}",
            f"{b}family",
            f"{a}+desk",
            f"{a}-{b}",
            f"the{b}s",
            f"{a}lovesdogs",
        )
    )
    host = random.choice(_HOSTS)
    if random.random() < 0.22:
        local = (
            local.replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ")
            if random.random() < 0.7
            else local
        )
        return f"{local}{random.choice((' at ', ' @ ', ' (at) ', ' at ', '@', ' [at] '))}{host.replace('.', random.choice((' dot ', '.', ' . ', ' (dot) ', ' dot ')))}"
    return f"{local}@{host}"


def semail(random: Random) -> str:
    if random.random() < 0.75:
        return email(random)
    a = people.spanish_first(random).replace(" ", "")
    return f"{a}{random.choice(('', digits(random, 2), ' punto ' + people.spanish_last(random).split()[-1], ' guion bajo ' + people.spanish_last(random).split()[-1]))} arroba {random.choice(('gmail', 'hotmail', 'yahoo', 'outlook', 'example'))} punto com{random.choice(('', '', ' punto mx'))}"


def url(random: Random) -> str:
    return random.choice(_SITES).format(
        random.choice((letters(random, 6), f"{letters(random, 3)}{digits(random, 3)}{letters(random, 2)}"))
    )


def handle(random: Random) -> str:
    a = people.first(random).replace(" ", "")
    name = random.choice(
        (
            f"{a}_{digits(random, 2)}",
            f"{a}.{people.last(random).split()[-1]}",
            f"{a}xo",
            f"its{a}",
            f"the_real_{a}",
            f"{a}{digits(random, 3)}",
            f"{a}_{letters(random, 3)}",
            f"hair.by.{a}",
        )
    )
    return random.choice(("@", "@", "@", "", "$")) + name


def user(random: Random) -> str:
    return handle(random).lstrip("@$")


def ssn(random: Random) -> str:
    a, b, c = digits(random, 3), digits(random, 2), digits(random, 4)
    if random.random() < 0.1:
        return codes.spoken(a + b + c, random)
    return random.choice(
        (
            f"{a}-{b}-{c}",
            f"{a}-{b}-{c}",
            f"{a} {b} {c}",
            f"{a}{b}{c}",
            f"{a}.{b}.{c}",
            f"xxx-xx-{c}",
            f"***-**-{c}",
            f"{a}-{b}-{c}",
        )
    )


def last_four(random: Random) -> str:
    number = digits(random, 4)
    return codes.spoken(number, random, spanish=random.random() < 0.2) if random.random() < 0.12 else number


def card(random: Random) -> str:
    stem = random.choice("4534") + digits(random, 14)
    check = next(each for each in "0123456789" if _luhn(stem + each))
    number = stem + check if random.random() < 0.7 else stem + digits(random, 1)
    return random.choice(
        (
            number,
            " ".join((number[:4], number[4:8], number[8:12], number[12:])),
            "-".join((number[:4], number[4:8], number[8:12], number[12:])),
            f"3{digits(random, 3)} {digits(random, 6)} {digits(random, 5)}",
            f"xxxx xxxx xxxx {number[12:]}",
        )
    )


def _luhn(number: str) -> bool:
    total = 0
    for place, each in enumerate(reversed(number)):
        value = int(each) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def expiry(random: Random) -> str:
    return f"{random.randint(1, 12):02d}/{random.choice(('26', '27', '28', '2027', '29'))}"


def code(random: Random) -> str:
    plain = digits(random, random.choice((3, 4, 4, 4, 4, 5, 6)))
    roll = random.random()
    if roll < 0.08:
        return codes.spoken(plain, random, spanish=random.random() < 0.25)
    return random.choice(
        (
            plain,
            plain,
            plain,
            f"#{plain}",
            f"*{plain}",
            f"{plain}#",
            f"{letters(random, 1)}{plain}",
            f"{plain}{letters(random, 1)}",
            f"{plain[:2]}-{plain[2:]}",
            f"*{plain}#",
            f"#{digits(random, 3)}*",
        )
    )


def plate(random: Random) -> str:
    a, d = letters, digits
    return random.choice(
        (
            f"{a(random, 3)}{d(random, 4)}",
            f"{a(random, 3)} {d(random, 4)}",
            f"{a(random, 3)}-{d(random, 4)}",
            f"{d(random, 1)}{a(random, 3)}{d(random, 3)}",
            f"{a(random, 3)} {d(random, 3)}",
            f"{a(random, 2)}{d(random, 2)} {a(random, 3)}",
            f"{a(random, 3)}{d(random, 3)}",
            f"{d(random, 3)}-{a(random, 3)}",
            f"{d(random, 3)} {a(random, 3)}",
            f"{a(random, 2)} {d(random, 5)}",
            f"{a(random, 1)}{d(random, 2)} {a(random, 2)}{d(random, 1)}",
        )
    )


def vin(random: Random) -> str:
    whole = "".join(random.choice("0123456789abcdefghjklmnprstuvwxyz") for _ in range(17))
    return whole if random.random() < 0.8 else whole[-8:]


def chip(random: Random) -> str:
    number = random.choice(("985", "981", "956", "900", "977")) + digits(random, 12)
    return random.choice(
        (
            number,
            number,
            f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:12]} {number[12:]}",
            f"{number[:3]}-{number[3:]}",
            f"{letters(random, 2)}{digits(random, 8)}",
            f"0a{digits(random, 8)}",
        )
    )


def licence(random: Random) -> str:
    return random.choice(
        (
            digits(random, 8),
            f"{letters(random, 1)}{digits(random, 7)}",
            f"{letters(random, 1)}{digits(random, 3)}-{digits(random, 4)}-{digits(random, 4)}",
            f"{letters(random, 2)}{digits(random, 6)}",
            f"tx {digits(random, 8)}",
            digits(random, 9),
            f"{letters(random, 1)}{digits(random, 12)}",
        )
    )


def curp(random: Random) -> str:
    return random.choice(
        (
            f"{letters(random, 4)}{digits(random, 6)}{random.choice('hm')}{letters(random, 5)}{digits(random, 2)}",
            f"{letters(random, 4)}{digits(random, 6)}{letters(random, 2)}{digits(random, 1)}",
            f"{digits(random, 2)}-{digits(random, 7)}",
            f"9{digits(random, 2)}-{digits(random, 2)}-{digits(random, 4)}",
        )
    )


def tag(random: Random) -> str:
    return random.choice(
        (
            digits(random, 4),
            digits(random, 5),
            f"{letters(random, 1)}{digits(random, 4)}",
            f"{digits(random, 2)}-{digits(random, 4)}",
            f"{letters(random, 2)}-{digits(random, 4)}",
            digits(random, 6),
        )
    )


def street_only(random: Random) -> str:
    return codes.street(random)


def doctor(random: Random) -> str:
    roll = random.random()
    if roll < 0.66:
        return people.last(random)
    if roll < 0.9:
        return people.first(random)
    return random.choice((people.first(random)[0], f"{people.first(random)} {people.last(random)}"))


@lru_cache(maxsize=1)
def _ordinary() -> tuple[list[str], list[str]]:
    """Ordinary words to stand where a name could: English ones, and those of the list with Spanish and chat words."""
    both = [
        (LEXICA / name).read_text(encoding="ascii").split()
        for name in ("words.txt", "more_words.txt", "spanish_words.txt")
    ]
    short = [[word for word in words if 3 <= len(word) <= 9] for words in both]
    return short[0], short[1] * 5 + short[2]


def misspelled(random: Random) -> str:
    """An ordinary word that no list knows any more."""
    word = random.choice(_ordinary()[random.random() < 0.2])
    for _ in range(random.choice((1, 1, 2))):
        word = slip(word, random)
    return word


def unheard(random: Random) -> str:
    """A word of the day, a maker's or a part's: sounds like anything, names nobody."""
    if random.random() < 0.35:
        return people.invented(random)
    word = random.choice(_ordinary()[random.random() < 0.1])
    return random.choice(
        (
            f"{word}{random.choice(_ENDS)}",
            f"{random.choice(_BEGINS)}{word}",
            word[: random.randint(3, 5)] + random.choice(_ENDS),
        )
    )


def fillers() -> Mapping[str, Filler]:
    """All slots by name."""
    table: dict[str, Filler] = {
        "n": _one("NAME", people.person),
        "sn": _one("NAME", lambda random: people.person(random, spanish=True)),
        "f": _one(
            "NAME", lambda random: people.spanish_first(random) if random.random() < 0.1 else people.first(random)
        ),
        "sf": _one(
            "NAME", lambda random: people.first(random) if random.random() < 0.15 else people.spanish_first(random)
        ),
        "l": _one("NAME", people.last),
        "sl": _one("NAME", people.spanish_last),
        "fl": _one("NAME", lambda random: f"{people.first(random)} {people.last(random)}"),
        "nick": _one("NAME", lambda random: random.choice(people.NICK)),
        "dr": _one("NAME", doctor),
        "ini": _one("NAME", lambda random: random.choice("abcdefghijklmnoprstvwyz")),
        "initials": _one("NAME", people.initials),
        "spelled": people.spelled,
        "w": lambda random: [Piece(random.choice(_ordinary()[0]))],
        "sw": lambda random: [Piece(random.choice(_ordinary()[1]))],
        "typow": lambda random: [Piece(misspelled(random))],
        "newword": lambda random: [Piece(unheard(random))],
        "pnum": lambda random: [Piece(codes.mixed_code(random))],
        "phone": _one("PHONE", codes.phone),
        "sphone": _one("PHONE", lambda random: codes.phone(random, spanish=True)),
        "email": _one("EMAIL", email),
        "semail": _one("EMAIL", semail),
        "url": _one("URL", url),
        "handle": _one("ID", handle),
        "user": _one("ID", user),
        "addr": _one("ADDRESS", codes.address),
        "saddr": _one("ADDRESS", codes.spanish_address),
        "cross": _one("ADDRESS", codes.corner),
        "scross": _one("ADDRESS", codes.spanish_corner),
        "street": _one("ADDRESS", street_only),
        "unit": _one(
            "ADDRESS",
            lambda random: random.choice(
                (digits(random, random.randint(1, 3)), f"{digits(random, 1)}{letters(random, 1)}", letters(random, 1))
            ),
        ),
        "door": _one("ADDRESS", codes.door),
        "zip": _one("ADDRESS", lambda random: digits(random, 5)),
        "date": _one("DATE", days.date),
        "sdate": _one("DATE", days.fecha),
        "dob": _one("DATE", days.birth),
        "sdob": _one("DATE", days.nacimiento),
        "ssn": _one("ID", ssn),
        "last4": _one("ID", last_four),
        "card": _one("ID", card),
        "exp": lambda random: [Piece(expiry(random))],
        "cvv": _one("ID", lambda random: digits(random, 3)),
        "code": _one("ID", code),
        "plate": _one("ID", plate),
        "vin": _one("ID", vin),
        "chip": _one("ID", chip),
        "licence": _one("ID", licence),
        "curp": _one("ID", curp),
        "tag": _one("ID", tag),
        "serial": _one("ID", codes.mixed_code),
    }
    table |= {name: _one("ID", codes.mixed_code) for name in ("member", "group", "mrn", "claim", "order", "policy")}
    for path in (*sorted(PHRASES.glob("values*.txt")), HEALTH):
        for name, lines in read_sections(path).items():
            table[name] = _listed("|".join(lines), table)
    for name in ("pet", "firm", "city"):  # neither a find nor a miss; the tagger learns them as things of their own
        table[name] = _optional(table[name])
    return table


def _optional(filler: Filler) -> Filler:
    return lambda random: [Piece("".join(piece.text for piece in filler(random)), "OPT")]


def _listed(line: str, table: Mapping[str, Filler]) -> Filler:
    entries = _parted(line)
    return lambda random: fill(random.choice(entries), table, random)


def _parted(line: str) -> list[str]:
    """Entries parted by |, but not inside brackets."""
    entries, depth, start = [], 0, 0
    for place, character in enumerate(line):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            entries.append(line[start:place])
            start = place + 1
    return [*entries, line[start:]]
