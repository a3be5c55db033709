"""The log of one desk, within one transaction of its database: no leaf without the act, no act without the leaf."""

from collections.abc import Iterator
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from storage.at_most import at_most
from storage.audit import tree
from storage.audit.check import LeafRow, LogChecked, StoredNote, check_log
from storage.audit.leaf import Action, Detail, Leaf
from storage.audit.tables import checkpoints, leaves, tree_nodes
from storage.errors import AuditError

NOTHING: Detail = MappingProxyType({})
_AT_ONCE = 2000

# Built once: putting a statement together costs more than running it.
_ADD_LEAF, _ADD_NODES, _ADD_NOTE = insert(leaves), insert(tree_nodes), insert(checkpoints)
_NEWEST_LEAF = select(func.max(leaves.c.i))
_NEWEST_NODE = select(tree_nodes.c.position, tree_nodes.c.hash).order_by(tree_nodes.c.position.desc()).limit(at_most(1))
_NEWEST_NOTE = select(checkpoints).order_by(checkpoints.c.sequence.desc()).limit(at_most(1))
_OLDEST_LEAF = select(func.min(leaves.c.i))
# By index, so that it stops at the first that is found: old leaves stand in front.
_SINCE = select(leaves.c.i).where(leaves.c.at >= bindparam("at")).order_by(leaves.c.i).limit(at_most(1))
_NODE = select(tree_nodes.c.hash).where(tree_nodes.c.position == bindparam("position"))
_BODY = select(leaves.c.body).where(leaves.c.i == bindparam("i"))
_BODIES = select(leaves.c.body).order_by(leaves.c.i).execution_options(yield_per=_AT_ONCE)
_LEAVES = select(leaves).order_by(leaves.c.i).execution_options(yield_per=_AT_ONCE)
_NODES = select(tree_nodes).order_by(tree_nodes.c.position).execution_options(yield_per=_AT_ONCE)
_NOTES = select(checkpoints).order_by(checkpoints.c.sequence)
_CHECK = "run `nightdesk verify`, then restore from a backup"


class AuditLog:
    """Append, count, root, check. Appending needs a transaction that may write."""

    def __init__(self, connection: Connection, *, desk: str) -> None:
        self._connection = connection
        self.desk = desk
        self._edge = tree.Frontier()
        self._newest = b""

    def append(
        self,
        action: Action,
        object: str = "",  # noqa: A002 - the name of the leaf's field
        *,
        actor: str,
        at: int,
        detail: Detail = NOTHING,
    ) -> int:
        """Write one leaf and the nodes it completes; returns its index. Raises LeafRefusedError."""
        edge = self._right_edge()
        leaf = Leaf(self.desk, edge.size, at, actor, action, object, detail)
        body = leaf.canonical()
        first = tree.stored(edge.size)
        done = edge.add(tree.leaf_hash(body))
        self._newest = done[-1]
        row = {"i": leaf.i, "at": at, "actor": actor, "action": action.value, "object": object, "body": body.decode()}
        self._connection.execute(_ADD_LEAF, row)
        nodes = [{"position": first + place, "hash": node} for place, node in enumerate(done)]
        self._connection.execute(_ADD_NODES, nodes)
        return leaf.i

    def count(self) -> int:
        """How many leaves there are."""
        newest = self._connection.execute(_NEWEST_LEAF).scalar()
        return 0 if newest is None else int(newest) + 1

    def root(self, size: int | None = None) -> bytes:
        """The root over all leaves, or over the first `size`, from the kept nodes. Raises AuditError."""
        return tree.root_at(self.count() if size is None else size, self.node)

    def node(self, level: int, k: int) -> bytes:
        """The kept hash of a full subtree. Raises AuditError where it is missing."""
        found = self._connection.execute(_NODE, {"position": tree.position(level, k)}).scalar()
        if found is None:
            raise AuditError(f"the log lacks node {level}/{k}", remedy=_CHECK)
        return bytes(found)

    def leaf_body(self, index: int) -> bytes:
        """The canonical bytes of one leaf. Raises AuditError where it is missing."""
        found = self._connection.execute(_BODY, {"i": index}).scalar()
        if found is None:
            raise AuditError(f"the log lacks leaf {index}", remedy=_CHECK)
        return str(found).encode()

    def first(self) -> int:
        """The index of the oldest leaf that is still here; the count where there is none."""
        oldest = self._connection.execute(_OLDEST_LEAF).scalar()
        return self.count() if oldest is None else int(oldest)

    def first_since(self, at: int) -> int:
        """The index of the oldest leaf here that is not of before that time; the count where there is none."""
        since = self._connection.execute(_SINCE, {"at": at}).scalar()
        return self.count() if since is None else int(since)

    def drop(self, minimum: int) -> None:
        """Let go of the leaves before that index; see prune.prune, which says so in a leaf."""
        self._connection.execute(delete(leaves).where(leaves.c.i < minimum))

    def bodies(self) -> Iterator[bytes]:
        """The canonical bytes of the leaves that are here, oldest first."""
        with self._connection.execute(_BODIES) as rows:
            for body in rows.scalars():
                yield str(body).encode()

    def newest_bodies(self, limit: int) -> list[bytes]:
        """The canonical bytes of the newest leaves, oldest first."""
        query = select(leaves.c.body).order_by(leaves.c.i.desc()).limit(at_most(limit))
        return [str(body).encode() for body in self._connection.execute(query).scalars()][::-1]

    def notes(self) -> Iterator[StoredNote]:
        """The signed checkpoints as stored, oldest first."""
        rows = self._connection.execute(_NOTES)
        return (StoredNote(row.sequence, row.at, row.size, row.note) for row in rows)

    def newest_note(self) -> StoredNote | None:
        """The signed checkpoint stored last."""
        row = self._connection.execute(_NEWEST_NOTE).first()
        return None if row is None else StoredNote(row.sequence, row.at, row.size, row.note)

    def keep_note(self, note: StoredNote) -> None:
        """Store a signed checkpoint; see checkpoint.sign."""
        row = {"sequence": note.sequence, "at": note.at, "size": note.size, "note": note.text}
        self._connection.execute(_ADD_NOTE, row)

    def check(self, *public_keys: bytes, trusted: tuple[str, ...] = ()) -> LogChecked:
        """Recompute every leaf, node and root and compare them with what is kept and with what was signed.

        `public_keys` are all keys that ever signed; `trusted` are checkpoints kept elsewhere, say in a mailbox. Raises
        LeafDamagedError with the index of the leaf, CheckpointError, or AuditError.
        """
        execute = self._connection.execute
        # Closed at once, also when the check stops half way: an open cursor would keep the log from being mended.
        with execute(_LEAVES) as rows, execute(_NODES) as nodes:
            return check_log(
                self.desk,
                (LeafRow(*row) for row in rows),
                ((position, bytes(node)) for position, node in nodes),
                tuple(self.notes()),
                public_keys=public_keys,
                trusted=trusted,
            )

    def _right_edge(self) -> tree.Frontier:
        row = self._connection.execute(_NEWEST_NODE).first()
        kept, last = (0, b"") if row is None else (row.position + 1, bytes(row.hash))
        # What is remembered holds only while the database ends with it: a savepoint may have been rolled back.
        if (kept, last) != (tree.stored(self._edge.size), self._newest):
            size = self.count()
            if tree.stored(size) != kept:
                raise AuditError("the nodes of the log do not fit its leaves", remedy=_CHECK)
            self._edge = tree.Frontier(size, [self.node(level, k) for level, k in tree.peaks(size)])
            self._newest = last
        return self._edge
