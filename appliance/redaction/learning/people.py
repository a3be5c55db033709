"""Invented people: first names, family names, nicknames, initials, names spelled out."""

from functools import lru_cache
from random import Random

from appliance.redaction.learning.grammar import Piece
from appliance.redaction.lexicon import Lexicon

# Names that are ordinary words too; the tagger must learn them from what stands around.
DOUBLE = (
    "will may mark grace hope rose bill art summer joy angel rico faith dawn june april august rob drew chase grant frank "
    "penny miles lance pearl carol ivy olive violet hazel holly ginger basil gene lane robin victor cliff glen dale heath wade "
    "rusty rich buck sandy misty stormy melody harmony destiny trinity mercy charity chance max jack sue bob josh pat guy dean "
    "skip chip tony sky star sunny reed brook brooke crystal amber ruby jade autumn cash king prince duke earl ray don jean "
    "bobby nick pete sage sterling stone hunter mason carter cooper taylor porter parker archer fisher gardener piper page paige "
    "clay cliff forest woody herb lily daisy iris jasmine rosemary heather ash colt kitty bunny precious blessing genesis nevaeh "
    "paris london austin dallas houston brooklyn madison jordan sydney georgia virginia carolina phoenix savannah chelsea china "
    "major justice noble true early young long short brown green white black gray love bird wolf fox cook baker may "
    "case bond price cost read park field hill rivers banks woods wells waters church bishop pope knight little small strong "
    "see so do an van le ly my chin lam thanh bach dung hung phuong yen"
).split()
DOUBLE_ES = (
    "rosa paz sol luz mar ángel esperanza perla consuelo pena gracia mercedes soledad dolores rey flores cruz campos ríos nieves "
    "rosario victoria salvador socorro pilar luna estrella aurora jazmín paloma amparo concha guadalupe domingo santos leon blanca "
    "delgado rubio moreno bravo reina milagros trinidad asunción encarnación remedios refugio ventura cielo abril mayo julio "
    "dulce linda bonito calvo rico alegría belén carmen inmaculada modesto justo plácido clemente bautista iglesias torres vega "
    "prado montes rojas casas cordero ramos salas mesa caballero guerra zapata"
).split()
NICK = (
    "big mike|lil ray|mama rose|tia lupe|coach d|papa joe|lulu|bubba|junior|jr|sis|cece|jojo|coco|tj|aj|cj|dj|jd|pj|rj|bj|mj|kc|"
    "deedee|teddy|gabby|liz|beth|betsy|katie|kat|kathy|cathy|meg|peg|peggy|maggie|jen|jenny|jenn|steph|nat|nate|nick|nicky|vicky|"
    "tori|mandy|mindy|cindy|sandi|terri|teri|barb|deb|debbie|deb|kris|kristi|chris|becca|becky|abby|ellie|allie|ali|alex|lexi|"
    "andy|drew|tony|toni|joey|joe|jimmy|jim|johnny|jon|jack|bob|bobby|rob|robby|dick|rick|ricky|richie|bill|billy|willie|"
    "mike|mikey|mick|matt|matty|dan|danny|dave|davey|steve|stevie|sam|sammy|ben|benny|ken|kenny|ron|ronnie|don|donnie|tim|timmy|"
    "tom|tommy|ed|eddie|ted|fred|freddy|greg|jeff|geoff|jerry|gerry|larry|harry|hank|walt|wally|chuck|charlie|pat|patty|trish|"
    "sue|susie|suzy|angie|gina|tina|trina|nina|dee|bea|flo|dot|dottie|mimi|gigi|nana|nonna|pops|lupita|lupe|chuy|pepe|paco|"
    "pancho|nacho|memo|beto|toño|tono|quique|kike|chela|chelo|concha|conchita|chayo|lalo|lola|lolita|lety|letty|licha|mela|"
    "meche|nena|pili|pepa|tere|tita|yoli|ceci|vero|gaby|caro|fer|rafa|santi|sebas|dani|moni|lili|mari|maru|male|maricruz|"
    "malu|xochi|juanito|juanita|carlitos|miguelito|anita|rosita|panchita|luisito|tavo|neto|teto|chente|goyo|mundo|nando|"
    "raj|sunny|bobby|jay|vicky|minh|linh|huong|thuy|tuan|kwame|kofi|ama|efua|nneka|ngozi|emeka|chidi|tunde|segun|yemi|bola|"
    "moe|mo|abdi|fatou|awa|aicha|ibo|ahmed|yusuf|omar|layla|noor|zara|reza|farid|shirin|dimitri|sasha|misha|olya|katya|jiho|"
    "minji|hyun|seo|yuki|kenji|hiro|mei|wei|xin|jun|ping|ling|siobhan|niamh|aoife|eoin|padraig|sinead|caoimhe|rhiannon|"
    "brayden|jayden|kayden|aiden|jaxon|jaxson|paisley|kinsley|brynlee|oaklynn|nevaeh|mckenzie|makayla|mikayla|kaylee|kayleigh|"
    "haley|hailey|bryce|tanner|tucker|colby|kolby|zane|zayden|ryder|maverick|wyatt|weston|easton|jace|jayce|kash|knox|"
    "deshawn|dashawn|lakisha|latoya|shaniqua|tyrone|jamal|keisha|tanisha|ebony|imani|aaliyah|zaria|kiara|tyra|malik|darnell"
).split("|")
_ONSETS = "b br c ch cl d dr f fr g gr h j k kr l m n p r s sh st t th tr v w y z q x".split()
_VOWELS = "a e i o u ai ay ee ia io ei ou y".split()
_CODAS = ["", "", "n", "l", "r", "s", "m", "th", "sh", "ck", "nd", "tt", "x"]
_PARTICLES = ("de la ", "de ", "del ", "van ", "von ", "mc", "o'", "la ", "st. ", "al-", "el-", "di ", "da ")


