"""Reasons: why somebody read, revealed or exported something, in their own words, beside the leaf that tells of it.

The leaf holds a salted digest only. Destroying the words and their salt leaves leaf and tree as they were, and a digest
that nobody can guess back.
"""

import hashlib
import secrets
from collections.abc import Collection

from sqlalchemy import BigInteger, Column, Connection, Index, LargeBinary, String, Table, delete, func, insert, select

from storage.database import metadata
from storage.errors import MissingError, SealError
from storage.keys.keytable import KeyName
from storage.keys.opened import OpenKeys
from storage.plaintext import Plaintext
from storage.sealing import About, key_id_of, open_sealed, seal
from storage.seals import SCHEMA, Sealed, Seals

NOBODY = ""
_SALT_BYTES = 32
_SALT_DIGITS = 2 * _SALT_BYTES

# A row for each person whom the reading was about, the words sealed with that person's key; where it was about nobody,
# one row sealed with the vault key.
reasons = Table(
    "reasons",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=True),
    Column("vault_sealed", LargeBinary, nullable=True),
    Column("at", BigInteger, nullable=False),
)
Index("reasons_by_person", reasons.c.person_id)


class Reasons:
    """The reasons of this desk, in one transaction."""

    def __init__(self, connection: Connection, seals: Seals, keys: OpenKeys) -> None:
        self._connection = connection
        self._seals = seals
        self._keys = keys

    def keep(self, reason: Plaintext, people: Collection[str], *, at: int) -> str:
        """Seal the words for those whom the reading is about; the digest for the leaf."""
        salt = secrets.token_bytes(_SALT_BYTES)
        digest = digest_of(salt, reason)
        words = Plaintext(salt.hex() + reason.text)
        rows = [self._row(digest, person, words, at) for person in dict.fromkeys(people)]
        self._connection.execute(insert(reasons), rows or [self._row(digest, NOBODY, words, at)])
        return digest

    def find(self, digest: str) -> Sealed | None:
        """The shut words behind a leaf's digest; None for one about nobody. Raises MissingError once it was erased."""
        row = self._connection.execute(select(reasons).where(reasons.c.digest == digest)).first()
        if row is None:
            raise MissingError("the reason of that entry was erased")
        return None if row.sealed is None else Sealed("reasons", "sealed", digest, row.person_id, row.sealed)

    def nobodys(self, digest: str) -> Plaintext:
        """The words of a reason about nobody. Call it through a reading only."""
        where = reasons.c.digest == digest
        return self._vault_open(
            digest, self._connection.execute(select(reasons.c.vault_sealed).where(where)).scalar_one()
        )

    def erase_of(self, person: str) -> int:
        """Destroy every reason that was about that person, whoever else it was about. How many leaves lost theirs."""
        theirs = select(reasons.c.digest).where(reasons.c.person_id == person)
        count = len(self._connection.execute(theirs).all())
        self._connection.execute(delete(reasons).where(reasons.c.digest.in_(theirs)))
        return count

    def erase_before(self, at: int) -> int:
        """Destroy what is older than that, for retention. How many rows went."""
        return self._connection.execute(delete(reasons).where(reasons.c.at < at)).rowcount

    def reseal(self) -> int:
        """Seal what is nobody's with the vault key that is active now. How many were sealed anew."""
        query = select(reasons.c.digest, reasons.c.vault_sealed).where(reasons.c.vault_sealed.is_not(None))
        rows = self._connection.execute(query).all()
        for digest, envelope in rows:
            fresh = self._vault_seal(digest, self._vault_open(digest, envelope))
            where = reasons.c.digest == digest
            self._connection.execute(reasons.update().where(where).values(vault_sealed=fresh))
        return len(rows)

    def count(self) -> int:
        """How many rows there are."""
        return int(self._connection.execute(select(func.count()).select_from(reasons)).scalar_one())

    def _row(self, digest: str, person: str, words: Plaintext, at: int) -> dict[str, object]:
        row = {"digest": digest, "person_id": person, "sealed": None, "vault_sealed": None, "at": at}
        if person == NOBODY:
            return row | {"vault_sealed": self._vault_seal(digest, words)}
        return row | {"sealed": self._seals.seal(words, table="reasons", column="sealed", row=digest, person=person)}

    def _vault_seal(self, digest: str, words: Plaintext) -> bytes:
        key = self._keys.key(KeyName.VAULT)
        return seal(words.text.encode("utf-8", "surrogatepass"), self._about(digest), key.id, key.secret)

    def _vault_open(self, digest: str, envelope: bytes) -> Plaintext:
        key = self._keys.by_id(key_id_of(envelope))
        words = open_sealed(envelope, self._about(digest), key.id, key.secret)
        return Plaintext(words.decode("utf-8", "surrogatepass"))

    def _about(self, digest: str) -> About:
        desk = self._keys.desk
        return About(desk=desk, table="reasons", column="vault_sealed", row=digest, person="-", schema=SCHEMA)


def words_of(opened: Plaintext, digest: str) -> Plaintext:
    """The reason without its salt. Raises SealError where the leaf's digest is of another."""
    salt, reason = opened.text[:_SALT_DIGITS], Plaintext(opened.text[_SALT_DIGITS:])
    if digest_of(bytes.fromhex(salt), reason) != digest:
        raise SealError("a reason is not the one that the log has the digest of")
    return reason


def digest_of(salt: bytes, reason: Plaintext) -> str:
    """What the leaf holds: SHA-256 of 32 random bytes and the words."""
    return hashlib.sha256(salt + reason.text.encode("utf-8", "surrogatepass")).hexdigest()
