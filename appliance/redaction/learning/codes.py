"""Invented numbers, codes and addresses in the many spellings people use."""

from random import Random

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
DIGIT_WORDS_ES = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
STREETS = (
    "oak elm maple pine cedar main washington lincoln park hill lake walnut spring north ridge church willow mill sunset railroad "
    "jefferson cherry highland johnson dogwood hickory river meadow forest jackson woodland franklin chestnut green adams "
    "valley center smith college rose birch laurel magnolia pecan congress lamar guadalupe burnet riverside barton manor "
    "cesar-chavez mlk bluebonnet shady-hollow stone-creek fox-run deer-trail country-club old-mill blue-heron quail-hollow "
    "harvest-moon timber-ridge whispering-pines silver-fox cactus-wren mockingbird wildflower westlake eastgate northwood "
    "martin-luther-king st-johns la-brea el-camino-real mesa-verde camino-del-sol via-verde rio-grande paseo-del-norte "
    "windsor canterbury sherwood nottingham devon oxford cambridge princeton harvard stanford madison monroe garfield grant "
    "sheridan sherman douglas fremont kearny mission valencia folsom broadway commerce industrial airport ranch-road"
).split()
_KINDS = (
    "st street st. ave avenue ave. rd road ln lane dr drive blvd boulevard ct court cir circle pl place ter terrace pkwy way trl "
    "trail loop hwy sq cove cv bend run path xing pass aly str lane drive"
).split()
TOWNS = (
    "austin|round rock|cedar park|san antonio|dallas|el paso|tucson|phoenix|denver|aurora|fresno|oakland|san jose|springfield|"
    "madison|columbus|houston|charlotte|orlando|tampa|miami|atlanta|nashville|memphis|portland|salem|eugene|seattle|boise|reno|"
    "omaha|tulsa|chicago|detroit|cleveland|buffalo|boston|hartford|newark|baltimore|richmond|laredo|mcallen|hialeah|brooklyn|"
    "kyle|buda|pflugerville|leander|georgetown|san marcos|plano|mesquite|garland|lakewood|glendale|mesa|chandler|tempe|gilbert"
).split("|")
_STATES = "tx ca az co nv nm fl ga nc tn oh il mi ny nj pa ma wa or ut ok ks mo va md in wi mn texas california arizona florida".split()
CALLES = (
    "roble|pino|juárez|hidalgo|morelos|benito juárez|reforma|insurgentes|madero|zaragoza|las flores|del sol|los pinos|5 de mayo|"
    "16 de septiembre|revolución|independencia|allende|guerrero|san juan|santa maría|la paz|del carmen|cedros|encino|álamo|"
    "nogal|olivo|violetas|jazmines|constitución|victoria|colón|américa|central|principal|magnolia|emiliano zapata|mina|obregón"
).split("|")


def digits(random: Random, count: int) -> str:
    return "".join(str(random.randint(0, 9)) for _ in range(count))


def letters(random: Random, count: int) -> str:
    return "".join(random.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(count))


def _ten(random: Random) -> tuple[str, str, str]:
    area = f"{random.randint(2, 9)}{random.randint(0, 9)}{random.randint(0, 9)}"
    exchange = "555" if random.random() < 0.6 else f"{random.randint(2, 9)}{digits(random, 2)}"
    return area, exchange, ("01" + digits(random, 2)) if random.random() < 0.5 else digits(random, 4)


def phone(random: Random, *, spanish: bool = False) -> str:
    a, b, c = _ten(random)
    roll = random.random()
    if roll < 0.11:
        return spoken(a + b + c, random, spanish=spanish)
    if roll < 0.2:
        return random.choice((f"{b}-{c}", f"{b} {c}", f"{b}.{c}", f"{b}{c}", f"{b}-{c[:2]}-{c[2:]}", f"{b}--{c}"))
    if roll < 0.24:
        return _abroad(random)
    shapes = (
        f"{a}-{b}-{c}",
        f"({a}) {b}-{c}",
        f"{a}.{b}.{c}",
        f"{a} {b} {c}",
        f"{a}{b}{c}",
        f"{a}{b}{c}",
        f"+1 {a} {b} {c}",
        f"+1{a}{b}{c}",
        f"1-{a}-{b}-{c}",
        f"({a}){b}-{c}",
        f"{a} {b}-{c}",
        f"{a}-{b}{c}",
        f"{a}/{b}-{c}",
        f"{a} - {b} - {c}",
        f"({a}) {b} {c}",
        f"{a} {b}{c}",
        f"1 {a} {b} {c}",
        f"{a}  {b} {c}",
        f"{a}.{b}-{c}",
        f"{a},{b},{c}",
        f"{a} {b[0]} {b[1]} {b[2]} {c}",
        f"{a}_{b}_{c}",
        f"{a} {b} {c[:2]} {c[2:]}",
        " ".join(a + b + c),
    )
    number = random.choice(shapes[:11]) if random.random() < 0.75 else random.choice(shapes)
    if random.random() < 0.08:
        number += random.choice((" ext ", " x", "x", " ext. ", " extension ", ", ext ")) + digits(
            random, random.randint(1, 4)
        )
    return number


