"""What somebody typed to find something, as terms; and how words are written alike, here and in the index.

Words are runs of letters and digits without case and accents. Whatever else is typed separates them, so nothing that
anybody types can be an error.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_TERMS = 12
SHORTEST_BEGINNING = 3
"""Shorter ones begin too many words to be of use."""

_WORD = re.compile(r"[^\W_]+")
# Marks belong to the letter before them.
_WRITTEN = re.compile("[^\\W_][^\\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\\W_]*)*")
_QUOTES = re.compile('["\u201c\u201d\u201e\u00ab\u00bb]')


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side; the last of them may be only a beginning."""

    words: tuple[str, ...] = field(repr=False)
    beginning: bool = False

    def fits(self, words: list[str], at: int) -> bool:
        """Whether these words stand there."""
        there = words[at : at + len(self.words)]
        *whole, last = self.words
        if len(there) < len(self.words) or there[:-1] != whole:
            return False
        return there[-1].startswith(last) if self.beginning else there[-1] == last


@dataclass(frozen=True, slots=True)
class Query:
    """All of these must be in a text."""

    terms: tuple[Term, ...] = ()

    def expression(self) -> str:
        """The same for FTS5. Only letters, digits and spaces are quoted, so it is always well formed."""
        return " AND ".join(f'"{" ".join(term.words)}"{"*" if term.beginning else ""}' for term in self.terms)


def read_query(typed: str) -> Query:
    """Terms of what was typed: words, "words side by side", beginnings*. An open quotation ends with the line."""
    terms = []
    for place, piece in enumerate(_QUOTES.split(typed)):
        terms += [_term(piece)] if place % 2 else [_term(chunk) for chunk in piece.split()]
    return Query(tuple(dict.fromkeys(term for term in terms if term is not None))[:MOST_TERMS])


def words_of(text: str) -> list[str]:
    """Its words, alike whatever their case, accents or width."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return _WORD.findall("".join(letter for letter in apart if not unicodedata.combining(letter)))


def found_in(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words of the query stand in the text: begin and end, in their order."""
    places, words = _written(text)
    marked = set[int]()
    for term in query.terms:
        for at in range(len(words)):
            if term.fits(words, at):
                marked.update(range(at, at + len(term.words)))
    return list(dict.fromkeys(places[at] for at in sorted(marked)))


def _term(typed: str) -> Term | None:
    words = tuple(words_of(typed))
    if not words:
        return None
    return Term(words, typed.rstrip().endswith("*") and len(words[-1]) >= SHORTEST_BEGINNING)


def _written(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    pairs = list(_folded(text))
    return [place for place, _ in pairs], [word for _, word in pairs]


def _folded(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    for found in _WRITTEN.finditer(text):
        for word in words_of(found.group()):
            yield found.span(), word
