"""The tables of the log."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from storage.database import metadata

# Columns in the order of check.LeafRow.
# `body` is the canonical spelling that is hashed. The other columns repeat parts of it for queries; `check` compares.
leaves = Table(
    "leaves",
    metadata,
    Column("i", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(96), nullable=False),
    Column("action", String(32), nullable=False),
    Column("object", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("leaves_object", "object", "i"),
    Index("leaves_action", "action", "i"),
)

# In the order of completion (tree.position), so that rows are only ever added at the end.
tree_nodes = Table(
    "tree_nodes",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
)
