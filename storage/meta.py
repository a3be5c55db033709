"""Small facts about the store itself: a key, a value."""

from typing import Final

from sqlalchemy import Column, Connection, String, Table, Text, delete, insert, select

from storage.database import metadata

meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)


FIRST_EPOCH: Final = 1


class Meta:
    """Named values that change with the store, in the same transaction as what they tell of."""

    SPOOL_SEQUENCE = "spool-sequence"
    LAST_SWEEP = "last-sweep"
    LAST_CHECK = "last-check"
    # When somebody asked to close the desk; when it was closed for good, and the leaf that says so.
    CLOSING = "closing"
    CLOSED = "closed"
    CLOSED_LEAF = "closed-leaf"
    CLOCK_SEEN = "clock-seen"
    CLOCK_DOUBT = "clock-doubt"
    KEEPING = "keeping"
    KEEPING_WAITS = "keeping-waits"
    KEEPING_RAN = "keeping-ran"
    # What came in until then may have been answered in a time that the disk lost.
    LOST_UNTIL = "lost-until"
    # The files from before the last upgrade that people were told of, and when.
    UPGRADED = "upgraded"
    UPGRADED_AT = "upgraded-at"
    # How often this desk was restored, or taken over as it lay; it begins with 1.
    EPOCH = "epoch"
    EPOCH_SEEN = "epoch-seen"
    COPIES_ID = "copies-id"
    # The code of why no reply goes out; empty while replies go.
    SENDING_PAUSED = "sending-paused"
    CARRIER_TOKEN_UNTIL = "carrier-token-until"  # noqa: S105 - the name of a fact
    KEYRING_SEQUENCE = "keyring-sequence"
    # A rotation of the keys that was asked for and is not done: which kind, and by whom; else empty.
    ROTATION = "rotation"
    # The kind of the last one that was done; written into the copies that it makes.
    ROTATED = "rotated"
    # The generation of the root key up to which somebody was told that its time comes.
    ROTATION_TOLD = "rotation-told"
    # The id of the pseudo key that was active when the blind indexes of this file were made.
    INDEX_KEY = "index-key"
    # Which building of the search index has what this file says that it has.
    SEARCH = "search"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """The value, or None."""
        return self._connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()

    def number(self, name: str, default: int = 0) -> int:
        """The value as a whole number."""
        value = self.get(name)
        return default if value is None else int(value)

    def epoch(self) -> int:
        """Which life of this desk it is: each restoring begins a new one."""
        return self.number(self.EPOCH, FIRST_EPOCH)

    def put(self, name: str, value: str | int) -> None:
        """Set the value."""
        self._connection.execute(delete(meta).where(meta.c.name == name))
        self._connection.execute(insert(meta).values(name=name, value=str(value)))

    def remove(self, name: str) -> None:
        """As if it had never been set."""
        self._connection.execute(delete(meta).where(meta.c.name == name))
