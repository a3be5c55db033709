"""The Merkle tree of RFC 6962 over leaf hashes, as pure functions: nodes, roots, proofs. It knows no database.

A node (level, k) stands for the full subtree over leaves [k·2^level, (k+1)·2^level). Only full ones are kept; they
never change. `read` hands one over.
"""

import hashlib
from collections.abc import Callable, Iterable

from storage.errors import AuditError

Read = Callable[[int, int], bytes]
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962 §2.1: a zero byte before leaves, a one before nodes, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def position(level: int, k: int) -> int:
    """Where a node stands in the order of completion: each leaf, then the subtrees that it completes, upwards."""
    last = ((k + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def stored(size: int) -> int:
    """How many nodes a tree of that size keeps."""
    return 2 * size - size.bit_count()


def peaks(size: int) -> list[tuple[int, int]]:
    """The largest full subtrees, left to right, whose hashes give the root."""
    levels = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
    return [(level, (size >> level) - 1) for level in levels]


class Frontier:
    """The right edge of a tree: all that is needed to add a leaf and to know the root."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(hashes)

    def add(self, leaf: bytes) -> list[bytes]:
        """Add a leaf hash; returns the hashes of the nodes completed, in the order of `position`."""
        done = [leaf]
        for level in range((self.size ^ (self.size + 1)).bit_length() - 1):
            done.append(node_hash(self._peaks.pop(), done[level]))
        self._peaks.append(done[-1])
        self.size += 1
        return done

    def root(self) -> bytes:
        """The root of what was added so far."""
        return _fold(self._peaks)


def root_at(size: int, read: Read) -> bytes:
    """The root of the first `size` leaves."""
    return _fold([read(level, k) for level, k in peaks(size)])


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1)."""
    if not 0 <= index < size:
        raise AuditError(f"leaf {index} is not in a log of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range(middle, end, read))
            end = middle
        else:
            proof.append(_range(start, middle, read))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with the tree of `old` (RFC 6962 §2.1.2)."""
    if not 0 <= old <= new:
        raise AuditError(f"a log of {new} leaves does not continue one of {old}")
    proof: list[bytes] = []
    start, end = 0, new
    while start < old < end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range(middle, end, read))
            end = middle
        else:
            proof.append(_range(start, middle, read))
            start = middle
    # The old tree itself is known to whoever checks, unless only a part of it is left here.
    return ([_range(start, end, read)] if 0 < start < old else []) + proof[::-1]


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: list[bytes], root: bytes) -> int:
    """The index, once the path leads from this leaf hash to this root (RFC 9162 §2.1.3.2). Raises AuditError."""
    fn, sn, node = index, size - 1, leaf
    fits = 0 <= index < size
    for part in proof:
        fits = fits and sn > 0
        if fn & 1 or fn == sn:
            node = node_hash(part, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, part)
        fn, sn = fn >> 1, sn >> 1
    if not fits or sn or node != root:
        raise AuditError(f"leaf {index} is not proven to be in the log of {size}")
    return index


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> int:
    """The new size, once that tree is proven to continue the old one (RFC 9162 §2.1.4.2). Raises AuditError."""
    if not _continues(old, new, old_root, new_root, proof):
        raise AuditError(f"the log of {new} leaves is not proven to continue the signed log of {old}")
    return new


def _continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    if old in {0, new} or not 0 < old < new:
        return not proof and (old_root == new_root if old == new else old == 0 < new and old_root == EMPTY_ROOT)
    path = [old_root, *proof] if old.bit_count() == 1 else proof
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    if not path:
        return False
    first = second = path[0]
    for part in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(part, first), node_hash(part, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, part)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def _range(start: int, end: int, read: Read) -> bytes:
    # Every range that a proof asks for starts at a multiple of its size rounded up, so it splits into kept nodes.
    hashes = []
    while start < end:
        level = (end - start).bit_length() - 1
        hashes.append(read(level, start >> level))
        start += 1 << level
    return _fold(hashes)


def _fold(hashes: list[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
