from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from storage.audit import tree
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.note import Checkpoint, parse_and_verify, signed_note
from storage.database import write
from storage.errors import AuditError, CheckpointError, LeafDamagedError, LeafRefusedError
from tests.storage.audit import rfc6962
from tests.storage.audit.conftest import DESK, LATER_SIGNER, NOW, OBJECT, SIGNER, fill

KEYS = (SIGNER.public_key, LATER_SIGNER.public_key)


def bodies(connection: Connection) -> list[bytes]:
    return [row.body.encode() for row in connection.execute(text("SELECT body FROM leaves ORDER BY i"))]


def test_an_empty_log_has_the_root_of_nothing(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)

        assert (log.count(), log.root(), log.newest_note()) == (0, tree.EMPTY_ROOT, None)
        checked = log.check(*KEYS)

    assert (checked.leaves, checked.checkpoints, checked.signed) == (0, 0, 0)


def test_leaves_get_indices_in_order_and_the_root_is_that_of_the_rfc(engine: Engine) -> None:
    for size in range(1, 20):
        with write(engine) as connection:
            log = AuditLog(connection, desk=DESK)
            assert log.append(Action.READ, OBJECT, actor="owner", at=NOW + size, detail={"count": size}) == size - 1
            assert log.count() == size
            assert log.root() == rfc6962.mth(bodies(connection))


def test_many_leaves_in_one_transaction_make_the_same_tree(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 300)

        assert log.root() == rfc6962.mth(bodies(connection))
        checked = log.check(*KEYS)

    assert (checked.leaves, checked.root) == (300, rfc6962.mth(bodies_of(engine)))


def bodies_of(engine: Engine) -> list[bytes]:
    with write(engine) as connection:
        return bodies(connection)


def test_a_leaf_can_be_proven_to_be_in_the_log(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 21)
        proof = tree.inclusion_proof(13, 21, log.node)
        leaf = tree.leaf_hash(log.leaf_body(13))

        assert tree.verify_inclusion(leaf, index=13, size=21, proof=proof, root=log.root()) == 13
        with pytest.raises(AuditError):
            log.leaf_body(21)


def test_no_act_no_leaf(engine: Engine) -> None:
    with write(engine) as connection:
        fill(AuditLog(connection, desk=DESK), 5)

    with suppress(ZeroDivisionError), write(engine) as connection:
        fill(AuditLog(connection, desk=DESK), 3)
        raise ZeroDivisionError

    with write(engine) as connection:
        assert AuditLog(connection, desk=DESK).check(*KEYS).leaves == 5


def test_a_part_that_is_rolled_back_takes_its_leaves_along(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 5)
        undone = connection.begin_nested()
        fill(log, 4)
        undone.rollback()
        fill(log, 2)

        assert log.check(*KEYS).leaves == 7


def test_two_handles_in_one_transaction_write_one_log(engine: Engine) -> None:
    with write(engine) as connection:
        one, two = AuditLog(connection, desk=DESK), AuditLog(connection, desk=DESK)
        for log in (one, two, two, one, two, one, one):
            fill(log, 1)

        assert one.check(*KEYS).leaves == two.count() == 7


def test_a_refused_leaf_leaves_no_trace_and_the_log_goes_on(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 3)
        with pytest.raises(LeafRefusedError):
            log.append(Action.RECEIVED, OBJECT, actor="core", at=NOW, detail={"body": "Are you open on Sunday?"})
        fill(log, 3)

        assert log.check(*KEYS).leaves == 6


# --- checkpoints --------------------------------------------------------------------------------------------------


def test_a_checkpoint_signs_all_leaves_and_is_kept(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 6)

        note = sign(log, SIGNER, NOW)

        assert (note.sequence, note.at, note.size) == (1, NOW, 6)
        assert parse_and_verify(note.text, desk=DESK, public_keys=KEYS) == Checkpoint(DESK, 6, log.root())
        assert log.newest_note() == note
        assert list(log.notes()) == [note]
        assert log.check(*KEYS).signed == 6


def test_nothing_new_is_signed_where_nothing_was_added(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 6)

        assert sign(log, SIGNER, NOW) == sign(log, SIGNER, NOW + 5)
        fill(log, 1)
        assert sign(log, SIGNER, NOW + 9).sequence == 2
        checked = log.check(*KEYS)

    assert (checked.leaves, checked.checkpoints, checked.signed) == (7, 2, 7)