def _abroad(random: Random) -> str:
    return random.choice(
        (
            f"+52 55 {digits(random, 4)} {digits(random, 4)}", f"+52 1 81 {digits(random, 4)} {digits(random, 4)}",
            f"+34 6{digits(random, 2)} {digits(random, 3)} {digits(random, 3)}", f"55 {digits(random, 4)} {digits(random, 4)}",
            f"+44 7{digits(random, 3)} {digits(random, 6)}", f"011 52 {digits(random, 2)} {digits(random, 4)} {digits(random, 4)}",
            f"6{digits(random, 2)} {digits(random, 2)} {digits(random, 2)} {digits(random, 2)}", f"+503 7{digits(random, 3)}-{digits(random, 4)}",
            f"+57 3{digits(random, 2)} {digits(random, 3)} {digits(random, 4)}",
        )
    )  # fmt: skip


def spoken(number: str, random: Random, *, spanish: bool = False) -> str:
    words = DIGIT_WORDS_ES if spanish else DIGIT_WORDS
    out: list[str] = []
    index = 0
    while index < len(number):
        three = number[index : index + 3]
        if not spanish and len(three) == 3 and len(set(three)) == 1 and random.random() < 0.35:
            out.append("triple " + words[int(three[0])])
            index += 3
            continue
        if not spanish and three[:2] == three[0] * 2 and len(three) > 1 and random.random() < 0.25:
            out.append("double " + words[int(three[0])])
            index += 2
            continue
        word = words[int(number[index])]
        out.append(random.choice(("oh", "o", "zero")) if word == "zero" and random.random() < 0.7 else word)
        index += 1
    joiner = random.choice((" ", " ", " ", "-", ", "))
    if random.random() < 0.15:  # half digits, half words
        out = [str(words.index(word)) if word in words and random.random() < 0.4 else word for word in out]
    return joiner.join(out)


def street(random: Random) -> str:
    roll = random.random()
    if roll < 0.16:
        name = random.choice(("1st", "2nd", "3rd", "4th", "5th", "9th", "12th", "21st", "45th", "103rd"))
    else:
        name = random.choice(STREETS).replace("-", " ")
    side = (
        random.choice(("n ", "s ", "e ", "w ", "north ", "west ", "nw ", "south ", "east ", "se "))
        if random.random() < 0.15
        else ""
    )
    return f"{side}{name} {random.choice(_KINDS)}"


def unit(random: Random) -> str:
    value = random.choice(
        (
            digits(random, 1),
            digits(random, 2),
            digits(random, 3),
            f"{digits(random, 1)}{letters(random, 1)}",
            letters(random, 1),
            f"{letters(random, 1)}{digits(random, 1)}",
        )
    )
    return f"{random.choice(('apt ', 'unit ', '#', 'apt #', 'ste ', 'suite ', 'lot ', 'apartment ', 'apt. ', 'bldg ', '# ', 'rm ', 'trailer ', 'slip '))}{value}"


def address(random: Random) -> str:
    number = str(random.randint(1, 9) if random.random() < 0.05 else random.randint(10, 19999))
    roll = random.random()
    if roll < 0.05:
        return f"{random.choice(('po box', 'p.o. box', 'PO Box', 'p o box'))} {digits(random, random.randint(2, 5))}{_town(random)}"
    if roll < 0.08:
        return f"{random.choice(('rr', 'rural route', 'hc'))} {random.randint(1, 9)} box {digits(random, random.randint(2, 3))}{_town(random)}"
    if roll < 0.12:
        return f"{number} {random.choice(('hwy', 'highway', 'county road', 'fm', 'state route', 'ranch road', 'cr', 'us', 'us hwy'))} {random.randint(1, 999)}{_town(random)}"
    if roll < 0.25:
        name = random.choice(STREETS).replace("-", " ")  # "1420 elm": no word for street
        line = f"{number} {name}"
    elif roll < 0.29:
        line = f"{random.choice(STREETS).replace('-', ' ')} {random.choice(('apartments', 'apts', 'village', 'condos', 'trailer park', 'mobile home park', 'manor', 'estates', 'flats', 'lofts', 'gardens', 'towers', 'terrace'))} {unit(random)}"
    elif roll < 0.35:
        return _complex(random)
    elif roll < 0.38:
        line = f"{spoken(number[:4], random) if random.random() < 0.5 else _spoken_house(random)} {street(random)}"
    else:
        line = f"{number}{random.choice(('', '', '', '', 'a', '-b', ' 1/2'))} {street(random)}"
    if random.random() < 0.27:
        line += random.choice((" ", ", ", "\n", " - ")) + unit(random)
    return line + _town(random)


