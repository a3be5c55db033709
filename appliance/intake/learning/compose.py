"""Invented texts for training: each line of ham.txt and junk.txt several times over, its slots filled by a seeded draw."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_SLOTS: Final[dict[str, str]] = {
    "book": "book|book an appointment|make an appointment|schedule|set up an appointment|get in|come in|be seen|get an appt",
    "day": "monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|next week|this week|the 14th|tmrw|tonight",
    "part": "morning|afternoon|evening|before noon|after 3|after work|first thing",
    "who": "son|daughter|husband|wife|mom|dad|kid|grandson|friend|partner",
    "open_close": "open|close|open up|close up",
    "holiday": "labor day|thanksgiving|christmas eve|new years|memorial day|the 4th|easter",
    "time": "9|10:30|2pm|3:15|noon|4|11am|8:45|1:00|5pm",
    "service": "cleaning|haircut|oil change|brake job|root canal|crown|whitening|balayage|massage|facial|botox|rabies vaccine|"
    "furnace tune up|drain cleaning|water heater install|rekey|physical|therapy session|nail trim|teeth cleaning|filling|"
    "color|highlights|alignment|state inspection|spay|dental exam|lip filler|laser hair removal|ac repair|consult",
    "insurer": "delta dental|cigna|aetna|blue cross|medicaid|united|metlife|humana|vsp|medicare|guardian",
    "money": "25|49|79|99|120|150|200|250|300|500|750|1000",
    "clients": "patients|clients|customers",
    "client": "patient|client|customer",
    "phone": "512-555-0142|(512) 555-0119|5125550173|555-0166|737 555 0108",
    "name": "maria|dave|linda|kim|josh|tina|sam|alex|pat|chris|rosa|jake|erin|omar|nina|Sarah|Mike|Emily|Kevin|Anna",
    "email": "sam@example.com|rosa.k@example.org|jpat@example.net",
    "link": "https://photos.example.com/a1b2|http://example.com/img/42|https://example.org/p/9",
    "thing": "sink|furnace|ac|car|truck|toilet|water heater|dishwasher|door|lock|retainer|heater|faucet|brakes|roof|tooth|thermostat",
    "trouble": "leaking|broken|not working|making noise|stuck|clogged|frozen|loose|dead",
    "doing": "leaking|making a weird noise|shaking|dripping|smoking|squeaking|rattling|acting up|beeping|overheating",
    "pain": "tooth|back|knee|jaw|shoulder|neck|ear|stomach",
    "pet": "dog|cat|puppy|kitten|rabbit",
    "place": "house|car|apartment|office|truck",
    "item": "jacket|retainer|glasses|invoice|shampoo|medication|crown|key|charger|night guard|inhaler|collar|umbrella",
    "n": "2|3|4|5|6|7|8|9",
    "digits": "48213|7705521|90214|334|1182|20071|66103",
    "date": "3/14|Oct 12|12/01|11-30|May 2|1/15/1984",
    "car": "2015 honda civic|2018 f150|2011 camry|2020 rav4|09 silverado",
    "street": "Maple St|Oak Avenue|Pecan Lane|W 5th|County Rd 12|Cedar Dr",
    "town": "Austin|Round Rock|Springfield|Riverside|Georgetown|Salem|Dayton",
    "other": "electrician|orthodontist|groomer|roofer|pediatrician|painter",
    "shop": "Maple Street Dental|Oak Vet Clinic|Blue Door Salon|Cedar Plumbing|Northside Auto|Riverside HVAC|Hill Locksmith",
    "day_es": "lunes|martes|miercoles|jueves|viernes|sábado|mañana|hoy|la proxima semana",
    "service_es": "una limpieza|un corte|una corona|el cambio de aceite|una consulta|destapar el drenaje|las uñas|una extraccion",
    "trade": "plumbers|dentists|HVAC companies|salons|auto shops|clinics|contractors|med spas|locksmiths|vets|dental|home service",
    "spamlink": "http://bit.ly/3xQz|https://win-now.example/x|www.getfast.example|http://t.example/8h2|claim-gift.example/go|"
    "https://secure-verify.example/login|tinyurl.com/y7k|https://usps-redeliver.example|rnk.example/a",
    "tollfree": "1-800-555-0199|888-555-0134|(877) 555-0112|8005550147|1 866 555 0178",
    "phone_spam": "call 888-555-0134|text 5550161|reply here",
    "intl": "+44 7700 900123|+852 5550 0147|+1 646 555 0193|+234 555 0100",
    "bigmoney": "5,000|10,000|25,000|50k|75,000|100K|150,000|250,000|500,000|1,299|2,400",
    "lender": "Apex Capital|QuickFund|National Business Lending|First Choice Funding",
    "spammail": "claims.office@example.com|barrister.john@example.net|funding@example.org",
    "supplies": "dental gloves|nitrile gloves|LED lights|salon chairs|brake pads|dental implants|syringes|pipe fittings|lash extensions",
    "bank": "Chase|Wells Fargo|Bank of America|Capital One|Citi|USAA|BofA",
    "casino": "LuckySlots|Royal Casino|BetKing|Vegas Gold",
    "short": "88202|72345|30303",
    "agency": "Indeed|TalentHub|Global Staffing|BrightHire|CallPro",
    "ticker": "XYZQ|ABCD|MMTT",
    "product": "Roundup|a CPAP machine|hair relaxer|talcum powder",
    "store": "SunStyle|TrendMart|ShoeBarn|HomeGlow",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A text, whether it is junk, and the line it was made from, so that folds keep kin together."""

    text: str
    junk: bool
    kin: str


def compose(*, times: int, seed: int) -> Iterator[Example]:
    """Every line of both files, `times` over, as people type: now and then all small, all large, or without its end."""
    draw = random.Random(seed)  # a repeatable draw, not a secret
    for name, junk in (("ham.txt", False), ("junk.txt", True)):
        for line in _lines(name):
            for text in dict.fromkeys(_as_typed(_filled(line, draw), draw) for _ in range(times)):
                yield Example(text, junk, line)


def _lines(name: str) -> list[str]:
    listed = (_FOLDER / name).read_text("utf-8").splitlines()
    return [line for line in listed if line and not line.startswith("#")]


def _filled(line: str, draw: random.Random) -> str:
    return _SLOT.sub(lambda slot: draw.choice(_SLOTS[slot.group(1)].split("|")), line)


def _as_typed(text: str, draw: random.Random) -> str:
    way = draw.random()
    if way < 0.2:
        return text.lower()
    if way < 0.25:
        return text.upper()
    if way < 0.4:
        return text.rstrip(".!?")
    return text