def test_a_new_key_signs_on_after_the_old_one(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 3)
        sign(log, SIGNER, NOW)

        note = sign(log, LATER_SIGNER, NOW, older_keys=[SIGNER.public_key])

        assert (note.sequence, note.size) == (2, 3)
        assert log.check(*KEYS).checkpoints == 2
        with pytest.raises(CheckpointError):
            log.check(LATER_SIGNER.public_key)
        with pytest.raises(CheckpointError):
            sign(log, SIGNER, NOW)


@pytest.mark.parametrize("old", [0, 1, 2, 3, 7, 8, 15])
def test_a_log_that_does_not_continue_its_last_checkpoint_is_not_signed(engine: Engine, old: int) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 16)
        forged = signed_note(Checkpoint(DESK, old, tree.leaf_hash(b"another past")), SIGNER)
        connection.execute(text("INSERT INTO checkpoints VALUES (1, 0, :size, :note)"), {"size": old, "note": forged})

        with pytest.raises(AuditError):
            sign(log, SIGNER, NOW)

        assert len(list(log.notes())) == 1


def test_a_log_shorter_than_its_last_checkpoint_is_not_signed(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 16)
        sign(log, SIGNER, NOW)
        connection.execute(text("DELETE FROM leaves WHERE i > 11"))

        with pytest.raises(AuditError):
            sign(log, SIGNER, NOW)


# --- what the check finds -----------------------------------------------------------------------------------------

SIZE = 37


def broken(engine: Engine, *statements: str, **values: Any) -> AuditError:
    """What the check says of a log of 37 leaves, signed at 20 and 30, to which this was done."""
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        for count in (20, 10):
            fill(log, count)
            sign(log, SIGNER, NOW)
        fill(log, SIZE - 30)
        assert log.check(*KEYS).signed == 30
        for statement in statements:
            connection.execute(text(statement), values)
        with pytest.raises(AuditError) as caught:
            log.check(*KEYS)
    return caught.value


@pytest.mark.parametrize("index", [0, 1, 17, 31, 35, 36])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE leaves SET body = replace(body, 'false', 'true') WHERE i = :i",
        "UPDATE leaves SET body = replace(body, 'received', 'sent') WHERE i = :i",
        "UPDATE leaves SET body = replace(body, 'received', 'sent'), action = 'sent' WHERE i = :i",
        "UPDATE leaves SET body = body || ' ' WHERE i = :i",
        "UPDATE leaves SET body = '' WHERE i = :i",
        "UPDATE leaves SET body = '{}' WHERE i = :i",
        "UPDATE leaves SET action = 'sent' WHERE i = :i",
        "UPDATE leaves SET at = at + 1 WHERE i = :i",
        "UPDATE leaves SET actor = 'owner' WHERE i = :i",
        "UPDATE leaves SET object = '' WHERE i = :i",
        "UPDATE leaves SET body = replace(body, 'maple-street', 'oak-lane') WHERE i = :i",
    ],
)
def test_a_changed_leaf_is_named_by_its_index(engine: Engine, index: int, change: str) -> None:
    error = broken(engine, change, i=index)

    assert isinstance(error, LeafDamagedError)
    assert (error.index, error.code, error.exit_code) == (index, "audit-leaf", 5)
    assert f"leaf {index} " in error.sentence


@pytest.mark.parametrize("index", [0, 1, 17, 31, 35])
def test_a_dropped_leaf_is_named_by_its_index(engine: Engine, index: int) -> None:
    error = broken(engine, "DELETE FROM leaves WHERE i = :i", i=index)

    assert isinstance(error, LeafDamagedError)
    assert error.index == index


def test_two_exchanged_leaves_are_found(engine: Engine) -> None:
    error = broken(
        engine,
        "UPDATE leaves SET i = 1000 WHERE i = 3",
        "UPDATE leaves SET i = 3 WHERE i = 9",
        "UPDATE leaves SET i = 9 WHERE i = 1000",
    )

    assert isinstance(error, LeafDamagedError)
    assert error.index == 3


@pytest.mark.parametrize("left", [0, 1, 29, 31, 36])
def test_a_cut_tail_is_found_while_its_nodes_are_left(engine: Engine, left: int) -> None:
    error = broken(engine, "DELETE FROM leaves WHERE i >= :left", left=left)

    assert isinstance(error, LeafDamagedError)
    assert error.index == left


@pytest.mark.parametrize("left", [0, 16, 29])
def test_a_tail_cut_together_with_its_nodes_is_found_by_the_checkpoint(engine: Engine, left: int) -> None:
    error = broken(
        engine,
        "DELETE FROM leaves WHERE i >= :left",
        "DELETE FROM tree_nodes WHERE position >= :nodes",
        left=left,
        nodes=tree.stored(left),
    )

    assert isinstance(error, LeafDamagedError)
    assert error.index == left
    assert "leaves were signed" in error.sentence


