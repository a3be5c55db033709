"""Builds the name and word lists from permissive packages: `python -m appliance.redaction.learning.lexica --words FILE`.

Needs `names` (MIT; United States census of 1990, public domain), `Faker` (MIT; names of many countries) and two English
word lists of the SCOWL family: a small one, and a wider one of which only what is nobody's name is taken. The lists are
committed; this is how to make them again.
"""

import argparse
import importlib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from appliance.redaction.learning.spanish import spanish_words

LEXICA = Path(__file__).parent.parent / "lexica"
LOCALES = (
    "en_US",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_KE",
    "en_NG",
    "en_NZ",
    "en_PK",
    "es_MX",
    "es_ES",
    "es_AR",
    "es_CL",
    "es_CO",
    "fr_FR",
    "fr_QC",
    "it_IT",
    "pt_BR",
    "pl_PL",
    "de_DE",
    "tr_TR",
    "yo_NG",
    "ha_NG",
    "ig_NG",
    "ga_IE",
    "nl_NL",
    "ne_NP",
    "sw",
    "vi_VN",
    "id_ID",
    "tw_GH",
    "zu_ZA",
    "sv_SE",
    "no_NO",
    "da_DK",
)
# Ordinary Spanish words that common names of the lists happen to spell, and names that happen to spell verb forms.
_HARDLY_NAMES = frozenset("ella vale dale bueno buena mejor hoy ley caro rico cal paz sol".split())
_NAMES = frozenset(
    "alina amara amanda carina clarita cora danita evita felicitas lea leda leela leia lia lina lora lorita marcela marcelo "
    "rocio rosaria tona tonita urbano vasa vivas zafar rayan jalen devora fabrice gerardo mona nida mireles cosio tosi".split()
)
# Up to this rank a name is in the class: the census orders names by how many bear them.
FIRST_CLASSES = ((150, "A"), (600, "B"), (1_500, "C"), (9_999, "D"))
LAST_CLASSES = ((300, "A"), (2_000, "B"), (8_000, "C"), (24_000, "D"))


def fold_name(name: str) -> str:
    """Lower case, without accents, Latin letters only; "" for what cannot be folded so."""
    apart = unicodedata.normalize("NFD", name.casefold())
    plain = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    return plain if plain.isascii() and plain.replace("'", "").isalpha() else ""


def census(kind: str) -> list[str]:
    """Names of one census file, commonest first."""
    names: Any = importlib.import_module("names")
    lines = (Path(names.__file__).parent / kind).read_text(encoding="ascii").split("\n")
    return [line.split()[0].lower() for line in lines if line.strip()]


def abroad(attribute: str, locales: tuple[str, ...] = LOCALES) -> Iterable[str]:
    for locale in locales:
        provider: Any = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for suffix in ("", "_female", "_male", "_nonbinary"):
            listed = getattr(provider, attribute + suffix, ())
            if isinstance(listed, list | tuple | dict):
                yield from (part for name in listed for part in str(name).replace("-", " ").split())


def classed(ranked: Iterable[str], classes: tuple[tuple[int, str], ...]) -> dict[str, str]:
    out: dict[str, str] = {}
    for rank, name in enumerate(ranked, start=1):
        mark = next((mark for limit, mark in classes if rank <= limit), None)
        if mark is None:
            break
        out.setdefault(name, mark)
    return out


def ordinary(path: Path) -> set[str]:
    """Words in lower case of plain letters."""
    words = path.read_text(encoding="utf-8").split("\n")
    return {word for word in words if word.isascii() and word.isalpha() and word.islower() and len(word) > 1}


def _rather_a_name(word: str, first: dict[str, str], last: dict[str, str]) -> bool:
    """Rosa is met as a name more often than as a word; nada, although somebody bears it, is not."""
    return word not in _HARDLY_NAMES and (
        first.get(word, "Z") in "ABC" or last.get(word, "Z") in "AB" or word in _NAMES
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--words", type=Path, required=True, help="common English words, one a line")
    arguments.add_argument("--wider", type=Path, required=True, help="the same, more of them")
    options = arguments.parse_args()
    by_turns = [
        name for pair in zip(census("dist.female.first"), census("dist.male.first"), strict=False) for name in pair
    ]
    first = classed([*by_turns, *census("dist.female.first")], FIRST_CLASSES)
    last = classed(census("dist.all.last"), LAST_CLASSES)
    for known, attribute in ((first, "first_names"), (last, "last_names")):
        for name in map(fold_name, abroad(attribute)):
            if len(name) > 1:
                known.setdefault(name, "E")
    nicknames = (LEXICA / "more_names.txt").read_text(encoding="ascii").split("\n")
    names = {*first, *last, *(name for line in nicknames if not line.startswith("#") for name in line.split())}
    words = ordinary(options.words) | (ordinary(options.wider) - names)
    spanish = {word for word in map(fold_name, spanish_words()) if not _rather_a_name(word, first, last)} - words
    for name, known in (("first_names.txt", first), ("last_names.txt", last)):
        lines = (f"{mark}{each}" for each, mark in sorted(known.items()))
        (LEXICA / name).write_text("\n".join(lines) + "\n", encoding="ascii")
    (LEXICA / "spanish_words.txt").write_text(
        "\n".join(sorted(each for each in spanish if len(each) > 1)) + "\n", "ascii"
    )
    (LEXICA / "words.txt").write_text("\n".join(sorted(words)) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
