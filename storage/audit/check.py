"""The whole check of a log: every leaf, every node, every signed checkpoint. Pure: it is handed rows and compares."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from storage.audit import tree
from storage.audit.leaf import Leaf, read_leaf
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
    """What was verified: all leaves, and how many of them the newest checkpoint signs for."""

    leaves: int
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
    4. each checkpoint's root is the root of the leaves it counts: so each log signed continues those signed before
    """
    signed = _signed(desk, notes, public_keys)  # 1
    signed += [parse_and_verify(text, desk=desk, public_keys=public_keys) for text in trusted]
    edge, roots, sizes = tree.Frontier(), {0: tree.EMPTY_ROOT}, {point.size for point in signed}
    for row in rows:
        _check_row(desk, row, edge.size)  # 2
        first = tree.stored(edge.size)
        for place, node in enumerate(edge.add(tree.leaf_hash(row.body.encode()))):  # 3
            if next(nodes, None) != (first + place, node):
                raise _damaged(row.i, "is not what the tree says")
        if edge.size in sizes:
            roots[edge.size] = edge.root()
    if next(nodes, None) is not None:
        raise _damaged(edge.size, "is missing: the end of the log was cut off")
    for point in signed:  # 4
        _check_root(point, edge.size, roots)
    return LogChecked(edge.size, edge.root(), len(notes), max(sizes, default=0))


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


def _check_row(desk: str, row: LeafRow, index: int) -> None:
    if row.i != index:
        raise _damaged(index, "is missing")
    try:
        leaf = read_leaf(row.body.encode())
    except (ValueError, LeafRefusedError):
        raise _damaged(index, "does not say what a leaf says") from None
    if (leaf.desk, leaf.i) != (desk, index) or _repeated(leaf) != (row.at, row.actor, row.action, row.object):
        raise _damaged(index, "does not say what its row says")


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
