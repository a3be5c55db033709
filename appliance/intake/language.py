"""The language a text is written in: by its script where that is enough, else by small words. Unclear is English."""

import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

from appliance.intake.normal import words
from appliance.intake.phrases import parse_lexicon

DEFAULT: Final = "en"

# Scripts that (nearly) one language of our customers writes in.
_SCRIPTS: Final = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
}
_SURE: Final = 2
_VIETNAMESE: Final = frozenset("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def find_language(text: str) -> str:
    """An ISO 639-1 code. English unless something else is clear."""
    by_script = _script(text)
    if by_script:
        return by_script
    written = words(text)
    common = _listed()
    counts = Counter(
        {
            language: sum(word in listed for word in written)
            for language, listed in common.items()
            if language[-1] != "!"
        }
    )
    best, most = counts.most_common(1)[0]
    if best != DEFAULT and most >= _SURE and most > counts[DEFAULT]:
        return best
    if counts[DEFAULT] <= 1:
        return next(
            (name[:-1] for name, listed in common.items() if name[-1] == "!" and listed & set(written)), DEFAULT
        )
    return DEFAULT


@cache
def _listed() -> dict[str, frozenset[str]]:
    path = Path(__file__).parent / "words" / "language.txt"
    return {name: frozenset(listed.split()) for name, listed in parse_lexicon(path.read_text("utf-8")).items()}


def _script(text: str) -> str | None:
    if sum(letter in _VIETNAMESE for letter in unicodedata.normalize("NFC", text.lower())) >= _SURE:
        return "vi"
    seen = Counter(_SCRIPTS.get(_alphabet(letter)) for letter in text if letter.isalpha())
    known = {language: count for language, count in seen.items() if language}
    # A few look-alike letters within Latin words are a disguise, not a language.
    if not known or sum(known.values()) <= (seen[None] or 0) / 2:
        return None
    if "ja" in known:
        return "ja"
    return max(known, key=lambda language: known[language])


def _alphabet(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]
