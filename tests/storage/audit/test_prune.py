"""Leaves that are old enough go, whole tiles at a time; the tree stays, and what is missing otherwise is found."""

import io
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage.audit import tree
from storage.audit.bundle import export_evidence
from storage.audit.checkpoint import sign
from storage.audit.leaf import Action
from storage.audit.log import AuditLog
from storage.audit.prune import DAY_MS, SEVEN_YEARS_MS, minimum_at, prune
from storage.database import write
from storage.errors import AuditError, LeafDamagedError
from tests.storage.audit import second_opinion
from tests.storage.audit.conftest import DESK, LATER_SIGNER, NOW, OBJECT, SIGNER

KEYS = (SIGNER.public_key, LATER_SIGNER.public_key)


def days(log: AuditLog, count: int, *, a_day: int = 100) -> None:
    """So many leaves, a hundred a day."""
    start = log.count()
    for index in range(start, start + count):
        log.append(Action.RECEIVED, OBJECT, actor="core", at=NOW + index // a_day * DAY_MS)


def pruned(log: AuditLog, *, day: int) -> int:
    return prune(log, before=NOW + day * DAY_MS, actor="core", now=NOW + 99 * DAY_MS)


def test_what_is_old_goes_in_whole_tiles_and_the_log_verifies_on(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        sign(log, SIGNER, NOW)
        root = log.root()

        assert pruned(log, day=6) == 512  # 600 leaves are old, two tiles of them whole

        assert (log.first(), log.count(), log.root(900)) == (512, 901, root)
        checked = log.check(*KEYS)
        assert (checked.leaves, checked.first, checked.signed) == (901, 512, 900)
        days(log, 30)
        assert sign(log, SIGNER, NOW).size == 931
        assert log.check(*KEYS).signed == 931
        with pytest.raises(AuditError):
            log.leaf_body(511)
        assert tree.verify_inclusion(
            log.node(0, 3), index=3, size=931, proof=tree.inclusion_proof(3, 931, log.node), root=log.root()
        ) == 3  # fmt: skip


def test_the_newest_leaves_come_oldest_first(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 9)

        assert log.newest_bodies(3) == [log.leaf_body(index) for index in (6, 7, 8)]
        assert list(log.bodies()) == log.newest_bodies(99)


def test_pruning_twice_goes_on_from_where_it_was(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        sign(log, SIGNER, NOW)

        assert [pruned(log, day=day) for day in (2, 3, 3, 9)] == [0, 256, 0, 512]
        assert log.check(*KEYS).first == 768


@pytest.mark.parametrize(("day", "signs"), [(0, True), (2, True), (9, False)])
def test_without_a_whole_old_signed_tile_nothing_is_written(engine: Engine, day: int, signs: bool) -> None:  # noqa: FBT001
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        if signs:
            sign(log, SIGNER, NOW)

        assert (pruned(log, day=day), log.count(), log.first()) == (0, 900, 0)


def test_what_nobody_signed_for_stays_however_old(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 300)
        sign(log, SIGNER, NOW)
        days(log, 600)

        assert minimum_at(log, before=NOW + SEVEN_YEARS_MS) == 256
        empty = AuditLog(connection, desk="oak-lane")
        assert minimum_at(empty, before=NOW) == 0


DAMAGE = [
    ("DELETE FROM leaves WHERE i = :at", 256, 256),
    ("DELETE FROM leaves WHERE i < :at", 300, 256),
    ("DELETE FROM leaves WHERE i = :at", 300, 300),
    ("UPDATE leaves SET i = -7 WHERE i = :at", 256, 0),
    ("DELETE FROM tree_nodes WHERE position = :at", tree.position(0, 5), 5),
    ("DELETE FROM tree_nodes WHERE position = :at", tree.position(1, 2), 5),
    ("UPDATE tree_nodes SET hash = :hash WHERE position = :at", tree.position(3, 4), 39),
    ("UPDATE tree_nodes SET hash = :hash WHERE position = :at", tree.position(0, 4), 5),
]


def test_what_is_missing_or_changed_in_a_pruned_log_is_found(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        sign(log, SIGNER, NOW)
        pruned(log, day=3)
        sign(log, SIGNER, NOW)
        for statement, at, index in DAMAGE:
            undone = connection.begin_nested()
            hashed = {"hash": bytes(32)} if ":hash" in statement else {}
            assert connection.execute(text(statement), {"at": at, **hashed}).rowcount

            with pytest.raises(LeafDamagedError) as caught:
                AuditLog(connection, desk=DESK).check(*KEYS)

            assert caught.value.index == index, statement
            undone.rollback()
        assert log.check(*KEYS).first == 256


def test_leaves_that_were_dropped_and_come_back_are_found(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        sign(log, SIGNER, NOW)
        kept = connection.execute(text("SELECT * FROM leaves WHERE i < 256 ORDER BY i")).all()
        pruned(log, day=3)
        for row in kept:
            values = dict(row._mapping)
            connection.execute(text("INSERT INTO leaves VALUES (:i, :at, :actor, :action, :object, :body)"), values)

        with pytest.raises(LeafDamagedError) as caught:
            log.check(*KEYS)

    assert caught.value.index == 0


def test_a_leaf_on_pruning_without_a_place_is_not_heeded(engine: Engine) -> None:
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 3)
        log.append(Action.LOG_PRUNED, actor="core", at=NOW, detail={"minimum": True})

        assert log.check(*KEYS).first == 0


def test_a_pruned_log_is_exported_and_proven_by_hash_as_far_as_it_was_dropped(engine: Engine, tmp_path: Path) -> None:
    out = io.BytesIO()
    with write(engine) as connection:
        log = AuditLog(connection, desk=DESK)
        days(log, 900)
        mailed = sign(log, SIGNER, NOW).text
        pruned(log, day=6)
        made = export_evidence(log, SIGNER, out, actor="owner", now=NOW)
    path = tmp_path / "b.zip"
    path.write_bytes(out.getvalue())

    assert (made.first, made.leaves) == (512, 902)
    assert second_opinion.verdict(path, made.key, mailed)
