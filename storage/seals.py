"""Sealing what belongs to a person, and the value that stands for it while it is shut.

A noun hands out `Sealed`; only a reading (reading.py), which writes its leaf first, opens one.
"""

from dataclasses import dataclass, field

from storage.person_keys import PersonKeys
from storage.plaintext import Plaintext
from storage.sealing import About, open_sealed, seal

SCHEMA = 1
"""The version of the sealed values' shape; part of every AAD."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value at rest and the place it is bound to."""

    table: str
    column: str
    row: str
    person: str
    envelope: bytes = field(repr=False)
    removed: bool = False
    """Its keeping time is over: it has no envelope any more, and reads as an empty text."""


class Seals:
    """Seals and opens with person keys, for one desk."""

    def __init__(self, desk: str, keys: PersonKeys) -> None:
        self._desk = desk
        self._keys = keys

    def prepare(self, person: str, *, at: int) -> None:
        """Make the key of a new person; committed before the person's row is."""
        self._keys.make(person, at=at)

    def seal(self, plain: Plaintext, *, table: str, column: str, row: str, person: str) -> bytes:
        """The envelope to store in that column of that row."""
        key = self._keys.get(person)
        about = About(desk=self._desk, table=table, column=column, row=row, person=person, schema=SCHEMA)
        return seal(_bytes(plain.text), about, key.id, key.secret)

    def open(self, sealed: Sealed) -> Plaintext:
        """What was sealed. Raises SealError, or MissingError when the person was erased."""
        key = self._keys.get(sealed.person)
        about = About(
            desk=self._desk,
            table=sealed.table,
            column=sealed.column,
            row=sealed.row,
            person=sealed.person,
            schema=SCHEMA,
        )
        return Plaintext(open_sealed(sealed.envelope, about, key.id, key.secret).decode("utf-8", "surrogatepass"))

    def prove(self, sealed: Sealed) -> None:
        """That it opens. Raises as `open`; what was sealed goes nowhere."""
        self.open(sealed)


def _bytes(text: str) -> bytes:
    # Lone surrogates can come out of JSON; they are kept as they are, not replaced.
    return text.encode("utf-8", "surrogatepass")
