"""The whole check of a log: every leaf, every node, every signed checkpoint. Pure: it is handed rows and compares."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from storage.audit import tree
from storage.audit.leaf import Action, Leaf, read_leaf
from storage.audit.note import Checkpoint, parse_and_verify
from storage.errors import CheckpointError, LeafDamagedError, LeafRefusedError

_REMEDY = "keep a copy of the desk's files as they are, then restore from a backup"


@dataclass(frozen=True, slots=True)
class LeafRow:
    """A leaf as stored: its canonical body and the parts of it that queries use."""

    i: int
    at: int
    actor: str
    action: str
    object: str
    body: str


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A signed checkpoint as stored. `at` is when it was signed by this machine's clock; it is not part of the note."""

    sequence: int
    at: int
    size: int
    text: str


@dataclass(frozen=True, slots=True)
class LogChecked:
    """What was verified: all leaves, from which on they are kept, and how many of them the newest checkpoint signs."""

    leaves: int
    first: int
    root: bytes
    checkpoints: int
    signed: int


def check_log(
    desk: str,
    rows: Iterable[LeafRow],
    nodes: Iterator[tuple[int, bytes]],
    notes: Sequence[StoredNote],
    *,
    public_keys: Sequence[bytes],
    trusted: Sequence[str] = (),
) -> LogChecked:
    """What was verified. Raises LeafDamagedError, CheckpointError or AuditError.

    1. each checkpoint is signed by a key of the desk, and none is missing between the first and the last
    2. each leaf stands at its index, is canonical, and says what its row says
    3. each node is the hash of what is under it, and there is none too many
    4. leaves are missing only from the front, as far as the newest leaf on pruning says; their nodes are all there
    5. each checkpoint's root is the root of the leaves it counts: so each log signed continues those signed before
    """
    signed = _signed(desk, notes, public_keys)  # 1
    signed += [parse_and_verify(text, desk=desk, public_keys=public_keys) for text in trusted]
    growing = _Growing(nodes, {point.size for point in signed})
    first, rows = _first_of(rows)
    for index in range(first):
        growing.add_dropped(index)
    dropped = 0
    for row in rows:
        leaf = _check_row(desk, row, growing.edge.size)  # 2
        growing.add(tree.leaf_hash(row.body.encode()))  # 3
        if leaf.action is Action.LOG_PRUNED:
            dropped = _minimum(leaf)
    size = growing.edge.size
    if next(nodes, None) is not None:
        raise _damaged(size, "is missing: the end of the log was cut off")
    if first != dropped:  # 4
        raise _damaged(min(first, dropped), "is not where the newest leaf on pruning says that the log begins")
    for point in signed:  # 5
        _check_root(point, size, growing.roots)
    return LogChecked(size, first, growing.edge.root(), len(notes), max(growing.sizes, default=0))


class _Growing:
    """The tree as it grows leaf by leaf, compared with the nodes that are kept."""

    def __init__(self, nodes: Iterator[tuple[int, bytes]], sizes: set[int]) -> None:
        self._nodes = nodes
        self.sizes = sizes
        self.edge = tree.Frontier()
        self.roots = {0: tree.EMPTY_ROOT}

    def add(self, leaf: bytes) -> None:
        """A leaf that is here: each node that it completes must be kept, and be what it comes to."""
        index, first = self.edge.size, tree.stored(self.edge.size)
        for place, node in enumerate(self.edge.add(leaf)):
            if next(self._nodes, None) != (first + place, node):
                raise _damaged(index, "is not what the tree says")
        self._note_root()

    def add_dropped(self, index: int) -> None:
        """A leaf that was pruned: its hash is the node that was kept of it."""
        at, leaf = next(self._nodes, (-1, b""))
        if at != tree.stored(index):
            raise _damaged(index, "is missing, and its hash too")
        for place, node in enumerate(self.edge.add(leaf)[1:], start=1):
            if next(self._nodes, None) != (at + place, node):
                raise _damaged(index, "is not what the tree says")
        self._note_root()

    def _note_root(self) -> None:
        if self.edge.size in self.sizes:
            self.roots[self.edge.size] = self.edge.root()


def _minimum(leaf: Leaf) -> int:
    minimum = leaf.detail.get("minimum")
    return minimum if type(minimum) is int else 0


def _first_of(rows: Iterable[LeafRow]) -> tuple[int, Iterator[LeafRow]]:
    """The index of the first leaf that is here, and all of them."""
    rest = iter(rows)
    head = next(rest, None)
    return (0, rest) if head is None else (max(head.i, 0), chain((head,), rest))


def _signed(desk: str, notes: Sequence[StoredNote], public_keys: Sequence[bytes]) -> list[Checkpoint]:
    points: list[Checkpoint] = []
    for place, note in enumerate(notes):
        point = parse_and_verify(note.text, desk=desk, public_keys=public_keys)
        if note.sequence != notes[0].sequence + place or note.size != point.size:
            raise CheckpointError(f"checkpoint {note.sequence} is not where it was stored", remedy=_REMEDY)
        if points and point.size < points[-1].size:
            raise CheckpointError(f"checkpoint {note.sequence} counts less than the one before", remedy=_REMEDY)
        points.append(point)
    return points


def _check_row(desk: str, row: LeafRow, index: int) -> Leaf:
    if row.i != index:
        raise _damaged(index, "is missing")
    try:
        leaf = read_leaf(row.body.encode())
    except (ValueError, LeafRefusedError):
        raise _damaged(index, "does not say what a leaf says") from None
    if (leaf.desk, leaf.i) != (desk, index) or _repeated(leaf) != (row.at, row.actor, row.action, row.object):
        raise _damaged(index, "does not say what its row says")
    return leaf


def _repeated(leaf: Leaf) -> tuple[int, str, str, str]:
    return leaf.at, leaf.actor, leaf.action.value, leaf.object


def _check_root(point: Checkpoint, size: int, roots: dict[int, bytes]) -> None:
    if point.size > size:
        raise LeafDamagedError(
            f"{point.size} leaves were signed and {size} are left: the end of the log was cut off",
            index=size,
            remedy=_REMEDY,
        )
    if roots[point.size] != point.root:
        raise CheckpointError(
            f"one of the first {point.size} leaves was changed after they were signed", remedy=_REMEDY
        )


def _damaged(index: int, what: str) -> LeafDamagedError:
    return LeafDamagedError(f"leaf {index} of the log {what}", index=index, remedy=_REMEDY)