_ESTATES = (
    "harbor point|oak creek|the landing|villa fontana|las palmas|birchwood|stonegate|sunny acres|pine ridge|lakeview|the grove|maple court|"
    "riverwalk|park place|brookside|la hacienda|casa linda|mission oaks|westwind|the reserve|cedar glen|willow bend|the summit|eagle point|"
    "colonial|kensington|fairview|sierra vista|monte carlo|bella vista|hunters run|meadow lark|the vue|skyline|camden|arbor walk|"
    "shady grove|crescent|summit ridge|palm grove|los robles|the pearl|century|heritage|liberty|rosewood|sterling"
).split("|")
_HOUSES = "apartments apartments apts towers village condos lofts flats estates manor mobile-home-park rv-park trailer-park gardens place plaza senior-living townhomes residences marina".split()


def _complex(random: Random) -> str:
    """A complex and a door in it, either first."""
    place = random.choice(_ESTATES) + random.choice(
        (" " + random.choice(_HOUSES).replace("-", " "), " " + random.choice(_HOUSES).replace("-", " "), "")
    )
    doors = unit(random)
    if random.random() < 0.35:
        doors = f"{random.choice(('building', 'bldg', 'bldg.', 'tower', 'block', 'edificio'))} {random.choice((letters(random, 1), digits(random, 1)))}{random.choice((', ', ' ', ' - '))}{random.choice(('', 'number ', 'no. ', '#', 'door '))}{doors}"
    comma = random.choice((", ", " ", " - ", ", "))
    whole = f"{place}{comma}{doors}" if random.random() < 0.6 else f"{doors}{comma}{place}"
    if random.random() < 0.25:
        whole = f"{unit(random)}{random.choice((', ', ' ', ' at ', ' @ '))}{random.randint(10, 9999)} {random.choice(STREETS).replace('-', ' ')}{random.choice(('', ' ' + random.choice(_KINDS)))}"
    return whole + (_town(random) if random.random() < 0.3 else "")


def door(random: Random) -> str:
    """Just the door: "4b", "unit 12", "suite 1120", with or without its word."""
    roll = random.random()
    if roll < 0.2:
        return f"{digits(random, random.randint(1, 3))}{letters(random, 1)}"
    if roll < 0.3:
        return f"{random.choice(('#', '# '))}{digits(random, random.randint(1, 4))}{random.choice(('', '', letters(random, 1)))}"
    if roll < 0.4:
        return f"{random.choice(('suite ', 'ste ', 'apt ', 'unit ', 'lot ', 'slip ', 'room ', 'apto ', 'depto ', 'departamento ', 'casa ', 'edificio ', 'bldg ', 'caja '))}{digits(random, random.randint(1, 4))}{random.choice(('', letters(random, 1), '-' + letters(random, 1)))}"
    if roll < 0.5:
        return f"{random.choice(('bldg', 'building', 'edificio', 'tower'))} {random.choice((letters(random, 1), digits(random, 1)))}{random.choice((' ', ', '))}{unit(random)}"
    return unit(random)


def _spoken_house(random: Random) -> str:
    tens = ("twenty", "thirty", "forty", "fifty", "sixty", "twelve", "fourteen", "eleven", "nineteen")
    return f"{random.choice(tens)} {random.choice(tens)}{random.choice(('', '', ' one', ' five', ' two'))}"


def _town(random: Random) -> str:
    roll = random.random()
    if roll < 0.55:
        return ""
    town, state = random.choice(TOWNS), random.choice(_STATES)
    comma = random.choice((", ", " ", "\n", " in ", ", "))
    zipped = digits(random, 5) if random.random() < 0.9 else f"{digits(random, 5)}-{digits(random, 4)}"
    return comma + random.choice(
        (
            town,
            f"{town} {state}",
            f"{town}, {state}",
            f"{town} {state} {zipped}",
            f"{town}, {state} {zipped}",
            f"{town} {zipped}",
            zipped,
            f"{town}, {state}, {zipped}",
        )
    )


def corner(random: Random) -> str:
    one, two = (street(random) if random.random() < 0.4 else street(random).rsplit(" ", 1)[0] for _ in range(2))
    return f"{one} {random.choice(('and', '&', 'n', 'at', '/', '@', 'x'))} {two}"


