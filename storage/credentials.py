"""Credentials: what the desk shows to the carrier, the model and the mail server; sealed with the vault key."""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, Connection, LargeBinary, String, Table, delete, insert, select

from storage.database import metadata
from storage.keys.keytable import Key, KeyName
from storage.keys.opened import OpenKeys
from storage.keys.secret import SecretBytes
from storage.sealing import About, key_id_of, open_sealed, seal

SCHEMA = 1


class CredentialName(StrEnum):
    """Each credential that a desk may hold."""

    CARRIER_TOKEN = "carrier-token"  # noqa: S105 - a name, not a secret
    CARRIER_TOKEN_BEFORE = "carrier-token-before"  # noqa: S105 - accepted for a while beside the new one
    MODEL_KEY = "model-key"
    MAIL_PASSWORD = "mail-password"  # noqa: S105 - a name, not a secret
    S3_SECRET = "s3-secret"  # noqa: S105 - a name, not a secret
    EPOCH_KEY = "epoch-key"


credentials = Table(
    "credentials",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("since", BigInteger, nullable=False),
)


class Credentials:
    """The credentials of this desk, in one transaction."""

    def __init__(self, connection: Connection, *, desk: str, key: Key) -> None:
        self._connection = connection
        self._desk = desk
        self._key = key

    def put(self, name: CredentialName, secret: SecretBytes, *, at: int) -> None:
        """Keep it, in the place of an older one."""
        envelope = seal(secret.reveal(), self._about(name), self._key.id, self._key.secret)
        self._connection.execute(delete(credentials).where(credentials.c.name == name))
        self._connection.execute(insert(credentials).values(name=name, sealed=envelope, since=at))

    def get(self, name: CredentialName) -> SecretBytes | None:
        """The secret, for the time of one call, or None."""
        row = self._connection.execute(select(credentials).where(credentials.c.name == name)).first()
        if row is None:
            return None
        return SecretBytes(open_sealed(row.sealed, self._about(name), self._key.id, self._key.secret))

    def remove(self, name: CredentialName) -> bool:
        """It is no more. Whether it was there."""
        return bool(self._connection.execute(delete(credentials).where(credentials.c.name == name)).rowcount)

    def reseal(self, keys: OpenKeys) -> int:
        """Seal each with the vault key that is active in `keys`. How many."""
        rows = self._connection.execute(select(credentials)).all()
        for row in rows:
            about, old, new = self._about(row.name), keys.by_id(key_id_of(row.sealed)), keys.key(KeyName.VAULT)
            envelope = seal(open_sealed(row.sealed, about, old.id, old.secret), about, new.id, new.secret)
            where = credentials.c.name == row.name
            self._connection.execute(credentials.update().where(where).values(sealed=envelope))
        return len(rows)

    def since(self, name: CredentialName) -> int | None:
        """When it was put there."""
        return self._connection.execute(select(credentials.c.since).where(credentials.c.name == name)).scalar()

    def _about(self, name: str) -> About:
        return About(desk=self._desk, table="credentials", column="sealed", row=name, person="-", schema=SCHEMA)