def test_each_changed_or_dropped_node_is_found(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, SIZE)
        for position in range(tree.stored(SIZE)):
            for statement in (
                "DELETE FROM tree_nodes WHERE position = :p",
                "UPDATE tree_nodes SET hash = :h WHERE position = :p",
            ):
                undone = connection.begin_nested()
                connection.execute(
                    text(statement), {"p": position, "h": bytes(32)} if ":h" in statement else {"p": position}
                )
                with pytest.raises(LeafDamagedError):
                    log.check(*KEYS)
                undone.rollback()
        assert log.check(*KEYS).leaves == SIZE


def rewritten(connection: Connection, change: Callable[[str], str], *, index: int) -> None:
    """What somebody with the database key can do: change a leaf and compute the whole tree anew."""
    row = connection.execute(text("SELECT body FROM leaves WHERE i = :i"), {"i": index}).one()
    connection.execute(
        text("UPDATE leaves SET body = :b, action = 'sent' WHERE i = :i"), {"b": change(row.body), "i": index}
    )
    edge, nodes = tree.Frontier(), []
    for body in bodies(connection):
        nodes += edge.add(tree.leaf_hash(body))
    for position, node in enumerate(nodes):
        connection.execute(text("UPDATE tree_nodes SET hash = :h WHERE position = :p"), {"h": node, "p": position})


@pytest.mark.parametrize(("index", "found"), [(0, True), (19, True), (20, True), (29, True), (30, False), (36, False)])
def test_a_past_written_anew_is_found_as_far_as_it_was_signed(engine: Engine, index: int, found: bool) -> None:  # noqa: FBT001
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        for count in (20, 10):
            fill(log, count)
            sign(log, SIGNER, NOW)
        fill(log, 7)
        outside = sign(log, SIGNER, NOW)
        connection.execute(text("DELETE FROM checkpoints WHERE sequence = 3"))

        rewritten(connection, lambda body: body.replace("received", "sent"), index=index)

        if found:
            with pytest.raises(CheckpointError):
                log.check(*KEYS)
        else:
            assert log.check(*KEYS).signed == 30
        # Somebody who kept the newest checkpoint elsewhere finds it either way.
        with pytest.raises(CheckpointError):
            log.check(*KEYS, trusted=(outside.text,))


def test_a_checkpoint_kept_elsewhere_counts_as_signed(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 5)
        outside = sign(log, SIGNER, NOW).text
        connection.execute(text("DELETE FROM checkpoints"))

        assert log.check(*KEYS, trusted=(outside,)).signed == 5
        with pytest.raises(CheckpointError):
            log.check(*KEYS, trusted=(outside.replace("5\n", "6\n"),))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoints SET note = replace(note, 'maple', 'apple') WHERE sequence = 1",
        "UPDATE checkpoints SET note = '' WHERE sequence = 2",
        "UPDATE checkpoints SET size = size + 1 WHERE sequence = 1",
        "UPDATE checkpoints SET sequence = 7 WHERE sequence = 2",
    ],
)
def test_a_changed_checkpoint_is_found(engine: Engine, statement: str) -> None:
    error = broken(engine, statement)

    assert isinstance(error, CheckpointError)
    assert error.code == "audit-checkpoint"


def test_checkpoints_in_another_order_are_found(engine: Engine) -> None:
    error = broken(
        engine,
        "UPDATE checkpoints SET sequence = 9 WHERE sequence = 1",
        "UPDATE checkpoints SET sequence = 1 WHERE sequence = 2",
        "UPDATE checkpoints SET sequence = 2 WHERE sequence = 9",
    )

    assert isinstance(error, CheckpointError)
    assert "counts less" in error.sentence


def test_a_log_of_another_desk_is_not_taken_for_ones_own(engine: Engine) -> None:
    with write(engine) as connection:
        fill(AuditLog(connection, desk="oak-lane"), 3)

        with pytest.raises(LeafDamagedError):
            AuditLog(connection, desk=DESK).check(*KEYS)


def test_nothing_is_appended_to_a_log_whose_nodes_do_not_fit(engine: Engine) -> None:
    with write(engine) as connection:
        fill(AuditLog(connection, desk=DESK), 6)
        connection.execute(text("DELETE FROM tree_nodes WHERE position >= 8"))

        with pytest.raises(AuditError):
            fill(AuditLog(connection, desk=DESK), 1)


def test_a_missing_node_is_named(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        fill(log, 4)
        connection.execute(text("DELETE FROM tree_nodes WHERE position = :p"), {"p": tree.position(2, 0)})

        with pytest.raises(AuditError, match="2/0"):
            log.root()