def spanish_address(random: Random) -> str:
    if random.random() < 0.4:
        return address(random)
    if random.random() < 0.15:
        return random.choice(
            (
                f"{random.choice(('apartamentos', 'residencial', 'fraccionamiento', 'condominio', 'edificio', 'privada', 'unidad'))} {random.choice(_ESTATES)}, {random.choice(('edificio', 'torre', 'bloque', 'manzana', 'casa', 'apto', 'depto', '#', 'lote'))} {digits(random, random.randint(1, 3))}{random.choice(('', ', apto ' + digits(random, 3), ' depto ' + digits(random, 1) + letters(random, 1), ' lote ' + digits(random, 1)))}",
                f"{random.choice(('manzana', 'mz', 'mza'))} {digits(random, 1)} {random.choice(('lote', 'lt'))} {digits(random, 2)}, {random.choice(('col.', 'colonia', 'fracc.'))} {random.choice(CALLES)}",
                f"{random.choice(CALLES)} {random.choice(('', '#', 'no. '))}{random.randint(10, 2999)}",
                f"la {random.choice(('calle', 'avenida'))} {random.randint(1, 99)} {random.choice(('y', 'con', 'entre'))} {random.randint(1, 99)}",
            )
        )
    kind = random.choice(
        ("calle", "calle", "avenida", "av", "av.", "c.", "privada", "calzada", "carrera", "paseo", "blvd", "callejón")
    )
    number = (
        f"{random.choice(('', ' #', ' no. ', ' número ', ', ', ' núm. '))}".rstrip("," if random.random() < 0.5 else "")
        or " "
    )
    line = f"{kind} {random.choice(CALLES)}{number if number.endswith((' ', '#')) else number + ' '}{random.randint(1, 2999)}"
    if random.random() < 0.3:
        line += (
            random.choice((" ", ", "))
            + random.choice(("apto ", "depto ", "depto. ", "int. ", "interior ", "apartamento ", "casa ", "piso "))
            + random.choice(
                (digits(random, 1), digits(random, 2), letters(random, 1), f"{digits(random, 1)}{letters(random, 1)}")
            )
        )
    if random.random() < 0.25:
        line += f", {random.choice(('col. ', 'colonia ', 'col '))}{random.choice(CALLES)}"
    if random.random() < 0.2:
        line += f"{random.choice((', c.p. ', ' cp ', ', '))}{digits(random, 5)}"
    return line


def spanish_corner(random: Random) -> str:
    if random.random() < 0.3:
        return corner(random)
    if random.random() < 0.35:
        numbered = f"{random.choice(('la ', 'la ', 'calle ', 'la calle '))}" + random.choice(
            (str(random.randint(1, 99)), str(random.randint(2, 9)) + random.choice("tndmv") + "a")
        )
        other = random.choice(
            (random.choice(CALLES), random.choice(STREETS).replace("-", " "), f"la {random.randint(2, 90)}")
        )
        sides = [numbered, other]
        random.shuffle(sides)
        return random.choice((" y ", " con ", " y ", " esquina ")).join(sides)
    return f"{random.choice(('', 'la ', 'calle '))}{random.choice(CALLES)} {random.choice(('y', 'con', 'esquina con'))} {random.choice(CALLES)}"


def mixed_code(random: Random) -> str:
    """A member, order or policy number: letters, digits, dashes in any order."""
    d, a = digits, letters
    shapes = (
        d(random, random.randint(5, 12)),
        d(random, random.randint(4, 7)),
        f"{a(random, 1)}{d(random, random.randint(5, 10))}",
        f"{a(random, 2)}{d(random, random.randint(4, 9))}",
        f"{a(random, 3)}{d(random, random.randint(5, 9))}",
        f"{a(random, 2)}-{d(random, random.randint(3, 6))}",
        f"{a(random, 3)}-{d(random, 5)}",
        f"{d(random, 3)}-{d(random, 4)}",
        f"{d(random, 4)}-{a(random, 1)}",
        f"{d(random, 5)}-{d(random, 2)}",
        f"{a(random, 1)}{d(random, 4)} {d(random, 5)}",
        f"{d(random, 3)} {d(random, 3)} {d(random, 3)}",
        f"{a(random, 1)}{d(random, 2)}-{d(random, 3)}-{d(random, 4)}",
        f"{a(random, 3)}{d(random, 3)}{a(random, 1)}{d(random, 4)}",
        f"{d(random, 2)}-{d(random, 5)}",
        f"{a(random, 3)} {d(random, 3)} {d(random, 4)}",
        f"{d(random, 4)} {d(random, 4)}",
        f"20{d(random, 2)}-{d(random, 4)}",
        f"{a(random, 2)}/{d(random, 2)}/{d(random, 4)}",
        f"{a(random, 4)}{d(random, 4)}",
        f"{d(random, 6)}{a(random, 1)}",
    )
    return random.choice(shapes)
