"""The tree against RFC 6962 written down a second time."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.audit import tree
from storage.errors import AuditError
from tests.storage.audit import rfc6962

MOST = 70


def leaves(size: int) -> list[bytes]:
    return [f"leaf {place}".encode() for place in range(size)]


def grown(size: int) -> tuple[tree.Frontier, list[bytes]]:
    """The edge of a tree, and all its nodes in the order in which they were completed."""
    edge, kept = tree.Frontier(), []
    for leaf in leaves(size):
        kept += edge.add(tree.leaf_hash(leaf))
    return edge, kept


def reading(size: int) -> Callable[[int, int], bytes]:
    _, kept = grown(size)
    return lambda level, k: kept[tree.position(level, k)]


@pytest.mark.parametrize("size", range(MOST))
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    edge, kept = grown(size)

    assert edge.size == size
    assert edge.root() == rfc6962.mth(leaves(size))
    assert tree.root_at(size, reading(size)) == edge.root()
    assert len(kept) == tree.stored(size)


def test_each_node_stands_where_its_position_says() -> None:
    size = 64
    _, kept = grown(size)
    seen = set()

    for level in range(7):
        for k in range(size >> level):
            start, end = k << level, (k + 1) << level
            assert kept[tree.position(level, k)] == rfc6962.mth(leaves(size)[start:end])
            seen.add(tree.position(level, k))

    assert seen == set(range(tree.stored(size)))


def test_an_edge_is_taken_up_again_from_the_kept_nodes() -> None:
    for size in range(MOST):
        read = reading(size)
        edge = tree.Frontier(size, [read(level, k) for level, k in tree.peaks(size)])
        edge.add(tree.leaf_hash(b"one more"))
        assert edge.root() == rfc6962.mth([*leaves(size), b"one more"])


@pytest.mark.parametrize("size", range(1, 34))
def test_inclusion_proofs_are_those_of_the_rfc_and_hold(size: int) -> None:
    all_leaves, read = leaves(size), reading(size)
    root = rfc6962.mth(all_leaves)

    for index in range(size):
        proof = tree.inclusion_proof(index, size, read)
        leaf = tree.leaf_hash(all_leaves[index])
        assert proof == rfc6962.path(index, all_leaves)
        assert tree.verify_inclusion(leaf, index=index, size=size, proof=proof, root=root) == index


@pytest.mark.parametrize("new", range(1, 34))
def test_consistency_proofs_are_those_of_the_rfc_and_hold(new: int) -> None:
    all_leaves, read = leaves(new), reading(new)
    root = rfc6962.mth(all_leaves)

    for old in range(1, new + 1):
        proof = tree.consistency_proof(old, new, read)
        old_root = rfc6962.mth(all_leaves[:old])
        assert proof == rfc6962.proof(old, all_leaves)
        assert tree.verify_consistency(old=old, new=new, old_root=old_root, new_root=root, proof=proof) == new


def test_every_log_continues_the_empty_one() -> None:
    root = rfc6962.mth(leaves(5))

    assert tree.consistency_proof(0, 5, reading(5)) == []
    assert tree.verify_consistency(old=0, new=5, old_root=tree.EMPTY_ROOT, new_root=root, proof=[]) == 5
    assert tree.verify_consistency(old=0, new=0, old_root=tree.EMPTY_ROOT, new_root=tree.EMPTY_ROOT, proof=[]) == 0
    for wrong in (
        {"old": 0, "new": 5, "old_root": root, "new_root": root, "proof": []},
        {"old": 0, "new": 5, "old_root": tree.EMPTY_ROOT, "new_root": root, "proof": [root]},
        {"old": 5, "new": 5, "old_root": root, "new_root": tree.EMPTY_ROOT, "proof": []},
        {"old": 5, "new": 5, "old_root": root, "new_root": root, "proof": [root]},
        {"old": 5, "new": 0, "old_root": root, "new_root": tree.EMPTY_ROOT, "proof": []},
        {"old": 5, "new": 4, "old_root": root, "new_root": root, "proof": []},
        {"old": -1, "new": 5, "old_root": tree.EMPTY_ROOT, "new_root": root, "proof": []},
        {"old": 3, "new": 5, "old_root": root, "new_root": root, "proof": []},
        {"old": 1, "new": 0, "old_root": root, "new_root": tree.EMPTY_ROOT, "proof": []},
    ):
        with pytest.raises(AuditError):
            tree.verify_consistency(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(AuditError):
        tree.inclusion_proof(index, size, reading(3))
    with pytest.raises(AuditError):
        tree.verify_inclusion(tree.leaf_hash(b""), index=index, size=size, proof=[], root=tree.leaf_hash(b""))


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_a_log_that_shrank_has_no_proof(old: int, new: int) -> None:
    with pytest.raises(AuditError):
        tree.consistency_proof(old, new, reading(4))


def changed(proof: list[bytes], draw: st.DataObject) -> list[bytes]:
    """A proof with one thing wrong."""
    other = list(proof)
    place = draw.draw(st.integers(0, len(proof) - 1)) if proof else 0
    match draw.draw(st.sampled_from(["drop", "add", "flip", "swap"] if proof else ["add"])):
        case "drop":
            del other[place]
        case "add":
            other.insert(place, rfc6962.mth([b"x"]))
        case "flip":
            other[place] = bytes([other[place][0] ^ 1]) + other[place][1:]
        case _:
            other = [*other[place + 1 :], *other[: place + 1]]
    return other


@given(st.integers(1, 60), st.data())
def test_a_changed_inclusion_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    read, root = reading(size), rfc6962.mth(leaves(size))
    proof = tree.inclusion_proof(index, size, read)
    leaf = tree.leaf_hash(leaves(size)[index])
    wrong = changed(proof, data)
    other_index = data.draw(st.integers(0, size + 2).filter(lambda other: other != index))

    if wrong != proof:
        with pytest.raises(AuditError):
            tree.verify_inclusion(leaf, index=index, size=size, proof=wrong, root=root)
    with pytest.raises(AuditError):
        tree.verify_inclusion(leaf, index=other_index, size=size, proof=proof, root=root)
    with pytest.raises(AuditError):
        tree.verify_inclusion(tree.leaf_hash(b"another"), index=index, size=size, proof=proof, root=root)


@given(st.integers(2, 60), st.data())
def test_a_changed_consistency_proof_proves_nothing(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = tree.consistency_proof(old, new, reading(new))
    old_root, new_root = rfc6962.mth(leaves(old)), rfc6962.mth(leaves(new))
    wrong = changed(proof, data)

    if wrong != proof:
        with pytest.raises(AuditError):
            tree.verify_consistency(old=old, new=new, old_root=old_root, new_root=new_root, proof=wrong)
    for roots in ((rfc6962.mth([b"x"]), new_root), (old_root, rfc6962.mth([b"x"]))):
        with pytest.raises(AuditError):
            tree.verify_consistency(old=old, new=new, old_root=roots[0], new_root=roots[1], proof=proof)
