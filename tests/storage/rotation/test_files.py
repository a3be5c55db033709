"""Files of a rotation: held, copied, exchanged, and what is said where another process or the disk is in the way."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlcipher3 import dbapi2

from storage.database import open_database, write
from storage.datafiles import DESK
from storage.errors import BusyError, DiskError, StorageError
from storage.rotation import files
from storage.rotation.files import Held, change_each, opens, put_in_one_file, replace
from tests import desks

KEY = bytes(range(32))
SOON_S = 0.1

words = Table("words", MetaData(), Column("id", Integer, primary_key=True), Column("word", String, nullable=False))


@pytest.fixture
def held(tmp_path: Path) -> Held:
    folder = desks.a_folder(tmp_path / desks.DESK)
    return Held(DESK.path(folder), desks.keys_of(folder).key(DESK.key).secret.reveal(), within_s=SOON_S)


def test_no_key_opens_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert not opens(tmp_path / "desk.db", KEY)


def test_a_file_that_somebody_writes_to_is_neither_held_nor_put_in_one(tmp_path: Path) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    key = desks.keys_of(folder).key(DESK.key).secret.reveal()
    with desks.opened(folder) as vault, vault.transaction():
        with pytest.raises(BusyError):
            Held(DESK.path(folder), key, within_s=SOON_S)
        with pytest.raises(BusyError):
            put_in_one_file(DESK.path(folder), key)
    Held(DESK.path(folder), key, within_s=SOON_S).let_go()


def test_a_write_in_the_moment_before_it_is_alone_is_noticed(held: Held, tmp_path: Path) -> None:
    wait_for = held._wait_for

    def writes_first(act: Callable[[], bool]) -> None:
        with desks.opened(tmp_path / desks.DESK) as other, other.transaction() as tx:
            tx.meta.put("word", "from another process")
        wait_for(act)

    held._wait_for = writes_first  # type: ignore[method-assign]

    with pytest.raises(BusyError):
        held.take_alone()
    held.let_go()


def test_a_log_that_stays_beside_the_file_is_waited_for(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_into_one_file", lambda _: False)
    with pytest.raises(BusyError):
        held.take_alone()
    held.let_go()


def test_what_the_system_refuses_for_another_reason_is_no_waiting(tmp_path: Path) -> None:
    folder = desks.a_folder(tmp_path / desks.DESK)
    DESK.path(folder).with_name("desk.db-wal").mkdir()
    with pytest.raises(dbapi2.OperationalError, match="unable to open"):
        put_in_one_file(DESK.path(folder), desks.keys_of(folder).key(DESK.key).secret.reveal())


def test_a_file_that_cannot_be_exchanged_says_so(tmp_path: Path) -> None:
    (fresh := tmp_path / "desk.db.next").write_bytes(b"the copy")
    (in_the_way := tmp_path / "desk.db" / "something").mkdir(parents=True)
    with pytest.raises(DiskError, match=r"desk\.db could not be exchanged"):
        replace(fresh, in_the_way.parent)
    assert fresh.read_bytes() == b"the copy"


def test_rows_are_changed_by_what_is_said_or_all_stay(tmp_path: Path) -> None:
    class UnknownWordError(Exception):
        pass

    def refused(word: str) -> str:
        if word == "three":
            raise UnknownWordError(word)
        return word.upper()

    engine = open_database(tmp_path / "words.db", KEY, create=True)
    with write(engine) as connection:
        words.metadata.create_all(connection)
        connection.execute(insert(words), [{"word": word} for word in ("one", "two", "three")])
    with write(engine) as connection:
        assert change_each(connection, words.c.word, lambda word: f"{word}!") == 3
        assert set(connection.scalars(select(words.c.word))) == {"one!", "two!", "three!"}
        change_each(connection, words.c.word, lambda word: word[:-1])
    with pytest.raises(UnknownWordError), write(engine) as connection:
        change_each(connection, words.c.word, refused)
    with pytest.raises(StorageError, match="IntegrityError"), write(engine) as connection:
        change_each(connection, words.c.word, lambda _: None)
    with write(engine) as connection:
        assert set(connection.scalars(select(words.c.word))) == {"one", "two", "three"}
    engine.dispose()
