"""Whether somebody wants no more texts, wants them again, or asks for help: the carriers' words, and plain speech.

- Single words: the CTIA Messaging Principles and Best Practices name STOP, STOPALL, UNSUBSCRIBE, CANCEL, END and QUIT;
  Twilio adds REVOKE and OPTOUT, and takes START, UNSTOP, HELP and INFO ("Twilio support for opt-out keywords").
  It also takes YES for opting in; here YES is an ordinary answer to an ordinary question, so a suppression outlives it.
- Any words: 47 CFR 64.1200(a)(10) (FCC 24-24, 2024): stop, quit, end, revoke, opt out, cancel and unsubscribe always
  count, and so does whatever a reasonable person would understand as a wish to hear no more, misspelt or in Spanish.
  The other side of reasonable: "cancel my appointment" and "can you stop the leak" are no such wish.
"""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from appliance.intake.normal import PAUSE, STOP, words
from appliance.intake.phrases import Lexicon, Match, Rulebook, Tagged, parse_lexicon, parse_sections, struck, typos

_FOLDER: Final = Path(__file__).parent / "words"
_OWN_NEGATION: Final = "i"
_REACH: Final = 5

# Said with nothing else but politeness, these always count.
_STOPS: Final = frozenset("stop stopall unsubscribe optout revoke arret stopit".split())
# Alone they count by law; with any other word they are about an appointment, a job, a day.
_ALONE: Final = frozenset(
    "cancel end quit remove alto pare parar paren baja detener detenga detenganse basta cancelar salir fin terminar "
    "unsub opt stopp parem arrete arretez desuscribir stops desist".split()
) | frozenset(
    word
    for foreign in ("стоп", "отписаться", "停止", "退订", "取消订阅", "그만", "수신거부")
    for word in words(foreign)
)
_STARTS: Final = frozenset("start unstop optin resubscribe iniciar comenzar empezar resume".split())
_STARTS_IN_WORDS: Final = frozenset(
    tuple(said.split()) for said in ("opt in", "un stop", "start texting me", "opt me in", "opt back in")
)
_HELPS: Final = frozenset("help info ayuda aide information informacion".split())

# Words that may stand around a bare STOP without changing what it says.
_POLITE: Final = frozenset(
    "please pls plz pleas ok okay now just i ive said told asked you to already would could can need thanks thank "
    "thx kindly immediately again so all 2 and the hey hi hello no not interested wrong number por favor ya this "
    "it sir maam guys them really seriously omg wtf ugh im end quit spam enough reply yes texts u r gracias me".split()
)
# "stop" has real words for neighbours (step, shop, top), so its near misses are listed; those of long words are made.
_NEAR_STOP: Final = frozenset("stp sotp stpo stip stopp stoop sstop stlp dtop stiop stoip stoppp tsop".split())
_DIGITS: Final = str.maketrans("05$@!", "ossai")
# Whole sentences that say it without the word.
_SAID_WHOLE: Final = frozenset(
    tuple(said.split())
    for said in ("no mas", "no more", "end it", "quit it", "take me off", "remove me", "delete me", "remove", "opt")
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a text says about texting itself."""

    out: bool = False
    again: bool = False
    help: bool = False


def find_wish(text: str) -> Wish:
    """What the writer wants of our texts. An opt-out wins over everything beside it."""
    lexicon, sections = _tables()
    written = struck(lexicon.tag(words(text)), sections["said"], lexicon).words
    said = tuple(word for word in written if word not in {STOP, PAUSE})
    if _bare(written, said) or _in_other_words(written):
        return Wish(out=True)
    asked = tuple(word for word in said if word not in {"please", "pls", "plz", "again"})
    if asked == ("start",) or (len(asked) == 1 and asked[0] in _STARTS) or asked in _STARTS_IN_WORDS:
        return Wish(again=True)
    return Wish(help=len(asked) == 1 and asked[0] in _HELPS)


def _bare(written: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """A stop word with nothing but politeness around it, in the text or in a sentence of it."""
    if len(said) == 1 and said[0] in _ALONE:
        return True
    clauses = [tuple(group) for marks, group in groupby(written, lambda word: word in {STOP, PAUSE}) if not marks]
    return any(_only_stop(clause) for clause in (*clauses, said)) or said in _angry()


def _only_stop(clause: tuple[str, ...]) -> bool:
    if tuple(word for word in clause if word not in {"please", "pls", "plz"}) in _SAID_WHOLE:
        return True
    stops = [word for word in clause if is_stop(word)]
    return bool(stops) and all(is_stop(word) or word in _POLITE for word in clause) and len(clause) <= 12


def is_stop(word: str) -> bool:
    """STOP, UNSUBSCRIBE and the like, near misses and disguised digits included."""
    plain = word.translate(_DIGITS)
    return plain in _STOPS or plain in _near_stops()


@cache
def _near_stops() -> frozenset[str]:
    longer = {typo for word in ("unsubscribe", "stopall", "optout") for typo in typos(word)}
    return frozenset(longer | _NEAR_STOP)


@cache
def _angry() -> frozenset[tuple[str, ...]]:
    lexicon = parse_lexicon((_FOLDER / "optout.txt").read_text("utf-8"))
    return frozenset(tuple(entry.split()) for entry in lexicon["ANGRY"].split(", "))


def _in_other_words(written: tuple[str, ...]) -> bool:
    lexicon, sections = _tables()
    tagged = lexicon.tag(written)
    return any(not _taken_back(tagged, match) for match in sections["out"].matches(tagged))


@cache
def _tables() -> tuple[Lexicon, dict[str, Rulebook]]:
    concepts = parse_lexicon((_FOLDER / "optout.txt").read_text("utf-8"))
    sections = parse_sections((_FOLDER / "optout_rules.txt").read_text("utf-8"), strict={"out", "said"})
    return Lexicon(concepts, misspelt=("unsubscribe", "texting", "messaging", "mensajes")), sections


def _taken_back(tagged: Tagged, match: Match) -> bool:
    if _OWN_NEGATION in match.rule.flags:
        return False
    for word in reversed(tagged.words[max(0, match.start - _REACH) : match.start]):
        if word in {"dont", "not", "never", "didnt"}:
            return True
        if word not in {"want", "you", "to", "ever", "please", "guys"}:
            return False
    return False
