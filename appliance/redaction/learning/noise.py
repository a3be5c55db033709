"""How people really type: lower case, slips, chat spellings, lost marks and accents, emoji."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from appliance.redaction.learning.grammar import Piece

_CHAT = {
    "you": "u", "your": "ur", "you're": "ur", "are": "r", "please": "pls", "tomorrow": "tmrw", "appointment": "appt",
    "because": "bc", "thanks": "thx", "about": "abt", "with": "w", "people": "ppl", "tonight": "2nite", "today": "2day",
    "for": "4", "to": "2", "and": "n", "before": "b4", "great": "gr8", "message": "msg", "number": "num", "okay": "k",
    "text": "txt", "going": "goin", "have": "hav", "through": "thru", "really": "rly", "something": "smth", "weekend": "wknd",
    "morning": "am", "what": "wat", "want to": "wanna", "don't": "dont", "can't": "cant", "i'm": "im", "it's": "its",
    "por": "x", "que": "q", "porque": "xq", "por favor": "xfa", "también": "tmb", "para": "pa", "mañana": "mañ", "gracias": "grax",
    "quiero": "kiero", "aquí": "aki", "estoy": "toy", "bien": "bn", "cuando": "cdo", "mensaje": "msj", "doctora": "dra", "señora": "sra",
}  # fmt: skip
_EMOJI = "🙏 😭 😊 👍 😬 🦷 🐶 🐱 ❤️ 😩 🤒 🚨 💦 🥶 🥵 😅 🙃 🤕 💀 🔑 🚗 💇‍♀️ ✨ 🎉 👋 😢 🤧 🤰 👶 📞 🏠 📅 💅 🧾 🙏🏽 👍🏼".split()
_NEAR = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k",
    "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc",
    "y": "tu", "z": "x",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer's habits."""

    case: str
    slips: float
    chat: float
    drops_marks: bool
    accents: bool
    emoji: float


def hand(random: Random) -> Hand:
    return Hand(
        case=random.choices(("lower", "proper", "sentence", "upper", "wild"), (44, 34, 15, 4, 3))[0],
        slips=random.choice((0.0, 0.0, 0.01, 0.03, 0.06)),
        chat=random.choice((0.0, 0.0, 0.2, 0.5, 0.8)),
        drops_marks=random.random() < 0.35,
        accents=random.random() < 0.35,
        emoji=random.choice((0.0, 0.0, 0.0, 0.1, 0.3)),
    )


def write(pieces: Sequence[Piece], hand: Hand, random: Random) -> list[Piece]:
    """The same pieces in one writer's hand. Labelled pieces keep what makes them what they are."""
    out: list[Piece] = []
    begin = True
    for piece in pieces:
        text = piece.text
        if not piece.label or piece.label == "HEALTH":
            text = _words(text, hand, random)
        elif piece.label == "NAME":
            text = slip(text, random) if random.random() < hand.slips else text
            if random.random() < 0.006:
                text += text[-1] * random.randint(1, 3)
        text = text if hand.accents else _plain(text)
        text = _case(text, piece.label, hand, begin, random)
        begin = text.rstrip(" ").endswith((".", "!", "?", "\n")) or (begin and not text.strip())
        out.append(Piece(text, piece.label))
        if hand.emoji and not piece.label and random.random() < hand.emoji * 0.3:
            out.append(Piece(random.choice((" ", "", " ")) + random.choice(_EMOJI) * random.choice((1, 1, 2)) + " "))
    return [piece for piece in out if piece.text]


def _case(text: str, label: str, hand: Hand, begin: bool, random: Random) -> str:  # noqa: FBT001
    if hand.case == "upper":
        return text.upper()
    if hand.case == "wild":
        return random.choice((text.title(), text.lower(), text.upper(), text))
    if hand.case == "lower":
        keeps = label in ("ID", "URL", "EMAIL") and random.random() < 0.3
        return text.upper() if keeps and label == "ID" else text.lower()
    if hand.case == "proper" and label in ("NAME", "ADDRESS", "DATE", "OPT"):
        return _proper(text, random)
    if label == "ID":
        return text.upper() if random.random() < 0.7 else text
    if label in ("EMAIL", "URL", "PHONE"):
        return text if random.random() < 0.95 else text.capitalize()
    if hand.case == "proper":
        text = re.sub(r"\bi\b(?!')|\bi(?='m\b)", "I", text)
        text = re.sub(r"(?<=[.!?] )([a-zñá-ú])", lambda match: match[1].upper(), text)
    if begin and text.strip() and not label:
        return re.sub(r"[a-zñá-ú]", lambda match: match[0].upper(), text, count=1)
    return text


def _proper(text: str, random: Random) -> str:
    small = {"de", "del", "la", "los", "las", "y", "and", "van", "of", "n", "apt", "at"}
    words = re.split(r"([\s\-.,/]+)", text)
    done = [word if word in small and random.random() < 0.8 else word[:1].upper() + word[1:] for word in words]
    whole = "".join(done)
    for begin in ("Mc", "O'"):
        whole = re.sub(rf"\b{begin}([a-z])", lambda match, begin=begin: begin + match[1].upper(), whole)  # type: ignore[misc]
    return re.sub(
        r"\b(tx|ca|az|co|nm|fl|ga|nc|nw|se|po|ne|sw)\b", lambda match: match[0].upper(), whole, flags=re.IGNORECASE
    )


def _words(text: str, hand: Hand, random: Random) -> str:
    parts = re.split(r"(\s+)", text)
    for place, word in enumerate(parts):
        if not word or word.isspace():
            continue
        bare = word.strip(".,!?")
        if bare in _CHAT and random.random() < hand.chat:
            parts[place] = word.replace(bare, _CHAT[bare])
        elif hand.slips and len(bare) > 3 and bare.isalpha() and random.random() < hand.slips:
            parts[place] = slip(word, random)
        elif random.random() < 0.004 and word[-1:].isalpha():
            parts[place] = word + word[-1] * random.randint(1, 3)
    whole = "".join(parts)
    if hand.drops_marks:
        whole = re.sub(r"(?<=\w)[.,;](?=\s)", lambda mark: "" if random.random() < 0.7 else mark[0], whole).replace(
            "'", ""
        )
    return whole


def slip(word: str, random: Random) -> str:
    if len(word) < 3:
        return word
    place = random.randrange(1, len(word) - 1)
    match random.randrange(4):
        case 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[:place] + word[place] + word[place:]
        case _:
            return word[:place] + random.choice(_NEAR.get(word[place], word[place])) + word[place + 1 :]


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(each for each in apart if each not in "\u0301\u0308\u0303"))
