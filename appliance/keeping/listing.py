"""Lists of numbers whose people are to be deleted: read as a spreadsheet writes them, and looked up first."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from appliance.keeping.finding import indexes_of, reads_as_number
from storage.people import Person
from storage.vault import Transaction, Vault

HEADINGS: Final = frozenset({"number", "phone", "phone number", "telephone", "mobile", "cell", "from"})
_SEPARATORS: Final = ",;\t"


class Verdict(StrEnum):
    """What can be done about one line."""

    FOUND = "found"
    WAITING = "waiting"  # deleted already, with time to undo
    NOT_FOUND = "not-found"
    DOUBLED = "doubled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list."""

    line: int
    number: str = field(repr=False)
    verdict: Verdict
    people: tuple[Person, ...] = ()


def read_list(text: str) -> list[tuple[int, str]]:
    """The numbers, each with its line: of the column headed so, else of the first. Empty lines are passed over."""
    lines = text.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    rows = [(row_line, row) for row_line, row in _rows(lines, separator) if any(cell.strip() for cell in row)]
    if not rows:
        return []
    named = [place for place, cell in enumerate(rows[0][1]) if cell.strip().lower() in HEADINGS]
    column = named[0] if named else 0
    headed = bool(named) or not any(cell.isdigit() for cell in "".join(rows[0][1]))
    return [(line, row[column].strip() if column < len(row) else "") for line, row in rows[headed:]]


def _rows(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=separator)
    for row in reader:
        yield reader.line_num, row


def look_up(tx: Transaction, numbers: Iterable[tuple[int, str]], *, vault: Vault) -> tuple[Listed, ...]:
    """What each line means, in their order. Nothing is changed."""
    seen = set[str]()
    listed = []
    for line, number in numbers:
        one = _listed(tx, line, number, seen, vault)
        seen.update(person.id for person in one.people)
        listed.append(one)
    return tuple(listed)


def _listed(tx: Transaction, line: int, number: str, seen: set[str], vault: Vault) -> Listed:
    if not reads_as_number(number):
        return Listed(line, number, Verdict.REFUSED)
    indexes = indexes_of(number, vault)
    here = tuple(person for index in indexes for person in tx.people.with_number(index))
    waiting = tuple(person for index in indexes for person in tx.people.leaving(index))
    if not here and not waiting:
        return Listed(line, number, Verdict.NOT_FOUND)
    if {person.id for person in (*here, *waiting)} <= seen:
        return Listed(line, number, Verdict.DOUBLED)
    return Listed(line, number, Verdict.FOUND if here else Verdict.WAITING, (*here, *waiting))
