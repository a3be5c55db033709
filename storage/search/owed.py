"""Texts that came or changed since the index was last brought up to date: named in the transaction that stored them."""

from sqlalchemy import Column, Connection, String, Table, delete, insert

from storage.database import metadata
from storage.ids import new_id

unindexed = Table(
    "unindexed",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", String(16), nullable=False),
    # Another one each time: what changes while it is put in is owed once more.
    Column("mark", String(32), nullable=False),
)

MESSAGES, REPLIES = "messages", "replies"


def owe(connection: Connection, source: str, row: str) -> None:
    """The words of a new row are to be put into the index."""
    connection.execute(insert(unindexed), {"id": row, "source": source, "mark": new_id()})


def owe_again(connection: Connection, source: str, row: str) -> None:
    """The words of that row are others now."""
    connection.execute(delete(unindexed).where(unindexed.c.id == row))
    owe(connection, source, row)