@lru_cache(maxsize=1)
def _pools() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    lexicon = Lexicon.load()
    first: dict[str, list[str]] = {}
    last: dict[str, list[str]] = {}
    for pool, names in ((first, lexicon.first), (last, lexicon.last)):
        for name, mark in names.items():
            if len(name) > 2:
                pool.setdefault(mark, []).append(name)
    return first, last


def first(random: Random) -> str:
    pools, _ = _pools()
    roll = random.random()
    if roll < 0.13:
        return random.choice(DOUBLE)
    if roll < 0.27:
        return random.choice(NICK)
    if roll < 0.35:
        return invented(random)
    mark = random.choices("ABCDEN", (30, 20, 12, 9, 15, 14))[0]
    return random.choice(pools[mark])


def spanish_first(random: Random) -> str:
    pools = _spanish()
    roll = random.random()
    if roll < 0.12:
        return random.choice(DOUBLE_ES)
    if roll < 0.2:
        return random.choice(NICK[160:230])
    return random.choice(pools[0])


def last(random: Random) -> str:
    _, pools = _pools()
    roll = random.random()
    if roll < 0.1:
        return invented(random)
    if roll < 0.16:
        return random.choice(_PARTICLES) + random.choice(pools[random.choice("ABCE")])
    name = random.choice(pools[random.choices("ABCDE", (34, 22, 14, 12, 18))[0]])
    return f"{name}-{random.choice(pools['A'])}" if random.random() < 0.04 else name


def spanish_last(random: Random) -> str:
    pool = _spanish()[1]
    roll = random.random()
    if roll < 0.08:
        return random.choice(DOUBLE_ES)
    if roll < 0.14:
        return random.choice(("de la ", "de ", "del ", "de los ", "viuda de ", "vda. de ", "y ")) + random.choice(pool)
    return random.choice(pool)


@lru_cache(maxsize=1)
def _spanish() -> tuple[list[str], list[str]]:
    from appliance.redaction.learning.lexica import abroad, fold_name  # Faker: only where the generator runs

    def listed(attribute: str) -> list[str]:
        # Accents are kept here: they are typed or left out by the noise.
        names = {name.lower() for name in abroad(attribute, ("es_MX", "es_ES", "es_AR", "es_CO"))}
        return sorted(name for name in names if len(fold_name(name)) > 2)

    return listed("first_names"), listed("last_names")


def invented(random: Random) -> str:
    """A name no list has, so that the tagger learns to read around a name and not only the name."""
    syllables = (
        random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS) for _ in range(random.choice((2, 2, 3)))
    )
    return "".join(syllables)


def person(random: Random, *, spanish: bool = False) -> str:
    """A name as people give it: first alone, first and last, initials, suffixes, last name first."""
    one, two = (spanish_first, spanish_last) if spanish else (first, last)
    roll = random.random()
    if roll < 0.38:
        return one(random)
    if roll < 0.80:
        return f"{one(random)} {two(random)}"
    if roll < 0.84:
        return f"{one(random)} {random.choice('abcdefghjklmnprstw')}{random.choice(('', '.'))}"
    if roll < 0.87:
        return f"{one(random)} {random.choice('abcdefghjklmnprst')}{random.choice(('', '.'))} {two(random)}"
    if roll < 0.91:
        return f"{one(random)} {two(random)} {two(random)}" if spanish else f"{one(random)} {two(random)}-{two(random)}"
    if roll < 0.93:
        return f"{two(random)}, {one(random)}"
    if roll < 0.95:
        return f"{one(random)} {one(random)}"
    if roll < 0.97:
        return f"{one(random)} {two(random)} {random.choice(('jr', 'sr', 'jr.', 'iii', 'ii'))}"
    return initials(random)


def initials(random: Random) -> str:
    a, b = random.choice("abcdefghijklmnoprstw"), random.choice("abcdefghjklmnoprstw")
    return random.choice((f"{a}{b}", f"{a}.{b}.", f"{a}.{b}", f"{a}. {b}.", f"{a} {b}", f"{a}{b}", f"{a}."))


def spelled(random: Random) -> list[Piece]:
    """A name, and the letters it is spelled with."""
    name = random.choice((first, last, spanish_last))(random).replace(" ", "")
    letters = random.choice((" ", "-", ".", ". ", " - ")).join(name)
    shape = random.random()
    if shape < 0.45:
        return [Piece(letters, "NAME")]
    between = random.choice((" ", ", ", " - ", ": ", " spelled ", " thats ", " que es ", ", "))
    return [Piece(f"{name}{between}{letters}", "NAME")]
