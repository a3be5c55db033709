"""Person keys (DEKs): one a person, in persons.db, wrapped by pkek. Destroying one is erasure.

The file is apart from desk.db so that data backups hold none of them (DESIGN §3).
"""

import secrets as system_random
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from storage.database import fold_log, look, person_metadata, write
from storage.driver import KEY_BYTES
from storage.errors import ErasedError, ExistsError, MissingError
from storage.ids import new_id
from storage.keys.keytable import Key
from storage.keys.persons import unwrap, wrap
from storage.keys.secret import SecretBytes

person_keys = Table(
    "person_keys",
    person_metadata,
    Column("person_id", String(32), primary_key=True),
    Column("key_id", String(32), nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=True),
    Column("kek_id", String(32), nullable=False),
    Column("kek_generation", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("destroyed_at", BigInteger, nullable=True),
)

# Travels with every copy of the keys: whoever stands here was erased, whatever an older copy of the data says.
tombstones = Table(
    "tombstones",
    person_metadata,
    Column("person_id", String(32), primary_key=True),
    Column("at", BigInteger, nullable=False),
)

# Built once: putting a statement together costs more than running it.
_ONE = select(person_keys).where(person_keys.c.person_id == bindparam("person_id"))


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A data key in the clear, for the time of one act."""

    id: str
    secret: SecretBytes


class PersonKeys:
    """The person keys of one desk. Each write commits at once, before anything is sealed with it."""

    def __init__(self, engine: Engine, *, kek: Key, others: Iterable[Key] = ()) -> None:
        """New keys are wrapped by `kek`; old ones may still be by one of the others."""
        self._engine = engine
        self._kek = kek
        self._keks = {one.id: one for one in (*others, kek)}
        self._opened: dict[str, PersonKey] = {}
        self._destroyed: set[str] = set()

    def make(self, person: str, *, at: int) -> PersonKey:
        """Make, store and commit the key of a new person. Raises ExistsError if there is one."""
        key = PersonKey(id=new_id(), secret=SecretBytes(system_random.token_bytes(KEY_BYTES)))
        with write(self._engine) as connection:
            if connection.execute(select(person_keys.c.key_id).where(person_keys.c.person_id == person)).first():
                raise ExistsError(f"person {person} has a key already")
            connection.execute(
                insert(person_keys),
                {
                    "person_id": person,
                    "key_id": key.id,
                    "wrapped": wrap(key.secret, self._kek),
                    "kek_id": self._kek.id,
                    "kek_generation": self._kek.generation,
                    "created_at": at,
                },
            )
        # Into the file at once, so that no damage to the log takes a key: what it sealed would be lost with it.
        fold_log(self._engine)
        self._opened[person] = key
        return key

    def get(self, person: str) -> PersonKey:
        """The key of `person`. Raises ErasedError once it was destroyed, MissingError where there never was one."""
        if (key := self._opened.get(person)) is None:
            key = self._load(person)
            if len(self._opened) >= _MOST_OPEN:
                self._opened.clear()
            self._opened[person] = key
        # Asked last: another thread may have destroyed it while this one was reading it.
        if person in self._destroyed:
            self._opened.pop(person, None)
            raise _erased(person)
        return key

    def expect(self, person: str) -> None:
        """That the key of `person` is there. Raises as `get`; hands out nothing."""
        self.get(person)

    def destroy(self, people: Iterable[str], *, at: int) -> int:
        """Destroy the keys of these people and write their tombstones; how many keys there were. Done twice is once.

        Nothing that they sealed opens again, here or in any copy of the data. Empty the file's log afterwards
        (database.empty_log): until then it holds the page as it was, with the key wrapped in it.
        """
        gone = list(dict.fromkeys(people))
        self._destroyed.update(gone)
        try:
            destroyed = self._emptied(gone, at)
        except BaseException:
            self._destroyed.difference_update(gone)
            raise
        for person in gone:
            if (key := self._opened.pop(person, None)) is not None:
                key.secret.wipe()
        return destroyed

    def _emptied(self, people: list[str], at: int) -> int:
        destroyed = 0
        with write(self._engine) as connection:
            for person in people:
                mine = person_keys.c.person_id == person
                emptied = update(person_keys).where(mine, person_keys.c.wrapped.is_not(None))
                destroyed += connection.execute(emptied.values(wrapped=None, destroyed_at=at)).rowcount
                if connection.execute(select(tombstones).where(tombstones.c.person_id == person)).first() is None:
                    connection.execute(insert(tombstones), {"person_id": person, "at": at})
        return destroyed

    def wrap_anew(self, kek: Key, known: Iterable[Key]) -> int:
        """Wrap every key that is left by this one, in one transaction, and use it from here on. How many.

        `known` are the keys by which they may be wrapped now.
        """
        keks = {one.id: one for one in (*known, kek)}
        with write(self._engine) as connection:
            rows = connection.execute(select(person_keys).where(person_keys.c.wrapped.is_not(None))).all()
            changed = [{"who": row.person_id, "anew": wrap(unwrap(row.wrapped, keks[row.kek_id]), kek)} for row in rows]
            if changed:
                values = {"wrapped": bindparam("anew"), "kek_id": kek.id, "kek_generation": kek.generation}
                mine = person_keys.c.person_id == bindparam("who")
                connection.execute(update(person_keys).where(mine).values(values), changed)
        self._kek, self._keks = kek, {kek.id: kek}
        return len(changed)

    def tombstones(self) -> dict[str, int]:
        """Everybody who was erased, and when."""
        with look(self._engine) as connection:
            return {row.person_id: row.at for row in connection.execute(select(tombstones))}

    def count(self) -> int:
        """How many keys there are that still open something."""
        with look(self._engine) as connection:
            return len(connection.execute(select(person_keys.c.key_id).where(person_keys.c.wrapped.is_not(None))).all())

    def _load(self, person: str) -> PersonKey:
        with look(self._engine) as connection:
            row = connection.execute(_ONE, {"person_id": person}).first()
        if row is None:
            raise MissingError(f"the key of person {person} is gone; what it sealed cannot be read")
        if row.wrapped is None:
            raise _erased(person)
        return PersonKey(id=row.key_id, secret=unwrap(row.wrapped, self._keks.get(row.kek_id, self._kek)))

    def close(self) -> None:
        """Forget the opened keys and let go of the file."""
        self._opened.clear()
        self._engine.dispose()


def _erased(person: str) -> ErasedError:
    return ErasedError(f"person {person} was erased; nothing opens what was sealed for them")


# Enough for the threads of a busy evening; a miss costs one small query.
_MOST_OPEN = 4096
